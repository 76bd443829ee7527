"""Lambda: its control plane, and the execution of functions."""
