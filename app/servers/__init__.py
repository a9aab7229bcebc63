"""The servers an instance starts for itself, and how they are kept alive. Knows no Django and no tables."""
