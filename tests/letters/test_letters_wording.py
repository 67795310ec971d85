"""Both languages say the same: keys, names, facts; in plain words; in glyphs that we ship."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from fontTools.ttLib import TTFont

from letters import availability, compose, reading, specimen, stylesheet, typefaces
from letters.context import LANGUAGES
from letters.markup import parse, squeezed, text
from letters.refusals import CatalogueError, ContextRefused
from letters.voice import Voice
from letters.wording import Wording, read, wording
from tests.letters.letter_desk import EVERYWHERE, FONTS, ROOT

NUMBERS = re.compile(r"\d[\d-]*")


def test_spanish_has_every_key_and_every_name_of_english():
    english, spanish = wording("en"), wording("es")
    assert english.messages.keys() == spanish.messages.keys()
    for key in english.messages:
        assert english.names(key) == spanish.names(key), key


def test_no_spanish_wording_is_left_in_english():
    english, spanish = wording("en").messages, wording("es").messages
    same = {k for k in english if english[k] == spanish[k]}
    same -= {k for k in same if not re.search(r"[a-z]{3}", re.sub(r"\{\w+\}", "", english[k]))}
    assert same == {"medicare_appeal.help_medicare"}


def test_every_wording_is_used_by_a_template_or_by_the_voice():
    folder = ROOT / "letters"
    sources = [*folder.rglob("*.j2"), folder / "voice.py", folder / "calendar_words.py"]
    sources.append(folder / "outputs.py")
    used = "\n".join(path.read_text(encoding="utf-8") for path in sources).replace("'", '"')
    made = ("months.", "zones.", "clock.", "states.", "kicker.", "result.", "kind.")
    titles = {f"{code}.title" for code, _ in EVERYWHERE}
    unused = {
        key
        for key in wording("en").messages.keys() - titles
        if not key.startswith(made)
        and f'"{key}"' not in used
        # A key that ends with a fact: "denial.asked_" ~ c.case.filed_by
        and not any(f'"{key[:end]}"' in used for end in range(key.index("."), len(key)))
    }
    assert not unused


def facts_of(html: str) -> Counter[str]:
    """Dates, numbers and marked elements of a page, however they are worded."""
    root = parse(html)
    for language_block in [n for n in root.iter("section") if n.get("class") == "languages"]:
        language_block.clear()
    dates = [str(n.get("datetime")) for n in root.iter("time")]
    elements = [str(n.get("data-element")) for n in root.iter() if n.get("data-element")]
    for time in root.iter("time"):
        time.text = ""
    numbers = NUMBERS.findall(" ".join(root.itertext()))
    return Counter([*dates, *elements, *numbers])


def test_english_spanish_and_large_print_tell_the_same_facts(code, line):
    pages = [
        compose.html(specimen.specimen(code, line, language=language, large_print=large))
        for language in LANGUAGES
        for large in (False, True)
    ]
    first, *others = [facts_of(page) for page in pages]
    for other in others:
        assert other == first, (other - first, first - other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_text_tells_the_same_in_the_same_order(code, line, language):
    context = specimen.specimen(code, line, language=language)
    read = squeezed(compose.text(context))
    position = 0
    for node in parse(compose.html(context)).find("body").iter():
        if node.tag in ("p", "h1", "h2", "h3", "th", "td") or (node.tag == "li" and not len(node)):
            said = text(node)
            assert said in read[position:], said
            position = read.index(said, position) + len(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_wording_is_plain_enough(code, line, language):
    context = specimen.specimen(code, line, language=language)
    told = reading.ours(context, parse(compose.html(context)))
    assert told.says_something
    assert told.grade <= 6.0


@pytest.mark.skipif(not FONTS.is_dir(), reason="the web assets are not installed")
def test_our_fonts_have_every_glyph_of_every_wording_and_notice():
    spoken = "".join("".join(wording(code).messages.values()) for code in LANGUAGES)
    plan = specimen.specimen("denial", "medicaid").plan
    notices = "".join(
        n.name + n.text for n in availability.notices(plan) if n.code not in typefaces.PACKAGE_OF
    )
    wanted = {ord(char) for char in spoken + notices + "0123456789·–" if not char.isspace()}
    for name in stylesheet.FONT_FILES:
        path = FONTS / stylesheet.PUBLIC_SANS / name
        assert not wanted - TTFont(path).getBestCmap().keys(), name


def test_the_language_block_is_in_english_and_fifteen_languages():
    assert availability.languages()[:2] == ("en", "es")
    assert len(set(availability.languages())) == 16


@pytest.mark.parametrize(
    ("key", "values", "says"),
    [
        ("denial.lede", {}, "no wording 'denial.lede'"),
        ("denial.lead", {}, "differ in: what"),
        ("denial.lead", {"what": "a", "who": "b"}, "differ in: who"),
    ],
)
def test_a_template_that_speaks_of_another_wording_is_refused(key, values, says):
    with pytest.raises(CatalogueError, match=says):
        wording("en").text(key, **values)


@pytest.mark.parametrize("text", ["{x.y}", "{x!r}", "{x:>9}", "{0}", "{", "{x"])
def test_a_wording_may_only_hold_plain_names(text):
    with pytest.raises(CatalogueError):
        Wording("en", {"a.b": text})


def test_nothing_that_is_put_in_becomes_markup():
    said = Wording("en", {"a.b": "<b> {x} &"}).text("a.b", x="<i>")
    assert said == "&lt;b&gt; &lt;i&gt; &amp;"


@pytest.mark.parametrize(
    ("span", "says"),
    [
        (
            {"starts": date(2027, 1, 4), "ends": date(2027, 2, 1)},
            "January 4, 2027 to February 1, 2027",
        ),
        ({"starts": date(2027, 1, 4), "ends": date(2027, 1, 4)}, "January 4, 2027"),
        ({"starts": date(2027, 1, 4), "ends": None}, "From January 4, 2027"),
        ({"starts": None, "ends": date(2027, 2, 1)}, "Until February 1, 2027"),
        ({"starts": None, "ends": None}, ""),
        (
            {"starts": date(2027, 1, 4), "ends": None, "ends_when": "you go home"},
            "From January 4, 2027. It ends when: you go home",
        ),
        ({"starts": None, "ends": None, "ends_when": "you go home"}, "It ends when: you go home"),
    ],
)
def test_the_time_of_a_service_is_said_as_far_as_it_is_known(span, says):
    context = specimen.specimen("approval", "medicaid")
    service = replace(context.services[0], **span)
    assert Voice(context).span(service).striptags() == says


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ((), "the care you asked for"),
        (("a chair",), "a chair"),
        (("a chair", "a chair"), "a chair"),
        (("a chair", "a bed"), "a chair and a bed"),
        (("a chair", "a bed", "a lamp"), "a chair, a bed and a lamp"),
        (("a", "b", "c", "d"), "the 4 services listed below"),
    ],
)
def test_services_are_named_in_the_first_sentence_while_they_fit(labels, says):
    context = specimen.specimen("approval", "medicaid")
    services = tuple(replace(context.services[0], label=label) for label in labels)
    assert Voice(context).what(services) == says


@pytest.mark.parametrize(
    ("last", "says"),
    [
        ("inyecciones", "terapia e inyecciones"),
        ("hielo", "terapia y hielo"),
        ("silla", "terapia y silla"),
    ],
)
def test_spanish_joins_with_e_before_the_sound_i(last, says):
    context = specimen.specimen("approval", "medicaid", language="es")
    labels = ("terapia", last)
    services = tuple(replace(context.services[0], label=label) for label in labels)
    assert Voice(context).what(services) == says


def test_a_template_that_speaks_of_no_date_is_refused():
    with pytest.raises(ContextRefused, match="approval: a template speaks of a fact"):
        Voice(specimen.specimen("approval", "medicaid")).day(None)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "no wording files there"),
        ({"a.toml": "[x]\ny = 'z'", "b.toml": "[x]\ny = 'z'"}, "'x.y' stands there twice"),
        ({"a.toml": "[x]\ny = 3"}, "'x.y' must be a text"),
        ({"a.toml": "[x]\ny = ' '"}, "'x.y' must be a text"),
    ],
)
def test_a_wording_file_that_is_wrong_is_refused(tmp_path, files, says):
    (tmp_path / "xx").mkdir()
    for name, content in files.items():
        (tmp_path / "xx" / name).write_text(content)
    with pytest.raises(CatalogueError, match=says):
        read(tmp_path, "xx")
