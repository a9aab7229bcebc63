"""What a person is asked to look at next, in which order, and how far they are."""
