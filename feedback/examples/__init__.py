"""Inputs and the answers to them: hashes, splits and how they come in."""
