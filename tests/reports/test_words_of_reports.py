"""No report promises in any language what nobody measured: cured, impact, significant."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

CATALOGS = {
    path.parts[-3]: path
    for path in sorted((Path(__file__).parents[2] / "translations").glob("*/LC_MESSAGES/messages.po"))
}
PROMISES = {
    "en": r"\b(cured?|healed|impact|p-value|significan\w+)\b",
    "fr": r"\b(guéri\w*|impact\w*|valeurs? p|significati\w+)\b",
    "es": r"\b(curad\w+|impacto\w*|valor p|significativ\w+)\b",
    "pt": r"\b(curad\w+|impacto\w*|valor p|significativ\w+)\b",
    "ar": r"شفي|شُفي|شفاء|تعافى|أثر البرنامج|تأثير|دلالة إحصائية",
    "sw": r"\b(amepona|wamepona|kupona|waliopona|athari)\b",
    "am": r"ተፈወ|ፈውስ|ተጽዕኖ|ተፅዕኖ|ድኗል|ድነዋል",
    "ne": r"निको भ|प्रभाव|सार्थक",
    "lg": r"\b(awonye|bawonye|okuwona)\b",
    "ach": r"\b(ocang|cango)\b",
}
"""Words for cured, impact and significance. Being sorry for a missing one is cheaper than a report that has it."""


@pytest.mark.parametrize("language", CATALOGS)
def test_what_reports_say_promises_no_more_than_was_measured(language: str) -> None:
    assert language in PROMISES, "Name the words for cured, impact and significant in this language."
    with CATALOGS[language].open("rb") as stream:
        catalog = read_po(stream)
    said = {
        str(one.string)
        for one in catalog
        if one.string and any(place.startswith(("gipt/reports/", "exports/")) for place, _ in one.locations)
    }
    assert [text for text in said if re.search(PROMISES[language], text, re.IGNORECASE)] == []


def test_the_source_of_what_reports_say_promises_nothing_either() -> None:
    with CATALOGS["fr"].open("rb") as stream:
        catalog = read_po(stream)
    said = [
        str(one.id)
        for one in catalog
        if one.id and any(place.startswith(("gipt/reports/", "exports/")) for place, _ in one.locations)
    ]
    assert len(said) > 300
    assert [text for text in said if re.search(PROMISES["en"], text, re.IGNORECASE)] == []
