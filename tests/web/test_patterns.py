"""Rows drawn once and filled: the same as the macro itself draws, escaped as it escapes."""

import pytest
from flask import Flask
from markupsafe import Markup

from gipt.i18n import use_language
from gipt.web.patterns import HOLE, Patterns

HOSTILE = ("<script>alert(1)</script>", '" onmouseover="x', "{{ 7 * 7 }}", "A & B", "'", "%(name)s", "")


@pytest.fixture
def macros(app: Flask) -> object:
    """Give macros as templates import them."""
    text = """{% macro line(kind, name, number) -%}
<a class="{{ kind }}" href="/m/{{ number }}" title="{{ name }}">
{%- if kind == 'new' %}<b>{{ _('new') }}</b> {% endif %}{{ name }}</a>
{%- endmacro %}"""
    with app.test_request_context():
        env = app.jinja_env.overlay(autoescape=True)
        yield env.from_string(text).module


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["new", "old"])
def test_a_filled_row_is_what_the_macro_draws(macros: object, kind: str, name: str) -> None:
    line = macros.line  # type: ignore[attr-defined]
    drawn = Patterns()(line)
    for number in (1, 2):
        assert drawn(kind, name=name, number=number) == line(kind, name, number)


def test_markup_stays_markup_and_nothing_of_one_row_reaches_the_next(macros: object) -> None:
    line = Patterns()(macros.line)  # type: ignore[attr-defined]
    first = line("old", name=Markup("<i>Amina</i>"), number=1)
    second = line("old", name="Ruth", number=2)
    assert "<i>Amina</i>" in first
    assert "Amina" not in second
    assert HOLE.search(second) is None


def test_a_row_speaks_the_language_of_the_moment(macros: object) -> None:
    patterns, line = Patterns(), macros.line  # type: ignore[attr-defined]
    with use_language("en"):
        english = patterns(line)("new", name="Ruth", number=1)
    with use_language("fr"):
        french = patterns(line)("new", name="Ruth", number=1)
    assert "<b>new</b>" in english
    assert english != french


def test_many_rows_are_the_rows_one_by_one_whatever_stands_in_them(macros: object) -> None:
    line = Patterns()(macros.line)  # type: ignore[attr-defined]
    values = [*HOSTILE, Markup("<i>Amina</i>"), "a\x00b", 7, None]
    rows = [(("new" if n % 2 else "old",), {"name": one, "number": n}) for n, one in enumerate(values)]
    alone = [macros.line(*fixed, *holes.values()) for fixed, holes in rows]  # type: ignore[attr-defined]
    assert line.each(rows) == "".join(alone)
    assert [line(*fixed, **holes) for fixed, holes in rows] == alone
    assert line.each([]) == ""


def test_what_goes_into_holes_is_not_remembered(macros: object) -> None:
    line = Patterns()(macros.line)  # type: ignore[attr-defined]
    line("old", name="Amina", number=1)
    assert "Amina" not in repr(line.known)
