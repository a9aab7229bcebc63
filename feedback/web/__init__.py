"""Pages, one module per family. Views are short: door, fetch, form, one verb, answer."""
