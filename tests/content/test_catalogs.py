"""Extraction, update, check and coverage of the catalogs, on a small tree and on our own."""

import shutil
from pathlib import Path

import pytest

from gipt.content import catalogs
from gipt.content.catalog_checks import Finding, check, coverage, keys
from gipt.content.catalogs import extract, update
from gipt.domain.problems import BadDefinition
from gipt.i18n import Shelf, catalog_folders, use_language, use_shelf
from gipt.i18n.catalogs import read_catalog
from gipt.i18n.lint import Plural
from gipt.i18n.messages import speak
from gipt.i18n.placeholders import placeholders
from gipt.i18n.templates import safe

OURS = catalogs.root_folder()

PYTHON = """
from gipt.i18n import N_, NC_, gettext as _, lazy_gettext, lazy_pgettext, ngettext, npgettext, pgettext

GREETING = N_("Welcome")
HELD = NC_("session", "Held")
LABEL = lazy_gettext("Name")
PLACE = lazy_pgettext("field", "Place")


def texts(n):
    # Translators: the button on the register
    _("Save and next")
    pgettext("month", "May")
    ngettext("%(n)d member", "%(n)d members", n)
    npgettext("gap", "%(n)d day", "%(n)d days", n)
"""
UNMARKED = """
def texts(words, n):
    _(words.NOTES["nothing"])
    _("a" if n else "b")
    ngettext(words["few"], words["few"], n)
    _(f"{n} in braces")
    _("Two texts "
      "in one", name=_("Inner texts"))
"""
TEMPLATE = """
<h1>{{ _('Today') }}</h1>
{% trans name=member.name %}
  Call {{ name }}
  now
{% endtrans %}
{{ ngettext('%(n)d meeting', '%(n)d meetings', 3) }}{{ pgettext('weekday', 'Sun') }}
"""
MESSAGES = {
    ("", "Welcome"), ("session", "Held"), ("", "Name"), ("field", "Place"), ("", "Save and next"), ("month", "May"),
    ("", "%(n)d member", "%(n)d members"), ("gap", "%(n)d day", "%(n)d days"), ("", "Today"),
    ("", "Call %(name)s now"), ("", "%(n)d meeting", "%(n)d meetings"), ("weekday", "Sun"),
}  # fmt: skip


SHIPPED = "shipped = true"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Make a small program with a template and the list of languages, of which three are shipped."""
    (tmp_path / "gipt/web/templates/today").mkdir(parents=True)
    (tmp_path / "gipt/texts.py").write_text(PYTHON, "utf-8")
    (tmp_path / "gipt/web/templates/today/show.html").write_text(TEMPLATE, "utf-8")
    (tmp_path / "gipt/__pycache__").mkdir()
    (tmp_path / "gipt/__pycache__/old.py").write_text('_("Never")', "utf-8")
    (tmp_path / "translations").mkdir()
    shutil.copy(OURS / "translations" / "babel.cfg", tmp_path / "translations" / "babel.cfg")
    tables = (OURS / "translations" / "languages.toml").read_text("utf-8").split("\n[")
    kept = [
        table if table[:3] in ("fr]", "ar]", "en]") else table.replace(SHIPPED, "shipped = false")
        for table in tables
    ]
    (tmp_path / "translations" / "languages.toml").write_text("\n[".join(kept), "utf-8")
    return tmp_path


def translate(root: Path, tag: str, msgid: str, msgstr: str) -> None:
    """Fill one plain entry of a catalog, as a translator's editor would."""
    path = catalogs.catalog_path(root, tag)
    before = path.read_text("utf-8")
    empty = f'msgid "{msgid}"\nmsgstr ""\n'
    assert empty in before
    path.write_text(before.replace(empty, f'msgid "{msgid}"\nmsgstr "{msgstr}"\n'), "utf-8")


def faults_in(root: Path) -> set[tuple[str, str]]:
    return {(finding.fault, finding.msgid) for finding in check(root)}


def test_every_way_to_mark_a_text_is_extracted_from_python_and_templates(tree: Path) -> None:
    assert extract(tree)
    assert keys(catalogs.read(catalogs.template_path(tree))).keys() == MESSAGES
    assert "#. the button on the register" in catalogs.template_path(tree).read_text("utf-8")


def test_only_what_is_written_out_as_an_argument_is_a_text(tree: Path) -> None:
    (tree / "gipt/texts.py").write_text(UNMARKED, "utf-8")
    extract(tree)
    found = keys(catalogs.read(catalogs.template_path(tree)))
    assert {key for key in found if "texts" in key[-1]} == {("", "Two texts in one"), ("", "Inner texts")}
    assert not {"nothing", "a", "b", "few", "in braces"} & {text for key in found for text in key}


def test_the_title_of_a_report_is_a_text(tree: Path) -> None:
    (tree / "exports").mkdir()
    (tree / "exports/short.toml").write_text('id = "short"\ntitle = "Short report"\n', "utf-8")
    (tree / "exports/nameless.toml").write_text('id = "nameless"\n', "utf-8")
    extract(tree)
    assert '#: exports/short.toml\nmsgid "Short report"' in catalogs.template_path(tree).read_text("utf-8")
    assert "nameless" not in catalogs.template_path(tree).read_text("utf-8")


def test_a_second_run_changes_nothing(tree: Path) -> None:
    assert extract(tree)
    assert update(tree) == ["fr/messages", "ar/messages"]
    assert not extract(tree)
    assert update(tree) == []
    assert check(tree) == []


def test_a_new_catalog_says_draft_and_carries_the_plural_rule_of_its_language(tree: Path) -> None:
    extract(tree)
    update(tree, ["fr", "ar", "ach"])
    for tag, count in (("fr", 2), ("ar", 6), ("ach", 2)):
        text = catalogs.catalog_path(tree, tag).read_text("utf-8")
        assert "# Status: draft." in text
        assert f"nplurals={count}; plural=" in text
        assert "YEAR" not in text
        assert "EMAIL@ADDRESS" not in text
    assert check(tree) == []


def test_a_translation_stays_through_an_update_and_new_texts_come_in_empty(tree: Path) -> None:
    extract(tree)
    update(tree)
    translate(tree, "fr", "Welcome", "Bienvenue")
    source = tree / "gipt/texts.py"
    source.write_text(PYTHON.replace('N_("Welcome")', 'N_("Welcome")\nMORE = N_("Welcome back")'), "utf-8")
    assert faults_in(tree) == {("not_in_file", "Welcome back")}
    extract(tree)
    update(tree)
    text = catalogs.catalog_path(tree, "fr").read_text("utf-8")
    assert 'msgid "Welcome"\nmsgstr "Bienvenue"' in text
    assert 'msgid "Welcome back"\nmsgstr ""' in text
    assert check(tree) == []


def test_the_work_on_a_text_that_is_gone_is_kept_apart(tree: Path) -> None:
    extract(tree)
    update(tree)
    translate(tree, "fr", "Welcome", "Bienvenue")
    (tree / "gipt/texts.py").write_text(PYTHON.replace('GREETING = N_("Welcome")', ""), "utf-8")
    assert ("not_in_source", "Welcome") in faults_in(tree)
    extract(tree)
    update(tree)
    assert '#~ msgstr "Bienvenue"' in catalogs.catalog_path(tree, "fr").read_text("utf-8")
    assert check(tree) == []


@pytest.mark.parametrize(
    ("msgid", "msgstr", "fault"),
    [
        ("Welcome", "<b>Bienvenue</b>", "markup"),
        ("Call %(name)s now", "Appelez %(nom)s", "unknown_placeholder"),
        ("Call %(name)s now", "Appelez", "missing_placeholder"),
        ("Today", "Aujourd'hui 100%", "stray_percent"),
        ("Today", "Au\u202ejourd'hui", "bidi_character"),
    ],
)
def test_the_check_names_an_entry_that_would_not_be_shown(
    tree: Path, msgid: str, msgstr: str, fault: str
) -> None:
    extract(tree)
    update(tree)
    translate(tree, "fr", msgid, msgstr)
    assert Finding("translations/fr/LC_MESSAGES/messages.po", fault, msgid) in check(tree)


def test_the_check_names_a_wrong_plural_rule_a_lost_note_and_a_file_that_is_gone(tree: Path) -> None:
    extract(tree)
    update(tree)
    french = catalogs.catalog_path(tree, "fr")
    french.write_text(french.read_text("utf-8").replace("plural=(n > 1)", "plural=(n != 1)"), "utf-8")
    assert ("plural_rule", "") in faults_in(tree)
    french.write_text(french.read_text("utf-8").replace("# Status: draft", "# Status: fine"), "utf-8")
    assert ("status_note", "") in faults_in(tree)
    french.write_text('msgid "x"\nmsgid "y"\nnonsense\n', "utf-8")
    assert ("unreadable", "") in faults_in(tree)
    french.unlink()
    assert ("missing", "") in faults_in(tree)


def test_the_check_names_english_texts_that_cannot_be_translated_safely(tree: Path) -> None:
    (tree / "gipt/texts.py").write_text(PYTHON.replace('"Welcome"', '"100% <b>welcome</b>"'), "utf-8")
    extract(tree)
    update(tree)
    found = faults_in(tree)
    assert ("source_stray_percent", "100% <b>welcome</b>") in found
    assert ("source_markup", "100% <b>welcome</b>") in found


def test_coverage_counts_only_what_would_be_shown(tree: Path) -> None:
    extract(tree)
    update(tree)
    translate(tree, "fr", "Welcome", "Bienvenue")
    translate(tree, "fr", "Today", "<i>Aujourd'hui</i>")
    french = next(one for one in coverage(tree) if one.tag == "fr" and one.domain == "messages")
    assert (french.total, french.translated, french.refused) == (len(MESSAGES), 1, 1)
    assert french.share == pytest.approx(1 / len(MESSAGES))


def test_a_written_catalog_is_read_by_the_running_program(tree: Path) -> None:
    extract(tree)
    update(tree)
    translate(tree, "fr", "Call %(name)s now", "Appelez %(name)s")
    shelf = Shelf([tree / "translations"], recheck=0)
    found = shelf.find(shelf.registry.get("fr"), "messages", ("Call %(name)s now",))
    assert (found.text, found.tag) == ("Appelez %(name)s", "fr")


def test_a_missing_template_is_named(tree: Path) -> None:
    with pytest.raises(BadDefinition):
        update(tree)


def test_our_own_catalogs_are_up_to_date_and_clean() -> None:
    """When this fails: `gipt catalogs extract`, `gipt catalogs update`, and mend what `check` names."""
    assert [str(finding) for finding in check(OURS)] == []


def test_every_message_of_every_language_can_be_shown_with_hostile_arguments() -> None:
    template = catalogs.read(catalogs.template_path(OURS))
    sources = keys(template)
    hostile = "<script>%(n)s%s{{ 7*7 }}\u202e"
    use_shelf(Shelf(catalog_folders()))
    for tag in ("en", "fr", "ar", "qps", "qps-rtl"):
        with use_language(tag):
            for context, *source in sources:
                names = {name for text in source for name in placeholders(text)}
                for number in (0, 1, 2, 5, 11, 100):
                    shown = speak(
                        source,
                        dict.fromkeys(names, hostile),
                        context=context or None,
                        number=number,
                        show=safe,
                        dress=escaped,
                    )
                    assert "<" not in shown
                    assert len(shown) < 64_000


def escaped(text: str) -> str:
    from markupsafe import escape

    return str(escape(text))


def test_our_catalogs_lose_no_entry_when_the_program_reads_them() -> None:
    for language in catalogs.languages_with_catalogs(OURS):
        usable = read_catalog(catalogs.catalog_path(OURS, language.tag), Plural(language.plural)).entries
        counted = next(one for one in coverage(OURS) if one.tag == language.tag)
        assert len(usable) == counted.translated
