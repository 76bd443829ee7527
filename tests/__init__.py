"""The tests: a package, so that none of the same name that a library installs hides it."""
