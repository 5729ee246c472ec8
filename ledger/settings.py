"""The settings: one frozen object, read once from the environment, each with its origin."""

import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from ledger.failure import CannotStart

_PREFIX: Final = "TENURE_"
_URL: Final = re.compile(r"(postgres(?:ql)?://)(?:([^:@/?#]*)(:[^@/?#]*)?@)?([^@]*)")
_PASSWORD: Final = re.compile(r"(?i)(password)=[^&]*")


class Settings(BaseModel):
    """What an operator may choose; the alias of each field is its environment variable."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    database_url: SecretStr | None = Field(None, alias="DATABASE_URL")
    """The operator's PostgreSQL (15 or newer); without it, Tenure runs one of its own."""
    data_dir: Path = Field(Path(".tenure"), alias="TENURE_DATA_DIR")
    """Where keys are kept, and the local PostgreSQL with its data."""
    host: str = Field("127.0.0.1", alias="TENURE_HOST")
    port: int = Field(8000, alias="TENURE_PORT", ge=1, le=65_535)
    postgres_bin: Path | None = Field(None, alias="TENURE_POSTGRES_BIN")
    """The folder of `initdb` and `pg_ctl`, should it not be found by itself."""
    queue_commands_max: int = Field(4_096, alias="TENURE_QUEUE_COMMANDS_MAX", ge=1)
    """Commands that may wait for the writer; the next is answered 503."""
    body_bytes_max: int = Field(1_048_576, alias="TENURE_BODY_BYTES_MAX", ge=1_024)
    """The largest request body; a larger one is answered 413."""
    replay_events_max: int = Field(20_000, alias="TENURE_REPLAY_EVENTS_MAX", ge=1)
    """Events that one look into the past may replay; a read that needs more is answered 422."""
    sealing: Literal["on", "off"] = Field("on", alias="TENURE_SEALING")
    """Whether this process signs checkpoints; `off` where another one on the same database does."""
    seal_seconds: float = Field(1.0, alias="TENURE_SEAL_SECONDS", ge=0.05, le=3_600)
    """The least time between two checkpoints of one log."""
    signing_dir: Path | None = Field(None, alias="TENURE_SIGNING_DIR")
    """Where the signing key and its state are kept, if not in TENURE_DATA_DIR."""
    witnesses: Path | None = Field(None, alias="TENURE_WITNESSES")
    """A policy file (C2SP tlog-policy) that names the witnesses whose cosignatures are kept."""
    kms_url: str | None = Field(None, alias="TENURE_KMS_URL")
    """Which key of a key service wraps the keys of persons: address, mount and name, such as
    https://vault.example:8200/transit/tenure; without it, the master key in TENURE_DATA_DIR."""
    kms_token: SecretStr | None = Field(None, alias="TENURE_KMS_TOKEN")
    """What opens the key service."""
    log_format: Literal["auto", "console", "json"] = Field("auto", alias="TENURE_LOG_FORMAT")
    """How log lines look; `auto` is JSON when they do not go to a terminal."""

    def origins(self) -> list[tuple[str, str, str]]:
        """List each setting's variable, value (secrets masked) and origin."""
        rows = []
        for name, field in type(self).model_fields.items():
            given = name in self.model_fields_set
            value = getattr(self, name)
            rows.append((str(field.alias), _shown(value), "environment" if given else "default"))
        return rows


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings.

    Raises:
        CannotStart: a value is not valid, or a `TENURE_` name is not known.
    """
    known = {str(field.alias) for field in Settings.model_fields.values()}
    unknown = sorted(n for n in environment if n.startswith(_PREFIX) and n not in known)
    if unknown:
        raise CannotStart("; ".join(_correction(name, known) for name in unknown))
    given = {name: value for name, value in environment.items() if name in known and value}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise CannotStart(f"{first['loc'][0]} is not valid: {first['msg']}") from None


def masked_url(url: str) -> str:
    """Return a database URL without its password; `***` where we cannot be sure which part it is.

    So it is when a special character of the password was not percent-encoded.
    """
    found = _URL.fullmatch(url)
    if found is None:
        return "***"
    scheme, user, password, rest = found.groups()
    owner = "" if user is None else f"{user}{':***' if password else ''}@"
    return scheme + owner + _PASSWORD.sub(r"\1=***", rest)


def _correction(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, n=1)
    meant = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
    return f"{name} is not a setting; {meant}"


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return masked_url(value.get_secret_value())
    return "" if value is None else str(value)
