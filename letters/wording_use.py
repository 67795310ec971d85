"""Which wordings a letter uses, read from its template and what that includes; it renders none.

A key that a template puts together (`"denial.asked_" ~ c.case.filed_by`) stands for every wording
that begins so.
"""

from collections.abc import Iterator
from functools import lru_cache

from jinja2 import nodes

from letters import catalogue
from letters.compose import FOLDER, environment
from letters.wording import wording

# What every letter may say through the voice: no template names it.
_OF_THE_VOICE = ("months.", "zones.", "clock.", "states.", "join.")


@lru_cache(maxsize=1)
def by_letter() -> dict[str, tuple[str, ...]]:
    """For each code the keys of its wordings, in the order of the wordings' files."""
    known = tuple(wording("en").messages)
    return {code: _of(code, known) for code in catalogue.load().codes()}


@lru_cache(maxsize=1)
def by_key() -> dict[str, tuple[str, ...]]:
    """For each key the codes of the letters that use it."""
    found: dict[str, list[str]] = {}
    for code, keys in by_letter().items():
        for key in keys:
            found.setdefault(key, []).append(code)
    return {key: tuple(codes) for key, codes in found.items()}


def _of(code: str, known: tuple[str, ...]) -> tuple[str, ...]:
    whole, begun = set[str](), set[str]()
    for template in _templates(catalogue.get(code).template):
        tree = _tree(template)
        whole |= {node.value for node in tree.find_all(nodes.Const)}
        begun |= set(_beginnings(tree))
    whole.add(f"{code}.title")
    return tuple(key for key in known if key in whole or _begins(key, begun))


def _begins(key: str, begun: set[str]) -> bool:
    return not key.startswith(_OF_THE_VOICE) and any(
        key.startswith(prefix) for prefix in begun if "." in prefix
    )


def _beginnings(tree: nodes.Template) -> Iterator[str]:
    """The first part of every text that a template puts together."""
    for joined in tree.find_all(nodes.Concat):
        first = joined.nodes[0]
        if isinstance(first, nodes.Const) and isinstance(first.value, str):
            yield first.value


def _templates(name: str) -> frozenset[str]:
    """This template and every one that it extends, imports or includes."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += _named(_tree(one))
    return frozenset(found)


def _named(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        assert isinstance(node, nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport)
        name = node.template
        if isinstance(name, nodes.Const):
            yield name.value
        elif isinstance(name, nodes.Concat):
            first, last = name.nodes[0], name.nodes[-1]
            assert isinstance(first, nodes.Const)
            assert isinstance(last, nodes.Const)
            pattern = f"{first.value}*{last.value}"
            yield from (str(path.relative_to(FOLDER)) for path in sorted(FOLDER.glob(pattern)))


@lru_cache(maxsize=128)
def _tree(name: str) -> nodes.Template:
    return environment().parse((FOLDER / name).read_text(encoding="utf-8"))
