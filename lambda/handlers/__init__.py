"""Entry points of the functions: parse, call the domain, map to an answer."""
