"""The domains: what each holds, and how a changed English sentence makes a translation stale by its key."""

import itertools
import shutil
from pathlib import Path

import pytest

from gipt.content import catalogs, domains
from gipt.content.catalog_checks import Finding, check, count, coverage, keys
from gipt.content.catalogs import catalog_path, extract, update
from gipt.content.po_files import PoCatalog, read, started
from gipt.domain.measures import all_measures
from gipt.i18n import Shelf
from gipt.i18n.catalogs import as_texts

OURS = catalogs.root_folder()
GUIDE = "curriculum-who-8"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Make a checkout with our languages and guides, and an almost empty program."""
    (tmp_path / "gipt").mkdir()
    (tmp_path / "translations").mkdir()
    for name in ("languages.toml", "babel.cfg"):
        shutil.copy(OURS / "translations" / name, tmp_path / "translations" / name)
    shutil.copytree(OURS / "curricula", tmp_path / "curricula")
    extract(tmp_path)
    return tmp_path


def put(root: Path, tag: str, domain: str, texts: dict[str, str]) -> None:
    """Translate some keys of a domain, as a translator's editor would."""
    update(root, [tag], domain)
    language = catalogs.registry_of(root).get(tag)
    path = catalog_path(root, tag, domain)
    catalog = read(path, language)
    for message in domains.live(catalog):
        message.string = texts.get(str(message.context), message.string)
    catalogs.write(path, catalog, language)


def edit(root: Path, file: str, old: str, new: str) -> None:
    """Change the English of a guide, and extract again."""
    path = root / "curricula" / file
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new), "utf-8")
    extract(root)


def entry(root: Path, tag: str, domain: str, key: str) -> tuple[str, bool, tuple[str, ...]]:
    """Give the text of a key, whether it is fuzzy, and the English it was made for."""
    for message in domains.live(read(catalog_path(root, tag, domain))):
        if message.context == key:
            return str(message.string), message.fuzzy, as_texts(message.previous_id or ())
    raise AssertionError(key)


def said(root: Path, tag: str, domain: str, key: str, english: str) -> tuple[str, str]:
    """Give what the running program shows for a key, and the tag it came from."""
    shelf = Shelf([root / "translations"], recheck=0)
    found = shelf.find(shelf.registry.get(tag), domain, (english,), context=key)
    return found.text, found.tag


TITLE, OTHER = "who-8/session-1/title", "who-8/session-2/title"


def titles(root: Path) -> dict[str, str]:
    return {str(one.context): str(one.id) for one in domains.live(read(catalogs.template_path(root, GUIDE)))}


def test_every_domain_has_its_template(tree: Path) -> None:
    there = {path.stem for path in (tree / "translations").glob("*.pot")}
    guides = {f"curriculum-{name}" for name in ("who-8", "preset-6", "preset-10", "preset-12", "preset-16")}
    assert there == {"messages", "measures", "safety", *guides}


def test_a_text_that_several_guides_use_stands_once_where_its_key_belongs(tree: Path) -> None:
    found: list[str] = []
    for path in (tree / "translations").glob("curriculum-*.pot"):
        owned = [context for context, *_texts in keys(read(path))]
        assert {key.split("/")[0] for key in owned} == {path.stem.removeprefix("curriculum-")}
        found += owned
    assert len(found) == len(set(found))


def test_a_guide_stands_in_reading_order_with_the_file_it_was_written_in(tree: Path) -> None:
    entries = list(domains.live(read(catalogs.template_path(tree, GUIDE))))
    order = [str(one.context) for one in entries]
    assert order[0] == "who-8/title"
    assert order.index(TITLE) < order.index(OTHER)
    places = {str(one.context): one.locations[0][0] for one in entries}
    assert places[OTHER] == "curricula/who-8/session-2.toml"
    assert places["who-8/title"] == "curricula/who-8/curriculum.toml"


def test_only_wordings_that_may_ship_are_offered_to_translators(tree: Path) -> None:
    text = catalogs.template_path(tree, "measures").read_text("utf-8")
    for measure in all_measures():
        assert (f'msgctxt "{measure.code}/' in text) == measure.has_wording
        assert not measure.has_wording or f"# {measure.name}: " in text


def test_the_safety_text_has_keys_of_its_own(tree: Path) -> None:
    contexts = {context for context, *_texts in keys(read(catalogs.template_path(tree, "safety")))}
    assert {"protocol/step/stay", "protocol/question/rather-not-live"} <= contexts


def test_a_template_without_its_source_goes_and_is_named_until_then(tree: Path) -> None:
    shutil.rmtree(tree / "curricula" / "preset-6")
    assert Finding("translations/curriculum-preset-6.pot", "not_in_source") in check(tree)
    assert extract(tree) == ["curriculum-preset-6"]
    assert not catalogs.template_path(tree, "curriculum-preset-6").exists()


def test_a_guide_out_of_date_is_named(tree: Path) -> None:
    put(tree, "fr", GUIDE, {TITLE: "Se retrouver"})
    (tree / "curricula/who-8/session-1.toml").write_text(
        (tree / "curricula/who-8/session-1.toml")
        .read_text("utf-8")
        .replace(f'title = "{titles(tree)[TITLE]}"', 'title = "Begin well"', 1),
        "utf-8",
    )
    faults = {(one.file, one.fault, one.msgid) for one in check(tree)}
    assert ("translations/curriculum-who-8.pot", "not_in_file", "Begin well") in faults
    assert ("translations/fr/LC_MESSAGES/curriculum-who-8.po", "not_in_file", "Begin well") in faults


def test_a_changed_sentence_makes_its_translation_stale_and_never_shown(tree: Path) -> None:
    put(tree, "fr", GUIDE, {TITLE: "Se retrouver"})
    update(tree)
    english = titles(tree)[TITLE]
    assert said(tree, "fr", GUIDE, TITLE, english) == ("Se retrouver", "fr")
    edit(tree, "who-8/session-1.toml", f'title = "{english}"', 'title = "Begin well"')
    assert update(tree) == [f"fr/{GUIDE}"]
    assert entry(tree, "fr", GUIDE, TITLE) == ("Se retrouver", True, (english,))
    assert said(tree, "fr", GUIDE, TITLE, "Begin well") == ("Begin well", "en")
    counted = next(one for one in coverage(tree) if (one.tag, one.domain) == ("fr", GUIDE))
    assert (counted.translated, counted.refused, counted.stale) == (0, 0, 1)
    assert not [one for one in check(tree) if one.file.endswith(f"{GUIDE}.po")]


def test_a_second_change_keeps_the_english_that_was_translated_and_its_return_heals(tree: Path) -> None:
    put(tree, "fr", GUIDE, {TITLE: "Se retrouver"})
    english = titles(tree)[TITLE]
    steps = [english, "Begin well", "Begin very well", english]
    for old, new in itertools.pairwise(steps):
        edit(tree, "who-8/session-1.toml", f'title = "{old}"', f'title = "{new}"')
        update(tree)
        assert entry(tree, "fr", GUIDE, TITLE) == (
            ("Se retrouver", True, (english,)) if new != english else ("Se retrouver", False, ())
        )
    assert update(tree) == []


def test_two_keys_that_change_places_never_borrow_each_others_words(tree: Path) -> None:
    put(tree, "fr", GUIDE, {TITLE: "Se retrouver", OTHER: "L'humeur et les autres"})
    first, second = titles(tree)[TITLE], titles(tree)[OTHER]
    edit(tree, "who-8/session-1.toml", f'title = "{first}"', f'title = "{second}"')
    edit(tree, "who-8/session-2.toml", f'title = "{second}"', f'title = "{first}"')
    update(tree)
    assert entry(tree, "fr", GUIDE, TITLE) == ("Se retrouver", True, (first,))
    assert entry(tree, "fr", GUIDE, OTHER) == ("L'humeur et les autres", True, (second,))
    assert said(tree, "fr", GUIDE, TITLE, second) == (second, "en")


def test_a_text_that_is_gone_is_kept_apart_and_comes_back_with_its_key(tree: Path) -> None:
    put(tree, "fr", GUIDE, {TITLE: "Se retrouver"})
    whole = PoCatalog()
    source = read(catalogs.template_path(tree, GUIDE))
    for message in domains.live(source):
        if message.context != TITLE:
            whole.add(message.id, context=message.context)
    french = read(catalog_path(tree, "fr", GUIDE))
    catalogs.merge(french, whole, keyed=True)
    assert [one.string for one in french.obsolete.values()] == ["Se retrouver"]
    catalogs.merge(french, source, keyed=True)
    assert french.obsolete == {}
    assert {one.string for one in domains.live(french) if one.string} == {"Se retrouver"}


def test_a_stale_text_that_goes_and_returns_is_still_stale() -> None:
    def template(text: str | None) -> PoCatalog:
        made = PoCatalog()
        if text:
            made.add(text, context="a/b")
        return made

    french = started(catalogs.registry_of(OURS).get("fr"))
    french.add("One", "Un", context="a/b")
    for english in ("Two", None, "Two"):
        catalogs.merge(french, template(english), keyed=True)
    stale = next(domains.live(french))
    assert (stale.string, stale.fuzzy, as_texts(stale.previous_id)) == ("Un", True, ("One",))


LONG = 'A long sentence that says, with quotes "and" tabs, what the group does.\nThen a second line. ' * 3


def test_the_previous_english_survives_the_file_whatever_is_in_it(tmp_path: Path) -> None:
    language = catalogs.registry_of(OURS).get("fr")
    catalog = started(language)
    catalog.add("New", "Neuf", flags=["fuzzy"], previous_id=[LONG], context="a/b", user_comments=["Mine"])
    path = tmp_path / "fr" / "LC_MESSAGES" / "x.po"
    assert catalogs.write(path, catalog, language)
    again = read(path, language)
    message = next(domains.live(again))
    assert (as_texts(message.previous_id), message.user_comments) == ((LONG,), ["Mine"])
    assert not catalogs.write(path, again, language)


def test_variants_for_a_gender_stay_beside_their_message_and_make_no_finding(tree: Path) -> None:
    put(tree, "fr", GUIDE, {TITLE: "Se retrouver"})
    language = catalogs.registry_of(tree).get("fr")
    path = catalog_path(tree, "fr", GUIDE)
    catalog = read(path, language)
    catalog.add(titles(tree)[TITLE], "Se retrouver entre femmes", context=f"{TITLE}|f")
    catalogs.write(path, catalog, language)
    update(tree)
    assert entry(tree, "fr", GUIDE, f"{TITLE}|f")[0] == "Se retrouver entre femmes"
    text = path.read_text("utf-8")
    assert text.index(f'"{TITLE}"') < text.index(f'"{TITLE}|f"') < text.index(f'"{OTHER}"')
    assert not [one for one in check(tree) if one.file.endswith(f"{GUIDE}.po")]
    edit(tree, "who-8/session-1.toml", f'title = "{titles(tree)[TITLE]}"', 'title = "Begin well"')
    update(tree)
    assert entry(tree, "fr", GUIDE, f"{TITLE}|f")[1]
    template = read(catalogs.template_path(tree, GUIDE))
    assert count(tree, language, GUIDE, template).stale == 1


def test_an_adaptation_is_kept_up_to_date_beside_its_language(tree: Path) -> None:
    update(tree, ["sw", "sw_KE@kibera"], GUIDE)
    edit(tree, "who-8/session-1.toml", f'title = "{titles(tree)[TITLE]}"', 'title = "Begin well"')
    assert [name for name in update(tree) if GUIDE in name] == [f"sw/{GUIDE}", f"sw_KE@kibera/{GUIDE}"]
    assert "Swahili (sw_KE@kibera)" in catalog_path(tree, "sw_KE@kibera", GUIDE).read_text("utf-8")


def test_an_update_adds_nothing_to_what_an_adaptation_says(tree: Path) -> None:
    path = catalog_path(tree, "sw_KE@kibera", GUIDE)
    path.parent.mkdir(parents=True)
    path.write_text(
        f'msgid ""\nmsgstr ""\n"Language: sw_KE@kibera\\n"\n\n'
        f'msgctxt "{TITLE}"\nmsgid "{titles(tree)[TITLE]}"\nmsgstr "Tuanze"\n',
        "utf-8",
    )
    update(tree)
    assert path.read_text("utf-8").count("msgctxt") == 1
    assert [one for one in check(tree) if "kibera" in one.file] == []
    assert "1 of its own" in str(next(one for one in coverage(tree) if one.tag == "sw_KE@kibera"))
    edit(tree, "who-8/session-1.toml", f'title = "{titles(tree)[TITLE]}"', 'title = "Begin well"')
    update(tree)
    assert entry(tree, "sw_KE@kibera", GUIDE, TITLE)[1]


def test_header_lines_of_our_own_survive_an_update(tree: Path) -> None:
    update(tree, ["fr"], "measures")
    path = catalog_path(tree, "fr", "measures")
    line = '"X-Source-phq9: Example 2020. Invented journal.\\n"\n'
    path.write_text(path.read_text("utf-8").replace('"MIME-Version', line + '"MIME-Version'), "utf-8")
    update(tree)
    assert line in path.read_text("utf-8")
    assert read(path).own_headers == {"X-Source-phq9": "Example 2020. Invented journal."}


def test_a_key_that_stands_twice_and_a_broken_line_are_named_by_line(tree: Path) -> None:
    update(tree, ["fr"], GUIDE)
    path = catalog_path(tree, "fr", GUIDE)
    text = path.read_text("utf-8")
    path.write_text(text + f'msgctxt "{TITLE}"\nmsgid "{titles(tree)[TITLE]}"\nmsgstr "x"\n', "utf-8")
    lines = text.count("\n")
    found = {(one.fault, one.line) for one in check(tree) if one.file.endswith(f"{GUIDE}.po")}
    assert ("twice", lines + 2) in found
    path.write_text(text + "msgwhat nonsense\n", "utf-8")
    found = {(one.fault, one.line) for one in check(tree) if one.file.endswith(f"{GUIDE}.po")}
    assert ("unreadable", lines + 1) in found
