"""From decided pairs to the lines of a training file, one small module per format. Nothing here knows the database."""
