"""The suite. A package by name, because a library of ours installs a `tests` of its own."""
