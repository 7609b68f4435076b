"""Words and links that the pages of languages share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from gipt.actions.curricula import own_folder
from gipt.content.entries import entries_in
from gipt.content.glossaries import Remark
from gipt.i18n import (
    Language,
    current_language,
    find_language,
    format_number,
    languages,
    local_digits,
    ngettext,
)
from gipt.i18n import gettext as _
from gipt.i18n.catalogs import MEASURES, SAFETY, is_guide, owner_of
from gipt.i18n.lint import Plural
from gipt.i18n.registry import SOURCE
from gipt.queries.translation_work import Counts
from gipt.web.frame import font_sheet
from gipt.words import label

EXAMPLES = range(1, 120)
MOST_EXAMPLES = 4
"""Numbers shown beside a plural form."""


@dataclass(frozen=True, slots=True)
class Link:
    """Name one way on from a domain of a language; `endpoint` may belong to a page that is not installed."""

    endpoint: str
    words: Callable[[], str]
    fits: Callable[[str], bool] = lambda _domain: True
    values: Callable[[str, str, str | None], dict[str, Any]] = lambda tag, domain, _key: {
        "tag": tag,
        "domain": domain,
    }
    for_one_text: bool = False


LINKS = (
    Link("languages.entries", lambda: _("Texts"), lambda domain: domain != MEASURES),
    Link(
        "language_guides.page",
        lambda: _("Published words"),
        is_guide,
        lambda tag, _domain, _key: {"tag": tag},
    ),
    Link(
        "guide_previews.page",
        lambda: _("See it as it is shown"),
        is_guide,
        lambda tag, domain, _key: {"tag": tag, "guide": owner_of(domain)},
    ),
    Link(
        "guide_previews.page",
        lambda: _("See it as it is shown"),
        is_guide,
        lambda tag, domain, key: {"tag": tag, "guide": owner_of(domain), "key": key},
        for_one_text=True,
    ),
    Link("translation_files.page", lambda: _("Files")),
    Link("language_sign_offs.page", lambda: _("Sign-off"), lambda domain: domain in (SAFETY, MEASURES)),
    Link(
        "measure_wordings.load",
        lambda: _("Load a wording"),
        lambda domain: domain == MEASURES,
        lambda _tag, _domain, _key: {},
    ),
)
"""Ways on from every domain, in the order in which they are shown; pages beside these add theirs."""


def links_of(tag: str, domain: str, key: str | None = None) -> list[tuple[str, str]]:
    """Give (address, words) of what can be done with a domain, or with one text of it."""
    return [
        (url_for(one.endpoint, **one.values(tag, domain, key)), one.words())
        for one in LINKS
        if one.fits(domain)
        and one.for_one_text == (key is not None)
        and one.endpoint in current_app.view_functions
    ]


def sheets_of(tongue: Language) -> list[str]:
    """Give the stylesheet with the letters of a language, where the page's own language does not bring it.

    One only: each sheet sets the letters of the whole page.
    """
    sheet = font_sheet(tongue.script)
    return [sheet] if sheet and sheet != font_sheet(current_language().script) else []


def domain_words(domain: str) -> str:
    """Name a domain for people."""
    return _("Guide %(name)s", name=owner_of(domain)) if is_guide(domain) else label("domain", domain)


def count_words(counts: Counts, domain: str) -> list[str]:
    """Say in words what is translated, stale and missing."""
    if domain == MEASURES:
        return [
            _(
                "%(done)s of %(total)s loaded",
                done=format_number(counts.translated),
                total=format_number(counts.total),
            )
        ]
    said = [
        _(
            "%(done)s of %(total)s translated",
            done=format_number(counts.translated),
            total=format_number(counts.total),
        )
    ]
    if counts.stale:
        said.append(
            ngettext("English of %(num)d has changed", "English of %(num)d has changed", counts.stale)
        )
    if counts.missing:
        said.append(ngettext("%(num)d not translated", "%(num)d not translated", counts.missing))
    if counts.drafts:
        said.append(ngettext("%(num)d begun", "%(num)d begun", counts.drafts))
    if counts.waiting:
        said.append(ngettext("%(num)d waits for review", "%(num)d wait for review", counts.waiting))
    return said


def warning_words(remark: Remark) -> str:
    """Say in one sentence what somebody should look at; it blocks nothing."""
    if remark.code == "longer":
        return _("This is much longer than the English: %(count)d signs.", count=remark.count)
    if remark.code == "long_sentence":
        return _("One sentence has %(count)d words. Twelve are easy to read aloud.", count=remark.count)
    if remark.code == "shouts":
        return _("Leave out the exclamation mark: it sounds like shouting.")
    return _("The glossary has another word: %(words)s", words=remark.word)


def form_examples(tongue: Language) -> list[str]:
    """Give for each plural form of a language the first numbers that take it: "1", "2, 3, 4, 5"."""
    rule = Plural(tongue.plural)
    found: list[list[int]] = [[] for _form in range(rule.count)]
    for number in (0, *EXAMPLES):
        form = found[rule.index(number)]
        if len(form) < MOST_EXAMPLES:
            form.append(number)
    return [", ".join(local_digits(str(number)) for number in form) for form in found]


def reference_choices(tongue: Language) -> list[tuple[str, str]]:
    """List the languages that can stand beside one: every other that is listed."""
    return [
        (one.tag, one.name) for one in languages(shipped_only=False) if one.tag not in (SOURCE, tongue.tag)
    ]


def words_beside(domain: str, key: str, tag: str) -> tuple[Language, tuple[str, ...]] | None:
    """Give a text in the language that was chosen to stand beside it; None when none was, or it has no words."""
    other = find_language(tag) if tag else None
    if other is None or other.tag == SOURCE:
        return None
    found = entries_in(domain, other, own_folder()).get(key)
    return (other, found.words if found else ())
