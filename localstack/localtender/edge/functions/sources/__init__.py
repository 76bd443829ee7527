"""Event sources that Lambda polls on a function's behalf."""
