"""Servers to be measured and one way to measure them: raw requests over kept connections to 127.0.0.1."""

import contextlib
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import waitress

CONNECTIONS = 4
PAGE_COOKIE = re.compile(rb"set-cookie: (gipt_page=[^;]+)", re.IGNORECASE)


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def served(make: Callable[[], object]) -> Iterator[int]:
    """Serve the application that `make` gives in a process of its own, as `gipt serve` does; gives the port."""
    port = free_port()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(KeyboardInterrupt):
            waitress.serve(make(), host="127.0.0.1", port=port, threads=8, _quiet=True)
        os._exit(0)
    try:
        wait_for(port)
        yield port
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.02)
    raise TimeoutError("the server does not come up")


@dataclass
class Browser:
    """Hold one kept connection and its cookies; takes over a new page cookie as a browser does."""

    port: int
    cookies: dict[bytes, bytes] = field(default_factory=dict)
    connection: socket.socket | None = None

    def send(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Send a request and read the whole answer; gives status and body."""
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.port))
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        cookie = b"; ".join(name + b"=" + value for name, value in self.cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n".encode()
        if body:
            head += b"Content-Type: application/x-www-form-urlencoded\r\n"
        self.connection.sendall(head + b"Cookie: " + cookie + b"\r\n\r\n" + body)
        return self._answer(self.connection)

    def _answer(self, connection: socket.socket) -> tuple[int, bytes]:
        got = b""
        while b"\r\n\r\n" not in got:
            more = connection.recv(65536)
            if not more:
                raise ConnectionError("the server closed the connection")
            got += more
        head, _, body = got.partition(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
        while len(body) < length:
            body += connection.recv(65536)
        if found := PAGE_COOKIE.search(head):
            name, _, value = found[1].partition(b"=")
            self.cookies[name] = value
        return int(head[9:12]), body

    def close(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


Job = tuple[Browser, str, str, bytes, int]
"""Who sends which method to which path with which body, and the status that must come."""


def rate(jobs: Sequence[Sequence[Job]]) -> float:
    """Send the jobs of each list one after the other, the lists at once; gives requests per second."""
    raised: list[BaseException] = []

    def work(mine: Iterable[Job]) -> None:
        try:
            for browser, method, path, body, wanted in mine:
                status, answer = browser.send(method, path, body)
                if status != wanted:
                    raise AssertionError(f"{method} {path}: {status} {answer[:300]!r}")
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in jobs]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if raised:
        raise raised[0]
    return sum(len(mine) for mine in jobs) / seconds
