"""Settings of one installation: where its data lies, which database, which secrets.

Everything comes from the environment (`GIPT_*`) and from one file of secrets beside the data; nothing secret has
a default, and a weak secret stops the start.
"""

import os
import secrets
import tomllib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gipt.domain.problems import NotReady

SECRETS_FILE = "secrets.toml"
SECRET_BYTES = 32
# Values that stand in manuals and examples: a copied secret is no secret.
KNOWN_WEAK = frozenset(
    {"dev", "secret", "changeme", "change-me", "password", "gipt", "test", "sample", "example"}
)
MAX_UPLOAD = 16 * 1024 * 1024
"""Bytes of one request body (decision 36)."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Hold the secrets of an installation; each is at least 32 random bytes."""

    session: bytes = field(repr=False)
    fields: bytes = field(repr=False)
    index: bytes = field(repr=False)
    backup: bytes = field(repr=False)

    @classmethod
    def new(cls) -> "Keys":
        """Give fresh random keys."""
        return cls(*(secrets.token_bytes(SECRET_BYTES) for _ in range(4)))


@dataclass(frozen=True, slots=True)
class Mail:
    """Say how alerts leave by the operator's SMTP server; `port` 465 means TLS from the start."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    starttls: bool = True


@dataclass(frozen=True, slots=True)
class OtherSystem:
    """Where figures can be sent (DHIS2): the address of its Web API and a personal access token."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold what one running gipt needs to know; paths are absolute."""

    data: Path
    database_url: str
    keys: Keys
    curricula: Path | None = None
    exports: Path | None = None
    translations: Path | None = None
    mail: Mail | None = None
    dhis2: OtherSystem | None = None
    public_url: str | None = None
    secure_cookies: bool = False
    testing: bool = False
    sqlite_profile: str = "wal"

    @property
    def is_sqlite(self) -> bool:
        """Say whether the database is the one-file default."""
        return self.database_url.startswith("sqlite")


def data_directory(environ: Mapping[str, str] | None = None) -> Path:
    """Give the data directory: `GIPT_DATA`, else `var` below the working directory."""
    environ = os.environ if environ is None else environ
    return Path(environ.get("GIPT_DATA") or "var").expanduser().absolute()


def own_exports(environ: Mapping[str, str] | None = None) -> Path | None:
    """Give the programme's own folder of report definitions; needs no installation."""
    return optional_path(os.environ if environ is None else environ, "GIPT_EXPORTS")


def write_secrets(data: Path) -> Path:
    """Make the data directory and its file of secrets (mode 0600) unless they are there; give the file's path."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = data / SECRETS_FILE
    if path.exists():
        return path
    keys = Keys.new()
    lines = [
        "# The secrets of this installation. Keep a copy apart from the backups: without it they cannot be read.",
        *(f'{name} = "{urlsafe_b64encode(getattr(keys, name)).decode()}"' for name in Keys.__slots__),
    ]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines) + "\n")
    return path


def read_secrets(path: Path) -> Keys:
    """Read the file of secrets; raise NotReady naming a secret that is missing, short or known."""
    if not path.exists():
        raise NotReady(missing=["secrets"], path=path.name)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise NotReady(missing=["secrets_private"], path=path.name)
    try:
        stored = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotReady(missing=["secrets_readable"], path=path.name) from error
    return Keys(**{name: strong_secret(name, stored.get(name)) for name in Keys.__slots__})


def strong_secret(name: str, text: object) -> bytes:
    """Decode one secret; raise NotReady when it is absent, a sample, short or not random enough."""
    if not isinstance(text, str) or not text or text.strip().casefold() in KNOWN_WEAK:
        raise NotReady(missing=["strong_secret"], name=name)
    try:
        raw = urlsafe_b64decode(text.encode("ascii"))
    except (ValueError, UnicodeEncodeError) as error:
        raise NotReady(missing=["strong_secret"], name=name) from error
    if len(raw) < SECRET_BYTES or len(set(raw)) < SECRET_BYTES // 4:
        raise NotReady(missing=["strong_secret"], name=name)
    return raw


def database_url(environ: Mapping[str, str], data: Path) -> str:
    """Give the database URL: `GIPT_DATABASE_URL`, else one SQLite file in the data directory."""
    url = environ.get("GIPT_DATABASE_URL")
    if not url:
        return f"sqlite:///{data / 'gipt.sqlite'}"
    # SQLAlchemy 2.0 and 2.1 read a bare postgresql:// as different drivers; ours is psycopg 3.
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def mail_settings(environ: Mapping[str, str]) -> Mail | None:
    """Read the SMTP server from `GIPT_SMTP_*`; None when no host is named."""
    host = environ.get("GIPT_SMTP_HOST")
    if not host:
        return None
    return Mail(
        host=host,
        port=int(environ.get("GIPT_SMTP_PORT") or 587),
        sender=environ.get("GIPT_SMTP_FROM") or f"gipt@{host}",
        user=environ.get("GIPT_SMTP_USER") or None,
        password=environ.get("GIPT_SMTP_PASSWORD") or None,
        starttls=environ.get("GIPT_SMTP_STARTTLS", "1") != "0",
    )


def other_system(environ: Mapping[str, str]) -> OtherSystem | None:
    """Read the other system from `GIPT_DHIS2_URL` and the token, or a file that holds it; None without both."""
    url, token = environ.get("GIPT_DHIS2_URL"), environ.get("GIPT_DHIS2_TOKEN")
    file = environ.get("GIPT_DHIS2_TOKEN_FILE")
    if file and not token:
        token = Path(file).expanduser().read_text("utf-8")
    return OtherSystem(url.strip(), token.strip()) if url and token and token.strip() else None


def optional_path(environ: Mapping[str, str], name: str) -> Path | None:
    """Give the path that the variable `name` holds, absolute, or None."""
    value = environ.get(name)
    return Path(value).expanduser().absolute() if value else None


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Build the settings from the environment; raise NotReady when the installation was not initialised."""
    environ = os.environ if environ is None else environ
    data = data_directory(environ)
    return Settings(
        data=data,
        database_url=database_url(environ, data),
        keys=read_secrets(data / SECRETS_FILE),
        curricula=optional_path(environ, "GIPT_CURRICULA"),
        exports=own_exports(environ),
        translations=optional_path(environ, "GIPT_TRANSLATIONS"),
        mail=mail_settings(environ),
        dhis2=other_system(environ),
        public_url=environ.get("GIPT_PUBLIC_URL") or None,
        secure_cookies=(environ.get("GIPT_PUBLIC_URL") or "").startswith("https://"),
        sqlite_profile=environ.get("GIPT_SQLITE_PROFILE") or "wal",
    )
