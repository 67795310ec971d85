"""A letter's HTML as the renderer will see it: the tree, the marked elements, what is visible.

Parsed with the parser of WeasyPrint, so that proof and page cannot disagree. It knows no letter.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import tinyhtml5

NEVER_SHOWN = frozenset({"script", "style", "template", "noscript"})


def parse(document: str) -> Element:
    """The root element of an HTML document."""
    root: Element = tinyhtml5.parse(document, namespace_html_elements=False)
    return root


def body(root: Element) -> Element:
    """The body; an HTML parser always makes one."""
    found = root.find("body")
    assert found is not None
    return found


def text(node: Element) -> str:
    """All text in the node, runs of white space as one blank."""
    return squeezed("".join(node.itertext()))


def squeezed(raw: str) -> str:
    """Runs of white space (no-break spaces too) as one blank, none at the ends."""
    return " ".join(raw.split())


def visible_text(root: Element) -> str:
    """What a reader sees of the body."""
    return squeezed("".join(_visible(body(root))))


def marked(root: Element) -> dict[str, list[Element]]:
    """The visible nodes that are marked with `data-element`, by name, in document order."""
    found: dict[str, list[Element]] = {}
    for node in _shown(body(root)):
        if name := node.get("data-element"):
            found.setdefault(name, []).append(node)
    return found


def is_hidden(node: Element) -> bool:
    """Whether the node is not for all readers: hidden, aria-hidden, or with a style of its own."""
    if node.tag in NEVER_SHOWN or not isinstance(node.tag, str):
        return True
    said = node.attrib
    return bool(said) and ("hidden" in said or "style" in said or said.get("aria-hidden") == "true")


def _shown(node: Element) -> Iterator[Element]:
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if not is_hidden(here):
            yield here
            waiting.extend(reversed(here))


def _visible(node: Element) -> Iterator[str]:
    if not is_hidden(node):
        yield node.text or ""
        for child in node:
            yield from _visible(child)
            yield child.tail or ""
