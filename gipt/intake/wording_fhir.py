"""A wording from a FHIR R4 Questionnaire (JSON): questions with their codes, answers with their values.

Read by https://hl7.org/fhir/R4/questionnaire.html. Texts in the wanted language are taken from the resource itself
when it is in that language, else from the extension `translation` of each text; never from another language. Values of
answers come from `ordinalValue` (R4) or `itemWeight` (R5), from `valueInteger`, or by the answer's LOINC code.
"""

import json
from collections.abc import Iterator
from typing import Any

from gipt.domain.measures.wordings import SentItem, SentOption, SentWording
from gipt.domain.problems import BadFile, Invalid

LOINC = "http://loinc.org"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
ORDINALS = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
)
MAX_BYTES = 2 * 1024 * 1024
DEEPEST = 8


def from_fhir(raw: bytes, tag: str) -> SentWording:
    """Read a Questionnaire; raise BadFile (`not_fhir`) for other JSON, Invalid for another language."""
    if len(raw) > MAX_BYTES:
        raise BadFile(reason="too_big", megabytes=MAX_BYTES // 1024 // 1024)
    try:
        resource = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise BadFile(reason="not_fhir") from fault
    if not isinstance(resource, dict) or resource.get("resourceType") != "Questionnaire":
        raise BadFile(reason="not_fhir")
    reader = _Reader(resource, tag)
    items = tuple(reader.items(resource))
    if not any(one.text for one in items) and reader.others:
        raise Invalid(
            field="file", reason="wording_language", value=", ".join(sorted(reader.others))[:80], language=tag
        )
    return SentWording(
        items,
        next(iter(reader.stems), ""),
        _code(resource),
        _string(resource.get("publisher")),
        _string(resource.get("copyright")),
    )


class _Reader:
    """Walk through the items, taking texts of one language only."""

    def __init__(self, resource: dict[str, Any], tag: str) -> None:
        self.tag = plain_tag(tag)
        self.language = plain_tag(_string(resource.get("language")))
        self.others: set[str] = {self.language} if self.language else set()
        self.contained = {one.get("id"): one for one in _dicts(resource.get("contained"))}
        self.stems: list[str] = []

    def items(self, node: dict[str, Any], depth: int = 0) -> Iterator[SentItem]:
        """Yield the questions in order, also those inside groups; what only shows a text may be the stem."""
        for item in _dicts(node.get("item")):
            kind, text = _string(item.get("type")), self.text(item, "text")
            if kind in ("group", "display"):
                self.stems += [text] if text else []
            else:
                yield SentItem(_string(item.get("linkId")), text, tuple(self.options(item)), self.loinc(item))
            if depth < DEEPEST:
                yield from self.items(item, depth + 1)

    def loinc(self, item: dict[str, Any]) -> str:
        """Give the LOINC code of a question; LOINC's own files have it as the linkId."""
        link = _string(item.get("linkId")).strip("/")
        return _code(item) or (link if link.replace("-", "").isdigit() and "-" in link else "")

    def text(self, node: dict[str, Any], name: str) -> str:
        """Give a text in the wanted language, else nothing."""
        translations = dict(self.translations(node.get(f"_{name}")))
        self.others |= set(translations)
        found = next((said for lang, said in translations.items() if self.fits(lang)), "")
        if found:
            return found
        return _string(node.get(name)) if not self.language or self.fits(self.language) else ""

    def translations(self, node: Any) -> Iterator[tuple[str, str]]:
        """Yield (language, text) of the extension that holds translations."""
        for one in _dicts(node.get("extension") if isinstance(node, dict) else None):
            if one.get("url") == TRANSLATION:
                parts = {part.get("url"): part for part in _dicts(one.get("extension"))}
                lang = _string(parts.get("lang", {}).get("valueCode"))
                content = parts.get("content", {})
                said = _string(content.get("valueString") or content.get("valueMarkdown"))
                if lang and said:
                    yield plain_tag(lang), said

    def fits(self, language: str) -> bool:
        """Say whether a language of the file is the wanted one, or the same without its country."""
        return self.tag == language or self.tag.startswith(f"{language}-")

    def options(self, item: dict[str, Any]) -> Iterator[SentOption]:
        """Yield the answers of a question, written beside it or in a set that the file contains."""
        for answer in _dicts(item.get("answerOption")):
            coding = answer.get("valueCoding")
            if isinstance(coding, dict):
                yield self.coded(coding, answer)
            elif isinstance(answer.get("valueInteger"), int):
                yield SentOption(str(answer["valueInteger"]), answer["valueInteger"])
            else:
                yield SentOption(self.text(answer, "valueString"), ordinal_of(answer))
        named = _string(item.get("answerValueSet"))
        if named.startswith("#"):
            yield from self.contained_options(self.contained.get(named[1:], {}))

    def coded(self, coding: dict[str, Any], answer: dict[str, Any]) -> SentOption:
        """Give one answer from its code."""
        value = ordinal_of(answer)
        code = _string(coding.get("code"))
        return SentOption(
            self.text(coding, "display"),
            ordinal_of(coding) if value is None else value,
            code if coding.get("system") == LOINC else "",
        )

    def contained_options(self, value_set: dict[str, Any]) -> Iterator[SentOption]:
        """Yield the answers of a contained ValueSet."""
        composed = value_set.get("compose")
        for include in _dicts(composed.get("include") if isinstance(composed, dict) else None):
            loinc = include.get("system") == LOINC
            for concept in _dicts(include.get("concept")):
                said = {
                    plain_tag(_string(one.get("language"))): _string(one.get("value"))
                    for one in _dicts(concept.get("designation"))
                }
                self.others |= set(filter(None, said))
                text = next((words for lang, words in said.items() if lang and self.fits(lang)), "")
                yield SentOption(
                    text or self.text(concept, "display"),
                    ordinal_of(concept),
                    _string(concept.get("code")) if loinc else "",
                )


def ordinal_of(node: dict[str, Any]) -> int | None:
    """Give the value of an answer from its extension; None where there is none, or a fraction."""
    for one in _dicts(node.get("extension")):
        if one.get("url") in ORDINALS:
            value = one.get("valueDecimal", one.get("valueInteger"))
            if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
                return int(value)
    return None


def plain_tag(tag: str) -> str:
    """Write a language tag the way tags are compared: `sw_KE@x` and `sw-ke` become `sw-ke`."""
    return tag.partition("@")[0].replace("_", "-").casefold()


def _code(node: dict[str, Any]) -> str:
    found = (_string(one.get("code")) for one in _dicts(node.get("code")) if one.get("system") == LOINC)
    return next(found, "")


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _string(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
