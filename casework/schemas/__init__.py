"""What may come in and what goes out, as marshmallow schemas: two classes, never one for both.

A schema checks shape and says how to mend it; it asks no table and decides nothing.
"""
