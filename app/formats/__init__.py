"""How numbers and dates are written where a language's own way does not fit; one folder a language."""
