"""The machines for people: a Mermaid diagram and a table per kind, and the README of this folder.

Everything is read off the tables; nothing is drawn by hand. It fires nothing.
"""

from statemachines.edges import BEFORE, Edge, Table
from statemachines.guards import Guard, Law
from statemachines.tables import KINDS, table_of

_TITLES = {
    "prior_auth": "Prior authorization",
    "appeal": "Appeal",
    "grievance": "Grievance",
    "external_review": "External review",
}
_SHORT = {"medicaid": "Medicaid", "medicare": "Medicare", "marketplace": "Marketplace"}

_HEAD = """\
# State machines

This page is generated from the tables (`casework docs`); edit those.

Four kinds of case, each a table of edges: which step may be taken in which state, under which law,
and what the timeline says afterwards. The library is pure: values in, values out. It knows no
database, no role and no clock. Buttons, the verbs of the API, the diagrams below and the CHECK
constraint of the database come from these tables.

```python
from statemachines.engine import allowed, fire
from statemachines.facts import Facts

fire("prior_auth", "received", "start_review", Facts())  # Fired(…, dest='in_review', …)
fire("prior_auth", "denied", "approve", Facts())  # raises Refused with a sentence
allowed("appeal", "in_review", Facts(line="medicare"))  # every trigger, open or with its reason
```

- A **guard** is professional law: licence, expertise, independence, consent, the rules of fast
  track and extension, the content of a decision. It carries a sentence that a nurse can read and
  its citation per line of business. Who of the staff may press which button is *policy* and lives
  elsewhere.
- A **fact** that nobody supplied never opens a guard.
- **A machine can only say yes.** Every adverse edge (◆) needs a named person; a table in which one
  does not is refused when it is loaded.
- A guard speaks about the *actor* (who acts; shown in every state), about the *case* (how things
  stand; shown where the state fits) or about the *form* (what the form of the step itself must
  answer; it makes no button grey and stands in `Choice.asks`). `fire` enforces all three.
- ↻ keeps the state: an event with effects on clocks, letters or obligations.
- A tag tells how sure a citation is: **P** read in the regulation or statute, **S** a secondary
  text quotes it, **O** an older official text, **K** from knowledge, to be checked before use.
  *Design* marks a rule of orderly work that follows from the product, not from a statute.

## To add a state or a step

1. A **step**: one `Edge` in the file of its kind. If a guard is missing, write it in the
   `guards_*.py` of its theme with a sentence and its law; if a fact is missing, add it to
   `facts.py` with a default that keeps guards shut. Then a policy row, the form fields and the
   command; button, API verb and this page follow.
2. A **state**: its name and words in `STATES`, and in `OPEN` or `DECIDED` where it belongs; at
   least one edge in and, while it is open, one out; a migration for the CHECK constraint.
3. The independent table in `tests/statemachines/expected_edges.py` says the same in another hand;
   the test fails until both agree. Run `make docs`.

A trigger whose destination depends on facts is several edges, parted by guards that name each other
with `against`. A table that contradicts itself does not load.
"""


def mermaid(kind: str) -> str:
    """A stateDiagram-v2 of the edges that change the state; from any open state, one arrow."""
    table = table_of(kind)
    inner: list[str] = []
    outer: list[str] = []
    for (source, dest), triggers in _arrows(table).items():
        line = f"    {source} --> {dest} : {', '.join(triggers)}"
        within = source in table.open and dest in table.open
        (inner if within else outer).append(line)
    nested = [f"    {line}" for line in inner]
    names = [f"        {name}" for name in table.open]
    return "\n".join(["stateDiagram-v2", "    state open {", *names, *nested, "    }", *outer])


def _arrows(table: Table) -> dict[tuple[str, str], dict[str, None]]:
    """(from, to) → its triggers, in table order; `open` stands for all open states at once."""
    arrows: dict[tuple[str, str], dict[str, None]] = {}
    for edge in table.edges:
        for source in _starts(table, edge):
            if edge.dest and edge.dest != source:
                arrows.setdefault((source, edge.dest), {})[edge.trigger] = None
    return arrows


def _starts(table: Table, edge: Edge) -> list[str]:
    if set(table.open) <= set(edge.sources):
        return ["open", *(name for name in edge.sources if name not in table.open)]
    return ["[*]" if name == BEFORE else name for name in edge.sources]


def readme() -> str:
    """The whole statemachines/README.md."""
    return "\n".join([_HEAD, *(_chapter(kind) for kind in KINDS), _register()])


def _chapter(kind: str) -> str:
    table = table_of(kind)
    groups = (
        ("Open (work is owed)", table.open),
        ("Decided", table.decided),
        ("Ended otherwise", [s for s in table.names if s not in (*table.open, *table.decided)]),
    )
    return "\n".join(
        [
            f"## {_TITLES[kind]} `{kind}`",
            "",
            *(f"- {title}: {', '.join(f'`{name}`' for name in names)}" for title, names in groups),
            "",
            "```mermaid",
            mermaid(kind),
            "```",
            "",
            "| step | from → to | only if | event |",
            "|---|---|---|---|",
            *(_row(table, edge) for edge in table.edges),
            "",
        ]
    )


def _row(table: Table, edge: Edge) -> str:
    step = f"`{edge.trigger}`{' ◆' if edge.adverse else ''}<br>{edge.label}"
    cell = "<br>".join([*_conditions(edge), *([f"*{edge.cite}*"] if edge.cite else [])]) or "–"
    return f"| {step} | {_path(table, edge)} | {cell} | `{edge.event}` |"


def _conditions(edge: Edge) -> list[str]:
    """The sentences, those of one law together, each group followed by it; uncited last."""
    groups: dict[str, list[str]] = {}
    for guard in edge.guards:
        groups.setdefault(guard.cite, []).append(f"• {guard.sentence}")
    return [
        line for cite, said in groups.items() for line in (*said, *([f"*{cite}*"] if cite else []))
    ]


def _path(table: Table, edge: Edge) -> str:
    if set(edge.sources) == set(table.names):
        return "any ↻"
    names = ["–" if name == "[*]" else name for name in _starts(table, edge)]
    return f"{', '.join(names)} {f'→ {edge.dest}' if edge.dest else '↻'}"


def _register() -> str:
    """Every guard once, with its law per line of business and how sure we are of it."""
    uses: dict[Guard, dict[str, None]] = {}
    for kind in KINDS:
        for edge in table_of(kind).edges:
            for guard in edge.guards:
                uses.setdefault(guard, {})[f"{kind}.{edge.trigger}"] = None
    seen = {guard.name: guard for guard in sorted(uses, key=lambda each: each.about == "form")}
    return "\n".join(
        [
            "## Guards and their law",
            "",
            "| guard | about | law | used by |",
            "|---|---|---|---|",
            *(
                f"| `{name}` | {seen[name].about} | {_laws(seen[name])} | {_users(uses, name)} |"
                for name in sorted(seen)
            ),
            "",
        ]
    )


def _users(uses: dict[Guard, dict[str, None]], name: str) -> str:
    users = dict.fromkeys(use for guard, each in uses.items() if guard.name == name for use in each)
    return ", ".join(users)


def _laws(guard: Guard) -> str:
    return "<br>".join(_law(line, law) for line, law in guard.laws) or "*Design*"


def _law(line: str, law: Law) -> str:
    of = f"{_SHORT[line]}: " if line else ""
    return f"{of}{law.cite} [{law.tag}]"
