"""A wording from a PO file: the entries of one measure in a catalog of the domain `measures`."""

from gipt.content.wordings import parts
from gipt.domain.measures import Item, Measure
from gipt.domain.measures.wordings import SentItem, SentOption, SentWording, item_name
from gipt.domain.problems import Invalid
from gipt.i18n.exchange import CatalogFile, same_text


def wording_in(file: CatalogFile, measure: Measure) -> SentWording:
    """Give the words of a measure that a file holds, in the file's order, with source and licence from its header.

    An unfinished entry counts as missing. Raises Invalid (`wording_stale`) naming the entry whose English is not that
    of this measure: it was made for another version.
    """
    code, english = measure.code, {key: text for key, text, _ships in parts(measure)}
    said: dict[str, str] = {}
    for entry in file.entries:
        if entry.key in english:
            if not same_text(entry.source[0], english[entry.key]):
                raise Invalid(field="file", reason="wording_stale", item=named(measure, entry.key))
            said[entry.key] = entry.texts[0] if entry.texts and entry.state.is_finished else ""
    by_key = {f"{code}/{item.id}": item for item in measure.items}
    items = [
        SentItem(item.id, said[key], _options(measure, item, said))
        for key in said
        if (item := by_key.get(key)) is not None
    ]
    unknown = (one.key.partition("/")[2] for one in file.entries if one.key.startswith(f"{code}/"))
    extra = next((name for name in unknown if f"{code}/{name}" not in english), None)
    if extra is not None:
        raise Invalid(field="file", reason="wording_item_unknown", value=extra[:60])
    return SentWording(
        items,
        said.get(f"{code}/stem", ""),
        citation=file.headers.get(f"X-Source-{code}", ""),
        licence=file.headers.get(f"X-Licence-{code}", ""),
    )


def _options(measure: Measure, item: Item, said: dict[str, str]) -> tuple[SentOption, ...]:
    options = ((one.value, said.get(f"{measure.code}/option/{one.label}", "")) for one in item.options)
    return tuple(SentOption(text, value) for value, text in options)


def named(measure: Measure, key: str) -> str:
    """Name an entry in a sentence: the question it belongs to, else its key."""
    item = measure.find_item(key.partition("/")[2])
    return item_name(item) if item is not None else key
