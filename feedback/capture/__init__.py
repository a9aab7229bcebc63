"""Taking down what raters say: one verb per kind of feedback, one shared home for recording, replacing, withdrawing."""
