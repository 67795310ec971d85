"""The refusals of this library, each with a sentence a person can act on. They know no letter."""

from dataclasses import dataclass


class LettersError(Exception):
    """Anything that this library refuses; `str()` of it is a sentence."""


class CatalogueError(LettersError):
    """The catalogue, an element or a wording file is wrong; the sentence names file and key."""


class ContextRefused(LettersError):
    """A fact of a letter is missing or cannot be printed.

    `field` is the dotted path of the fact; `sentence` says what is wrong and how to mend it.
    """

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{field}: {sentence}")
        self.field = field
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a letter lacks: the element, what is wrong in a sentence, and the law."""

    element: str
    sentence: str
    citation: str


class LetterRefused(LettersError):
    """A letter that lacks what the law asks for; it must not leave. `missing` says what."""

    def __init__(self, code: str, missing: tuple[Missing, ...]) -> None:
        lines = "; ".join(f"{m.element}: {m.sentence} ({m.citation})" for m in missing)
        super().__init__(f"The letter {code!r} may not leave. {lines}")
        self.code = code
        self.missing = missing


class PrintRefused(LettersError):
    """The renderer would not or could not make a PDF.

    `kind` is one of `fetch` (the letter asked for a file or the network), `request` (malformed),
    `too_long`, `glyphs` (no font has a shape for a character), `layout` (the renderer failed),
    `timeout`, `died`, `closed`.
    """

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(f"{kind}: {sentence}")
        self.kind = kind
        self.sentence = sentence
