"""Files of principles, each format in a module: text in, clauses out."""
