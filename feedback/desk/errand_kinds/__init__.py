"""What each kind of errand asks a model and what it keeps of the answer; one module a kind, listed in `register`."""
