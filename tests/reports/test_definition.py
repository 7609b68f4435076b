"""Report definitions are data, and a wrong one says which file and key are wrong."""

from pathlib import Path
from typing import Any

import pytest

from gipt.domain.problems import BadDefinition, Unknown
from gipt.reports.definition import (
    ReportKind,
    check_definitions,
    definition_names,
    load_definition,
    parse_definition,
    refuse_bad_definitions,
)
from gipt.words import sentence

GOOD: dict[str, Any] = {
    "id": "ours",
    "version": 1,
    "kind": "external",
    "title": "Ours",
    "sheets": ["cover", "indicators"],
    "indicators": ["I-01", "I-05"],
    "disaggregation": {"indicators": ["I-05"], "by": ["sex"]},
}


PACKAGE: dict[str, Any] = {
    "id": "ours",
    "version": 1,
    "kind": "research",
    "title": "Ours",
    "sheets": ["persons"],
    "quasi_identifiers": ["age", "sex"],
}


def framed(**changes: Any) -> dict[str, Any]:
    """Give a row of a funder's list, changed, with its sheet."""
    return {
        "framework": [{"label": "Ours", "indicator": "I-05", "code": "1.1"} | changes],
        "sheets": ["framework"],
    }


def test_the_shipped_definitions_are_read() -> None:
    assert {"funder-standard", "full-data", "iasc-mhpss", "bha-indicators", "cycle-summary"} <= set(
        definition_names()
    )
    funder, full = load_definition("funder-standard"), load_definition("full-data")
    assert (funder.kind, funder.threshold) == (ReportKind.EXTERNAL, 10)
    assert (full.kind, full.threshold) == (ReportKind.INTERNAL, None)


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ({"indicators": ["I-99"]}, "indicators", "unknown_name"),
        ({"sheets": ["members"]}, "sheets", "unknown_name"),
        ({"sheets": []}, "sheets", "not_a_list"),
        ({"indicators": ["I-01", "I-01"]}, "indicators", "twice"),
        ({"threshold": 4}, "threshold", "too_low"),
        ({"threshold": "10"}, "threshold", "not_a_number"),
        ({"kind": "public"}, "kind", "unknown_name"),
        ({"id": "other"}, "id", "not_the_file_name"),
        ({"title": ""}, "title", "not_text"),
        ({"formula": "1+1"}, "formula", "unknown_key"),
        ({"repeat": "best"}, "repeat", "unknown_name"),
        ({"disaggregation": {"by": ["name"]}}, "by", "unknown_name"),
        ({"disaggregation": {"indicators": ["I-10"], "by": ["sex"]}}, "indicators", "unknown_name"),
        ({"disaggregation": ["I-05"]}, "disaggregation", "not_a_table"),
        ({"charts": ["pie"]}, "charts", "unknown_name"),
        ({"charts": ["flow"]}, "charts", "needs_sheet"),
        ({"framework": [{"label": "x", "indicator": "I-05"}]}, "framework", "sheet_and_rows"),
        ({"sheets": ["framework"]}, "framework", "sheet_and_rows"),
        (framed(indicator="I-02"), "indicator", "unknown_name"),
        (framed(label=""), "label", "not_text"),
        (framed(note="x"), "note", "unknown_key"),
        (framed(by=["age_band"]), "disaggregation", "not_broken_down"),
        (framed(indicator="I-01", by=["sex"]), "disaggregation", "not_broken_down"),
        ({"framework": "x", "sheets": ["framework"]}, "framework", "not_a_list"),
        (
            {"activity": [{"label": "x", "indicator": "I-05"}], "sheets": ["who_what_where"]},
            "disaggregation",
            "not_broken_down",
        ),
    ],
)
def test_a_wrong_definition_is_refused_by_file_and_key(change: dict[str, Any], key: str, reason: str) -> None:
    with pytest.raises(BadDefinition) as caught:
        parse_definition("ours.toml", GOOD | change)
    details = caught.value.details
    assert (details["file"], details["key"], details["reason"]) == ("ours.toml", key, reason)


def test_an_internal_definition_cannot_ask_for_hiding() -> None:
    internal = GOOD | {"kind": "internal", "sheets": ["members"], "threshold": 10}
    with pytest.raises(BadDefinition):
        parse_definition("ours.toml", internal)


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ({"quasi_identifiers": ["age", "shoe_size"]}, "quasi_identifiers", "unknown_name"),
        ({"quasi_identifiers": []}, "quasi_identifiers", "not_a_list"),
        ({"k": 4}, "k", "too_low"),
        ({"k": 51}, "k", "too_high"),
        ({"most_left_out": 101}, "most_left_out", "too_high"),
        ({"sheets": ["members"]}, "sheets", "unknown_name"),
        ({"indicators": ["I-01"]}, "indicators", "unknown_key"),
    ],
)
def test_a_wrong_research_package_is_refused_with_file_and_key(
    change: dict[str, Any], key: str, reason: str
) -> None:
    assert parse_definition("ours.toml", PACKAGE).research is not None
    with pytest.raises(BadDefinition) as caught:
        parse_definition("ours.toml", PACKAGE | change)
    details = caught.value.details
    assert (details["file"], details["key"], details["reason"]) == ("ours.toml", key, reason)
    assert sentence(caught.value).startswith("ours.toml")


@pytest.mark.parametrize("name", definition_names())
def test_a_shipped_definition_says_what_it_is_for_and_makes_up_no_code(name: str) -> None:
    definition = load_definition(name)
    assert definition.about.endswith(".")
    assert [row for row in (*definition.framework, *definition.activities) if row.code] == []


def test_every_reason_is_said_with_file_and_key() -> None:
    for change in (framed(indicator="I-02"), framed(by=["age_band"]), {"charts": ["flow"]}, {"formula": "1"}):
        with pytest.raises(BadDefinition) as caught:
            parse_definition("ours.toml", GOOD | change)
        said = sentence(caught.value)
        assert "ours.toml" in said
        assert caught.value.details["key"] in said
        assert said != sentence(BadDefinition(file="ours.toml", key=caught.value.details["key"], reason=""))


def test_the_only_chart_of_an_older_file_is_still_read() -> None:
    assert parse_definition("ours.toml", GOOD | {"sheets": ["attendance"], "chart": "attendance"}).charts == (
        "attendance",
    )


def test_one_wrong_file_does_not_keep_the_others_from_being_read(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('id = "ours"\nkind = "external"', "utf-8")
    found = {one.name: one for one in check_definitions(tmp_path)}
    assert found["ours"].fault is not None
    assert found["ours"].fault.details["key"] == "version"
    assert found["funder-standard"].definition == load_definition("funder-standard")
    with pytest.raises(BadDefinition):
        refuse_bad_definitions(tmp_path)
    refuse_bad_definitions(None)


def test_a_programmes_own_definition_wins_over_the_shipped_one(tmp_path: Path) -> None:
    text = (
        (Path("exports") / "funder-standard.toml")
        .read_text("utf-8")
        .replace("threshold = 10", "threshold = 11")
    )
    (tmp_path / "funder-standard.toml").write_text(text, "utf-8")
    assert load_definition("funder-standard", tmp_path).threshold == 11


def test_an_unknown_report_is_named_with_those_there_are() -> None:
    with pytest.raises(Unknown) as caught:
        load_definition("annual")
    assert "funder-standard" in caught.value.details["known"]


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("id = ", "utf-8")
    with pytest.raises(BadDefinition) as caught:
        load_definition("broken", tmp_path)
    assert caught.value.details["reason"] == "unreadable"
