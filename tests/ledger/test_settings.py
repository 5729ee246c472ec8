"""Settings come from the environment, are told with their origins, and keep their secrets."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from ledger.failure import CannotStart
from ledger.settings import load_settings, masked_url


def refusal(**environment: str) -> str:
    with pytest.raises(CannotStart) as caught:
        load_settings(environment)
    return str(caught.value)


def test_without_an_environment_the_defaults_hold() -> None:
    settings = load_settings({"HOME": "/root", "PATH": "/bin"})

    assert settings.database_url is None
    assert settings.data_dir == Path(".tenure")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.postgres_bin is None
    assert settings.queue_commands_max == 4096
    assert settings.body_bytes_max == 1024 * 1024
    assert (settings.sealing, settings.seal_seconds, settings.signing_dir) == ("on", 1.0, None)
    assert settings.log_format == "auto"
    assert {origin for _, _, origin in settings.origins()} == {"default"}


def test_what_the_environment_says_is_told_with_its_origin() -> None:
    settings = load_settings({"TENURE_PORT": "9000", "TENURE_DATA_DIR": "/data"})
    rows = {name: (value, origin) for name, value, origin in settings.origins()}

    assert (settings.port, settings.data_dir) == (9000, Path("/data"))
    assert rows["TENURE_PORT"] == ("9000", "environment")
    assert rows["TENURE_DATA_DIR"] == ("/data", "environment")
    assert rows["TENURE_HOST"] == ("127.0.0.1", "default")


def test_an_empty_variable_is_no_choice() -> None:
    assert load_settings({"DATABASE_URL": "", "TENURE_PORT": ""}) == load_settings({})


def test_settings_do_not_change() -> None:
    settings = load_settings({})
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1  # type: ignore[misc]  # that is the point


def test_an_unknown_name_is_refused_with_the_closest_known_one() -> None:
    assert refusal(TENURE_PROT="1") == "TENURE_PROT is not a setting; did you mean TENURE_PORT?"


def test_every_unknown_name_is_told() -> None:
    said = refusal(TENURE_PROT="1", TENURE_HOTS="x", TENURE_PORT="8000")

    assert "TENURE_PROT" in said
    assert "TENURE_HOTS" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TENURE_PORT", "eight"),
        ("TENURE_PORT", "65536"),
        ("TENURE_QUEUE_COMMANDS_MAX", "0"),
        ("TENURE_LOG_FORMAT", "xml"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    assert refusal(**{name: value}).startswith(f"{name} is not valid: ")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:hidden@db.example:5432/tenure",
        "postgres://ann:hid%2Fden@db.example/tenure",
        "postgresql://ann:hidden@one.example:1,two.example:2/tenure?sslmode=require",
        "postgresql://db.example/tenure?user=ann&password=hidden",
        "host=db.example user=ann password=hidden",
        # Special characters that should have been percent-encoded:
        "postgresql://ann:hid@den@db.example/tenure",
        "postgresql://ann:hid/den@db.example/tenure",
        "postgresql://ann:hid?den@db.example/tenure",
        "postgresql://ann:hid#den@db.example/tenure",
        "postgresql://ann:[hidden@db.example/tenure",
    ],
)
def test_the_password_is_never_shown_however_the_url_is_written(url: str) -> None:
    settings = load_settings({"DATABASE_URL": url})
    shown = [repr(settings), str(settings), masked_url(url), str(settings.origins())]

    assert not [text for text in shown if "hid" in text or "den" in text]


def test_a_masked_url_still_tells_where_the_database_is() -> None:
    shown = masked_url("postgresql://ann:hidden@db.example:5432/tenure?sslmode=require")

    assert shown == "postgresql://ann:***@db.example:5432/tenure?sslmode=require"
