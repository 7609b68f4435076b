"""ADX: aggregate data as XML, for systems that take files or other messages than DHIS2's own.

Source: IHE Quality, Research and Public Health, Aggregate Data Exchange (ADX), volume 3 section 5.8 and its schema for
namespace urn:ihe:qrph:adx:2015: one group per organisation unit and period, at least one value in each, values are
decimal numbers, further dimensions are attributes.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree

from gipt.domain.periods import Period
from gipt.domain.problems import Conflict
from gipt.interop.code_map import CodeMap, Datum, period_range
from gipt.interop.dhis2 import number_text, sendable

NAMESPACE = "urn:ihe:qrph:adx:2015"


def to_adx(code_map: CodeMap, period: Period, data: Sequence[Datum], exported: datetime) -> bytes:
    """Give the document; raise Conflict when there is no value that may be sent: the schema has no empty group."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.Element(
        f"{{{NAMESPACE}}}adx", exported=exported.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    )
    when, values = period_range(code_map.period, period), sendable(data)
    for unit in dict.fromkeys(one.org_unit for one in values):
        group = ElementTree.SubElement(
            root, f"{{{NAMESPACE}}}group", orgUnit=unit, period=when, dataSet=code_map.data_set
        )
        for one in values:
            if one.org_unit == unit:
                ElementTree.SubElement(group, f"{{{NAMESPACE}}}dataValue", attributes(one))
    if not len(root):
        raise Conflict(reason="nothing_to_send")
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def attributes(datum: Datum) -> dict[str, str]:
    """Give the attributes of one value: element and value, then the dimensions that the code map names."""
    assert datum.value is not None
    target = datum.target
    found = {"dataElement": target.data_element, "value": number_text(datum.value)}
    if target.category_option_combo and not target.adx:
        found["categoryOptionCombo"] = target.category_option_combo
    return found | dict(target.adx)
