"""letters/own_words.toml from the samples and the templates: which wordings each element has."""

import re
from itertools import product

from letters import catalogue, compose, own_words, specimen
from letters.markup import marked, parse
from letters.wording import wording

_SAID = re.compile(r'say\("([\w.]+)"( ~ [^,]+)?, "(\w+)"')
_LEAD = re.compile(r"{% block lead %}(.*?){% endblock %}", re.DOTALL)
_KEY = re.compile(r'"(\w+\.\w*)"( ~)?')
_HEAD = """\
# The plan's own words in each element: one of the sets must stand in it, in the letter's language.
# The names are those of translations/. Made from samples and templates: after a change of either
# CASEWORK_UPDATE_SNAPSHOTS=1 pytest -n 0 tests/letters/test_own_words.py; then read the difference.

"""

Sets = dict[str, set[tuple[str, ...]]]


def table() -> str:
    """The file as it should be."""
    sets = _as_printed()
    for name, key in _as_written():
        if name in sets and not any(key in keys for keys in sets[name]):
            sets[name].add((key,))
    lines = [f"{name} = {_listed(sets[name])}" for name in sorted(sets) if "." not in name]
    lines += ["", f"[{own_words.OF_EACH_LETTER}]"]
    lines += [
        f"{name.partition('.')[2]} = {_listed(sets[name])}" for name in sorted(sets) if "." in name
    ]
    return _HEAD + "\n".join(lines) + "\n"


def _listed(sets: set[tuple[str, ...]]) -> str:
    shown = ["[" + ", ".join(f'"{key}"' for key in keys) + "]" for keys in sorted(sets)]
    flat = f"[{', '.join(shown)}]"
    return flat if len(flat) <= 75 else "[\n" + "".join(f"  {each},\n" for each in shown) + "]"


def _as_printed() -> Sets:
    found: Sets = {}
    for code, line in specimen.everywhere():
        seen: set[str] = set()
        for recipient in catalogue.get(code).recipients:
            context = specimen.specimen(code, line, recipient=recipient)
            nodes = marked(parse(compose.html(context)))
            for required in catalogue.get(code).required(context):
                name = required.element.within or required.element.name
                if name in seen and name != "copy_note":
                    continue
                seen.add(name)
                keys = own_words.keys_in(context, nodes[name])
                if keys and name not in own_words.APART:
                    place = own_words.place(code, name)
                    found.setdefault(place, set()).update(_one_of_twins(keys))
    return found


def _one_of_twins(keys: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Wordings that say the same in English may differ in Spanish: either will do."""
    messages = wording("en").messages
    twins = [[k for k in keys if messages[k] == said] for said in {messages[k] for k in keys}]
    return {tuple(sorted(chosen)) for chosen in product(*twins)}


def _as_written() -> list[tuple[str, str]]:
    """What templates can say that no sample makes them say."""
    written = []
    for path in sorted(compose.FOLDER.rglob("*.j2")):
        source = path.read_text(encoding="utf-8")
        for key, more, name in _SAID.findall(source):
            written += [(name, each) for each in _all(key, bool(more))]
        for lead in _LEAD.findall(source):
            code = path.name.removesuffix(".html.j2")
            name = own_words.place(code, own_words.OF_EACH_LETTER)
            written += [
                (name, each) for key, more in _KEY.findall(lead) for each in _all(key, bool(more))
            ]
    return [(name, key) for name, key in written if own_words.told("en", key)]


def _all(key: str, more: bool) -> list[str]:
    return [
        each for each in wording("en").messages if each == key or (more and each.startswith(key))
    ]
