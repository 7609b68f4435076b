"""The checks that every translation passes: hostile entries are named, honest ones pass."""

import pytest

from gipt.i18n import language
from gipt.i18n.lint import Fault, Plural, faults_of, source_faults
from gipt.i18n.zawgyi import is_zawgyi

ENGLISH = Plural("nplurals=2; plural=(n != 1)")
FRENCH = Plural(language("fr").plural)
ARABIC = Plural(language("ar").plural)

CALL = "Call %(name)s today"
COUNT = "%(n)d of 8 came"
LINK = "See https://example.org/help for more"


@pytest.mark.parametrize(
    ("source", "translated", "fault"),
    [
        pytest.param(CALL, "Appelez %(nom)s", Fault.UNKNOWN_PLACEHOLDER, id="unknown placeholder"),
        pytest.param("Call", "Appelez %(password)s", Fault.UNKNOWN_PLACEHOLDER, id="new placeholder"),
        pytest.param(CALL, "Appelez %(name)s %(__class__)s", Fault.UNKNOWN_PLACEHOLDER, id="dunder"),
        pytest.param(CALL, "Appelez aujourd'hui", Fault.MISSING_PLACEHOLDER, id="dropped placeholder"),
        pytest.param(CALL, "Appelez %(Name)s", Fault.MISSING_PLACEHOLDER, id="case of a placeholder"),
        pytest.param(CALL, "Appelez %( name )s", Fault.MISSING_PLACEHOLDER, id="spaces in a placeholder"),
        pytest.param(CALL, "Appelez %%(name)s", Fault.MISSING_PLACEHOLDER, id="escaped placeholder"),
        pytest.param(CALL, "Appelez ％(name)s", Fault.MISSING_PLACEHOLDER, id="wide percent"),
        pytest.param(COUNT, "%(n)s sur 8", Fault.RETYPED_PLACEHOLDER, id="retyped placeholder"),
        pytest.param(COUNT, "%(n)d sur 8 %(n)s", Fault.RETYPED_PLACEHOLDER, id="both kinds"),
        pytest.param(COUNT, "%(n)999999999d sur 8", Fault.STRAY_PERCENT, id="width bomb"),
        pytest.param(COUNT, "%(n)d sur 8 %(n).9999d", Fault.STRAY_PERCENT, id="precision"),
        pytest.param(COUNT, "%(n)d sur 8 %(n)*d", Fault.STRAY_PERCENT, id="star"),
        pytest.param(CALL, "Appelez %(name)r", Fault.STRAY_PERCENT, id="repr"),
        pytest.param(CALL, "Appelez %(name)s %s", Fault.STRAY_PERCENT, id="positional"),
        pytest.param(CALL, "Appelez %(name)s %1$s", Fault.STRAY_PERCENT, id="numbered"),
        pytest.param(CALL, "100% %(name)s", Fault.STRAY_PERCENT, id="stray percent"),
        pytest.param(CALL, "Appelez %(name)s %", Fault.STRAY_PERCENT, id="percent at the end"),
        pytest.param(CALL, "<script>alert(1)</script> %(name)s", Fault.MARKUP, id="script"),
        pytest.param(CALL, "<img src=x onerror=alert(1)> %(name)s", Fault.MARKUP, id="image"),
        pytest.param(CALL, "%(name)s <b", Fault.MARKUP, id="unfinished tag"),
        pytest.param(CALL, "%(name)s </a>", Fault.MARKUP, id="closing tag"),
        pytest.param(CALL, "%(name)s < IMG src=x>", Fault.MARKUP, id="tag with a space"),
        pytest.param(CALL, "%(name)s <!-- x -->", Fault.MARKUP, id="comment"),
        pytest.param(CALL, "%(name)s &#60;b&#62;", Fault.MARKUP, id="entity by number"),
        pytest.param(CALL, "%(name)s &lt;b&gt;", Fault.MARKUP, id="entity by name"),
        pytest.param(CALL, "%(name)s {{ config }}", Fault.MARKUP, id="template expression"),
        pytest.param(CALL, "%(name)s {% include 'x' %}", Fault.MARKUP, id="template statement"),
        pytest.param(
            'Read <a href="/help">', 'Lisez <a href="/help" onclick="x">', Fault.MARKUP, id="new attribute"
        ),
        pytest.param(LINK, "Voyez javascript:alert(1)", Fault.ADDRESS, id="javascript address"),
        pytest.param(LINK, "Voyez https://evil.example/help ici", Fault.ADDRESS, id="other address"),
        pytest.param(LINK, "Voyez ici", Fault.ADDRESS, id="address dropped"),
        pytest.param("Call", "Appelez //evil.example", Fault.ADDRESS, id="address without scheme"),
        pytest.param("Call", "Appelez www.evil.example", Fault.ADDRESS, id="bare host"),
        pytest.param("Call", "data:text/html,x", Fault.ADDRESS, id="data address"),
        pytest.param("Call", "Appelez tel:0900123", Fault.ADDRESS, id="phone address"),
        # "How are you" and "Myanmar" as a Zawgyi keyboard stores them
        pytest.param("How are you?", "ေနေကာင္းလား", Fault.ZAWGYI, id="Zawgyi vowel first"),
        pytest.param("Burmese language", "ျမန္မာဘာသာ", Fault.ZAWGYI, id="Zawgyi medial first"),
        pytest.param("Call", "App\u202eelez", Fault.BIDI, id="override"),
        pytest.param("Call", "\u2067Appelez", Fault.BIDI, id="isolate"),
        pytest.param("Call", "\u202aAppelez\u202c", Fault.BIDI, id="embedding"),
        pytest.param("Call", "App\u0000elez", Fault.CONTROL, id="nul"),
        pytest.param("Call", "App\u001b[31melez", Fault.CONTROL, id="terminal colour"),
        pytest.param("Call", "App\relez", Fault.CONTROL, id="carriage return"),
        pytest.param("Call", "App\telez", Fault.CONTROL, id="tab"),
        pytest.param("Call", "App\ue000elez", Fault.CONTROL, id="private use"),
        pytest.param("Call", "App\uffffelez", Fault.CONTROL, id="no character"),
        pytest.param("Call", "App\ufeffelez", Fault.INVISIBLE, id="byte order mark"),
        pytest.param("Call", "App\u2060elez", Fault.INVISIBLE, id="word joiner"),
        pytest.param("Call", "App\U000e0041elez", Fault.INVISIBLE, id="tag character"),
        pytest.param("Call", "App\u2028elez", Fault.INVISIBLE, id="line separator"),
        pytest.param("Call", "App\nelez", Fault.NEW_LINE, id="new line"),
        pytest.param("Call", "Appelez " * 20, Fault.TOO_LONG, id="overlong"),
        pytest.param("Call", "", Fault.EMPTY, id="empty"),
        pytest.param("Call", " \u00a0", Fault.EMPTY, id="only blanks"),
    ],
)
def test_a_hostile_entry_is_named(source: str, translated: str, fault: Fault) -> None:
    assert fault in faults_of((source,), (translated,), FRENCH)


@pytest.mark.parametrize(
    ("source", "translated"),
    [
        (CALL, "Aujourd'hui, appelez %(name)s"),
        (COUNT, "%(n)d sur 8 sont venus"),
        ("On", "Activé"),
        ("100%% of %(name)s", "100 %% de %(name)s"),
        (LINK, "Plus sur https://example.org/help ici"),
        ("Fewer than <10", "Moins de <10"),
        ("Call", "اتصل\u200f"),
        ("Call", "तुर\u200dन्त"),
        ("Time: %(time)s", "الوقت: %(time)s"),
        ("Note", "Données : texte"),
        ("Ill, or a child ill", "Malade, ou enfant malade & fatigué"),
        ("Two\nlines", "Deux\nlignes"),
    ],
)
def test_an_honest_translation_passes(source: str, translated: str) -> None:
    assert faults_of((source,), (translated,), FRENCH) == []


def test_a_fuzzy_entry_is_never_used() -> None:
    assert faults_of(("Call",), ("Appelez",), FRENCH, fuzzy=True) == [Fault.FUZZY]


@pytest.mark.parametrize(
    ("forms", "plural", "faults"),
    [
        (("%(n)d jour", "%(n)d jours"), FRENCH, []),
        (("un jour", "%(n)d jours"), FRENCH, [Fault.MISSING_PLACEHOLDER]),
        (("a day", "%(n)d days"), ENGLISH, []),
        (("%(n)d day", "days"), ENGLISH, [Fault.MISSING_PLACEHOLDER]),
        (("0", "1", "2", "%(n)d", "%(n)d", "%(n)d"), ARABIC, []),
        (("0", "1", "2", "%(n)d", "few", "%(n)d"), ARABIC, [Fault.MISSING_PLACEHOLDER]),
        (("%(n)d",) * 5, ARABIC, [Fault.PLURAL_COUNT]),
        (("%(n)d", "%(n)d", "%(n)d"), FRENCH, [Fault.PLURAL_COUNT]),
        (("%(n)d", ""), FRENCH, [Fault.EMPTY]),
        (("%(n)d", "%(n)s"), FRENCH, [Fault.RETYPED_PLACEHOLDER]),
        (("%(n)d", "%(m)d"), FRENCH, [Fault.UNKNOWN_PLACEHOLDER, Fault.MISSING_PLACEHOLDER]),
    ],
)
def test_a_form_for_one_number_may_leave_the_digit_out_and_no_other(
    forms: tuple[str, ...], plural: Plural, faults: list[Fault]
) -> None:
    assert faults_of(("%(n)d day", "%(n)d days"), forms, plural) == faults


def test_a_name_may_never_be_left_out_of_a_form() -> None:
    source = ("%(name)s has %(n)d day", "%(name)s has %(n)d days")
    assert faults_of(source, ("a day", "%(name)s %(n)d"), ENGLISH) == [Fault.MISSING_PLACEHOLDER]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "nplurals=2",
        "nplurals=0; plural=0",
        "nplurals=2; plural=n",
        "nplurals=2; plural=n%0",
        "nplurals=10; plural=0",
        "nplurals=2; plural=__import__('os')",
        "nplurals=2; plural=" + "(" * 300,
        "nplurals=2; plural=-1",
    ],
)
def test_a_plural_rule_that_cannot_be_computed_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r"plural|token"):
        Plural(rule)


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        (("100% sure",), [Fault.STRAY_PERCENT]),
        (("100%% sure, %(name)s",), []),
        (("Read <b>this</b>",), [Fault.MARKUP]),
        (("%(n)d and %(n)s",), [Fault.RETYPED_PLACEHOLDER]),
        (("%(n)d day", "%(n)s days"), [Fault.RETYPED_PLACEHOLDER]),
        (("one day", "%(n)d days"), []),
        (("Hidden\u200fmark \u202e",), [Fault.BIDI]),
    ],
)
def test_the_english_texts_are_checked_too(source: tuple[str, ...], faults: list[Fault]) -> None:
    assert source_faults(source) == faults


@pytest.mark.parametrize(
    "text",
    [
        "နေကောင်းလား",
        "မြန်မာဘာသာ",
        "ကျွန်ုပ်တို့ သတ္တုဗေဒ အင်္ဂလိပ် ဥက္ကဋ္ဌ ပြဿနာ ယောက်ျား ဩဂုတ် ၎င်း",
        "Grace ကို ဖုန်းဆက်ပါ",
        "ၵႂၢမ်းတႆး",
        "Appelez",
    ],
    ids=["vowel", "medial", "stacked", "mixed", "Shan", "Latin"],
)
def test_burmese_in_unicode_is_no_zawgyi(text: str) -> None:
    assert not is_zawgyi(text)
