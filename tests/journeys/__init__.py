"""Journeys: a real browser on a whole instance, for what only they can show."""
