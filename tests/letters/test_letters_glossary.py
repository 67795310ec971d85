"""The glossary holds in every wording: the same term in both languages, no word that is barred."""

import pytest

from letters import compose, glossary, specimen
from letters.context import LANGUAGES
from letters.markup import parse
from letters.reading import measure
from letters.refusals import CatalogueError
from letters.wording import wording

# Names that the law or CMS gives a notice stand as they are.
OFFICIAL = ("kicker.",)


def test_each_term_is_said_in_spanish_with_the_spanish_term_of_the_glossary():
    english, spanish = wording("en").messages, wording("es").messages
    wrong = {
        key: [term.name for term in missing]
        for key in english
        if (missing := glossary.load().untranslated(english[key], spanish[key]))
    }
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_barred_word_stands_in_any_wording(language):
    wrong = {
        key: found
        for key, said in wording(language).messages.items()
        if not key.startswith(OFFICIAL) and (found := glossary.load().forbidden(said, language))
    }
    assert not wrong


def test_every_term_is_used_by_some_wording_in_both_languages():
    everything = {c: " ".join(wording(c).messages.values()) for c in LANGUAGES}
    for term in glossary.load().terms:
        alone = glossary.Glossary((term,), {}, {})
        assert alone.untranslated(everything["en"], ""), term.name
        assert not alone.untranslated(everything["en"], everything["es"]), term.name


def test_what_a_term_means_is_said_in_plain_words():
    told = glossary.load().terms
    assert len(told) >= 35
    for language in LANGUAGES:
        said = " ".join(getattr(term, f"means_{language}") for term in told)
        assert measure(said, language).grade <= 6


def test_a_missing_translation_and_a_barred_word_are_found():
    words = glossary.load()
    assert [t.name for t in words.untranslated("You can appeal.", "Puede quejarse.")] == ["appeal"]
    assert words.untranslated("Call {appeal}.", "Llame al {appeal}.") == ()
    assert [f.word for f in words.forbidden("The enrollee shall appeal.", "en")] == [
        "enrollee",
        "shall",
    ]
    assert [f.word for f in words.forbidden("Tú puedes apelar.", "es")] == ["Tú", "puedes"]


def test_a_glossary_that_says_nothing_is_refused(tmp_path):
    path = tmp_path / "g.toml"
    path.write_text('[terms.x]\nen = ["x"]\nes = []\nmeans_en = "x"\nmeans_es = "x"\n')
    with pytest.raises(CatalogueError, match=r"terms\.x lacks es"):
        glossary.read(path)


def test_every_element_of_a_sample_is_free_of_barred_words(code, line):
    page = parse(compose.html(specimen.specimen(code, line))).find("body/main")
    assert not glossary.load().forbidden("".join(page.itertext()), "en")
