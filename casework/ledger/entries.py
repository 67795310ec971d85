"""The entries of the history: event rows with their place in the chain of their case."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from casework import bridge, chain, seal
from casework.config import Settings
from casework.context import Context, Principal
from casework.ledger.change import Change, Head


def entry(
    cx: Context, case: Head, change: Change, *, event: str, from_state: str, to_state: str
) -> tuple[dict[str, Any], Head]:
    """One event row for this change, and the case with its head moved on (state included)."""
    actor = change.actor or cx.principal
    seq = case.event_seq + 1
    row: dict[str, Any] = {
        "case_id": case.id,
        "seq": seq,
        "event": event,
        "trigger": change.trigger,
        "from_state": from_state,
        "to_state": to_state,
        "occurred_at": _utc(change.occurred_at or cx.now),
        "recorded_at": _utc(cx.now),
        **_who(cx, actor),
        "said_by": change.said.by,
        "outcome": change.said.outcome,
        "notice_kind": change.said.notice_kind,
        "days": change.said.days,
        "ground": change.said.ground,
        "printed_on": change.said.printed_on,
        "facts": canonical_json(change.said.more),
        "body_ct": _sealed(cx.database.settings, case, seq, change),
    }
    link = chained(case.link, row, cx.database.settings.keys["audit"])
    row |= {"prev_hash": case.link.hash, "hash": link.hash, "mac": link.mac}
    moved = replace(case, event_seq=seq, link=link, state=to_state or case.state)
    if to_state and to_state != from_state:
        # It came back to whoever has it, or somebody went on with what had come back.
        moved = replace(moved, returned_at=cx.now if event in bridge.RETURNS else None)
    return row, moved


def chained(before: chain.Link, row: dict[str, Any], key: bytes) -> chain.Link:
    """The head of the chain after this row."""
    return chain.after(before, chain.canonical(row[c] for c in chain.CASE_COLUMNS), key)


def canonical_json(value: Any) -> str:
    """JSON with one spelling: sorted keys, no spaces, instants in ISO 8601."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain)


def body_place(case_id: int, seq: int) -> str:
    """What the sealed body of an event is bound to."""
    return f"event:{case_id}:{seq}"


def case_key(settings: Settings, case: Head) -> bytes:
    """The data key of this case."""
    wrapping = seal.wrapping_key(settings.keys["documents"])
    return seal.unwrap(wrapping, case.key_sealed, f"case:{case.id}")


def _sealed(settings: Settings, case: Head, seq: int, change: Change) -> bytes:
    if not change.text:
        return b""
    return seal.seal_json(case_key(settings, case), dict(change.text), body_place(case.id, seq))


def _who(cx: Context, actor: Principal) -> dict[str, Any]:
    return {
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "actor_role": actor.role,
        "session_ref": cx.session_ref,
        "request_id": cx.request_id,
    }


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return _utc(value).isoformat()
    return str(value)
