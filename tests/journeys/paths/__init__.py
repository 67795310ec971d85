"""Whole paths of a denial, from the no to the end, walked in a real browser."""
