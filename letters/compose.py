"""Makes a letter's HTML from its facts. It checks nothing but that each fact it speaks of is there.

Own Jinja environment: autoescape always on, an undefined name is an error, templates only from
`letters/templates` (reliability-security F35).
"""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, UndefinedError

from letters import authorities, availability, catalogue, codec
from letters.context import LetterContext
from letters.facts import refuse_without_facts
from letters.plaintext import from_html
from letters.refusals import CatalogueError, ContextRefused
from letters.voice import Voice

FOLDER = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one Jinja environment of this library."""
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def html(context: LetterContext, *, unfinished: bool = False) -> str:
    """The letter as one HTML document without styles, scripts or links; `unfinished` for whoever
    looks at it before its facts are complete: such a page never leaves, the gate refuses it.

    Raises LetterRefused (naming element and citation) where a fact that the law asks for is empty,
    ContextRefused where a text cannot be printed, CatalogueError for an unknown letter.
    """
    codec.vet(context)
    letter = catalogue.get(context.code, context.issued_on)
    if not unfinished:
        refuse_without_facts(letter, context)
    voice = Voice(context)
    required = letter.required(context)
    try:
        return (
            environment()
            .get_template(letter.template)
            .render(
                c=context,
                t=voice.t,
                say=voice.say,
                day=voice.day,
                what=voice.what,
                span=voice.span,
                theirs=voice.theirs,
                office_facts=voice.office_facts,
                notices=availability.notices(context.plan),
                required=frozenset(r.element.name for r in required),
                law=authorities.sections(r.cite for r in required),
            )
        )
    except UndefinedError as error:
        raise ContextRefused(context.code, f"a template speaks of nothing: {error}") from None
    except TemplateError as error:
        raise CatalogueError(f"{letter.template}: {error}") from None


def in_english(context: LetterContext) -> tuple[str, ...]:
    """Of the texts that the context names as English, those that this letter shows at all."""
    page = html(context)
    shown = Voice(context).theirs
    return tuple(each for each in context.english if str(shown(each)) in page)


def text(context: LetterContext) -> str:
    """The letter as plain text for screen readers and e-mail clients: the same words and facts."""
    return from_html(html(context))
