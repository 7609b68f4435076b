"""Invented wordings of measures in every kind of file; nothing here is anybody's real instrument."""

import json
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

import openpyxl

from gipt.content.wordings import parts
from gipt.domain.measures import Item, Measure

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def invented(measure: Measure) -> dict[str, str]:
    """Give invented words for every part of a measure by key."""
    return {key: f"maneno {key.partition('/')[2]}" for key, _text, _ships in parts(measure)}


def answers(measure: Measure, item: Item) -> list[tuple[int, str, str]]:
    """Give (value, invented words, LOINC code) of the answers of an item."""
    words = invented(measure)
    return [(one.value, words[f"{measure.code}/option/{one.label}"], one.loinc or "") for one in item.options]


def fhir(
    measure: Measure, language: str = "sw", *, loinc: bool = True, items: Iterable[Item] | None = None,
    change: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Give a Questionnaire; `change` maps linkIds to other members of their items."""
    words = invented(measure)

    def coded(value: int, text: str, code: str) -> dict[str, Any]:
        coding: dict[str, Any] = {"display": text, "extension": [{"url": ORDINAL, "valueDecimal": value}]}
        if loinc and code:
            coding |= {"system": "http://loinc.org", "code": code}
        return {"valueCoding": coding}

    asked = [
        {
            "linkId": f"/{item.loinc}" if loinc else str(item.number),
            **({"code": [{"system": "http://loinc.org", "code": item.loinc}]} if loinc else {}),
            "text": words[f"{measure.code}/{item.id}"],
            "type": "choice",
            "answerOption": [coded(*one) for one in answers(measure, item)],
        }
        | dict((change or {}).get(item.id, {}))
        for item in (measure.items if items is None else items)
    ]
    total = {"linkId": "total", "type": "decimal", "text": "jumla", "code": [
        {"system": "http://loinc.org", "code": measure.loinc_total or "0-0"}]}  # fmt: skip
    stem = words.get(f"{measure.code}/stem")
    return {
        "resourceType": "Questionnaire",
        "status": "active",
        "language": language,
        "copyright": "Invented, free to use",
        "publisher": "Invented 2020, a validation",
        **(
            {"code": [{"system": "http://loinc.org", "code": measure.loinc_panel}]}
            if measure.loinc_panel
            else {}
        ),
        "item": [{"linkId": "g", "type": "group", "text": stem or "", "item": [*asked, total]}],
    }


def as_json(resource: Mapping[str, Any]) -> bytes:
    return json.dumps(resource).encode()


def xlsform(
    measure: Measure, *, head: str = "label::Kiswahili (sw)", items: Iterable[Item] | None = None,
    more: Iterable[list[str]] = (), drop_answer: int | None = None,
) -> bytes:  # fmt: skip
    """Give an XLSForm; `more` are further rows of `survey`."""
    words = invented(measure)
    survey: list[list[Any]] = [["type", "name", head], ["start", "start", None]]
    if f"{measure.code}/stem" in words:
        survey.append(["note", "intro", words[f"{measure.code}/stem"]])
    choices: list[list[Any]] = [["list_name", "name", head]]
    for item in measure.items if items is None else items:
        survey.append(
            [
                f"select_one {item.id}_list",
                f"{measure.code}_{item.number}",
                words[f"{measure.code}/{item.id}"],
            ]
        )
        choices += [
            [f"{item.id}_list", value, text]
            for value, text, _code in answers(measure, item)
            if value != drop_answer
        ]
    return workbook({"survey": [*survey, *more], "choices": choices, "settings": [["form_title"], ["x"]]})


def plain(
    measure: Measure, *, items: Iterable[Item] | None = None, change: Mapping[str, str] | None = None
) -> bytes:
    """Give a plain sheet; answers stand at the first question of each kind; `change` maps item ids to other texts."""
    words = invented(measure) | {f"{measure.code}/{name}": text for name, text in (change or {}).items()}
    values = sorted({value for item in measure.items for value in item.values})
    rows: list[list[Any]] = [["Item", "Text", *values]]
    if f"{measure.code}/stem" in words:
        rows.append(["stem", words[f"{measure.code}/stem"]])
    before = None
    for item in measure.items if items is None else items:
        said = [text for _value, text, _code in answers(measure, item)]
        rows.append([item.id, words[f"{measure.code}/{item.id}"], *(said if said != before else [])])
        before = said
    return workbook({"Sheet": rows})


def workbook(sheets: Mapping[str, Iterable[list[Any]]]) -> bytes:
    """Give an .xlsx file of some rows."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def po(measure: Measure, *, skip: str = "", english: Mapping[str, str] | None = None) -> bytes:
    """Give a PO file of the wording with its source and licence in the header."""
    lines = [
        'msgid ""\nmsgstr ""\n"Language: sw\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
        f'"X-Domain: measures\\n"\n"X-Source-{measure.code}: Invented 2020\\n"\n'
        f'"X-Licence-{measure.code}: Invented\\n"\n'
    ]
    words = invented(measure)
    for key, text, _ships in parts(measure):
        if key != skip:
            source = (english or {}).get(key, text).replace('"', '\\"')
            lines.append(f'msgctxt "{key}"\nmsgid "{source}"\nmsgstr "{words[key]}"\n')
    return "\n".join(lines).encode()
