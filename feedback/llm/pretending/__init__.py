"""What stands in for understanding in the simulated model: rules of thumb about texts. Deterministic, and no more."""
