"""The coversheet: its number catches slips, its code is drawn right, and it names nobody."""

import io
import random

import pikepdf
import pypdfium2
import pytest
import segno

from letters import coversheet
from letters.context import Office
from letters.coversheet import ALPHABET, Coversheet, check_character, in_groups, typed
from letters.printjob import PrintRequest
from letters.refusals import ContextRefused

NUMBER = "7KQ49MZD2XT" + check_character("7KQ49MZD2XT")
DESK = Office(name="Appeals", lines=("PO Box 4130", "Columbus, OH 43216"), fax="1-614-555-0122")


def a_sheet(**changes) -> Coversheet:
    given = {
        "number": NUMBER,
        "plan_name": "Maple Hollow Health Plan",
        "office": DESK,
        "phone": "1-800-555-0101",
        "tty": "711",
        "way": "mail",
    }
    return Coversheet(**{**given, **changes})


def numbers(count: int):
    chance = random.Random(7)
    for _ in range(count):
        body = "".join(chance.choices(ALPHABET, k=coversheet.LENGTH - 1))
        yield body + check_character(body)


def test_every_single_slip_and_every_swap_of_neighbours_is_noticed():
    for number in numbers(40):
        assert typed(number) == number
        for place, one in enumerate(number):
            for other in ALPHABET.replace(one, ""):
                assert not typed(number[:place] + other + number[place + 1 :])
        for place in range(len(number) - 2):
            swapped = list(number)
            swapped[place : place + 2] = reversed(swapped[place : place + 2])
            assert "".join(swapped) == number or not typed("".join(swapped))


@pytest.mark.parametrize("text", ["", "7KQ4", "0" * 12, "PA-2027-000001-2", NUMBER + "2", "É" * 12])
def test_what_is_no_number_is_none(text):
    assert typed(text) == ""


def test_a_number_is_read_as_people_write_it_and_as_scanners_send_it():
    assert typed(f" {in_groups(NUMBER).lower()}\r\n") == NUMBER
    assert typed(" ".join(NUMBER)) == NUMBER


@pytest.mark.parametrize(
    "changes", [{"number": "7KQ49MZD2XT2"}, {"way": "pigeon"}, {"language": "fr"}]
)
def test_a_sheet_that_leads_nowhere_is_not_made(changes):
    with pytest.raises(ContextRefused):
        coversheet.html(a_sheet(**changes))


def printed(press, sheet: Coversheet) -> bytes:
    page = coversheet.html(sheet)
    title = coversheet.title(sheet)
    return press.print(PrintRequest(html=page, title=title, lang=sheet.language))


def figures(node) -> list[str]:
    if isinstance(node, pikepdf.Array):
        return [said for child in node for said in figures(child)]
    if not isinstance(node, pikepdf.Dictionary) or "/S" not in node:
        return []
    own = [str(node.get("/Alt", ""))] if node.S == "/Figure" else []
    return own + figures(node.get("/K", pikepdf.Array()))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("way", coversheet.WAYS)
def test_a_sheet_is_one_tagged_page_that_says_its_number(press, language, way):
    pdf = printed(press, a_sheet(language=language, way=way))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == language
        assert in_groups(NUMBER) in str(document.docinfo["/Title"])
        [said] = figures(document.Root.StructTreeRoot.K)
        assert said.endswith(in_groups(NUMBER))
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert text.count(in_groups(NUMBER)) >= 2  # in the frame, and at the foot
    wanted = [DESK.fax] if way == "fax" else list(DESK.lines)
    assert all(line in text for line in wanted)


def test_the_code_on_the_paper_is_the_number(press):
    """The picture of the page, module by module, is what the QR standard makes of the number."""
    page = pypdfium2.PdfDocument(printed(press, a_sheet()))[0]
    picture = page.render(scale=4).to_pil().convert("L").point(lambda grey: 255 * (grey < 40))
    below_the_number = picture.crop((4 * 66, 4 * 232, 4 * 250, 4 * 372))
    code = below_the_number.crop(below_the_number.getbbox())
    made = segno.make(in_groups(NUMBER), error="m", micro=False, boost_error=False).matrix
    assert abs(code.width - code.height) <= 4
    step, side = code.width / len(made), range(len(made))
    read = [
        [int(code.getpixel((int((x + 0.5) * step), int((y + 0.5) * step))) > 0) for x in side]
        for y in side
    ]
    assert read == [list(row) for row in made]
