"""How far judgements agree and what they add up to: arithmetic first, reports over the rows beside it."""
