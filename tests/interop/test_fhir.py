"""Measures as FHIR R4, checked by the models of a maintained library; codes come from the registry only."""

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from gipt.domain.measures import all_measures, get_measure
from gipt.interop.fhir import Frame, Given, is_coded, resources, write_bundle

FRAME = Frame(
    "https://gipt.example.org/programme", datetime(2026, 10, 3, 9, 30, tzinfo=UTC), "salt of the test"
)
PHQ9 = get_measure("phq9")
ANSWERS = {item.id: number % 4 for number, item in enumerate(PHQ9.items)}


def given(**changes: Any) -> Given:
    fields: dict[str, Any] = {
        "source": "a" * 32, "person": "M-0001", "measure": PHQ9, "on": date(2026, 7, 14),
        "total": sum(value for name, value in ANSWERS.items() if name != "function"), "answers": ANSWERS,
    }  # fmt: skip
    return Given(**{**fields, **changes})


def bundle(*records: Given) -> dict[str, Any]:
    target = io.BytesIO()
    write_bundle(records, FRAME, target)
    found: dict[str, Any] = json.loads(target.getvalue())
    return found


def test_a_bundle_is_valid_by_the_models_of_a_maintained_library() -> None:
    pytest.importorskip("fhir.resources", reason="pip install .[check]")
    from fhir.resources.R4B.bundle import Bundle

    records = [
        Given("b" * 32, "M-0002", measure, date(2026, 7, 14), measure.total_max,
              {item.id: item.maximum for item in measure.items})
        for measure in all_measures() if is_coded(measure)
    ]  # fmt: skip
    found = Bundle.model_validate(bundle(given(), *records))
    kinds = [one.resource.get_resource_type() for one in found.entry]
    assert kinds[:2] == ["QuestionnaireResponse", "Observation"]
    assert len(kinds) > 4
    assert Bundle.model_validate(bundle()).entry in (None, [])


def test_answers_and_total_carry_the_codes_of_the_registry() -> None:
    response, total = resources(given(), FRAME)
    assert response["questionnaire"] == "http://loinc.org/q/44249-1"
    by_item = {one["linkId"]: one["answer"][0] for one in response["item"]}
    assert list(by_item)[:2] == ["/44250-9", "/44255-8"]
    assert by_item["/44255-8"]["valueCoding"]["code"] == "LA6569-3"
    assert total["code"]["coding"] == [{"system": "http://loinc.org", "code": "44261-6"}]
    assert total["valueInteger"] == given().total
    assert total["derivedFrom"] == [{"reference": f"urn:uuid:{response['id']}"}]


def test_a_person_is_a_code_and_no_stored_id_leaves() -> None:
    text = json.dumps(bundle(given()))
    assert '"value": "M-0001"' in text
    assert "a" * 32 not in text
    assert "Patient/" not in text
    assert '"name"' not in text


def test_the_same_record_keeps_its_id_and_another_programme_gives_another() -> None:
    ids = [one["id"] for one in resources(given(), FRAME)]
    assert ids == [one["id"] for one in resources(given(), FRAME)]
    other = Frame(FRAME.system, FRAME.made_at, "another salt")
    assert not set(ids) & {one["id"] for one in resources(given(), other)}
    assert not set(ids) & {one["id"] for one in resources(given(source="c" * 32), FRAME)}


def test_what_is_not_known_is_left_out() -> None:
    assert [one["resourceType"] for one in resources(given(total=None), FRAME)] == ["QuestionnaireResponse"]
    (total,) = resources(given(answers={}), FRAME)
    assert "derivedFrom" not in total
    some = {"q1": 2}
    (response,) = resources(given(total=None, answers=some), FRAME)
    assert [one["linkId"] for one in response["item"]] == ["/44250-9"]


@pytest.mark.parametrize(
    "measure", [one for one in all_measures() if not is_coded(one)], ids=lambda one: one.key
)
def test_a_measure_without_codes_is_never_coded_by_guess(measure: Any) -> None:
    answers = {item.id: item.minimum for item in measure.items}
    assert list(resources(given(measure=measure, answers=answers), FRAME)) == []
