"""Backends of methods: one module per kind of integration."""
