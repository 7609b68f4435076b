"""A maker of reports in a process of its own, to be killed in the middle of its work.

    python -m tests.kill_maker once|worker|dying-worker DATA URL [RUN_ID]

`once` makes one run and is killed as soon as the part of a file lies there; `worker` does what `gipt worker` does,
`dying-worker` the same until the part of a file lies there.
"""

import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from gipt import create_app
from gipt.actions import report_queue, report_runs, worker
from gipt.actions.report_files import PART
from tests.conftest import settings_for


def die_in_the_middle(folder: Path) -> None:
    """Kill this process, as a power cut would, when a file is half-written."""
    while not any(folder.glob(f".*{PART}")):
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGKILL)


def main(mode: str, data: Path, url: str, run_id: str = "") -> None:
    """Make reports."""
    app = create_app(settings_for(data, url))
    if mode != "worker":
        threading.Thread(target=die_in_the_middle, args=(data / "reports",), daemon=True).start()
    if mode == "once":
        with app.app_context():
            report_runs.run_report(run_id, datetime.now(UTC), lambda: datetime.now(UTC))
        return
    worker.start(app, [report_runs.start_waiting])
    report_queue.run_worker(app, report_runs.make_taken)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
