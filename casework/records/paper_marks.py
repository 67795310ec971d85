"""Where the words of marks are bound to, for who seals and who reads them."""


def sealed_place(case_id: int) -> str:
    """What the words of a mark are bound to."""
    return f"mark:{case_id}"
