-- depends: 0014-the-selection
-- Deals in full: who looks after them, what they serve, how they are talked over, the pipeline.

ALTER TABLE projections.deal
    ADD COLUMN owner_id uuid,
    ADD COLUMN probability numeric,
    ADD COLUMN recurring_monthly numeric,
    ADD COLUMN customer_value text,
    ADD COLUMN need_ids uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN goal_ids uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN signal_id uuid,
    ADD COLUMN lost_because text COLLATE "C",
    ADD COLUMN competitor text,
    ADD COLUMN contract_sent_on date,
    ADD COLUMN contract_starts_on date,
    ADD COLUMN contract_ends_on date,
    ADD COLUMN contract_voided_on date,
    ADD COLUMN reopened_on date;
CREATE INDEX deal_by_owner ON projections.deal (tenant_id, owner_id, opened_on, deal_id);
COMMENT ON COLUMN projections.deal.owner_id IS 'Who of ours looks after it.';
COMMENT ON COLUMN projections.deal.probability IS 'How likely it is won, in percent; null: as its stage says.';
COMMENT ON COLUMN projections.deal.recurring_monthly IS 'The part of the amount that comes back every month.';
COMMENT ON COLUMN projections.deal.customer_value IS 'What the client gains by it.';
COMMENT ON COLUMN projections.deal.need_ids IS 'The needs that it serves.';
COMMENT ON COLUMN projections.deal.goal_ids IS 'The goals that it serves.';
COMMENT ON COLUMN projections.deal.signal_id IS 'The signal that it came from.';
COMMENT ON COLUMN projections.deal.lost_because IS 'Why it was lost, in a word.';
COMMENT ON COLUMN projections.deal.competitor IS 'Who won it instead.';
COMMENT ON COLUMN projections.deal.contract_sent_on IS 'The day its contract was sent to be signed.';
COMMENT ON COLUMN projections.deal.contract_starts_on IS 'The first day of the term of its contract.';
COMMENT ON COLUMN projections.deal.contract_ends_on IS 'The last day of the term of its contract.';
COMMENT ON COLUMN projections.deal.contract_voided_on IS 'The day its contract was called off.';
COMMENT ON COLUMN projections.deal.reopened_on IS 'The day it was taken up again last.';

CREATE TABLE projections.deal_change (
    tenant_id text COLLATE "C" NOT NULL,
    deal_id uuid NOT NULL,
    version bigint NOT NULL,
    account_id uuid NOT NULL,
    event text COLLATE "C" NOT NULL,
    effective_at date NOT NULL,
    position bigint NOT NULL,
    changed text[] NOT NULL,
    restates boolean NOT NULL,
    status text COLLATE "C",
    kind text COLLATE "C",
    stage text COLLATE "C",
    amount numeric,
    currency text COLLATE "C",
    expected_close_on date,
    probability numeric,
    owner_id uuid,
    PRIMARY KEY (tenant_id, deal_id, version)
);
CREATE INDEX deal_change_of_account ON projections.deal_change (tenant_id, account_id, position);
COMMENT ON TABLE projections.deal_change IS 'What each event changed of a deal, and from which day on.';
COMMENT ON COLUMN projections.deal_change.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.deal_change.deal_id IS 'The deal.';
COMMENT ON COLUMN projections.deal_change.version IS 'The event''s version in the deal''s stream.';
COMMENT ON COLUMN projections.deal_change.account_id IS 'The account it is to be won with.';
COMMENT ON COLUMN projections.deal_change.event IS 'The name of the event.';
COMMENT ON COLUMN projections.deal_change.effective_at IS 'The day from which it holds; of a corrected win, the right day.';
COMMENT ON COLUMN projections.deal_change.position IS 'Position of the event.';
COMMENT ON COLUMN projections.deal_change.changed IS 'The columns that the event says something of.';
COMMENT ON COLUMN projections.deal_change.restates IS 'The status before this one never held as it was recorded.';
COMMENT ON COLUMN projections.deal_change.status IS 'open, won, lost or reversed.';
COMMENT ON COLUMN projections.deal_change.kind IS 'new-business, renewal, upsell or cross-sell.';
COMMENT ON COLUMN projections.deal_change.stage IS 'How far it has come.';
COMMENT ON COLUMN projections.deal_change.amount IS 'What it is worth.';
COMMENT ON COLUMN projections.deal_change.currency IS 'ISO 4217 code of the amount.';
COMMENT ON COLUMN projections.deal_change.expected_close_on IS 'The day on which it is expected to be won.';
COMMENT ON COLUMN projections.deal_change.probability IS 'How likely it is won, in percent; null: as its stage says.';
COMMENT ON COLUMN projections.deal_change.owner_id IS 'Who of ours looks after it.';

CREATE TABLE projections.deal_proposal (
    tenant_id text COLLATE "C" NOT NULL,
    deal_id uuid NOT NULL,
    proposal_id uuid NOT NULL,
    presented_on date NOT NULL,
    customer_value text NOT NULL,
    amount numeric,
    currency text COLLATE "C",
    document_id uuid,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, deal_id, proposal_id)
);
CREATE INDEX deal_proposal_by_day ON projections.deal_proposal (tenant_id, deal_id, presented_on, proposal_id);
COMMENT ON TABLE projections.deal_proposal IS 'What was proposed in each deal.';
COMMENT ON COLUMN projections.deal_proposal.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.deal_proposal.deal_id IS 'The deal.';
COMMENT ON COLUMN projections.deal_proposal.proposal_id IS 'The proposal.';
COMMENT ON COLUMN projections.deal_proposal.presented_on IS 'The day it was presented.';
COMMENT ON COLUMN projections.deal_proposal.customer_value IS 'What the client would gain.';
COMMENT ON COLUMN projections.deal_proposal.amount IS 'What it would cost.';
COMMENT ON COLUMN projections.deal_proposal.currency IS 'ISO 4217 code of the amount.';
COMMENT ON COLUMN projections.deal_proposal.document_id IS 'The document it stands in.';
COMMENT ON COLUMN projections.deal_proposal.position IS 'Position of the event behind this row.';

CREATE TABLE projections.deal_negotiation (
    tenant_id text COLLATE "C" NOT NULL,
    deal_id uuid NOT NULL,
    negotiation_id uuid NOT NULL,
    negotiated_on date NOT NULL,
    term text NOT NULL,
    round bigint NOT NULL,
    ours text NOT NULL,
    theirs text NOT NULL,
    agreed boolean NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, deal_id, negotiation_id)
);
CREATE INDEX deal_negotiation_by_day ON projections.deal_negotiation (tenant_id, deal_id, negotiated_on, negotiation_id);
COMMENT ON TABLE projections.deal_negotiation IS 'What was negotiated in each deal, a row each time.';
COMMENT ON COLUMN projections.deal_negotiation.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.deal_negotiation.deal_id IS 'The deal.';
COMMENT ON COLUMN projections.deal_negotiation.negotiation_id IS 'This time.';
COMMENT ON COLUMN projections.deal_negotiation.negotiated_on IS 'The day.';
COMMENT ON COLUMN projections.deal_negotiation.term IS 'What was talked over, such as the payment.';
COMMENT ON COLUMN projections.deal_negotiation.round IS 'How often this term was, from 1.';
COMMENT ON COLUMN projections.deal_negotiation.ours IS 'Where we stood.';
COMMENT ON COLUMN projections.deal_negotiation.theirs IS 'Where the client stood.';
COMMENT ON COLUMN projections.deal_negotiation.agreed IS 'Whether that settled it.';
COMMENT ON COLUMN projections.deal_negotiation.position IS 'Position of the event behind this row.';

GRANT SELECT, INSERT, UPDATE, DELETE ON projections.deal_change, projections.deal_proposal,
    projections.deal_negotiation
    TO tenure_runtime;
