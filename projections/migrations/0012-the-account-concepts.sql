-- depends: 0002-the-views
-- The views of what is known of an account: needs, signals, documents, notes, reviews and more.

ALTER TABLE projections.account_overview
    ADD COLUMN merged_into uuid,
    DROP CONSTRAINT account_overview_status_check,
    ADD CONSTRAINT account_overview_status_check CHECK (status IN ('open', 'closed', 'merged'));
COMMENT ON COLUMN projections.account_overview.status IS 'open, closed or merged.';
COMMENT ON COLUMN projections.account_overview.merged_into IS 'The account that it lives on in; null unless it is merged.';

CREATE TABLE projections.need (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    need_id uuid NOT NULL,
    statement text NOT NULL,
    latent boolean NOT NULL,
    priority bigint NOT NULL,
    horizon text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    stated_by uuid,
    check_in_id uuid,
    status text COLLATE "C" NOT NULL CHECK (status IN ('open', 'met', 'withdrawn')),
    identified_on date NOT NULL,
    settled_on date,
    evidence text,
    solutions_proposed bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, need_id)
);
CREATE INDEX need_by_day ON projections.need (tenant_id, identified_on, need_id);
CREATE INDEX need_of_account ON projections.need (tenant_id, account_id, identified_on, need_id);
COMMENT ON TABLE projections.need IS 'Each need of a client as it stands now.';
COMMENT ON COLUMN projections.need.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.need.account_id IS 'The account that needs it.';
COMMENT ON COLUMN projections.need.need_id IS 'The need.';
COMMENT ON COLUMN projections.need.statement IS 'What is needed.';
COMMENT ON COLUMN projections.need.latent IS 'Whether we found it out before the client had recognised it.';
COMMENT ON COLUMN projections.need.priority IS 'From 1, the least, to 5, the most urgent.';
COMMENT ON COLUMN projections.need.horizon IS 'short or long.';
COMMENT ON COLUMN projections.need.source IS 'How we came to know of it: check-in, survey, workshop, research or data.';
COMMENT ON COLUMN projections.need.stated_by IS 'Party id of who stated it.';
COMMENT ON COLUMN projections.need.check_in_id IS 'The check-in in which it was stated.';
COMMENT ON COLUMN projections.need.status IS 'open, met or withdrawn.';
COMMENT ON COLUMN projections.need.identified_on IS 'The day it was identified.';
COMMENT ON COLUMN projections.need.settled_on IS 'The day it was met or withdrawn.';
COMMENT ON COLUMN projections.need.evidence IS 'What shows that it was met.';
COMMENT ON COLUMN projections.need.solutions_proposed IS 'How many solutions were proposed for it.';
COMMENT ON COLUMN projections.need.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.solution (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    solution_id uuid NOT NULL,
    need_id uuid NOT NULL,
    description text NOT NULL,
    feasibility text COLLATE "C" NOT NULL,
    request_id uuid,
    proposed_on date NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, solution_id)
);
CREATE INDEX solution_of_need ON projections.solution (tenant_id, account_id, need_id, proposed_on, solution_id);
COMMENT ON TABLE projections.solution IS 'Each solution that was proposed for a need.';
COMMENT ON COLUMN projections.solution.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.solution.account_id IS 'The account it was proposed to.';
COMMENT ON COLUMN projections.solution.solution_id IS 'The solution.';
COMMENT ON COLUMN projections.solution.need_id IS 'The need that it would meet.';
COMMENT ON COLUMN projections.solution.description IS 'What it is.';
COMMENT ON COLUMN projections.solution.feasibility IS 'confirmed or unconfirmed by those who would have to do it.';
COMMENT ON COLUMN projections.solution.request_id IS 'The request in which they confirmed it.';
COMMENT ON COLUMN projections.solution.proposed_on IS 'The day it was proposed.';
COMMENT ON COLUMN projections.solution.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.signal (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    signal_id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    title text NOT NULL,
    anticipated boolean NOT NULL,
    severity bigint NOT NULL,
    likelihood numeric,
    due_on date,
    mitigation text,
    source text NOT NULL,
    raised_on date NOT NULL,
    outcome text COLLATE "C",
    resolved_on date,
    deal_id uuid,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, signal_id)
);
CREATE INDEX signal_by_day ON projections.signal (tenant_id, raised_on, signal_id);
CREATE INDEX signal_of_account ON projections.signal (tenant_id, account_id, raised_on, signal_id);
COMMENT ON TABLE projections.signal IS 'Each signal as it stands now.';
COMMENT ON COLUMN projections.signal.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.signal.account_id IS 'The account it is about.';
COMMENT ON COLUMN projections.signal.signal_id IS 'The signal.';
COMMENT ON COLUMN projections.signal.kind IS 'risk, opportunity, customer-event, market-trend or regulation.';
COMMENT ON COLUMN projections.signal.title IS 'What was noticed.';
COMMENT ON COLUMN projections.signal.anticipated IS 'Whether we noticed before the client spoke of it.';
COMMENT ON COLUMN projections.signal.severity IS 'How much it would matter, from 1 to 5.';
COMMENT ON COLUMN projections.signal.likelihood IS 'How likely it is, in percent.';
COMMENT ON COLUMN projections.signal.due_on IS 'The day by which it will have come or gone.';
COMMENT ON COLUMN projections.signal.mitigation IS 'What we do about it.';
COMMENT ON COLUMN projections.signal.source IS 'Where we noticed it.';
COMMENT ON COLUMN projections.signal.raised_on IS 'The day it was raised.';
COMMENT ON COLUMN projections.signal.outcome IS 'mitigated, materialised, converted or expired; null while it is open.';
COMMENT ON COLUMN projections.signal.resolved_on IS 'The day it was resolved.';
COMMENT ON COLUMN projections.signal.deal_id IS 'The deal it was converted into.';
COMMENT ON COLUMN projections.signal.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.document (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    document_id uuid NOT NULL,
    uri text NOT NULL,
    title text NOT NULL,
    media_type text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    attached_on date NOT NULL,
    detached_on date,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, document_id)
);
CREATE INDEX document_of_account ON projections.document (tenant_id, account_id, attached_on, document_id);
COMMENT ON TABLE projections.document IS 'Each document that an account refers to, or did.';
COMMENT ON COLUMN projections.document.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.document.account_id IS 'The account.';
COMMENT ON COLUMN projections.document.document_id IS 'The document.';
COMMENT ON COLUMN projections.document.uri IS 'Where it lies.';
COMMENT ON COLUMN projections.document.title IS 'What it is called.';
COMMENT ON COLUMN projections.document.media_type IS 'Its media type (RFC 6838).';
COMMENT ON COLUMN projections.document.sha256 IS 'SHA-256 of its content, 64 hex digits.';
COMMENT ON COLUMN projections.document.kind IS 'contract, recording, email, proposal or other.';
COMMENT ON COLUMN projections.document.attached_on IS 'The day it was attached.';
COMMENT ON COLUMN projections.document.detached_on IS 'The day from which the account no longer refers to it.';
COMMENT ON COLUMN projections.document.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.note (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    note_id uuid NOT NULL,
    text_digest text COLLATE "C" NOT NULL,
    added_on date NOT NULL,
    corrected_on date,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, note_id)
);
CREATE INDEX note_of_account ON projections.note (tenant_id, account_id, added_on, note_id);
COMMENT ON TABLE projections.note IS 'Each note about an account; what it says stands encrypted in ledger.personal_disclosure.';
COMMENT ON COLUMN projections.note.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.note.account_id IS 'The account.';
COMMENT ON COLUMN projections.note.note_id IS 'The note.';
COMMENT ON COLUMN projections.note.text_digest IS 'The digest of its text, as corrected last.';
COMMENT ON COLUMN projections.note.added_on IS 'The day it was added.';
COMMENT ON COLUMN projections.note.corrected_on IS 'The day it was corrected last.';
COMMENT ON COLUMN projections.note.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.preference (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    value text,
    since date NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, key)
);
COMMENT ON TABLE projections.preference IS 'What each client prefers, key by key.';
COMMENT ON COLUMN projections.preference.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.preference.account_id IS 'The account.';
COMMENT ON COLUMN projections.preference.key IS 'What the preference is about.';
COMMENT ON COLUMN projections.preference.value IS 'What is preferred; null where it no longer matters.';
COMMENT ON COLUMN projections.preference.since IS 'The day from which it is so.';
COMMENT ON COLUMN projections.preference.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.expectation (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    expectation_id uuid NOT NULL,
    by text COLLATE "C" NOT NULL,
    statement text NOT NULL,
    horizon text COLLATE "C" NOT NULL,
    recorded_on date NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, expectation_id)
);
CREATE INDEX expectation_of_account ON projections.expectation (tenant_id, account_id, recorded_on, expectation_id);
COMMENT ON TABLE projections.expectation IS 'What one side expects of the other.';
COMMENT ON COLUMN projections.expectation.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.expectation.account_id IS 'The account.';
COMMENT ON COLUMN projections.expectation.expectation_id IS 'The expectation.';
COMMENT ON COLUMN projections.expectation.by IS 'Who expects it: us or them.';
COMMENT ON COLUMN projections.expectation.statement IS 'What is expected.';
COMMENT ON COLUMN projections.expectation.horizon IS 'short or long.';
COMMENT ON COLUMN projections.expectation.recorded_on IS 'The day it was said.';
COMMENT ON COLUMN projections.expectation.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.purchase_reason (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    deal_id uuid NOT NULL,
    reason text NOT NULL,
    desired_outcome text,
    recorded_on date NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, deal_id)
);
COMMENT ON TABLE projections.purchase_reason IS 'Why a client bought, or is about to, deal by deal.';
COMMENT ON COLUMN projections.purchase_reason.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.purchase_reason.account_id IS 'The account.';
COMMENT ON COLUMN projections.purchase_reason.deal_id IS 'The deal.';
COMMENT ON COLUMN projections.purchase_reason.reason IS 'Why.';
COMMENT ON COLUMN projections.purchase_reason.desired_outcome IS 'What the client wants to come of it.';
COMMENT ON COLUMN projections.purchase_reason.recorded_on IS 'The day from which it was seen so.';
COMMENT ON COLUMN projections.purchase_reason.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.attribute (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    type text COLLATE "C",
    value text,
    since date NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, key)
);
COMMENT ON TABLE projections.attribute IS 'What stands in the tenant''s own fields of an account.';
COMMENT ON COLUMN projections.attribute.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.attribute.account_id IS 'The account.';
COMMENT ON COLUMN projections.attribute.key IS 'The field.';
COMMENT ON COLUMN projections.attribute.type IS 'text, number, day or flag; null where there is no value.';
COMMENT ON COLUMN projections.attribute.value IS 'Its value as text; null where it is not known any more.';
COMMENT ON COLUMN projections.attribute.since IS 'The day from which it is so.';
COMMENT ON COLUMN projections.attribute.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.inquiry (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    inquiry_id uuid NOT NULL,
    channel text COLLATE "C" NOT NULL,
    topic text NOT NULL,
    logged_on date NOT NULL,
    outcome text,
    resolved_on date,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, inquiry_id)
);
CREATE INDEX inquiry_by_day ON projections.inquiry (tenant_id, logged_on, inquiry_id);
CREATE INDEX inquiry_of_account ON projections.inquiry (tenant_id, account_id, logged_on, inquiry_id);
COMMENT ON TABLE projections.inquiry IS 'Each routine question of a client.';
COMMENT ON COLUMN projections.inquiry.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.inquiry.account_id IS 'The account that asked.';
COMMENT ON COLUMN projections.inquiry.inquiry_id IS 'The inquiry.';
COMMENT ON COLUMN projections.inquiry.channel IS 'How it reached us: call, video, meeting, visit, workshop, e-mail, chat or event.';
COMMENT ON COLUMN projections.inquiry.topic IS 'What it was about.';
COMMENT ON COLUMN projections.inquiry.logged_on IS 'The day it reached us.';
COMMENT ON COLUMN projections.inquiry.outcome IS 'What was answered; null while it waits.';
COMMENT ON COLUMN projections.inquiry.resolved_on IS 'The day it was answered.';
COMMENT ON COLUMN projections.inquiry.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.account_review (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    review_id uuid NOT NULL,
    period text COLLATE "C" NOT NULL,
    findings text[] NOT NULL,
    figures text[] NOT NULL,
    reviewed_on date NOT NULL,
    next_review_on date,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, review_id)
);
CREATE INDEX account_review_of_account ON projections.account_review (tenant_id, account_id, reviewed_on, review_id);
COMMENT ON TABLE projections.account_review IS 'Each review of an account.';
COMMENT ON COLUMN projections.account_review.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.account_review.account_id IS 'The account.';
COMMENT ON COLUMN projections.account_review.review_id IS 'The review.';
COMMENT ON COLUMN projections.account_review.period IS 'The period that was reviewed, such as 2026-Q2.';
COMMENT ON COLUMN projections.account_review.findings IS 'What it has shown.';
COMMENT ON COLUMN projections.account_review.figures IS 'The figures it rests upon, each as: kpi, position it was known at, value (- where there was none), unit.';
COMMENT ON COLUMN projections.account_review.reviewed_on IS 'The day of the review.';
COMMENT ON COLUMN projections.account_review.next_review_on IS 'The day on which to look again.';
COMMENT ON COLUMN projections.account_review.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.recommendation (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    recommendation_id uuid NOT NULL,
    statement text NOT NULL,
    basis text[] NOT NULL,
    deal_id uuid,
    need_id uuid,
    signal_id uuid,
    status text COLLATE "C" NOT NULL,
    made_on date NOT NULL,
    settled_on date,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, recommendation_id)
);
CREATE INDEX recommendation_of_account ON projections.recommendation (tenant_id, account_id, made_on, recommendation_id);
COMMENT ON TABLE projections.recommendation IS 'Each recommendation as it stands now.';
COMMENT ON COLUMN projections.recommendation.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.recommendation.account_id IS 'The account.';
COMMENT ON COLUMN projections.recommendation.recommendation_id IS 'The recommendation.';
COMMENT ON COLUMN projections.recommendation.statement IS 'What is advised.';
COMMENT ON COLUMN projections.recommendation.basis IS 'The grounds it rests upon.';
COMMENT ON COLUMN projections.recommendation.deal_id IS 'The deal it is about.';
COMMENT ON COLUMN projections.recommendation.need_id IS 'The need it is about.';
COMMENT ON COLUMN projections.recommendation.signal_id IS 'The signal it is about.';
COMMENT ON COLUMN projections.recommendation.status IS 'open, taken or declined.';
COMMENT ON COLUMN projections.recommendation.made_on IS 'The day it was made.';
COMMENT ON COLUMN projections.recommendation.settled_on IS 'The day it was taken or declined.';
COMMENT ON COLUMN projections.recommendation.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.closed_information_gap (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    requirement_key text COLLATE "C" NOT NULL,
    source text NOT NULL,
    not_applicable boolean NOT NULL,
    closed_on date NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, requirement_key)
);
COMMENT ON TABLE projections.closed_information_gap IS 'What was found out of an account because a policy asks for it.';
COMMENT ON COLUMN projections.closed_information_gap.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.closed_information_gap.account_id IS 'The account.';
COMMENT ON COLUMN projections.closed_information_gap.requirement_key IS 'What is asked for.';
COMMENT ON COLUMN projections.closed_information_gap.source IS 'Where it was found out.';
COMMENT ON COLUMN projections.closed_information_gap.not_applicable IS 'Whether there is nothing to be known of this account.';
COMMENT ON COLUMN projections.closed_information_gap.closed_on IS 'The day it was found out.';
COMMENT ON COLUMN projections.closed_information_gap.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.learning (
    tenant_id text COLLATE "C" NOT NULL,
    learning_id uuid NOT NULL,
    topic text COLLATE "C" NOT NULL,
    title text NOT NULL,
    source text NOT NULL,
    account_id uuid,
    industry text COLLATE "C",
    learned_by uuid,
    learned_on date NOT NULL,
    withdrawn_on date,
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, learning_id)
);
CREATE INDEX learning_by_day ON projections.learning (tenant_id, learned_on, learning_id);
CREATE INDEX learning_by_industry ON projections.learning (tenant_id, industry, learned_on, learning_id)
    WHERE industry IS NOT NULL;
CREATE INDEX learning_of_account ON projections.learning (tenant_id, account_id, learned_on, learning_id)
    WHERE account_id IS NOT NULL;
COMMENT ON TABLE projections.learning IS 'Each thing that somebody of ours has learned.';
COMMENT ON COLUMN projections.learning.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.learning.learning_id IS 'The learning.';
COMMENT ON COLUMN projections.learning.topic IS 'trend, regulation, best-practice, event, publication, training or market-research.';
COMMENT ON COLUMN projections.learning.title IS 'What was learned.';
COMMENT ON COLUMN projections.learning.source IS 'From what.';
COMMENT ON COLUMN projections.learning.account_id IS 'The one account it applies to.';
COMMENT ON COLUMN projections.learning.industry IS 'The industry whose accounts it applies to.';
COMMENT ON COLUMN projections.learning.learned_by IS 'Party id of who learned it.';
COMMENT ON COLUMN projections.learning.learned_on IS 'The day it was learned.';
COMMENT ON COLUMN projections.learning.withdrawn_on IS 'The day from which it no longer holds.';
COMMENT ON COLUMN projections.learning.version IS 'Version of the learning''s stream: its ETag.';
COMMENT ON COLUMN projections.learning.position IS 'Position of the event behind the last change of this row.';

GRANT SELECT, INSERT, UPDATE, DELETE ON projections.need,
    projections.solution,
    projections.signal,
    projections.document,
    projections.note,
    projections.preference,
    projections.expectation,
    projections.purchase_reason,
    projections.attribute,
    projections.inquiry,
    projections.account_review,
    projections.recommendation,
    projections.closed_information_gap,
    projections.learning
    TO tenure_runtime;
