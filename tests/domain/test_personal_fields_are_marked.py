"""No event has a field that looks personal and is not marked: what is not marked stays for ever."""

import re
from typing import Final

import pytest

from tests.domain.personal_fields import every_field, free_texts

CLOSED: Final = {
    "account.annual_revenue.amount.currency",
    "account.country",
    "account.profile.annual_revenue.amount.currency",
    "account.profile.country",
    "deal.amount.currency",
    "deal.currency",
    "deal.recurring_monthly.currency",
    "lifetime-value-model.fit.currency",
    "order-book.amount.currency",
    "order-book.currency",
    "order-book.discount.currency",
    "order-book.lines.amount.currency",
    "order-book.movement.currency",
    "order-book.tax.currency",
    "order-book.terms.monthly.currency",
    "policy-set.policy.allowed",
    "policy-set.policy.criteria.currency",
    "policy-set.policy.time_zone",
    "published-figure.values.currency",
    "seal.key",
    "seal.new_key",
    "seal.old_key",
    "seal.origin",
    "seal.previous_origin",
    "seal.statement",
}
"""Of a public list, or a program's own text; no more than a string to pydantic."""
OF_A_COMPANY: Final = {
    "account.competitor",
    "account.legal_name",
    "account.name",
    "account.profile.legal_name",
    "account.profile.name",
    "deal.competitor",
}
"""What companies are called."""
OF_A_LIST: Final = {
    "published-figure.subject.scope.value",
    "account.figures.unit",
    "account.industry.code",
    "account.industry.label",
    "account.profile.industry.code",
    "account.profile.industry.label",
    "account.profile.territory",
    "account.source",
    "account.territory",
    "account.value",
    "collaboration-request.terms.department",
    "deal.products",
    "deal.term",
    "goal.draft.metric.unit",
    "goal.goal.metric.unit",
    "goal.metric.unit",
    "learning.industry",
    "learning.source",
    "order-book.lines.product",
    "order-book.lines.product_line",
    "order-book.terms.product_line",
    "party.department",
    "plan.contributor.department",
    "plan.contributor.role",
    "plan.milestone.department",
    "plan.solution.departments",
    "policy-set.policy.criteria.values.value",
    "policy-set.policy.definitions.label",
    "policy-set.policy.industries",
    "policy-set.policy.territories",
    "portfolio.focus.industries",
    "portfolio.focus.territories",
    "portfolio.industries",
    "portfolio.territories",
    "portfolio.training.source",
    "relationship.job_title",
    "relationship.scope",
    "relationship.solutions_presented",
    "relationship.terms.department",
    "relationship.topics",
    "relationship.wave",
}
"""Words of the tenant's own lists: products, departments, industries, titles of posts."""
OF_A_PLACE: Final = {
    "account.references.id",
    "account.uri",
    "deal.contract.document",
    "deal.document",
    "external-reference.id",
    "order-book.number",
    "relationship.documents.uri",
    "relationship.recording.uri",
}
"""Where something lies, or what another system calls it: ids and addresses of files."""
OF_ACTORS: Final = {
    "break-glass.closed_by",
    "break-glass.holder",
    "break-glass.opened_by",
    "break-glass.reviewed_by",
    "erasure.approved_by",
    "erasure.key_makers",
    "erasure.requested_by",
}
"""A kind and a random id each (`ledger.command.Actor`)."""
OF_READS: Final = {
    "read.filters.name",
    "read.filters.value",
    "read.path.name",
    "read.path.value",
    "read.reader.key_label",
    "read.route",
}
"""Names of routes and parameters, words and ids; what may be personal is left out before."""
OF_BUSINESS: Final = {
    "account.basis",
    "account.brief.desired_outcomes",
    "account.brief.notes",
    "account.brief.risks",
    "account.description",
    "account.desired_outcome",
    "account.evidence",
    "account.findings",
    "account.gaps",
    "account.mitigation",
    "account.outcome",
    "account.override.reason",
    "account.preference-recorded",
    "account.reason",
    "account.statement",
    "account.terms.brief.desired_outcomes",
    "account.terms.brief.notes",
    "account.terms.brief.risks",
    "account.title",
    "account.topic",
    "collaboration-request.terms.question",
    "collaboration-request.text",
    "coverage.override.reason",
    "deal.customer_value",
    "deal.name",
    "deal.ours",
    "deal.override.reason",
    "deal.products-revised",
    "deal.theirs",
    "goal.achievability.basis",
    "goal.achievability.resources",
    "goal.draft.achievability.basis",
    "goal.draft.achievability.resources",
    "goal.draft.metric.name",
    "goal.draft.realism",
    "goal.draft.relevance.objective",
    "goal.draft.statement",
    "goal.goal.achievability.basis",
    "goal.goal.achievability.resources",
    "goal.goal.metric.name",
    "goal.goal.realism",
    "goal.goal.relevance.objective",
    "goal.goal.statement",
    "goal.metric.name",
    "goal.note",
    "goal.realism",
    "goal.relevance.objective",
    "goal.source",
    "goal.statement",
    "learning.title",
    "plan.context",
    "plan.contributor.working_agreement",
    "plan.milestone.name",
    "plan.note",
    "plan.override.reason",
    "plan.plan.context",
    "plan.plan.title",
    "plan.solution.title",
    "plan.summary",
    "plan.title",
    "plan.tradeoff.chosen",
    "plan.tradeoff.options",
    "plan.tradeoff.rationale",
    "portfolio.override.reason",
    "portfolio.training.title",
    "relationship.questions_asked",
    "relationship.terms.override.reason",
    "relationship.terms.text",
}
"""Sentences about the business: goals, plans, needs, promises, terms.

They stand in the log for ever, whoever they name: persons are to be written of in notes, which can
be forgotten. A field that is meant for words about a person does not belong here.
"""
NOT_PERSONAL: Final = (
    CLOSED | OF_A_COMPANY | OF_A_LIST | OF_A_PLACE | OF_ACTORS | OF_READS | OF_BUSINESS
)

LOOKS_PERSONAL: Final = re.compile(
    r"(e_?mail|phone|mobile|fax|street|postal|birth|gender|nationality|salary|religion|health|photo"
    r"|first_name|last_name|full_name|surname|person_name|passport|iban|comment|remark|memo)"
)
"""Names under which something personal is kept elsewhere; matched anywhere in a field's name."""


def test_every_free_text_is_personal_or_said_not_to_be() -> None:
    unmarked = free_texts() - NOT_PERSONAL

    assert unmarked == set(), "mark it `Personal`, or say here why it is not"


def test_what_is_said_not_to_be_personal_is_there() -> None:
    assert NOT_PERSONAL - free_texts() == set()


def test_no_unmarked_field_has_a_personal_name() -> None:
    names = {path for path in every_field() if LOOKS_PERSONAL.search(path.rpartition(".")[2])}

    assert names & free_texts() == set()
    assert names == {
        "party.email",
        "party.phone",
        "relationship.comment",
        "relationship.comment_subject_id",
    }


@pytest.mark.parametrize("field", ["party.name", "account.text", "relationship.note"])
def test_a_personal_field_is_told_from_free_text(field: str) -> None:
    assert field in every_field() - free_texts()
