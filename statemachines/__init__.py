"""The four state machines of Casework as data: which step is possible, and why another is not.

Pure: it knows no row, no role, no clock rule and no letter. Use `statemachines.engine`.
"""
