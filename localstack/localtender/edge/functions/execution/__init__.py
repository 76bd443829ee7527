"""Execution of functions: environments, their processes, and the invocations they serve."""
