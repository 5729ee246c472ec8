"""Marks the fields of an event that are about a person, so that they can be forgotten."""

from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

SEALED_KEY = "$sd"
"""The key under which a record keeps the digest of a personal value (RFC 9901 calls it `_sd`)."""

_DIGEST = r"^[A-Za-z0-9_-]{43}$"
"""SHA-256 in base64url: nothing else stands in place of a personal value, least of all a name."""


class Undisclosed(str):
    """A personal value read from a record alone: only the digest of its disclosure is known.

    It is a string (the digest), so that states and rules which do not look at it need no case of
    their own; whoever shows it to a person must ask the vault first (`ledger/vault.py`).
    """

    __slots__ = ()

    @classmethod
    def from_sealed(cls, sealed: dict[str, str]) -> Self:
        return cls(sealed[SEALED_KEY])


@dataclass(frozen=True, slots=True)
class Personal:
    """`Annotated[str, Personal(subject="party_id")]`: personal data of the party so named.

    In Python the value is the text. In a record it is `{"$sd": digest}`; the text stands outside,
    encrypted under a key of the subject's own, and dies with that key.
    """

    subject: str
    """The name of the field, in the same event, that holds the subject's random id."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        digest = core_schema.str_schema(pattern=_DIGEST, strict=True)
        sealed = core_schema.no_info_after_validator_function(
            Undisclosed.from_sealed,
            core_schema.typed_dict_schema(
                {SEALED_KEY: core_schema.typed_dict_field(digest, required=True)},
                extra_behavior="forbid",
            ),
        )
        return core_schema.union_schema(
            [core_schema.is_instance_schema(Undisclosed), sealed, handler(source)],
            mode="left_to_right",
        )

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "object",
            "description": "the digest of a disclosure that stands outside the record",
            "properties": {SEALED_KEY: {"type": "string"}},
            "required": [SEALED_KEY],
            "additionalProperties": False,
        }


PersonalText = Annotated[str, Personal(subject="party_id")]
"""Text about the party whose id stands in the event's field `party_id`."""
