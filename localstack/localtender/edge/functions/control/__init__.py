"""Lambda's control plane: the operations of its API, one module for each subject."""
