"""Whether a letter can reach an address, and when the batch of a contract goes out: pure tables."""

from datetime import UTC, datetime, time

import pytest

from casework import addresses
from casework.carriers import texts
from casework.errors import Invalid
from casework.records import handover
from casework.seed.offices import address as seeded_address


@pytest.mark.parametrize(
    "lines",
    [
        ("7 Elm Street", "Columbus, OH 43085"),
        ("Apt. 4", "7 Elm Street", "Columbus, OH 43085-1234"),
        ("PO Box 12", "Dayton OH 45402"),
        ("General Delivery", "Nome, AK 99762"),
        ("1 Plaza", "San Juan, PR 00901"),
        ("PSC 4 Box 88", "APO, AE 09021"),
        ("12 Main", "New York, NY 10001"),
        ("5 Fishers Lane", "Fishers Island, NY 06390"),
    ],
)
def test_an_address_that_mail_can_reach_has_no_fault(lines) -> None:
    assert addresses.fault(lines) == ""


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ((), "no address"),
        (("", "  "), "no address"),
        (("7 Elm Street",), "last line must be city, state and ZIP"),
        (("7 Elm Street", "Columbus"), "last line must be city, state and ZIP"),
        (("7 Elm Street", "Columbus, OH"), "last line must be"),
        (("7 Elm Street", "Columbus, OH 4308"), "five digits"),
        (("7 Elm Street", "Columbus, OH 430850"), "five digits"),
        (("7 Elm Street", "Columbus, ZZ 43085"), "is no state"),
        (("7 Elm Street", "Columbus, KY 43085"), "is not in KY"),
        (("Columbus, OH 43085",), "no street"),
        (("Alex Example", "Columbus, OH 43085"), "no street"),
        (("7 " + "Elm " * 30, "Columbus, OH 43085"), "does not fit an envelope"),
        (("No mailing address on file",), "last line must be"),
        (("Sin dirección postal registrada",), "last line must be"),
        (("٧ Elm Street", "Columbus, OH ٤٣٠٨٥"), "five digits"),
    ],
)
def test_what_cannot_be_reached_is_said_with_its_fix(lines, says) -> None:
    assert says in addresses.fault(lines)


def test_every_address_of_the_seeded_town_can_be_reached() -> None:
    from random import Random

    rng = Random(4)
    assert {addresses.fault(seeded_address(rng)[0]) for _ in range(200)} == {""}


def test_the_hash_of_an_address_block_is_that_of_what_is_printed() -> None:
    one = addresses.block_hash("Alex Example", ("7 Elm Street", "Columbus, OH 43085"))
    assert one == addresses.block_hash(" Alex Example ", ("7 Elm Street ", "Columbus, OH 43085"))
    assert one != addresses.block_hash("Alex Example", ("8 Elm Street", "Columbus, OH 43085"))


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2027, 3, 1, 15, 0, tzinfo=UTC), datetime(2027, 3, 1, 16, 0, tzinfo=UTC)),
        (datetime(2027, 3, 1, 16, 0, tzinfo=UTC), datetime(2027, 3, 1, 21, 30, tzinfo=UTC)),
        (datetime(2027, 3, 1, 21, 30, tzinfo=UTC), datetime(2027, 3, 2, 16, 0, tzinfo=UTC)),
        # The night in which the clocks go forward: the cut-off stays a local time.
        (datetime(2027, 3, 13, 22, 0, tzinfo=UTC), datetime(2027, 3, 14, 15, 0, tzinfo=UTC)),
    ],
)
def test_the_next_cutoff_is_a_local_time_of_the_contract(at, due) -> None:
    terms = handover.read({"print": {"cutoffs": ["16:30", "11:00"]}})
    assert terms.cutoffs == (time(11), time(16, 30))
    assert handover.next_cutoff(terms, at, "America/New_York") == due


def test_without_cutoffs_a_copy_waits_for_nothing() -> None:
    at = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
    assert handover.next_cutoff(handover.read({}), at, "America/New_York") == at


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ([], ""),
        ("daily", "print"),
        ({"often": 1}, "print"),
        ({"cutoffs": ["noon"]}, "print.cutoffs"),
        ({"cutoffs": ["11:00+01:00"]}, "print.cutoffs"),
        ({"most": 0}, "print.most"),
        ({"proof_days": True}, "print.proof_days"),
        ({"format_days": 99}, "print.format_days"),
    ],
)
def test_terms_of_printing_that_cannot_be_read_are_refused_by_field(said, field) -> None:
    assert set(handover.faults({"print": said})) == ({field} if field else set())
    if field:
        with pytest.raises(Invalid):
            handover.read({"print": said})


# The letters of GSM 03.38 that one message of 160 may hold.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


@pytest.mark.parametrize("language", ["en", "es", "vi"])
@pytest.mark.parametrize("url", ["", "https://plan.example", "https://" + "x" * 150])
def test_a_text_is_one_message_and_says_how_to_stop(language, url) -> None:
    said = texts.message(language, url)
    assert len(said) <= 160
    assert set(said) <= GSM
    assert "STOP" in said
    assert (url in said) == (len(url) < 100)


@pytest.mark.parametrize("said", ["STOP", " stop. ", "Alto", "unsubscribe", "FIN!"])
def test_a_stop_is_heard_in_both_languages(said) -> None:
    assert texts.says_stop(said)
    assert not texts.says_stop("please do not stop")


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("614-555-0170", "+16145550170"),
        ("+1 (614) 555-0170", "+16145550170"),
        ("555-0170", ""),
        ("", ""),
        ("044 123 4567", ""),
        ("٦١٤-٥٥٥-٠١٧٠", ""),
    ],
)
def test_only_a_telephone_of_the_united_states_gets_a_text(given, number) -> None:
    assert texts.number_of(given) == number
