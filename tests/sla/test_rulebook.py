"""The rule files: that the shipped ones are sound, and that each planted fault is refused with a
sentence that names the rule."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from sla import lock, rulefile, rules
from sla.clocks import compute
from sla.reading import read_contract, read_subject
from sla.reading_events import read_events
from tests.sla import cases as sc

KY = "states/ky.toml"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A copy of the shipped rule files with their lock."""
    shutil.copytree(rules.HOME / "rules", tmp_path / "rules")
    shutil.copy(rules.HOME / "rules.lock", tmp_path / "rules.lock")
    return tmp_path


def edit(home: Path, file: str, old: str, new: str) -> None:
    path = home / "rules" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def append(home: Path, file: str, text: str) -> None:
    path = home / "rules" / file
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


SECOND = """
[[rule]]
id = "KY-PA-STD"
version = 2
clock = "decision"
line = ["marketplace"]
when = {{ kind = ["prior_auth"], timing = ["pre_service", "concurrent"], track = ["standard"] }}
limit = "3 calendar days"
anchor = "complete_information"
{dates}
consequence = "deemed_approval"
citation = "KRS 304.17A-607 (as amended)"
tag = "K"
source = "planted by a test"
checked = 2026-11-21
"""


def test_the_shipped_rules_are_sound() -> None:
    assert rules.check() == ()
    assert len(rules.load().versions) == 119


def test_every_version_has_a_citation_a_source_and_a_check_date() -> None:
    for rule in rules.load().versions:
        assert rule.citation.strip()
        assert rule.source.strip()
        assert rule.checked <= date(2026, 11, 21)
        assert set(rule.tag.split("/")) <= set("PSOK")


def test_the_rule_book_is_read_once() -> None:
    assert rules.load() is rules.load()


FAULTS: list[tuple[str, type[Exception], str, str]] = [
    ("no citation", rulefile.MissingCitation, 'citation = "KRS 304.17A-607"\n', ""),
    ("an empty citation", rulefile.MissingCitation, "KRS 304.17A-607\"\ntag", " \"\ntag"),
    ("no source", rulefile.MissingCitation, "source = ", "note = "),
    ("a tag that is none", rulefile.MissingCitation, 'tag = "S"', 'tag = "Z"'),
    ("no check date", rulefile.MissingCheckDate, "checked = 2026-11-21\n", ""),
    ("a check date as text", rulefile.MissingCheckDate, "checked = 2026", 'checked = "2026"#'),
    ("an unknown clock", rulefile.UnknownClock, 'clock = "decision"', 'clock = "verdict"'),
    ("an unknown anchor", rulefile.UnknownEvent, "complete_information", "full_moon"),
    ("an unknown field", rulefile.UnknownWord, "consequence_citation", "conseqence_citation"),
    ("an unknown selector", rulefile.UnknownWord, "timing =", "timming ="),
    ("an unknown value", rulefile.UnknownWord, '"concurrent"', '"during"'),
    ("an unknown line", rulefile.UnknownWord, '["marketplace"]', '["commercial"]'),
    ("an unknown consequence", rulefile.UnknownWord, "deemed_approval", "deemed_fine"),
    ("an unknown layer", rulefile.UnknownWord, "state:ky", "state:tx"),
    ("a limit without a unit", rulefile.RuleError, "5 calendar days", "5"),
    ("a limit in weeks", rulefile.RuleError, "5 calendar days", "5 weeks"),
    ("no limit", rulefile.RuleError, 'limit = "5 calendar days"\n', ""),
    ("a version that is no number", rulefile.RuleError, "version = 1", 'version = "new"'),
    ("broken TOML", rulefile.RuleError, "[[rule]]", "[[rule]"),
    ("dates as text", rulefile.RuleError, "consequence =", 'from = "2020"\nconsequence ='),
    ("it ends before it starts", rules.VersionGap, "consequence =",
     "from = 2026-01-01\nto = 2025-01-01\nconsequence ="),
    ("a correction that says nothing of open cases", rulefile.RuleError, "consequence =",
     "corrects = 1\nconsequence ="),
    ("a version that corrects itself", rules.MixedVersions, "consequence =",
     'corrects = 1\nopen_cases = "they move"\nconsequence ='),
    ("two blocks of one version", rules.VersionOverlap, '"KY-PA-URG"', '"KY-PA-STD"'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "old", "new"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_a_planted_fault_is_refused(home: Path, error: type[Exception], old: str, new: str) -> None:
    (home / "rules.lock").unlink()
    edit(home, KY, old, new)
    with pytest.raises(error) as caught:
        rules.publish(home)
    assert "ky" in str(caught.value) or "KY-PA" in str(caught.value)
    assert not (home / "rules.lock").exists()
    assert rules.check(home)
    with pytest.raises(rulefile.RuleError):
        rules.load(home)


def test_changed_content_under_a_published_version_is_refused(home: Path) -> None:
    assert rules.check(home) == ()
    edit(home, KY, "5 calendar days", "6 calendar days")
    with pytest.raises(lock.ChangedVersion, match="KY-PA-STD v1"):
        rules.load(home)
    with pytest.raises(lock.ChangedVersion):
        rules.publish(home)


def test_a_new_look_moves_the_check_date_alone(home: Path) -> None:
    edit(home, KY, "checked = 2026-11-21", "checked = 2027-02-01")
    assert rules.check(home) == ()


def test_a_published_version_cannot_get_lost(home: Path) -> None:
    (home / "rules" / KY).unlink()
    with pytest.raises(lock.LostVersion, match="KY-PA-STD"):
        rules.load(home)
    with pytest.raises(lock.LostVersion):
        rules.publish(home)


def test_a_version_that_is_not_published_is_refused(home: Path) -> None:
    append(home, KY, SECOND.format(dates="from = 2027-01-01"))
    with pytest.raises(lock.UnpublishedVersion, match="KY-PA-STD v2"):
        rules.load(home)


def test_a_broken_lock_is_refused(home: Path) -> None:
    (home / "rules.lock").write_text("not a lock")
    with pytest.raises(rulefile.RuleError, match=r"rules\.lock"):
        rules.load(home)


def test_no_rule_file_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(rulefile.RuleError, match="no rule file"):
        rules.load(tmp_path)


@pytest.mark.parametrize(
    ("dates", "error"),
    [
        ("from = 2020-01-01\nto = 2026-12-31", None),  # the open first version is ended by it
        ("", rules.VersionOverlap),  # both open from the start
    ],
)
def test_versions_follow_each_other(home: Path, dates: str, error: type[Exception] | None) -> None:
    append(home, KY, SECOND.format(dates=dates))
    if error:
        with pytest.raises(error, match="KY-PA-STD"):
            rules.publish(home)
    else:
        assert rules.publish(home) == ("state:ky/KY-PA-STD v2",)


@pytest.mark.parametrize(
    ("starts", "error"),
    [("2023-01-02", rules.VersionGap), ("2022-12-31", rules.VersionOverlap)],
)
def test_gaps_and_overlaps_are_refused(home: Path, starts: str, error: type[Exception]) -> None:
    (home / "rules.lock").unlink()
    edit(home, "states/ga.toml", "from = 2023-01-01", f"from = {starts}")
    with pytest.raises(error, match="GA-PA-STD"):
        rules.publish(home)


def test_versions_that_differ_in_more_than_the_figure_are_refused(home: Path) -> None:
    text = SECOND.format(dates="from = 2027-01-01").replace('"pre_service", ', "")
    append(home, KY, text)
    with pytest.raises(rules.MixedVersions, match="KY-PA-STD"):
        rules.publish(home)


def test_two_variants_for_one_case_are_refused(home: Path) -> None:
    append(home, KY, SECOND.format(dates='variant = "again"'))
    with pytest.raises(rules.VersionOverlap, match="again"):
        rules.publish(home)


def test_one_id_in_two_layers_is_refused(home: Path) -> None:
    text = SECOND.format(dates="").replace("KY-PA-STD", "GA-PA-URG")
    append(home, KY, text)
    with pytest.raises(rules.VersionOverlap, match="GA-PA-URG"):
        rules.publish(home)


def due_of(home: Path, at: str) -> tuple[int, str]:
    plain = sc.case("marketplace", sc.received(at), layers=("state:ky",))
    contract = read_contract(plain["contract"])
    subject = read_subject(plain["subject"], contract)
    events = read_events(plain["events"], contract, subject)
    clock = sc.clock(compute(contract, subject, events, book=rules.load(home)))
    return clock.rule_version, clock.due.isoformat()[:10]


def test_a_change_of_law_is_one_block_and_old_cases_keep_their_version(home: Path) -> None:
    append(home, KY, SECOND.format(dates="from = 2027-01-01"))
    assert rules.publish(home) == ("state:ky/KY-PA-STD v2",)
    assert rules.publish(home) == ()
    assert rules.check(home) == ()
    assert due_of(home, "2026-12-31T10:00") == (1, "2027-01-05")
    assert due_of(home, "2027-01-01T10:00") == (2, "2027-01-04")


def test_a_correction_replaces_the_version_and_the_old_one_can_still_be_read(home: Path) -> None:
    more = 'corrects = 1\nopen_cases = "they are recomputed"'
    append(home, KY, SECOND.format(dates=more))
    rules.publish(home)
    assert due_of(home, "2026-06-01T10:00") == (2, "2026-06-04")
    book = rules.load(home)
    assert book.version("KY-PA-STD", 1).amount == 5
    assert book.version("KY-PA-STD", 2).open_cases == "they are recomputed"
    with pytest.raises(KeyError):
        book.version("KY-PA-STD", 3)


def test_the_lock_has_each_version_once() -> None:
    locked = lock.read_lock(rules.HOME / "rules.lock")
    assert set(locked) == {lock.key_of(rule) for rule in rules.load().versions}
    assert all(len(value) == 64 for value in locked.values())
