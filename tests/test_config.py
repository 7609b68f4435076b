"""Settings: nothing secret has a default, and a weak secret stops the start."""

import os
import tomllib
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from gipt import create_app
from gipt.config import (
    KNOWN_WEAK,
    SECRETS_FILE,
    Keys,
    Settings,
    data_directory,
    database_url,
    load_settings,
    mail_settings,
    read_secrets,
    strong_secret,
    write_secrets,
)
from gipt.domain.problems import NotReady

GOOD = urlsafe_b64encode(bytes(range(32))).decode()


def missing(caught: pytest.ExceptionInfo[NotReady]) -> list[str]:
    found: list[str] = caught.value.details["missing"]
    return found


def secrets_file(folder: Path, **values: object) -> Path:
    path = folder / SECRETS_FILE
    lines = {"session": GOOD, "fields": GOOD, "index": GOOD, "backup": GOOD, **values}
    path.write_text("\n".join(f'{name} = "{value}"' for name, value in lines.items() if value is not None))
    path.chmod(0o600)
    return path


# --- where --------------------------------------------------------------------------------------------------------


def test_the_data_lies_where_the_variable_says() -> None:
    assert data_directory({"GIPT_DATA": "/srv/hope"}) == Path("/srv/hope")
    assert data_directory({}) == Path.cwd() / "var"
    assert data_directory({"GIPT_DATA": ""}) == Path.cwd() / "var"
    assert data_directory({"GIPT_DATA": "here"}).is_absolute()


@pytest.mark.parametrize(
    ("named", "url"),
    [
        (None, "sqlite:////srv/hope/gipt.sqlite"),
        ("", "sqlite:////srv/hope/gipt.sqlite"),
        ("sqlite:////tmp/x.sqlite", "sqlite:////tmp/x.sqlite"),
        ("postgresql://me@db/gipt", "postgresql+psycopg://me@db/gipt"),
        ("postgres://me@db/gipt", "postgresql+psycopg://me@db/gipt"),
        ("postgresql+psycopg://me@db/gipt", "postgresql+psycopg://me@db/gipt"),
    ],
)
def test_the_database_is_the_one_that_is_named_with_our_driver(named: str | None, url: str) -> None:
    environ = {} if named is None else {"GIPT_DATABASE_URL": named}
    assert database_url(environ, Path("/srv/hope")) == url


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    write_secrets(tmp_path)
    settings = load_settings(
        {
            "GIPT_DATA": str(tmp_path),
            "GIPT_CURRICULA": "/srv/own",
            "GIPT_PUBLIC_URL": "https://gipt.example.org",
            "GIPT_SQLITE_PROFILE": "truncate",
        }
    )
    assert settings.is_sqlite
    assert settings.curricula == Path("/srv/own")
    assert settings.exports is None
    assert settings.secure_cookies
    assert settings.sqlite_profile == "truncate"
    assert not settings.testing


def test_cookies_are_bound_to_https_only_where_there_is_https(tmp_path: Path) -> None:
    write_secrets(tmp_path)
    assert not load_settings({"GIPT_DATA": str(tmp_path)}).secure_cookies
    assert not load_settings({"GIPT_DATA": str(tmp_path), "GIPT_PUBLIC_URL": "http://x"}).secure_cookies


def test_mail_is_off_until_a_server_is_named() -> None:
    assert mail_settings({}) is None
    mail = mail_settings(
        {"GIPT_SMTP_HOST": "mail.example.org", "GIPT_SMTP_PORT": "465", "GIPT_SMTP_STARTTLS": "0"}
    )
    assert mail is not None
    assert (mail.host, mail.port, mail.sender, mail.starttls) == (
        "mail.example.org",
        465,
        "gipt@mail.example.org",
        False,
    )
    assert mail.user is None


# --- secrets ------------------------------------------------------------------------------------------------------


def test_secrets_are_made_once_private_and_different_everywhere(tmp_path: Path) -> None:
    first = write_secrets(tmp_path / "one")
    text = first.read_text()
    assert write_secrets(tmp_path / "one") == first
    assert first.read_text() == text
    assert first.stat().st_mode & 0o777 == 0o600
    values = tomllib.loads(text)
    assert set(values) == set(Keys.__slots__)
    assert len(set(values.values())) == len(values)
    assert write_secrets(tmp_path / "two").read_text() != text


def test_what_was_written_can_be_read(tmp_path: Path) -> None:
    keys = read_secrets(write_secrets(tmp_path))
    assert all(len(getattr(keys, name)) == 32 for name in Keys.__slots__)


def test_without_secrets_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(NotReady) as caught:
        load_settings({"GIPT_DATA": str(tmp_path)})
    assert missing(caught) == ["secrets"]


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_secrets_that_others_can_read_stop_the_start(tmp_path: Path) -> None:
    path = secrets_file(tmp_path)
    path.chmod(0o640)
    with pytest.raises(NotReady) as caught:
        read_secrets(path)
    assert missing(caught) == ["secrets_private"]


def test_a_broken_file_of_secrets_stops_the_start(tmp_path: Path) -> None:
    path = secrets_file(tmp_path)
    path.write_text("session = ")
    with pytest.raises(NotReady) as caught:
        read_secrets(path)
    assert missing(caught) == ["secrets_readable"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        *sorted(KNOWN_WEAK),
        "CHANGEME",
        " secret ",
        urlsafe_b64encode(b"x" * 16).decode(),
        urlsafe_b64encode(b"\0" * 32).decode(),
        urlsafe_b64encode(b"abcd" * 8).decode(),
        "not base64 at all, ünd nöt ascii",
        "A" * 43,
    ],
    ids=repr,
)
@pytest.mark.parametrize("name", Keys.__slots__)
def test_a_weak_secret_stops_the_start_and_is_named(tmp_path: Path, name: str, value: str | None) -> None:
    path = secrets_file(tmp_path, **{name: value})
    with pytest.raises(NotReady) as caught:
        read_secrets(path)
    assert missing(caught) == ["strong_secret"]
    assert caught.value.details["name"] == name
    assert len(value or "") < 20 or str(value) not in str(caught.value)


def test_a_secret_that_is_no_text_is_weak() -> None:
    with pytest.raises(NotReady):
        strong_secret("session", 12345678901234567890123456789012)


def test_secrets_never_show_themselves(tmp_path: Path) -> None:
    keys = Keys.new()
    settings = Settings(data=tmp_path, database_url="sqlite://", keys=keys)
    assert str(keys.session) not in repr(settings)
    assert "session=" not in repr(keys)


def test_no_secret_lies_in_the_tree() -> None:
    root = Path(__file__).resolve().parent.parent
    folders = ("gipt", "curricula", "exports", "translations", "docs")
    found = [path for folder in folders for path in (root / folder).rglob("*") if path.name == SECRETS_FILE]
    assert found == []


def test_the_application_takes_only_what_it_was_given(tmp_path: Path) -> None:
    write_secrets(tmp_path)
    settings = load_settings({"GIPT_DATA": str(tmp_path)})
    app = create_app(settings)
    assert app.config["SECRET_KEY"] == settings.keys.session
    assert app.config["MAX_CONTENT_LENGTH"] == 16 * 1024 * 1024
    assert not app.debug
