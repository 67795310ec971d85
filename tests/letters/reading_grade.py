"""Flesch-Kincaid grade of English sentences, as the gate of the letters measures it."""

from letters import reading


def grade(sentences: list[str]) -> float:
    """The school year that these sentences ask for; each ends where it ends."""
    ended = (each if each.rstrip()[-1:] in ".!?" else f"{each}." for each in sentences)
    return reading.measure(" ".join(ended), "en").grade
