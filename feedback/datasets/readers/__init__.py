"""From files to neutral rows, one small module per format. Nothing here knows the database."""
