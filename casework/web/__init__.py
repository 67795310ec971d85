"""The pages: for staff, for providers' offices, for members, and the doors before them.

A view reads a request, asks a query or calls a command, and shows a template. It holds no rule and
writes no row of its own.
"""
