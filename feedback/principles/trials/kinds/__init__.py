"""What each kind of trial plans, does and concludes; one module a kind, listed in `register`."""
