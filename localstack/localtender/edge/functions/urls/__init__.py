"""Serving function URLs: from an HTTP request to an event, from a result to an HTTP response."""
