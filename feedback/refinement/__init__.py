"""Refinement: one pure engine (`state`, `engine`, `parts`, `strategies`) and the runs that carry it through tables."""
