"""Measures what a user waits for, each figure beside the mark it is held against."""
