"""The formats over the spine, by family: each is a small writer with the pieces it is made of."""
