"""The plan's own words: where the sentence that a right needs is another one, the letter stays."""

from letters import own_words
from tests.letters.letter_desk import UPDATE
from tests.letters.own_words_table import table


def test_the_table_of_own_words_is_what_samples_and_templates_say():
    made = table()
    if UPDATE:
        own_words.FILE.write_text(made, encoding="utf-8")
    assert own_words.FILE.read_text(encoding="utf-8") == made
