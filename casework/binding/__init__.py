"""Binding: many documents into one PDF with bookmarks, page numbers, tags and true redaction.

It knows PDF and pictures, no case, no table and no law; it runs in a child process without keys.
"""
