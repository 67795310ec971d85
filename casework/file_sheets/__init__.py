"""Our own sheets of a case file: cover, index, what was asked and decided, the story, the clocks.

Frozen facts in, HTML out, in English and Spanish; it knows no table, no PDF and no worker.
"""
