"""The world outside: models that answer. Knows no Django and no tables."""
