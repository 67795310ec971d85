"""Peer-to-peer talks: whether one is offered, and whether it still holds a denial."""

from dataclasses import replace

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.ledger.change import Head
from casework.models import PeerToPeer
from statemachines.facts import Facts


def facts_of(cx: Context, case: Head, facts: Facts) -> Facts:
    """The facts with the open offer, which holds a denial where the contract says so."""
    row = cx.db.execute(
        select(PeerToPeer.slot_at)
        .where(
            PeerToPeer.case_id == case.id,
            PeerToPeer.held_at.is_(None),
            PeerToPeer.closed_at.is_(None),
        )
        .order_by(PeerToPeer.id.desc())
        .limit(1)
    ).one_or_none()
    workflow = bridge.version_of(cx, case.contract_version_id).workflow
    holds = row is not None and row.slot_at > cx.now and workflow.get("peer_to_peer_holds", True)
    return replace(facts, peer_to_peer_offered=row is not None, peer_to_peer_holds=bool(holds))
