"""What happens to a request to a deployed REST API, from routing to access log."""
