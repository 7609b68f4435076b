"""A tiny DHIS2 on 127.0.0.1: keeps data values, answers as the real one does, and remembers what it was asked."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "d2pat_invented_for_tests_0123456789"


@dataclass
class FakeDhis2:
    """What the server has and how it behaves; `status` other than 200 is answered to everything."""

    url: str = ""
    values: list[dict[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)
    status: int = 200
    unknown: frozenset[str] = frozenset()
    raw: bytes | None = None
    delay: float = 0.0

    def store(self, sent: list[dict[str, str]], dry_run: bool) -> dict[str, Any]:
        """Take values as an import does, and give its summary."""
        counts, conflicts = {"imported": 0, "updated": 0, "ignored": 0, "deleted": 0}, []
        for one in sent:
            if one["dataElement"] in self.unknown:
                counts["ignored"] += 1
                conflicts.append({"object": one["dataElement"], "value": "Data element not found"})
                continue
            names = ("dataElement", "period", "orgUnit", "categoryOptionCombo")
            old = next((own for own in self.values if all(own.get(n) == one.get(n) for n in names)), None)
            counts["imported" if old is None else "updated"] += 1
            if not dry_run:
                self.values = [own for own in self.values if own is not old] + [one]
        status = "WARNING" if conflicts else "SUCCESS"
        summary = {
            "responseType": "ImportSummary",
            "status": status,
            "importCount": counts,
            "conflicts": conflicts,
        }
        return {"httpStatus": "OK", "status": "OK", "response": summary}


@contextmanager
def fake_dhis2() -> Iterator[FakeDhis2]:
    """Serve one while the block runs."""
    state = FakeDhis2()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            query = self.note("GET")
            wanted = set(query.get("orgUnit", []))
            found = [
                one for one in state.values if one["orgUnit"] in wanted and one["period"] in query["period"]
            ]
            self.answer({"dataValues": found} if found else {})

        def do_POST(self) -> None:
            query = self.note("POST")
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.answer(state.store(body["dataValues"], query["dryRun"] == ["true"]))

        def note(self, method: str) -> dict[str, list[str]]:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            state.asked.append((method, parts.path, query))
            return query

        def answer(self, content: dict[str, Any]) -> None:
            time.sleep(state.delay)
            status = state.status if self.headers["Authorization"] == f"ApiToken {TOKEN}" else 401
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(state.raw if state.raw is not None else json.dumps(content).encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/hmis/api"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
