"""Languages, chains of catalogs, the functions that speak, and what templates get."""

import os
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask, g, render_template_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from gipt.domain.problems import BadDefinition, Unknown
from gipt.i18n import (
    Shelf,
    catalog_folders,
    current_language,
    find,
    find_language,
    gettext,
    init_app,
    language,
    languages,
    lazy_gettext,
    negotiate,
    ngettext,
    npgettext,
    pgettext,
    shelf,
    use_language,
    use_shelf,
)
from gipt.i18n.registry import load_registry

SHIPPED = catalog_folders()[-1]
ARABIC = language("ar").plural


def po(*entries: str, plural: str = "nplurals=2; plural=(n != 1)") -> str:
    """Write a catalog from entries as they stand in a file."""
    head = (
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural};\\n"\n'
    )
    return "\n".join([head, *entries]) + "\n"


def entry(msgid: str, msgstr: str, *, context: str = "", flags: str = "") -> str:
    """Write one entry."""
    lines = [f"#, {flags}"] if flags else []
    lines += [f'msgctxt "{context}"'] if context else []
    return "\n".join([*lines, f'msgid "{msgid}"', f'msgstr "{msgstr}"', ""])


def plural_entry(singular: str, plural: str, *forms: str, context: str = "") -> str:
    """Write one entry with plural forms."""
    lines = [f'msgctxt "{context}"'] if context else []
    lines += [f'msgid "{singular}"', f'msgid_plural "{plural}"']
    return "\n".join([*lines, *(f'msgstr[{n}] "{form}"' for n, form in enumerate(forms)), ""])


class Desk:
    """A folder of catalogs that a test fills."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(SHIPPED / "languages.toml", folder / "languages.toml")

    def put(self, tag: str, text: str, domain: str = "messages") -> Path:
        path = self.folder / tag / "LC_MESSAGES" / f"{domain}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    before = shelf()
    use_shelf(Shelf([tmp_path], recheck=0))
    yield made
    use_shelf(before)


# Languages


@pytest.mark.parametrize(
    ("tag", "chain", "formatting", "html"),
    [
        ("sw", ("sw",), "sw", "sw"),
        ("sw_KE", ("sw_KE", "sw"), "sw_KE", "sw-KE"),
        ("sw_KE@kibera", ("sw_KE@kibera", "sw_KE", "sw"), "sw_KE", "sw-KE-x-kibera"),
        ("sw@kibera", ("sw@kibera", "sw"), "sw", "sw-x-kibera"),
        ("en@adolescent", ("en@adolescent", "en"), "en_GB", "en-x-adolesce"),
        ("SW-ke", ("sw_KE", "sw"), "sw_KE", "sw-KE"),
        ("sw-KE-x-kibera", ("sw_KE@kibera", "sw_KE", "sw"), "sw_KE", "sw-KE-x-kibera"),
        ("ach", ("ach",), "en_UG", "ach"),
        ("ach_UG@camp", ("ach_UG@camp", "ach_UG", "ach"), "en_UG", "ach-UG-x-camp"),
    ],
)
def test_a_tag_becomes_a_chain_and_a_locale_that_babel_knows(
    tag: str, chain: tuple[str, ...], formatting: str, html: str
) -> None:
    found = language(tag)
    assert (found.chain, found.formatting_locale, found.html_tag) == (chain, formatting, html)


@pytest.mark.parametrize(
    "tag",
    [
        "../../etc/passwd",
        "en/../../x",
        "..\\x",
        "en\0",
        "en_US.UTF-8@x",
        "sw@" + "x" * 10_000,
        "sw@../x",
        "xx",
        "",
        "e",
        "sw_KE@a/b",
        "sw_KE_",
        "sw\n",
        "ｓｗ",
        None,
        7,
        b"sw",
    ],
)
def test_a_name_that_is_not_in_the_registry_is_no_language(tag: object) -> None:
    assert find_language(tag) is None
    with pytest.raises(Unknown):
        language(tag)  # type: ignore[arg-type]


def test_only_shipped_languages_are_offered_and_the_listed_ones_are_known() -> None:
    assert [one.tag for one in languages()] == ["en", "fr", "ar", "sw", "am", "ne", "es", "pt"]
    assert {"sw", "am", "ne", "es", "pt", "lg", "ach"} <= {one.tag for one in languages(shipped_only=False)}
    assert language("ar").is_rtl
    assert not language("fr").is_rtl


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("ar-EG,fr;q=0.9", "ar"), ("fr-CD;q=0.2, ar;q=0.8", "ar"), ("sw,fr;q=0.1", "sw"),
        ("ny,fr;q=0.1", "fr"), ("de", "en"),
        ("", "en"),
        (None, "en"), ("*", "en"), ("de,*;q=0.5,ar;q=0.1", "en"), ("fr;q=0", "en"), ("fr;q=1.0,ar", "fr"),
        ("FR", "fr"), ("fr;q=abc", "en"), (";;;,,,", "en"), ("fr," * 5_000, "en"), ("../../x,fr", "fr"),
    ],
)  # fmt: skip
def test_the_browser_chooses_among_what_is_offered(header: str | None, expected: str) -> None:
    assert negotiate(header).tag == expected


def test_a_browser_is_never_given_an_adaptation() -> None:
    assert negotiate("sw-KE", ["en", "sw_KE@kibera", "sw"]).tag == "sw"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ('direction = "up"', "xx.direction"), ('formatting = "zz"', "xx.formatting"),
        ('digits = "roman"', "xx.digits"),
        ('colour = "red"', "xx.colour"), ('name = ""', "xx.name"), ('shipped = "yes"', "xx.shipped"),
        ('begun = "yes"', "xx.begun"),
    ],
)  # fmt: skip
def test_a_wrong_entry_of_the_language_list_is_named(tmp_path: Path, change: str, key: str) -> None:
    fields = {
        "name": 'name = "X"', "english_name": 'english_name = "X"', "direction": 'direction = "ltr"',
        "plural": 'plural = "nplurals=1; plural=0"', "formatting": 'formatting = "en"',
    }  # fmt: skip
    fields[change.split(" ")[0]] = change
    (tmp_path / "languages.toml").write_text("[xx]\n" + "\n".join(fields.values()), "utf-8")
    with pytest.raises(BadDefinition) as caught:
        load_registry([tmp_path, SHIPPED])
    assert caught.value.details["key"] == key


def test_a_programme_adds_a_language_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "languages.toml").write_text(
        '[loz]\nname = "Silozi"\nenglish_name = "Lozi"\ndirection = "ltr"\n'
        'plural = "nplurals=1; plural=0"\nformatting = "en_ZM"\nshipped = true\n',
        "utf-8",
    )
    registry = load_registry([tmp_path, SHIPPED])
    assert registry.get("loz").formatting_locale == "en_ZM"
    assert registry.get("fr").name == "Français"


# Chains


def test_each_message_comes_from_the_most_special_catalog_that_has_it(desk: Desk) -> None:
    desk.put("sw_KE@kibera", po(entry("Group", "Chama")))
    desk.put("sw_KE", po(entry("Group", "Kikundi KE"), entry("Meeting", "Mkutano KE")))
    desk.put("sw", po(entry("Group", "Kikundi"), entry("Meeting", "Mkutano"), entry("Member", "Mwanachama")))
    with use_language("sw_KE@kibera"):
        said = [gettext(word) for word in ("Group", "Meeting", "Member", "Venue")]
        from_where = [find((word,)).tag for word in ("Group", "Meeting", "Member", "Venue")]
    assert said == ["Chama", "Mkutano KE", "Mwanachama", "Venue"]
    assert from_where == ["sw_KE@kibera", "sw_KE", "sw", "en"]


def test_messages_with_context_and_plurals_fall_back_too(desk: Desk) -> None:
    desk.put("sw_KE", po(entry("Other", "Nyingine")))
    desk.put(
        "sw",
        po(
            entry("Held", "Umefanyika", context="session"),
            plural_entry("%(n)d member", "%(n)d members", "mtu %(n)d", "watu %(n)d"),
            plural_entry("%(n)d day", "%(n)d days", "siku moja %(n)d", "siku %(n)d", context="gap"),
        ),
    )
    with use_language("sw_KE"):
        assert pgettext("session", "Held") == "Umefanyika"
        assert pgettext("goods", "Held") == "Held"
        assert ngettext("%(n)d member", "%(n)d members", 1) == "mtu 1"
        assert ngettext("%(n)d member", "%(n)d members", 5) == "watu 5"
        assert npgettext("gap", "%(n)d day", "%(n)d days", 3) == "siku 3"
        assert npgettext("age", "%(n)d day", "%(n)d days", 3) == "3 days"


@pytest.mark.parametrize(
    "bad",
    [
        entry("Group", "Kundi", flags="fuzzy"),
        entry("Group", ""),
        entry("Group", "   "),
        entry("Group", "Kundi %(name)s"),
        entry("Group", "<b>Kundi</b>"),
        entry("Group", "Kundi 100%"),
        entry("Group", "Kun\u202edi"),
    ],
    ids=["fuzzy", "empty", "blank", "placeholder", "markup", "percent", "bidi"],
)
def test_an_entry_that_fails_the_checks_falls_through_to_its_parent(desk: Desk, bad: str) -> None:
    desk.put("sw_KE", po(bad, entry("Meeting", "Mkutano KE")))
    desk.put("sw", po(entry("Group", "Kikundi")))
    with use_language("sw_KE"):
        assert gettext("Group") == "Kikundi"
        assert gettext("Meeting") == "Mkutano KE"


@pytest.mark.parametrize(
    "text",
    ["", "msgid \"Group\"\nnonsense", "\0\0\0", 'msgid "a"\nmsgid "b"\n', '"stray"\n',
     'msgid ""\nmsgstr "Plural-Forms: nplurals=99999999; plural=n;\\n"\n',
     'msgid ""\nmsgstr "Content-Type: text/plain; charset=no-such\\n"\n\nmsgid "Group"\nmsgstr "X"\n',
     'msgid ""\nmsgstr "Language: ../../../etc\\n"\n'],
    ids=["empty file", "nonsense", "zeros", "no text", "stray", "plural bomb", "charset", "language"],
)  # fmt: skip
def test_a_broken_catalog_shows_the_parent_or_the_source(desk: Desk, text: str) -> None:
    desk.put("fr", text)
    with use_language("fr"):
        assert gettext("Meeting") == "Meeting"
        assert ngettext("%(n)d member", "%(n)d members", 2) == "2 members"


def test_a_catalog_that_is_not_utf_8_or_is_a_folder_shows_the_source(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put("fr", "").write_bytes(b'msgid ""\nmsgstr ""\n\nmsgid "Group"\nmsgstr "\xff\xfe"\n')
    (desk.folder / "ar" / "LC_MESSAGES" / "messages.po").mkdir(parents=True)
    for tag in ("fr", "ar"):
        with use_language(tag):
            assert gettext("Group") == "Group"
    assert "fr/LC_MESSAGES/messages.po" in caplog.text


def test_the_log_names_the_catalog_and_never_a_text(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.put("fr", po(entry("Group", "<i>secretword</i>")))
    with use_language("fr"):
        gettext("Group")
    assert "1 entries left out" in caplog.text
    assert "secretword" not in caplog.text


def test_a_changed_file_speaks_at_once_and_a_removed_one_falls_silent(desk: Desk) -> None:
    path = desk.put("fr", po(entry("Group", "Groupe")))
    with use_language("fr"):
        assert gettext("Group") == "Groupe"
        path.write_text(po(entry("Group", "Cercle")), "utf-8")
        os.utime(path, ns=(1, 1))
        assert gettext("Group") == "Cercle"
        path.unlink()
        assert gettext("Group") == "Group"


def test_a_programmes_own_folder_is_asked_before_the_shipped_one(tmp_path: Path) -> None:
    own, shipped = Desk(tmp_path_of(tmp_path, "own")), Desk(tmp_path_of(tmp_path, "shipped"))
    own.put("fr", po(entry("Group", "Cercle")))
    shipped.put("fr", po(entry("Group", "Groupe"), entry("Meeting", "Réunion")))
    both = Shelf([own.folder, shipped.folder], recheck=0)
    said = [both.find(both.registry.get("fr"), "messages", (word,)).text for word in ("Group", "Meeting")]
    assert said == ["Cercle", "Réunion"]


def tmp_path_of(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def test_english_words_of_a_programme_replace_the_source(desk: Desk) -> None:
    desk.put("en", po(entry("Group", "Women's meeting")))
    with use_language("en"):
        assert gettext("Group") == "Women's meeting"


@pytest.mark.parametrize("domain", ["../messages", "Messages", "", "a/b", "x" * 65])
def test_a_domain_that_is_no_plain_name_is_refused(desk: Desk, domain: str) -> None:
    with pytest.raises(ValueError, match="domain"):
        find(("Group",), domain=domain)


# Plurals


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "zero"), (1, "one"), (2, "two"), (3, "few 3"), (10, "few 10"), (11, "many 11"), (99, "many 99"),
     (100, "other 100"), (102, "other 102"), (103, "few 103"), (111, "many 111")],
)  # fmt: skip
def test_arabic_has_six_forms(desk: Desk, number: int, expected: str) -> None:
    forms = ("zero", "one", "two", "few %(n)d", "many %(n)d", "other %(n)d")
    desk.put("ar", po(plural_entry("%(n)d member", "%(n)d members", *forms), plural=ARABIC))
    with use_language("ar"):
        assert ngettext("%(n)d member", "%(n)d members", number) == expected


def test_a_catalog_with_the_wrong_number_of_forms_falls_to_english(desk: Desk) -> None:
    desk.put("ar", po(plural_entry("%(n)d member", "%(n)d members", "x %(n)d", "y %(n)d"), plural=ARABIC))
    desk.put("fr", po(plural_entry("%(n)d member", "%(n)d members", "x %(n)d", "y %(n)d", "z %(n)d")))
    for tag in ("ar", "fr"):
        with use_language(tag):
            assert ngettext("%(n)d member", "%(n)d members", 7) == "7 members"


@pytest.mark.parametrize(
    "rule",
    [
        "nplurals=2; plural=n/0",
        "nplurals=2; plural=5",
        "nplurals=2; plural=import",
        "x",
        "nplurals=999999999; plural=0",
    ],
)
def test_a_plural_rule_that_cannot_be_used_gives_way_to_the_registry(desk: Desk, rule: str) -> None:
    desk.put("fr", po(plural_entry("%(n)d day", "%(n)d days", "%(n)d jour", "%(n)d jours"), plural=rule))
    with use_language("fr"):
        assert [ngettext("%(n)d day", "%(n)d days", n) for n in (0, 1, 2)] == ["0 jour", "1 jour", "2 jours"]


def test_every_listed_language_has_a_plural_rule_that_computes() -> None:
    from gipt.i18n.lint import Plural

    counts = {one.tag: Plural(one.plural).count for one in languages(shipped_only=False)}
    assert counts["ar"] == 6
    assert Plural(language("am").plural).index(0) == 0
    assert Plural(language("fr").plural).index(0) == 0
    assert Plural(language("en").plural).index(0) == 1


# Filling


@pytest.mark.parametrize(
    ("message", "arguments", "expected"),
    [
        ("Call %(name)s", {"name": "Amina"}, "Call Amina"),
        ("%(n)d of %(total)d came", {"n": 6, "total": 8}, "6 of 8 came"),
        ("100%% of %(n)d", {"n": 3}, "100% of 3"),
        ("100% of %(n)d", {"n": 3}, "100% of 3"),
        ("%(a)s", {"a": "%(b)s", "b": "no"}, "%(b)s"),
        ("Call %(name)s", {}, "Call %(name)s"),
        ("%(n)999999999s", {"n": "x"}, "%(n)999999999s"),
        ("%(n)d", {"n": "seven"}, "seven"),
        ("%s %d", {}, "%s %d"),
    ],
)
def test_only_named_placeholders_are_filled_and_nothing_raises(
    message: str, arguments: dict[str, object], expected: str
) -> None:
    assert gettext(message, **arguments) == expected


def test_a_lazy_text_speaks_the_language_of_the_moment(desk: Desk) -> None:
    desk.put("fr", po(entry("Group %(n)d", "Groupe %(n)d")))
    text = lazy_gettext("Group %(n)d", n=2)
    assert str(text) == "Group 2"
    with use_language("fr"):
        assert str(text) == "Groupe 2"


# Which language


def test_a_language_in_a_block_ends_with_it_even_after_a_fault() -> None:
    def fail() -> None:
        with use_language("ar"):
            assert current_language().tag == "ar"
            with use_language("fr"):
                assert current_language().tag == "fr"
            assert current_language().tag == "ar"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert current_language().tag == "en"


def test_threads_with_different_languages_do_not_mix(desk: Desk) -> None:
    words = {"fr": "Groupe", "sw": "Kikundi", "es": "Grupo", "pt": "Grupo PT", "en": "Group"}
    for tag, word in words.items():
        desk.put(tag, po(entry("Group", word)))
    ready = threading.Barrier(8)

    def speak(seed: int) -> list[tuple[str, str]]:
        ready.wait()
        tags = list(words)[seed % 5 :] + list(words)[: seed % 5]
        said = []
        for tag in tags * 60:
            with use_language(tag):
                said.append((tag, gettext("Group")))
        return said

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(speak, range(8)))
    assert all(word == words[tag] for said in results for tag, word in said)
    assert sum(map(len, results)) == 8 * 300


# Pseudo-locales


def test_the_pseudo_language_is_longer_marked_and_keeps_placeholders() -> None:
    with use_language("qps"):
        said = gettext("Save and next, %(name)s", name="Amina")
    assert said.startswith("⟦Š")
    assert said.endswith("⟧")
    assert "Amina" in said
    assert len(said) > 1.3 * len("Save and next, Amina")


def test_the_second_pseudo_language_runs_from_right_to_left() -> None:
    assert language("qps-rtl").is_rtl
    assert "qps" not in [one.tag for one in languages(shipped_only=False)]


# Flask and templates


@pytest.fixture
def app(desk: Desk) -> Flask:
    made = Flask("speaking")
    made.config["TESTING"] = True
    init_app(made, desk.folder)
    use_shelf(Shelf([desk.folder], recheck=0))

    @made.get("/<path:template>")
    def show(template: str) -> str:
        return render_template_string(TEMPLATES[template], name="<Amina & Co>", n=2)

    return made


TEMPLATES = {
    "plain": "{{ _('Call %(name)s', name=name) }}",
    "trans": "{% trans %}Call {{ name }}{% endtrans %}",
    "trimmed": "{% trans %}\n  Call\n  {{ name }}\n{% endtrans %}",
    "plural": "{% trans count=n %}{{ count }} member{% pluralize %}{{ count }} members{% endtrans %}",
    "percent": "{% trans %}100% of {{ name }}{% endtrans %}",
    "context": "{{ pgettext('session', 'Held') }}{{ npgettext('gap', '%(n)d day', '%(n)d days', n) }}",
    "bdi": "{{ _('Call %(name)s', name=name|bdi) }}",
    "numbers": "{{ ngettext('%(n)d member', '%(n)d members', n) }} {{ 0.5|percentformat }}",
    "language": '<html lang="{{ language.html_tag }}" dir="{{ language.direction }}">',
}


@pytest.mark.parametrize("template", ["plain", "trans", "trimmed"])
def test_a_template_escapes_the_translation_and_every_argument(app: Flask, desk: Desk, template: str) -> None:
    desk.put("fr", po(entry("Call %(name)s", "Appelez %(name)s & vite")))
    page = app.test_client().get(f"/{template}", headers={"Accept-Language": "fr"})
    assert page.text == "Appelez &lt;Amina &amp; Co&gt; &amp; vite"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plural", "2 membres"), ("percent", "100% of &lt;Amina &amp; Co&gt;"), ("context", "Tenue2 jours"),
        ("bdi", "Appelez <bdi>&lt;Amina &amp; Co&gt;</bdi>"), ("numbers", "2 gens 50\xa0%"),
        ("language", '<html lang="fr" dir="ltr">'),
    ],
)  # fmt: skip
def test_every_way_to_mark_text_in_a_template_speaks(
    app: Flask, desk: Desk, template: str, expected: str
) -> None:
    desk.put(
        "fr",
        po(
            entry("Call %(name)s", "Appelez %(name)s"),
            plural_entry("%(count)s member", "%(count)s members", "%(count)s membre", "%(count)s membres"),
            entry("Held", "Tenue", context="session"),
            plural_entry("%(n)d day", "%(n)d days", "%(n)d jour", "%(n)d jours", context="gap"),
            plural_entry("%(n)d member", "%(n)d members", "%(n)d personne", "%(n)d gens"),
            plural="nplurals=2; plural=(n > 1)",
        ),
    )
    page = app.test_client().get(f"/{template}", headers={"Accept-Language": "fr"})
    assert page.text == expected


def test_the_explicit_choice_beats_the_browser_and_a_block_beats_both(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "ar"}):
        assert current_language().tag == "ar"
        g.language = "fr"
        assert current_language().tag == "fr"
        g.language = "../../etc"
        assert current_language().tag == "ar"
        with use_language("en"):
            assert current_language().tag == "en"


def test_a_language_babel_does_not_know_serves_pages(app: Flask, desk: Desk) -> None:
    desk.put("ach", po(entry("Call %(name)s", "Lwong %(name)s")))
    with app.test_request_context("/"):
        g.language = "ach"
        assert (
            render_template_string("{{ _('Call %(name)s', name='A') }} {{ 3|numberformat }}") == "Lwong A 3"
        )


def test_mails_that_do_not_escape_get_plain_text(app: Flask) -> None:
    with app.test_request_context("/"):
        text = render_template_string(
            "{% autoescape false %}{{ _('Call %(name)s', name=name) }}{% endautoescape %}", name="A & B"
        )
    assert text == "Call A & B"


def test_markup_given_as_an_argument_stays_markup(app: Flask) -> None:
    with app.test_request_context("/"):
        text = render_template_string("{{ _('Call %(name)s', name=name) }}", name=Markup("<b>A</b>"))
    assert text == "Call <b>A</b>"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80), name=st.text(max_size=20))
def test_no_translation_and_no_name_can_add_a_tag_or_break_a_page(
    app: Flask, desk: Desk, text: str, name: str
) -> None:
    from babel.messages.pofile import escape as quoted

    desk.put("fr", po(f'msgid "Call %(name)s"\nmsgstr {quoted(text.encode("utf-8", "replace").decode())}\n'))
    use_shelf(Shelf([desk.folder], recheck=0))
    with app.test_request_context("/"), use_language("fr"):
        page = render_template_string("{{ _('Call %(name)s', name=name) }}", name=name)
    assert not {"<", ">", '"'} & set(page)
