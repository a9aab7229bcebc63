"""Arabic: a point before decimals, so that a number reads the same in a page, a field and a drawing."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
