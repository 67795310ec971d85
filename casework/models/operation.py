"""What keeps the house running: heartbeats, the demonstration's time offset, seed facts."""

from datetime import datetime

from sqlalchemy import BigInteger, Integer, Sequence, String
from sqlalchemy.orm import Mapped, mapped_column

from casework.metadata import INSTANT, Base

# Serials of the reference numbers: never reset, never reused. A case's serial is its id.
CASE_SERIAL = Sequence("case_serial", metadata=Base.metadata)
AUTHORIZATION_SERIAL = Sequence("authorization_serial", metadata=Base.metadata)
CONTACT_SERIAL = Sequence("contact_serial", metadata=Base.metadata)
ESCALATION_SERIAL = Sequence("escalation_serial", metadata=Base.metadata)


class Heartbeat(Base):
    """When a loop last finished a round: `sweep`, `relay`, `beat`."""

    __tablename__ = "heartbeat"
    __table_args__ = ({"info": {"scope": "plumbing"}},)
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(INSTANT)
    rounds: Mapped[int] = mapped_column(BigInteger, default=0)


class TimeOffset(Base):
    """One row: how far demonstrations moved case time forward. Refused in production."""

    __tablename__ = "time_offset"
    __table_args__ = ({"info": {"scope": "plumbing"}},)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    seconds: Mapped[int] = mapped_column(BigInteger)


class SeedFact(Base):
    """What a seed put here: its name, number and checksum, so that it is put here once."""

    __tablename__ = "seed_fact"
    __table_args__ = ({"info": {"scope": "plumbing"}},)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
