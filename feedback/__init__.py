"""Precept's one Django app: people's feedback, the principles drawn from it, and what they change."""
