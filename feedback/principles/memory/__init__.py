"""What was learned and is kept outside prompts: gathered, approved, found when it fits, held to its record."""
