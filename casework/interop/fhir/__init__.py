"""Da Vinci PAS (FHIR R4) in and out: a request Bundle to a submission, an answer to a Bundle.

`wire` reads and writes bytes, `decode` reads a request, `encode` builds the answer, `outcome` says
what was refused, `capability` what this door can do. Plain dictionaries throughout. Versions 2.2
(PAS 2.2.1) and 2.0 (PAS 2.0.1) differ by a flag, never by a second copy of the code.
"""
