"""Whether a policy makes sense in itself, before it is published."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, assert_never

from domain.ideal_customer import FitCriterion, FitSubject
from domain.policy import (
    Attributes,
    BusinessCalendar,
    Cadence,
    Capacity,
    Commitments,
    Currencies,
    Deals,
    Goals,
    GrossMargin,
    HealthWeights,
    IdealCustomerProfile,
    InformationRequirements,
    Policy,
    Taxonomies,
    TierCriteria,
)
from domain.refusal import Refused

_WHOLE = 100


def refuse_unsound(policy: Policy, time_zones: Collection[str]) -> None:  # noqa: C901, PLR0912 - one case a kind
    """Refuse a policy that contradicts itself; `time_zones` are the names there are.

    Raises:
        Refused: `weights-must-total-100`, `given-twice`, `criterion-without-grades`,
            `currency-required`, `thresholds-out-of-order`, `unknown-time-zone`, `no-working-day`,
            `too-many-criteria`.
    """
    match policy:
        case IdealCustomerProfile():
            _check_ideal_customer_profile(policy)
        case TierCriteria():
            _check_tier_criteria(policy)
        case Cadence():
            _check_cadence(policy)
        case Capacity():
            _check_capacity(policy)
        case HealthWeights():
            _check_health_weights(policy)
        case Goals():
            _check_goals(policy)
        case BusinessCalendar():
            _check_business_calendar(policy, time_zones)
        case Currencies():
            _check_currencies(policy)
        case Deals():
            _check_deals(policy)
        case InformationRequirements():
            _check_information_requirements(policy)
        case Taxonomies():
            _check_taxonomies(policy)
        case Attributes():
            _check_attributes(policy)
        case Commitments() | GrossMargin():
            pass  # whatever their fields allow makes sense
        case _:
            assert_never(policy)


def _check_ideal_customer_profile(policy: IdealCustomerProfile) -> None:
    _refuse_twice("criteria", [criterion.key for criterion in policy.criteria])
    _refuse_twice("bands", [band.name for band in policy.bands])
    _refuse_twice("bands", [str(band.at_least) for band in policy.bands])
    if policy.criteria:
        _require_whole(criterion.weight for criterion in policy.criteria)
    for criterion in policy.criteria:
        _refuse_without_grades(criterion)


def _check_tier_criteria(policy: TierCriteria) -> None:
    _refuse_twice("requirements", [entry.tier for entry in policy.requirements])
    for entry in policy.requirements:
        _refuse_twice("criteria", entry.criteria)
        if entry.at_least > len(entry.criteria):
            raise Refused(
                "too-many-criteria",
                f"{entry.tier} asks for {entry.at_least} of {len(entry.criteria)} criteria; "
                "ask for as many as there are, or name more",
            )


def _check_cadence(policy: Cadence) -> None:
    _refuse_twice("tiers", [entry.tier for entry in policy.tiers])


def _check_capacity(policy: Capacity) -> None:
    _refuse_twice("tiers", [entry.tier for entry in policy.tiers])


def _check_health_weights(policy: HealthWeights) -> None:
    parts = policy.model_dump(exclude={"kind"})
    _require_whole(parts.values())


def _check_goals(policy: Goals) -> None:
    if policy.off_track_beyond < policy.at_risk_beyond:
        raise Refused(
            "thresholds-out-of-order",
            f"a goal would be off track beyond {policy.off_track_beyond} points, before it is at "
            f"risk beyond {policy.at_risk_beyond}; give the greater number for off track",
        )


def _check_business_calendar(policy: BusinessCalendar, time_zones: Collection[str]) -> None:
    if policy.time_zone not in time_zones:
        raise Refused(
            "unknown-time-zone",
            f"{policy.time_zone!r} is not in the IANA time zone database; "
            "give a name such as Europe/Madrid",
        )
    _refuse_twice("weekend", policy.weekend)
    if len(policy.weekend) == 7:  # noqa: PLR2004  # the days of a week
        raise Refused("no-working-day", "nobody would ever work; leave at least one day out")


def _check_currencies(policy: Currencies) -> None:
    _refuse_twice("allowed", policy.allowed)


def _check_deals(policy: Deals) -> None:
    _refuse_twice("probabilities", [entry.stage for entry in policy.probabilities])
    _refuse_twice("recurring_kinds", policy.recurring_kinds)


def _check_information_requirements(policy: InformationRequirements) -> None:
    _refuse_twice("items", [entry.key for entry in policy.items])


def _check_taxonomies(policy: Taxonomies) -> None:
    _refuse_twice("territories", policy.territories)
    _refuse_twice("industries", policy.industries)


def _check_attributes(policy: Attributes) -> None:
    _refuse_twice("definitions", [entry.key for entry in policy.definitions])


def _refuse_twice(field: str, values: Sequence[Any]) -> None:
    twice = sorted({str(value) for value in values if values.count(value) > 1})
    if twice:
        raise Refused(
            "given-twice", f"{field} names {', '.join(twice)} more than once; name each once"
        )


def _require_whole(weights: Iterable[int]) -> None:
    total = sum(weights)
    if total != _WHOLE:
        raise Refused(
            "weights-must-total-100", f"the weights total {total}; let them total {_WHOLE}"
        )


def _refuse_without_grades(criterion: FitCriterion) -> None:
    needs: dict[FitSubject, tuple[str, Callable[[FitCriterion], object]]] = {
        FitSubject.EMPLOYEES: ("ranges", lambda each: each.ranges),
        FitSubject.ANNUAL_REVENUE: ("ranges", lambda each: each.ranges),
        FitSubject.INDUSTRY: ("values", lambda each: each.values),
        FitSubject.TERRITORY: ("values", lambda each: each.values),
        FitSubject.COUNTRY: ("values", lambda each: each.values),
    }
    field, given = needs.get(criterion.subject, ("", lambda _: True))
    if not given(criterion):
        raise Refused(
            "criterion-without-grades",
            f"the criterion {criterion.key} has no {field} to grade by; give some",
        )
    _refuse_twice("values", [entry.value for entry in criterion.values])
    if criterion.subject is FitSubject.ANNUAL_REVENUE and criterion.currency is None:
        raise Refused(
            "currency-required",
            f"the criterion {criterion.key} grades amounts of money; say in which currency",
        )
