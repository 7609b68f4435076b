"""Files that people send: honest ones are read, hostile ones are refused in one sentence, within limits."""

import datetime as dt
import io
import time
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from gipt.domain.problems import BadFile
from gipt.intake import child, reader
from gipt.intake.grid import Grid
from gipt.intake.reader import REASONS, read_paste, read_upload, refuse_zawgyi
from gipt.words import PROBLEM_SENTENCES, sentence

SECONDS = 12.0  # generous on a shared machine; the limits themselves are decision 36

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


def workbook(*rows: list[object], title: str = "People") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_members(raw: bytes, members: dict[str, bytes], *, leave_out: tuple[str, ...] = ()) -> bytes:
    """Give a workbook again with members added or replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in members and name not in leave_out:
                new.writestr(name, old.read(name))
        for name, content in members.items():
            new.writestr(name, content)
    return out.getvalue()


def zip_bomb() -> bytes:
    return with_members(workbook(["a"]), {"xl/media/zeros.bin": bytes(60 * 1024 * 1024)})


def dense_member() -> bytes:
    return with_members(workbook(["a"]), {"xl/media/zeros.bin": bytes(20 * 1024 * 1024)})


def many_members() -> bytes:
    return with_members(workbook(["a"]), {f"xl/media/{number}.bin": b"x" for number in range(600)})


def sheet_of(text: str, *, before: str = "") -> dict[str, bytes]:
    """Give the XML of a sheet with one cell of text; `before` stands in front of it all."""
    xml = (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row></sheetData></worksheet>'
    )
    return {"xl/worksheets/sheet1.xml": xml.encode()}


def lying_sizes() -> bytes:
    """Declare 900 bytes for a sheet that unpacks to 30 MB: what comes out must not exceed what was said."""
    members = sheet_of("a" * 30 * 1024 * 1024)
    (xml,) = members.values()
    raw = bytearray(with_members(workbook(["a"]), members))
    size = len(xml).to_bytes(4, "little")
    while (found := raw.find(size)) >= 0:
        raw[found : found + 4] = (900).to_bytes(4, "little")
    return bytes(raw)


def entity_bomb() -> bytes:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + step)} "{("&" + chr(97 + step) + ";") * 10}">' for step in range(9)
    )
    return with_members(workbook(["a"]), sheet_of("&j;", before=f"<!DOCTYPE s [{entities}]>"))


def outside_entity() -> bytes:
    before = '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return with_members(workbook(["a"]), sheet_of("&x;", before=before))


def far_cell() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "Name"
    book.worksheets[0]["XFD1048576"] = "x"
    return saved(book)


def far_column() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0]["XFD1"] = "x"
    return saved(book)


def many_rows() -> bytes:
    row = '<row r="{0}"><c r="A{0}"><v>1</v></c></row>'
    rows = "".join(row.format(number) for number in range(1, 300_001))
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{rows}</sheetData></worksheet>"
    )
    return with_members(workbook(["a"]), {"xl/worksheets/sheet1.xml": sheet.encode()})


def many_sheets() -> bytes:
    raw = workbook(["a"])
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        book = archive.read("xl/workbook.xml").decode()
    at = book.index("<sheets>") + len("<sheets>")
    end = book.index("</sheets>")
    one = book[at:end]
    return with_members(raw, {"xl/workbook.xml": (book[:at] + one * 200 + book[end:]).encode()})


def macro() -> bytes:
    return with_members(workbook(["a"]), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def encrypted() -> bytes:
    return child.OLE_MAGIC + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)


def old_xls() -> bytes:
    return child.OLE_MAGIC + bytes(600) + "Workbook".encode("utf-16-le") + bytes(600)


def truncated() -> bytes:
    raw = workbook(["Name", "Age"])
    return raw[: len(raw) // 2]


def big_string() -> bytes:
    """Hold one shared string of 200 MB."""
    strings = b"<sst><si><t>" + b"a" * (200 * 1024 * 1024) + b"</t></si></sst>"
    return with_members(workbook(["a"]), {"xl/sharedStrings.xml": strings})


def long_string() -> bytes:
    return with_members(workbook(["a"]), sheet_of("abcdefghij" * 3_300))


def way_out() -> bytes:
    return with_members(workbook(["a"]), {"../../etc/cron.d/x": b"x"})


def link() -> bytes:
    out = io.BytesIO(workbook(["a"]))
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo("xl/link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def overlapping() -> bytes:
    """Let two entries of the directory share one body."""
    raw = bytearray(with_members(workbook(["a"]), {"xl/media/a.bin": b"a" * 90, "xl/media/b.bin": b"b" * 90}))
    first = raw.find(b"PK\x01\x02")
    offsets = {}
    at = first
    while raw[at : at + 4] == b"PK\x01\x02":
        length = int.from_bytes(raw[at + 28 : at + 30], "little")
        offsets[bytes(raw[at + 46 : at + 46 + length])] = at
        extra = int.from_bytes(raw[at + 30 : at + 32], "little")
        at += 46 + length + extra + int.from_bytes(raw[at + 32 : at + 34], "little")
    one, other = offsets[b"xl/media/a.bin"], offsets[b"xl/media/b.bin"]
    raw[other + 42 : other + 46] = raw[one + 42 : one + 46]
    return bytes(raw)


def not_a_package() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
        archive.writestr("[Content_Types].xml", "<Types/>")
    return out.getvalue()


def broken_xml() -> bytes:
    return with_members(workbook(["a"]), {"xl/workbook.xml": b"<workbook><sheets"})


def missing_parts() -> bytes:
    return with_members(
        workbook(["a"]), {"[Content_Types].xml": CONTENT_TYPES.encode()}, leave_out=("xl/styles.xml",)
    )


HOSTILE: list[tuple[str, Callable[[], bytes], str, set[str]]] = [
    ("zip bomb", zip_bomb, "a.xlsx", {"zip_bomb"}),
    ("dense member", dense_member, "a.xlsx", {"zip_bomb"}),
    ("600 members", many_members, "a.xlsx", {"zip_bomb"}),
    ("lying sizes", lying_sizes, "a.xlsx", {"hostile", "unreadable", "truncated"}),
    ("entity bomb", entity_bomb, "a.xlsx", {"hostile"}),
    ("outside entity", outside_entity, "a.xlsx", {"hostile"}),
    ("far cell", far_cell, "a.xlsx", {"far_cell"}),
    ("far column", far_column, "a.xlsx", {"far_cell"}),
    ("300,000 rows", many_rows, "a.xlsx", {"too_many_rows"}),
    ("200 sheets", many_sheets, "a.xlsx", {"too_many_sheets"}),
    ("macro inside", macro, "a.xlsx", {"macro"}),
    ("macro by name", lambda: workbook(["a"]), "a.xlsm", {"macro"}),
    ("encrypted", encrypted, "a.xlsx", {"encrypted"}),
    ("old xls", old_xls, "a.xls", {"old_xls"}),
    ("truncated", truncated, "a.xlsx", {"truncated"}),
    ("200 MB string", big_string, "a.xlsx", {"zip_bomb"}),
    ("long string", long_string, "a.xlsx", {"long_cell"}),
    ("way out of the folder", way_out, "a.xlsx", {"hostile"}),
    ("link", link, "a.xlsx", {"hostile"}),
    ("overlapping members", overlapping, "a.xlsx", {"hostile"}),
    ("a text document", not_a_package, "a.xlsx", {"not_a_workbook"}),
    ("broken xml", broken_xml, "a.xlsx", {"unreadable", "not_a_workbook", "hostile"}),
    ("not a workbook", lambda: b"%PDF-1.7 and so on", "a.xlsx", {"not_a_workbook"}),
    ("a picture called csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), "a.csv", {"not_a_workbook"}),
    ("zero bytes", lambda: b"", "a.xlsx", {"empty"}),
    ("blanks", lambda: b" \n\n ", "a.csv", {"empty"}),
    ("empty workbook", lambda: saved(openpyxl.Workbook()), "a.xlsx", {"empty"}),
    ("17 MB", lambda: bytes(17 * 1024 * 1024), "a.csv", {"too_big"}),
    ("wide csv", lambda: b"a," * 5_000_000 + b"b\n", "a.csv", {"far_cell", "too_heavy"}),
    ("20,002 csv rows", lambda: b"1,2\n" * 20_002, "a.csv", {"too_many_rows"}),
    ("other name", lambda: b"x", "a.exe", {"unknown_extension"}),
]


@pytest.mark.parametrize(
    ("make", "name", "reasons"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE]
)
def test_a_hostile_file_is_refused_in_one_sentence_in_time(
    make: Callable[[], bytes], name: str, reasons: set[str]
) -> None:
    raw = make()
    if len(raw) > reader.MAX_UPLOAD:
        reasons = reasons | {"too_big"}
    began = time.monotonic()
    with pytest.raises(BadFile) as refused:
        read_upload(raw, name)
    assert time.monotonic() - began < SECONDS
    assert refused.value.details["reason"] in reasons
    said = sentence(refused.value)
    assert said.endswith(".")
    assert "%(" not in said


def test_a_file_that_takes_too_long_is_ended() -> None:
    with pytest.raises(BadFile) as refused:
        read_upload(workbook(["a"]), "a.xlsx", wall_seconds=0.001)
    assert refused.value.details["reason"] == "too_slow"


def test_every_reason_has_its_own_sentence() -> None:
    assert {f"bad_file.{reason}" for reason in REASONS} <= set(PROBLEM_SENTENCES)


def test_the_far_cell_is_named() -> None:
    with pytest.raises(BadFile) as refused:
        read_upload(far_cell(), "a.xlsx")
    assert refused.value.details["cell"] == "XFD1048576"


def test_20_000_rows_and_their_heading_are_read() -> None:
    grid = read_upload(b"Name,Age\n" + b"Amina,30\n" * 20_000, "a.csv")
    assert len(grid.sheets[0].rows) == 20_001


def test_cells_keep_their_types() -> None:
    day, moment = dt.date(2026, 3, 14), dt.datetime(2026, 3, 14, 8, 30)  # noqa: DTZ001  Excel knows no zone
    grid = read_upload(
        workbook(["Halima", 30, 30.5, day, moment, dt.time(8, 30), True, None, "ሃና"]), "a.xlsx"
    )
    assert grid.sheets[0].rows == (("Halima", 30, 30.5, day, moment, dt.time(8, 30), True, None, "ሃና"),)


def test_a_formula_like_cell_is_text() -> None:
    grid = read_upload(b"Name\n=HYPERLINK(1)\n'+254700\n", "a.csv")
    assert grid.sheets[0].rows[1:] == (("=HYPERLINK(1)",), ("+254700",))


def test_a_formula_without_a_stored_result_is_shown_and_not_lost() -> None:
    grid = read_upload(workbook(["Age"], ["=2026-1990"]), "a.xlsx")
    assert grid.sheets[0].cell(2, 1) == "=2026-1990"


def test_direction_marks_and_control_signs_are_taken_out() -> None:
    grid = read_upload("Name\nأمينة\u200f\u202e\x01 \n".encode(), "a.csv")
    assert grid.sheets[0].cell(2, 1) == "أمينة"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Thérèse ሃና अमृता"),
        ("utf-8-sig", "Thérèse"),
        ("utf-16", "Thérèse محمد"),
        ("utf-16-le", "Therese Mukamana"),
        ("cp1252", "Thérèse Noël"),
        ("cp1256", "محمد أحمد"),
    ],
)
def test_the_encoding_of_a_csv_is_found(encoding: str, text: str) -> None:
    grid = read_upload(f"Name,Age\n{text},30\n".encode(encoding), "list.csv")
    assert grid.sheets[0].rows[1] == (text, "30")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_of_a_csv_is_found(mark: str) -> None:
    raw = mark.join(["Name", "Age"]) + "\n" + mark.join(['"Ali, Fatuma"', "30"]) + "\n"
    assert read_upload(raw.encode(), "list.csv").sheets[0].rows[1] == ("Ali, Fatuma", "30")


def test_pasted_cells_are_read_with_tabs_and_line_breaks_inside_a_cell() -> None:
    grid = read_paste('Name\tNote\nAmina\t"two\nlines"\n')
    assert grid.sheets[0].rows[1] == ("Amina", "two\nlines")


def test_rows_are_counted_as_excel_counts_them() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["B9"] = "here"
    assert read_upload(saved(book), "a.xlsx").sheets[0].cell(9, 2) == "here"


def test_hidden_sheets_are_marked() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Name"])
    book.create_sheet("Lists").append(["x"])
    book.worksheets[1].sheet_state = "hidden"
    grid = read_upload(saved(book), "a.xlsx")
    assert [sheet.name for sheet in grid.visible] == ["Sheet"]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b'{"sheets": 3}',
        b'{"sheets": [{"name": 1, "hidden": false, "rows": []}]}',
        b'{"sheets": [{"name": "a", "hidden": false, "rows": [[{"x": "1"}]]}]}',
        b'{"sheets": [{"name": "a", "hidden": false, "rows": [[["deep"]]]}]}',
        b'{"sheets": [{"name": "a", "hidden": false, "rows": [[{"d": "2026-99-99"}]]}]}',
        b"[" * 100_000,
    ],
)
def test_an_answer_of_another_shape_is_not_believed(answer: bytes) -> None:
    with pytest.raises(BadFile):
        reader._believe(answer, "xlsx")


def test_an_unknown_reason_becomes_a_known_one() -> None:
    with pytest.raises(BadFile) as refused:
        reader._believe(b'{"refused": "<script>"}', "xlsx")
    assert refused.value.details["reason"] == "unreadable"


ESCAPES = {
    "network": "import socket; socket.socket().connect(('127.0.0.1', 9))",
    "process": "import os; os.system('true')",
    "subprocess": "import subprocess; subprocess.run(['true'])",
    "write": "open('/tmp/gipt-escape', 'w')",
    "read": "open('/etc/passwd')",
}


@pytest.mark.parametrize("code", ESCAPES.values(), ids=ESCAPES.keys())
def test_the_child_cannot_reach_out(code: str) -> None:
    import subprocess
    import sys
    from pathlib import Path

    lines = (
        f"import sys; sys.path.insert(0, {str(Path(child.__file__).parent)!r}); import child, socket, subprocess, os\n"
        f"child.lock_down(child.LIMITS)\n{code}"
    )
    done = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode != 0
    assert "PermissionError" in done.stderr


def test_other_requests_are_served_while_a_hostile_file_is_read() -> None:
    """The parent waits without holding the interpreter: a ping beside the attack stays quick."""
    import threading

    raw = many_rows()

    def send() -> None:
        with pytest.raises(BadFile):
            read_upload(raw, "a.xlsx")

    attack = threading.Thread(target=send)
    attack.start()
    longest, last = 0.0, time.monotonic()
    while attack.is_alive():
        time.sleep(0.005)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    assert longest < 0.5


def test_a_grid_is_a_value() -> None:
    assert read_paste("a\tb\n") == read_paste("a\tb\n")
    assert isinstance(read_paste("a\n"), Grid)


def test_a_list_with_burmese_in_zawgyi_is_refused_with_its_cell() -> None:
    """Zawgyi puts other letters on the code points of Unicode: names would be stored as nonsense."""
    refuse_zawgyi(read_upload(workbook(["Name", "Place"], ["မြန်မာ", "ရန်ကုန်"], ["Grace", 3]), "a.xlsx"))
    zawgyi = workbook(["Name", "Place"], ["Grace", "Hill"], ["မြန်မာ", "ျမန္မာ"])
    with pytest.raises(BadFile) as refused:
        refuse_zawgyi(read_upload(zawgyi, "a.xlsx"))
    assert refused.value.details == {"reason": "zawgyi", "sheet": "People", "cell": "B3"}
    assert (
        sentence(refused.value)
        == "Cell B3 holds Burmese in Zawgyi. Convert the list to Unicode and send it again."
    )
