"""A letter's HTML as plain text, for screen readers, e-mail and snapshots: same words, same order.

It reads the tree as the renderer does and knows no letter.
"""

import re
from xml.etree.ElementTree import Element

from letters.markup import body, parse

_HEADINGS = {"h1": "=", "h2": "-"}
_GROUPS = {"section", "table", "ol", "ul", "div", "main"}
_BLOCKS = _GROUPS | {"p", "header", "tbody", "tr", "li", "h1", "h2", "h3"}
_SPACE = re.compile(r"[ \t\n\r]+")


def from_html(document: str) -> str:
    """The visible text of the document: one paragraph a line, headings underlined."""
    lines: list[str] = []
    _walk(body(parse(document)), lines, [])
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _walk(node: Element, lines: list[str], marks: list[str]) -> None:
    if node.tag == "tr":
        lines.append(": ".join(_inline(cell) for cell in node))
        return
    if not any(child.tag in _BLOCKS for child in node):
        _paragraph(node, lines, marks)
        return
    if node.tag in _GROUPS:
        lines.append("")
    for number, child in enumerate(node, start=1):
        mark = f"{number}. " if node.tag == "ol" else "- " if node.tag == "ul" else ""
        _walk(child, lines, [*marks, mark] if mark else marks)
    if node.tag in _GROUPS:
        lines.append("")


def _paragraph(node: Element, lines: list[str], marks: list[str]) -> None:
    text = _inline(node)
    if not text:
        return
    if node.tag in _HEADINGS:
        lines += ["", text, _HEADINGS[str(node.tag)] * len(text)]
    elif node.tag == "h3":
        lines += ["", text]
    else:
        lines.append((marks.pop() if marks else "") + text)


def _inline(node: Element) -> str:
    return _SPACE.sub(" ", "".join(node.itertext())).strip()
