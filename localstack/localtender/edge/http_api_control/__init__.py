"""The control plane of HTTP and WebSocket APIs where the engine's is not whole."""
