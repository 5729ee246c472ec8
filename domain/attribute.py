"""The tenant's own fields of an account: which there are, and of what type, its policy says."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, ClassVar, Final, Literal

from immutables import Map
from pydantic import BaseModel, ConfigDict, Field

from domain.day import Day
from domain.event import Event
from domain.money import Amount
from domain.policy import Attributes as AttributesPolicy
from domain.policy import AttributeType
from domain.refusal import Refused
from domain.words import Code, Name


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TextValue(_Value):
    type: Literal[AttributeType.TEXT] = AttributeType.TEXT
    value: Name


class NumberValue(_Value):
    type: Literal[AttributeType.NUMBER] = AttributeType.NUMBER
    value: Amount


class DayValue(_Value):
    type: Literal[AttributeType.DAY] = AttributeType.DAY
    value: Day


class FlagValue(_Value):
    type: Literal[AttributeType.FLAG] = AttributeType.FLAG
    value: bool


AttributeValue = Annotated[
    TextValue | NumberValue | DayValue | FlagValue, Field(discriminator="type")
]
"""A value with its type, so that it can be read when the policy says otherwise one day."""


# Events: these names and fields are the stored format. Add; never rename or remove.


class AttributeSet(Event):
    """`now` is null where the value is not known any more."""

    NAME: ClassVar[str] = "account.attribute-set"
    key: Code
    was: AttributeValue | None
    now: AttributeValue | None


Attributes = Map[str, AttributeValue]
NO_ATTRIBUTES: Final[Attributes] = Map()


def evolve(attributes: Attributes, event: AttributeSet) -> Attributes:
    """Fold one event into the state. Never refuses: what happened, happened."""
    if event.now is not None:
        return attributes.set(event.key, event.now)
    return attributes.delete(event.key) if event.key in attributes else attributes


def set_attribute(
    attributes: Attributes,
    policy: AttributesPolicy,
    *,
    key: str,
    value: AttributeValue | None,
) -> Sequence[AttributeSet]:
    """Give a field of the tenant's own a value; None takes it away, also where the field is gone.

    Raises:
        Refused: `unknown-attribute`, `attribute-type-mismatch`.
    """
    was = attributes.get(key)
    if was == value:
        return []
    if value is not None:
        _refuse_other_type(policy, key, value)
    return [AttributeSet(key=key, was=was, now=value)]


def as_text(value: AttributeValue) -> str:
    """Write the value as the record does."""
    match value.value:
        case bool(flag):
            return str(flag).lower()
        case Decimal() as number:
            return f"{number:f}"
        case other:
            return str(other)


def _refuse_other_type(policy: AttributesPolicy, key: str, value: AttributeValue) -> None:
    definition = policy.definition(key)
    if definition is None:
        there_are = ", ".join(entry.key for entry in policy.definitions) or "none yet"
        raise Refused(
            "unknown-attribute",
            f"no attribute is called {key}; there are: {there_are}; a policy adds more",
        )
    if value.type is not definition.type:
        raise Refused(
            "attribute-type-mismatch",
            f"the attribute {key} holds a {definition.type}, not a {value.type}; give it as such",
        )
