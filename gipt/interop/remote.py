"""Talking to another system: https only, within seconds, never following a redirect, never writing the token anywhere.

Everything that goes wrong is a RemoteFault with one reason; its sentence never holds what the server wrote, and the
token is in no fault and no log.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from gipt.domain.problems import RemoteFault

SECONDS = 20.0
LARGEST_ANSWER = 16 * 1024 * 1024
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
REASONS = {401: "not_signed_in", 403: "not_signed_in", 404: "not_there", 409: "refused_data", 413: "too_much"}


@dataclass(frozen=True, slots=True)
class Server:
    """The address of another system and the token for it; printing it shows the host alone."""

    url: str = field(repr=False)
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        check_address(self.url)

    @property
    def host(self) -> str:
        """Give the host, which may be shown."""
        return urlsplit(self.url).hostname or ""

    def address(self, path: str, query: Iterable[tuple[str, str]]) -> str:
        """Give the whole address of one question."""
        return f"{self.url.rstrip('/')}/{path}?{urlencode(list(query))}"


def check_address(url: str) -> str:
    """Give the address back; raise RemoteFault unless it is https, or http on this very machine."""
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not safe or not parts.hostname or parts.username or parts.password or parts.query or parts.fragment:
        raise RemoteFault(reason="bad_address")
    return url


class NoRedirect(HTTPRedirectHandler):
    """Refuse to go elsewhere: the token would go along."""

    def redirect_request(self, *_args: Any) -> None:
        """Follow nothing."""
        return


def get_json(server: Server, path: str, query: Iterable[tuple[str, str]]) -> Any:
    """Ask the server for something; raise RemoteFault."""
    return exchange(server, Request(server.address(path, query)))  # noqa: S310  the address was checked


def post_json(server: Server, path: str, query: Iterable[tuple[str, str]], body: Any) -> Any:
    """Send something to the server and give its answer; raise RemoteFault.

    A server that refuses part of the data says so with status 409 and the same kind of answer.
    """
    content = json.dumps(body).encode()
    request = Request(server.address(path, query), content, {"Content-Type": "application/json"})  # noqa: S310
    return exchange(server, request)


def exchange(server: Server, request: Request) -> Any:
    """Make one request and give the JSON of the answer."""
    request.add_header("Authorization", f"ApiToken {server.token}")
    request.add_header("Accept", "application/json")
    # A proxy of the environment is for the way out, not for this machine.
    handlers: list[Any] = [NoRedirect()] + ([ProxyHandler({})] if server.host in LOOPBACK else [])
    try:
        with build_opener(*handlers).open(request, timeout=SECONDS) as answer:
            return parsed(answer.read(LARGEST_ANSWER + 1))
    except HTTPError as error:
        return refused(error)
    except TimeoutError:
        raise RemoteFault(reason="too_slow") from None
    except (URLError, OSError, ValueError) as error:
        slow = isinstance(getattr(error, "reason", None), TimeoutError)
        raise RemoteFault(reason="too_slow" if slow else "not_reached") from None


def refused(error: HTTPError) -> Any:
    """Give the answer of a status that still carries one (409), else raise RemoteFault."""
    with error:
        if 300 <= error.code < 400:
            raise RemoteFault(reason="redirected") from None
        if error.code == 409:
            return parsed(error.read(LARGEST_ANSWER + 1))
    reason = REASONS.get(error.code, "server_broken" if error.code >= 500 else "refused")
    raise RemoteFault(reason=reason, status=error.code) from None


def parsed(content: bytes) -> Any:
    """Give the JSON of an answer."""
    if len(content) > LARGEST_ANSWER:
        raise RemoteFault(reason="too_much")
    try:
        return json.loads(content)
    except ValueError:
        raise RemoteFault(reason="not_understood") from None
