"""A batch of assignments in words: what was asked, how it stands."""

from collections.abc import Mapping

from casework.queries.batches import Batch
from casework.web.staff import words


def title(batch: Batch, names: Mapping[str, str]) -> str:
    """What the batch was about; `names` are those of the queues."""
    asked = batch.asked
    count = asked.get("cases")
    if count:
        return "1 case that was ticked" if count == 1 else f"{count} cases that were ticked"
    if asked.get("person"):
        return "The work of one person"
    if asked.get("still"):
        return "Work of people who are gone or away"
    if asked.get("passed"):
        return "What nobody took"
    queue = words.queue(str(asked["queue"]), names) if asked.get("queue") else "Everything"
    return f"{queue}: what nobody has"


def outcome(batch: Batch) -> str:
    """How it stands, in a few words."""
    count = batch.counts
    if batch.state == "planned":
        return "a plan; nothing is changed"
    if batch.running:
        return "the worker is at it"
    parts = [f"{count[code]} {said}" for code, said in _RESULTS.items() if count.get(code)]
    return ", ".join(parts) or "nothing was to do"


_RESULTS = {
    "done": "handed out",
    "undone": "undone",
    "kept": "not undone",
    "refused": "refused",
    "": "not carried out",
}
