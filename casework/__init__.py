"""Casework: prior authorizations, grievances, appeals and external reviews, decided on time.

This package imports nothing, so that the pure libraries and the doors can be loaded alone.
"""
