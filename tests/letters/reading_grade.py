"""Flesch-Kincaid grade of an English letter: member text, no tables, law, addresses, languages.

Our own count of syllables (vowel groups): textstat asks the network for a dictionary.
"""

import re

from letters.markup import parse, squeezed

_SKIPPED_CLASSES = {
    "facts",
    "office",
    "languages",
    "law",
    "address",
    "masthead",
    "form",
    "free",
    "dear",
    "kicker",
}
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")


def sentences_of(html: str) -> list[str]:
    """The sentences that a member reads in the running text of the letter."""
    lines: list[str] = []
    _collect(parse(html).find("body/main"), lines)
    joined = " ".join(line if line[-1] in ".!?" else f"{line}." for line in lines)
    joined = re.sub(r"\b([ap])\.m\.", r"\1m", joined)
    return [s for s in re.split(r"(?<=[.!?])\s+", joined) if _WORD.search(s)]


def grade(sentences: list[str]) -> float:
    """0.39 words a sentence + 11.8 syllables a word - 15.59."""
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _collect(node, lines):
    # Headings, names and what clinicians write are left out: the wording is ours to keep plain.
    if set((node.get("class") or "").split()) & _SKIPPED_CLASSES:
        return
    if node.tag in ("p", "li"):
        if text := squeezed("".join(node.itertext())):
            lines.append(text)
        return
    for child in node:
        _collect(child, lines)


def _syllables(word: str) -> int:
    count = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(count, 1)
