"""How many people a kind of work needs, reckoned: pure arithmetic over plain numbers.

It knows no database, no page and no clock on the wall; chance comes from a seed that is given.
"""
