"""A letter's page in a frame of ours: its HTML with the style of its print, for previews.

It composes nothing and proves nothing. The style stands at an address of its own, because no page
of ours has an inline style.
"""

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, make_response, url_for

from casework.web import headers
from casework.web.access import SIGNED_IN, entry
from letters import stylesheet

paper: Final = Blueprint("paper", __name__)

_FACES: Final = "".join(
    f'@font-face {{ font-family: "{stylesheet.FAMILY}"; font-weight: {weight};'
    f' src: url("/static/vendor/letters/{Path(name).stem}.woff2"); }}\n'
    for name, weight in stylesheet.FONT_FILES.items()
)
# A sheet of paper as wide as the printed one, where the window is; whole lines where it is not.
_SHEET: Final = """
html { background: #e6e6e6; }
body { background: #fff; box-sizing: border-box; margin: 0 auto; max-width: 8.5in; }
body { padding: 0.7in 0.9in; }
.languages, .form { break-before: auto; }
@media (max-width: 42rem) {
  body { overflow-wrap: anywhere; padding: 1.2rem; }
  .head .address, .head .facts { float: none; width: 100%; }
}
@media print { body { max-width: none; padding: 0; } html { background: #fff; } }
"""


@paper.get("/letter-page.css")
@entry(SIGNED_IN, passive=True)
def standard() -> Response:
    """The style of a letter's page on a screen."""
    return _style(large_print=False)


@paper.get("/letter-page-large.css")
@entry(SIGNED_IN, passive=True)
def large() -> Response:
    """The same in large print."""
    return _style(large_print=True)


def sheet(html: str, *, large_print: bool) -> Response:
    """The answer that shows this composed letter in a frame of ours, and nowhere else."""
    headers.allow_framing()
    style = url_for("paper.large" if large_print else "paper.standard")
    head = (
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="stylesheet" href="{style}">\n</head>'
    )
    return make_response(html.replace("</head>", head, 1))


def _style(*, large_print: bool) -> Response:
    answer = make_response(_FACES + stylesheet.css(large_print=large_print) + _SHEET)
    answer.content_type = "text/css; charset=utf-8"
    return answer
