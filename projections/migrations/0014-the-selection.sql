-- depends: 0012-the-account-concepts
-- The views of fit, selection, hand-overs and what tiers were given for.

CREATE TABLE projections.fit_score (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    fit_score_id uuid NOT NULL,
    scored_on date NOT NULL,
    total numeric NOT NULL,
    band text COLLATE "C",
    grades text[] NOT NULL,
    policy_version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, fit_score_id)
);
CREATE INDEX fit_score_by_day ON projections.fit_score (tenant_id, account_id, scored_on, fit_score_id);
COMMENT ON TABLE projections.fit_score IS 'Each score of an account by the ideal customer profile.';
COMMENT ON COLUMN projections.fit_score.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.fit_score.account_id IS 'The account.';
COMMENT ON COLUMN projections.fit_score.fit_score_id IS 'The score.';
COMMENT ON COLUMN projections.fit_score.scored_on IS 'The day whose profile and policy it was scored by.';
COMMENT ON COLUMN projections.fit_score.total IS 'How well it fitted, from 0 to 100.';
COMMENT ON COLUMN projections.fit_score.band IS 'The band of the policy that the total reaches, if any.';
COMMENT ON COLUMN projections.fit_score.grades IS 'Each criterion as: key, weight, grade from 0 to 100.';
COMMENT ON COLUMN projections.fit_score.policy_version IS 'Version of the ideal customer profile it was scored by.';
COMMENT ON COLUMN projections.fit_score.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.selection (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    selected boolean NOT NULL,
    selected_on date,
    deselected_on date,
    reviewed_on date,
    review_outcome text COLLATE "C",
    approved_by uuid,
    fit numeric,
    fit_band text COLLATE "C",
    fit_scored_on date,
    fit_policy_version bigint,
    growth_potential bigint,
    long_term_profitability bigint,
    strategic_value bigint,
    competitive_intensity bigint,
    relationship_strength bigint,
    cost_to_serve bigint,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id)
);
CREATE INDEX selection_by_fit ON projections.selection (
    tenant_id,
    (coalesce(fit, -1)) DESC,
    (coalesce(growth_potential, -1)) DESC,
    (coalesce(5 - competitive_intensity, -1)) DESC,
    (coalesce(relationship_strength, -1)) DESC,
    (coalesce(5 - cost_to_serve, -1)) DESC,
    account_id DESC
);
COMMENT ON TABLE projections.selection IS 'Whether each account is selected, on what factors, and with which fit.';
COMMENT ON COLUMN projections.selection.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.selection.account_id IS 'The account.';
COMMENT ON COLUMN projections.selection.selected IS 'Whether it is selected now.';
COMMENT ON COLUMN projections.selection.selected_on IS 'The day it was last selected.';
COMMENT ON COLUMN projections.selection.deselected_on IS 'The day it was deselected; null while it is selected.';
COMMENT ON COLUMN projections.selection.reviewed_on IS 'The day of the last review since it was selected.';
COMMENT ON COLUMN projections.selection.review_outcome IS 'What that review came to: keep or drop.';
COMMENT ON COLUMN projections.selection.approved_by IS 'Party id of who let it be selected below the minimum fit.';
COMMENT ON COLUMN projections.selection.fit IS 'Its latest fit, from 0 to 100; null: never scored.';
COMMENT ON COLUMN projections.selection.fit_band IS 'The band of that fit.';
COMMENT ON COLUMN projections.selection.fit_scored_on IS 'The day of that fit.';
COMMENT ON COLUMN projections.selection.fit_policy_version IS 'Version of the ideal customer profile of that fit.';
COMMENT ON COLUMN projections.selection.growth_potential IS 'From 0 to 5; null: not known.';
COMMENT ON COLUMN projections.selection.long_term_profitability IS 'From 0 to 5; null: not known.';
COMMENT ON COLUMN projections.selection.strategic_value IS 'From 0 to 5; null: not known.';
COMMENT ON COLUMN projections.selection.competitive_intensity IS 'From 0 to 5, speaks against it; null: not known.';
COMMENT ON COLUMN projections.selection.relationship_strength IS 'From 0 to 5; null: not known.';
COMMENT ON COLUMN projections.selection.cost_to_serve IS 'From 0 to 5, speaks against it; null: not known.';
COMMENT ON COLUMN projections.selection.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.hand_over (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    hand_over_id uuid NOT NULL,
    deal_id uuid NOT NULL,
    from_party_id uuid NOT NULL,
    to_party_id uuid NOT NULL,
    role text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL CHECK (status IN ('initiated', 'accepted', 'returned', 'completed', 'cancelled')),
    initiated_on date NOT NULL,
    due_on date,
    notes text[] NOT NULL,
    desired_outcomes text[] NOT NULL,
    risks text[] NOT NULL,
    open_commitment_ids uuid[] NOT NULL,
    returns bigint NOT NULL,
    returned_on date,
    gaps text[] NOT NULL,
    accepted_on date,
    ended_on date,
    relationship_id uuid,
    check_in_id uuid,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, hand_over_id)
);
CREATE INDEX hand_over_by_day ON projections.hand_over (tenant_id, initiated_on, hand_over_id);
CREATE INDEX hand_over_of_account ON projections.hand_over (tenant_id, account_id, initiated_on, hand_over_id);
CREATE INDEX hand_over_open ON projections.hand_over (tenant_id, initiated_on, hand_over_id) WHERE ended_on IS NULL;
COMMENT ON TABLE projections.hand_over IS 'Each hand-over of an account to a manager as it stands now.';
COMMENT ON COLUMN projections.hand_over.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.hand_over.account_id IS 'The account.';
COMMENT ON COLUMN projections.hand_over.hand_over_id IS 'The hand-over.';
COMMENT ON COLUMN projections.hand_over.deal_id IS 'The won deal after which it is handed over.';
COMMENT ON COLUMN projections.hand_over.from_party_id IS 'Party id of the executive.';
COMMENT ON COLUMN projections.hand_over.to_party_id IS 'Party id of the manager.';
COMMENT ON COLUMN projections.hand_over.role IS 'The role that the manager takes.';
COMMENT ON COLUMN projections.hand_over.status IS 'initiated, accepted, returned, completed or cancelled.';
COMMENT ON COLUMN projections.hand_over.initiated_on IS 'The day it was initiated.';
COMMENT ON COLUMN projections.hand_over.due_on IS 'The day by which it should be completed.';
COMMENT ON COLUMN projections.hand_over.notes IS 'What the manager should know; of the last brief, as are the next three.';
COMMENT ON COLUMN projections.hand_over.desired_outcomes IS 'What the client wants to reach.';
COMMENT ON COLUMN projections.hand_over.risks IS 'What might go wrong.';
COMMENT ON COLUMN projections.hand_over.open_commitment_ids IS 'The promises that the manager takes over.';
COMMENT ON COLUMN projections.hand_over.returns IS 'How often the manager has returned it.';
COMMENT ON COLUMN projections.hand_over.returned_on IS 'The day it was last returned.';
COMMENT ON COLUMN projections.hand_over.gaps IS 'What the brief left open then; empty once it was resubmitted.';
COMMENT ON COLUMN projections.hand_over.accepted_on IS 'The day the manager accepted it; null once it was returned.';
COMMENT ON COLUMN projections.hand_over.ended_on IS 'The day it was completed or cancelled; null while it is open.';
COMMENT ON COLUMN projections.hand_over.relationship_id IS 'The relationship of the introduction.';
COMMENT ON COLUMN projections.hand_over.check_in_id IS 'The check-in in which the manager was introduced.';
COMMENT ON COLUMN projections.hand_over.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.tier_grant (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    version text COLLATE "C" NOT NULL,
    tier text COLLATE "C" NOT NULL,
    criteria text[] NOT NULL,
    granted_on date NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, version)
);
CREATE INDEX tier_grant_by_day ON projections.tier_grant (tenant_id, account_id, granted_on, position);
COMMENT ON TABLE projections.tier_grant IS 'Each tier that an account was given, and by which criteria.';
COMMENT ON COLUMN projections.tier_grant.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.tier_grant.account_id IS 'The account.';
COMMENT ON COLUMN projections.tier_grant.version IS 'Version of the account at this change.';
COMMENT ON COLUMN projections.tier_grant.tier IS 'The tier from that day on.';
COMMENT ON COLUMN projections.tier_grant.criteria IS 'The criteria it was said to meet.';
COMMENT ON COLUMN projections.tier_grant.granted_on IS 'The day it took effect.';
COMMENT ON COLUMN projections.tier_grant.position IS 'Position of the event behind the last change of this row.';

GRANT SELECT, INSERT, UPDATE, DELETE ON projections.fit_score, projections.selection, projections.hand_over, projections.tier_grant
    TO tenure_runtime;
