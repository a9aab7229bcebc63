"""The parts strategies are arranged of. Each is a small class with one method; `contracts` says which method."""
