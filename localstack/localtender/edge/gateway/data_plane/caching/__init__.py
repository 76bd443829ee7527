"""The response caches of stages."""
