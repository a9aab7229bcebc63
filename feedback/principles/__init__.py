"""From words to rules: drafting principles out of feedback, and the constitutions people make of them."""
