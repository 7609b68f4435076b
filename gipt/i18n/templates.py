"""What templates see: the same functions, giving markup that is safe although translations are untrusted.

The message is escaped first, then each argument; only an argument that already is Markup stays as it is. So a
translation can never add a tag, and neither can a name. Jinja's own new-style functions use `%`: not used.
"""

from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from gipt.i18n import formats
from gipt.i18n.catalogs import Shelf, catalog_folders, use_shelf
from gipt.i18n.current import current_language, languages
from gipt.i18n.messages import counted, plain, speak


def safe(value: object, kind: str) -> str:
    """Write one argument as escaped text."""
    return str(escape(plain(value, kind) if isinstance(value, (int, float)) else value))


# All of these ask for no more than whether the template escapes: a function that asks for the page's variables is
# given a copy of every one of them, at each call.
def said(page: EvalContext, source: tuple[str, ...], arguments: dict[str, Any], **how: Any) -> str:
    """Speak a message as markup where the template escapes, as plain text where it does not."""
    if not page.autoescape:
        return speak(source, arguments, **how)
    spoken = speak(source, arguments, show=safe, dress=escape, **how)
    return spoken if type(spoken) is Markup else Markup(spoken)  # noqa: S704


@pass_eval_context
def gettext(context: EvalContext, message: str, /, **arguments: Any) -> str:
    """Give a message."""
    return said(context, (message,), arguments)


@pass_eval_context
def pgettext(context: EvalContext, meaning: str, message: str, /, **arguments: Any) -> str:
    """Give a message with a context."""
    return said(context, (message,), arguments, context=meaning)


@pass_eval_context
def ngettext(context: EvalContext, singular: str, plural: str, number: float, /, **arguments: Any) -> str:
    """Give the form for a number."""
    return said(context, (singular, plural), counted(number, arguments), number=number)


@pass_eval_context
def npgettext(
    context: EvalContext, meaning: str, singular: str, plural: str, number: float, /, **arguments: Any
) -> str:
    """Give the form for a number of a message with a context."""
    return said(context, (singular, plural), counted(number, arguments), context=meaning, number=number)


def bdi(value: object) -> Markup:
    """Wrap a name or code so that its direction does not disturb the sentence around it."""
    return Markup(f"<bdi>{escape(value)}</bdi>")  # noqa: S704


def init_app(app: Flask, translations: Path | None = None) -> None:
    """Give an application its languages; `translations` (or the setting) is a programme's own folder.

    Templates get `_`, `gettext`, `ngettext`, `pgettext`, `npgettext`, `{% trans %}`, `language` (for `lang`
    and `dir`), the `format_…` functions, and the filters `bdi`, `dateformat`, `timeformat`, `datetimeformat`,
    `numberformat`, `percentformat`. The web layer sets `flask.g.language` (a tag) and `flask.g.digits`.
    """
    settings = app.extensions.get("gipt.settings")
    shelf = Shelf(catalog_folders(translations or getattr(settings, "translations", None)))
    assert shelf.registry.listed
    use_shelf(shelf)
    # Flask-Babel answers the form library, which asks it for the locale of its own few messages.
    Babel(app, configure_jinja=False, locale_selector=lambda: current_language().formatting_locale)
    jinja = app.jinja_env
    jinja.add_extension("jinja2.ext.i18n")
    jinja.newstyle_gettext = True  # type: ignore[attr-defined]
    jinja.policies["ext.i18n.trimmed"] = True
    jinja.globals.update(
        _=gettext,
        gettext=gettext,
        ngettext=ngettext,
        pgettext=pgettext,
        npgettext=npgettext,
        languages=languages,
        current_language=current_language,
        format_list=formats.format_list,
        format_date=formats.format_date,
        format_time=formats.format_time,
        format_datetime=formats.format_datetime,
        format_number=formats.format_number,
        format_percent=formats.format_percent,
        weekday_name=formats.weekday_name,
    )
    jinja.filters.update(
        bdi=bdi,
        dateformat=formats.format_date,
        timeformat=formats.format_time,
        datetimeformat=formats.format_datetime,
        numberformat=formats.format_number,
        percentformat=formats.format_percent,
    )
    app.context_processor(lambda: {"language": current_language()})
