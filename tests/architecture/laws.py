"""The laws of the house that can be read off its code, each a function from a module to faults."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache

from tests.architecture.reading_code import Module, at, dotted, house

Law = Callable[[Module], Iterator[str]]

# Who else may end a transaction, and on which tables (decision 11).
COMMITS = {
    "casework/db.py": "the one commit of every command, and `observe`",
    "casework/ledger/histories.py": "`import_histories`: seeds and migrations (decision 8)",
    "casework/migrations/env.py": "the owner's migrations",
    "casework/web/accounts.py": "Flask-Security's datastore: account tables only",
    "casework/web/arrival.py": "Flask-Security's datastore: account tables only",
    "casework/web/authenticator.py": "Flask-Security's datastore: account tables only",
}
# Who opens a transaction as the owner of the tables: seeds, before anybody is served.
BEGINS = {"casework/seed/papers.py", "casework/seed/directory.py"}
AUTOCOMMIT = {
    "casework/embedded.py": "makes roles and databases",
    "casework/observations.py": "reads all chains at one instant",
}
# Who else has an attribute named so.
STATES = {"statemachines/engine.py": "the stand-in that lives for one firing"}
# Hooks that a library calls by this name.
HOOKS = {"handle_error"}
WALL = re.compile(
    r"^(datetime|datetime\.datetime|dt\.datetime)\.(now|utcnow|today)$"
    r"|^(date|datetime\.date)\.today$|^time\.(time|time_ns|localtime|gmtime)$"
    r"|^(func|sqlalchemy\.func|sa\.func)\.(now|current_timestamp|clock_timestamp|localtimestamp)$"
)
WALL_SQL = re.compile(r"\b(current_timestamp|clock_timestamp|now\(\)|localtimestamp)", re.I)
LATER = {"eta", "countdown", "retry", "expires", "autoretry_for", "retry_backoff", "max_retries"}
CELERY = {"apply_async", "send_task", "task", "shared_task", "signature", "subtask", "s", "si"}
BANNED = {"utils", "util", "helpers", "helper", "common", "base", "constants", "misc", "tools"}
VAGUE = re.compile(r"^_*(process|handle|manage|do_stuff|perform)(_|$)", re.I)
MOST_LINES, MOST_OF_A_FUNCTION = 300, 60
# Raw SQL and Core on people's tables skip the read filter of the session (row-level security
# stands behind it); each place is here with its reason.
CORE = {
    "casework/ledger/": "hot path: inserts and projections by Core (decision 7)",
    "casework/records/": "hot path: rows that commands share (decision 7)",
    "casework/services/": "hot path: the sweep settles marks in batches (decision 7)",
    "casework/audit.py": "reads whole chains as the system",
    "casework/observations.py": "security events and looks: append-only chains",
    "casework/web/sessions.py": "account tables only",
    "casework/seed/": "COPY and inserts as the owner, before anybody is served",
    "casework/outbox.py": "claims with SKIP LOCKED",
    "casework/db.py": "binds the principal; the offset row",
    "casework/metadata.py": "where `table_of` stands",
    "casework/scope.py": "the read filter itself",
    "casework/migrations/": "the schema itself",
    "casework/models/": "the conditions of partial indexes",
    "casework/queries/eligibility.py": "the two functions that recognise a member by number",
}


def commits(module: Module) -> Iterator[str]:
    """One commit place: `@command`. (The floors of the benches commit what ours commits.)"""
    if module.path.startswith("bench/"):
        return
    for call in module.calls():
        name = dotted(call.func).rpartition(".")[2]
        if name == "commit" and module.path not in COMMITS:
            yield f"{at(module, call)} commits; only @command does."
        if name == "begin" and not call.args and module.path not in BEGINS:
            yield f"{at(module, call)} opens a transaction; only @command does."
        if module.path not in AUTOCOMMIT and any(
            keyword.arg in {"autocommit", "isolation_level"} for keyword in call.keywords
        ):
            yield f"{at(module, call)} commits by itself; only @command does."


def writes_state(module: Module) -> Iterator[str]:
    """One writer of `Case.state`: the ledger."""
    if module.path.startswith("casework/ledger/") or module.path in STATES:
        return
    for node in ast.walk(module.tree):
        targets = node.targets if isinstance(node, ast.Assign) else ()
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "state":
                yield f"{at(module, node)} assigns a state; only the ledger does."
    for call in module.calls():
        if any(keyword.arg == "state" for keyword in call.keywords) and _of_case(call):
            yield f"{at(module, call)} writes the state of a case; only the ledger does."


def _of_case(call: ast.Call) -> bool:
    """`Case(state=…)`, `update(Case)….values(state=…)`, `insert(Case)….values(state=…)`."""
    if dotted(call.func).rpartition(".")[2] == "Case":
        return True
    inside = (node for node in ast.walk(call.func) if isinstance(node, ast.Call))
    return dotted(call.func).endswith(".values") and any(
        dotted(each.func).rpartition(".")[2] in {"update", "insert"}
        and each.args
        and dotted(each.args[0]).split(".")[0] in {"Case", "row.Case"}
        for each in inside
    )


def reads_the_wall_clock(module: Module) -> Iterator[str]:
    """Time is an argument; one module reads the clock."""
    if module.path == "casework/now.py" or module.path.startswith("bench/"):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and WALL.match(dotted(node)):
            yield f"{at(module, node)} reads the wall clock: take the time from the context."
        if isinstance(node, ast.keyword) and node.arg in {"server_default", "server_onupdate"}:
            default = dotted(node.value) + " ".join(
                str(each.value) for each in ast.walk(node.value) if isinstance(each, ast.Constant)
            )
            if WALL_SQL.search(default) or "now" in default:
                yield f"{module.path}:{node.value.lineno} lets the database tell the time."
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "text":
            said = " ".join(a.value for a in node.args if isinstance(a, ast.Constant))
            if WALL_SQL.search(str(said)):
                yield f"{at(module, node)} asks the database for the time."


def keeps_in_the_broker(module: Module) -> Iterator[str]:
    """Redis is a doorbell: no message that waits, comes back or carries more than ids."""
    for call in module.calls():
        name = dotted(call.func).rpartition(".")[2]
        late = {keyword.arg for keyword in call.keywords} & LATER
        if name in CELERY and late:
            yield f"{at(module, call)} leaves {sorted(late)} to the broker: a deadline is a row."
        if name == "retry" and dotted(call.func).split(".")[0] in {"self", "task"}:
            yield f"{at(module, call)} retries by the broker: the outbox counts attempts."


def calls_a_command(module: Module) -> Iterator[str]:
    """Transactions never nest: no command calls a command of its own file or of another."""
    if not module.path.startswith("casework/services/"):
        return
    known = all_commands() | set(_commands(module))
    names = _names(module)
    for node in module.tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for call in (each for each in ast.walk(node) if isinstance(each, ast.Call)):
            first, _, rest = dotted(call.func).partition(".")
            meant = f"{names.get(first, f'{_own(module)}.{first}')}.{rest}".strip(".")
            if meant in known:
                yield f"{at(module, call)} calls the command {meant}: what two share moves down."


@cache
def all_commands() -> frozenset[str]:
    """`casework.services.<chapter>.<command>` of the whole house."""
    return frozenset(name for each in house() for name in _commands(each))


def _commands(module: Module) -> Iterator[str]:
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef) and any(
            dotted(d).rpartition(".")[2] == "command" for d in node.decorator_list
        ):
            yield f"{_own(module)}.{node.name}"


def _own(module: Module) -> str:
    return module.path.removesuffix(".py").replace("/", ".")


def _names(module: Module) -> dict[str, str]:
    """What the imported names of this module mean, in full."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def goes_around_the_filter(module: Module) -> Iterator[str]:
    """Core and raw SQL only where the list allows them."""
    if not module.path.startswith("casework/") or module.path.startswith(tuple(CORE)):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr == "__table__":
            yield f"{at(module, node)} goes to a table around the read filter."
        if isinstance(node, ast.ImportFrom) and "table_of" in {a.name for a in node.names}:
            yield f"{at(module, node)} goes to a table around the read filter."
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module in {"sqlalchemy", "sqlalchemy.sql"}:
            taken = {alias.name for alias in node.names} & {"text", "literal_column"}
            if taken:
                yield f"{at(module, node)} writes raw SQL around the read filter."


def is_too_long(module: Module) -> Iterator[str]:
    """300 lines a file, 60 a function (tables of data excepted: a file of literals alone)."""
    lines = module.text.count("\n")
    if lines > MOST_LINES and not _is_data(module):
        yield f"{module.path} has {lines} lines; the most is {MOST_LINES}."
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_OF_A_FUNCTION:
                yield f"{at(module, node)} {node.name} has {length} lines; at most 60."


def _is_data(module: Module) -> bool:
    """Nothing but imports and assigned literals or constructor calls: no function, no branch."""
    return not any(
        isinstance(node, ast.FunctionDef | ast.If | ast.For | ast.While | ast.Lambda)
        for node in ast.walk(module.tree)
    )


def has_no_opening(module: Module) -> Iterator[str]:
    """The first line of every file says why it exists; names say what is meant."""
    told = ast.get_docstring(module.tree)
    if not told and module.text.strip():
        yield f"{module.path} has no docstring."
    elif told and len(told.splitlines()) > 12:
        yield f"{module.path} opens with {len(told.splitlines())} lines; a page is too long."
    stem = module.path.rpartition("/")[2].removesuffix(".py")
    if stem in BANNED:
        yield f"{module.path}: {stem} says nothing; name it by what it is."
    for node in ast.walk(module.tree):
        named = isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name not in HOOKS
        if named and VAGUE.match(node.name):
            yield f"{at(module, node)} {node.name}: use the trade's own word."
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{at(module, node)} imports relatively."
