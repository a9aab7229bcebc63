"""A constitution as a file, each format in a module: clauses in, text out."""
