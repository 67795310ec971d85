"""Letters: what we tell people, checked before it leaves.

Frozen dataclasses of primitives go in; proved HTML, plain text and tagged PDF come out. It knows
no row, no machine, no clock and no web page; only `letters.render` knows WeasyPrint.
"""
