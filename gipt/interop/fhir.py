"""FHIR R4: answers of measures as QuestionnaireResponse, totals as Observation, in one Bundle.

Only measures with LOINC codes in the registry are written; nothing is coded by guess. A person is a code under the
programme's own name, never a Patient with a name. What was not answered is left out, so a total that gipt does not
give (an incomplete measure) is not there either. Source: HL7 FHIR R4 (4.0.1), QuestionnaireResponse, Observation,
Bundle; the canonical address of a LOINC form is http://loinc.org/q/ and its code.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import IO, Any

from gipt.domain.measures import Item, Measure

LOINC = "http://loinc.org"
SPACE = uuid.UUID("4c1f0f5e-6f1a-5c55-9a9c-3f0b8f0e6d51")
"""Name space of the ids of resources: the same record always has the same id, and nobody can turn it back."""

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """One administration of a measure: who by code, when, the answers by item, the total.

    `source` is the stored id, from which the ids of the resources are made; it stands in none of them as it is.
    `answers` is empty where they may not be given or were never entered.
    """

    source: str
    person: str
    measure: Measure
    on: date
    total: int | None
    answers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """What every resource needs: the name space of person codes (an address), the moment, the salt of the ids."""

    system: str
    made_at: datetime
    salt: str


def is_coded(measure: Measure) -> bool:
    """Say whether a measure has LOINC codes for its form or its total."""
    return measure.loinc_panel is not None or measure.loinc_total is not None


def resources(given: Given, frame: Frame) -> Iterator[Resource]:
    """Give the resources of one administration: its answers, and its total that refers to them."""
    answers = response(given, frame) if given.answers and given.measure.loinc_panel else None
    if answers is not None:
        yield answers
    if given.total is not None and given.measure.loinc_total:
        yield observation(given, frame, answers)


def resource_id(given: Given, frame: Frame, kind: str) -> str:
    """Give the id of a resource; the same for the same record, and not the stored one."""
    return str(uuid.uuid5(SPACE, f"{frame.salt}/{kind}/{given.source}"))


def subject(given: Given, frame: Frame) -> Resource:
    """Give the person as a reference by code; there is no resource behind it."""
    return {"type": "Patient", "identifier": {"system": frame.system, "value": given.person}}


def response(given: Given, frame: Frame) -> Resource:
    """Give the answers of one administration, the items in their order."""
    items = [
        answer_of(item, given.answers[item.id])
        for item in given.measure.items
        if item.id in given.answers and item.loinc
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": resource_id(given, frame, "QuestionnaireResponse"),
        "questionnaire": f"{LOINC}/q/{given.measure.loinc_panel}",
        "status": "completed",
        "subject": subject(given, frame),
        "authored": given.on.isoformat(),
        "item": items,
    }


def answer_of(item: Item, value: int) -> Resource:
    """Give one item with its answer: the LOINC code where the option has one, else the number."""
    option = next((one for one in item.options if one.value == value), None)
    answer: Resource = {"valueInteger": value}
    if option is not None and option.loinc:
        coding = {"system": LOINC, "code": option.loinc}
        answer = {"valueCoding": coding | ({"display": option.text} if option.text else {})}
    found: Resource = {"linkId": f"/{item.loinc}", "answer": [answer]}
    return found | ({"text": item.text} if item.text else {})


def observation(given: Given, frame: Frame, answers: Resource | None) -> Resource:
    """Give the total of one administration."""
    found: Resource = {
        "resourceType": "Observation",
        "id": resource_id(given, frame, "Observation"),
        "status": "final",
        "category": [
            {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}
                ]
            }
        ],
        "code": {
            "coding": [{"system": LOINC, "code": given.measure.loinc_total}],
            "text": given.measure.name,
        },
        "subject": subject(given, frame),
        "effectiveDateTime": given.on.isoformat(),
        "valueInteger": given.total,
    }
    if answers is not None:
        found["derivedFrom"] = [{"reference": f"urn:uuid:{answers['id']}"}]
    return found


def write_bundle(given: Iterable[Given], frame: Frame, target: IO[bytes]) -> dict[str, int]:
    """Write a Bundle as JSON, one resource after another, so that memory stays flat; give the resources by kind."""
    counts = {"QuestionnaireResponse": 0, "Observation": 0}
    head = {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": frame.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    target.write(json.dumps(head).removesuffix("}").encode() + b', "entry": [')
    first = True
    for one in given:
        for resource in resources(one, frame):
            counts[resource["resourceType"]] += 1
            entry = {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
            target.write((b"\n" if first else b",\n") + json.dumps(entry, ensure_ascii=False).encode())
            first = False
    target.write(b"\n]}\n")
    return counts
