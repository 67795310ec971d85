"""Foreign formats in and out of the one canonical submission: FHIR (Da Vinci PAS), later X12.

A rail decodes and encodes, and nothing else. It knows no table, no web framework and no rule of
law; time and every answer of the database come in as arguments.
"""
