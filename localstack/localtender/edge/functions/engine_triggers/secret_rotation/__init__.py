"""Rotation of Secrets Manager's secrets by a function, in four steps and on a schedule.

The engine keeps secrets and their versions; when and how they are rotated is kept here. Everything
that happens to a secret goes by the engine's public API.
"""
