-- depends: 0002-the-views
-- Goals and plans: what is to be reached with accounts, by when, by whom.

CREATE TABLE projections.goal (
    tenant_id text COLLATE "C" NOT NULL,
    goal_id uuid NOT NULL,
    account_id uuid NOT NULL,
    state text COLLATE "C" NOT NULL,
    side text COLLATE "C" NOT NULL,
    supports_goal_id uuid,
    statement text,
    metric text,
    unit text,
    direction text COLLATE "C",
    aggregation text COLLATE "C",
    baseline numeric,
    baseline_on date,
    target numeric,
    band_low numeric,
    band_high numeric,
    achievability text,
    resources text,
    assessed_by uuid,
    realism text,
    need_id uuid,
    objective text,
    start_on date,
    due_on date,
    horizon text COLLATE "C",
    priority bigint,
    owner_id uuid,
    begun_on date NOT NULL,
    set_on date,
    ended_on date,
    final_value numeric,
    end_reason_code text COLLATE "C",
    revisions bigint NOT NULL,
    reviewed_on date,
    assessment text COLLATE "C",
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, goal_id)
);
CREATE INDEX goal_by_due_day
    ON projections.goal (tenant_id, coalesce(due_on, DATE '9999-12-31'), goal_id);
CREATE INDEX goal_of_account
    ON projections.goal (tenant_id, account_id, coalesce(due_on, DATE '9999-12-31'), goal_id);
COMMENT ON TABLE projections.goal IS 'Each goal as it stands now. Whether it is on track is reckoned when it is read, from its measurements and the policy.';
COMMENT ON COLUMN projections.goal.tenant_id IS 'Whose goal.';
COMMENT ON COLUMN projections.goal.goal_id IS 'The goal.';
COMMENT ON COLUMN projections.goal.account_id IS 'The account whose goal it is.';
COMMENT ON COLUMN projections.goal.state IS 'draft, active, achieved, missed or abandoned: what was decided.';
COMMENT ON COLUMN projections.goal.side IS 'client or internal.';
COMMENT ON COLUMN projections.goal.supports_goal_id IS 'The client''s goal that an internal one supports.';
COMMENT ON COLUMN projections.goal.statement IS 'What is to be reached, in a sentence.';
COMMENT ON COLUMN projections.goal.metric IS 'What is measured.';
COMMENT ON COLUMN projections.goal.unit IS 'In which unit.';
COMMENT ON COLUMN projections.goal.direction IS 'increase, decrease or maintain.';
COMMENT ON COLUMN projections.goal.aggregation IS 'Which value stands for several measurements: last, sum or mean.';
COMMENT ON COLUMN projections.goal.baseline IS 'Where the metric stood before.';
COMMENT ON COLUMN projections.goal.baseline_on IS 'The day of the baseline.';
COMMENT ON COLUMN projections.goal.target IS 'Where the metric is to be brought.';
COMMENT ON COLUMN projections.goal.band_low IS 'The least value of the band in which the metric is to be maintained.';
COMMENT ON COLUMN projections.goal.band_high IS 'The greatest value of that band.';
COMMENT ON COLUMN projections.goal.achievability IS 'Why it can be reached.';
COMMENT ON COLUMN projections.goal.resources IS 'With what it can be reached.';
COMMENT ON COLUMN projections.goal.assessed_by IS 'Party id of who says so.';
COMMENT ON COLUMN projections.goal.realism IS 'Why it is realistic.';
COMMENT ON COLUMN projections.goal.need_id IS 'The need of the account that it serves.';
COMMENT ON COLUMN projections.goal.objective IS 'The objective that it serves.';
COMMENT ON COLUMN projections.goal.start_on IS 'The day from which it is worked towards.';
COMMENT ON COLUMN projections.goal.due_on IS 'The day by which it is to be reached.';
COMMENT ON COLUMN projections.goal.horizon IS 'short or long.';
COMMENT ON COLUMN projections.goal.priority IS '1 (first) to 5.';
COMMENT ON COLUMN projections.goal.owner_id IS 'Party id of who of ours owns it.';
COMMENT ON COLUMN projections.goal.begun_on IS 'The day it was drafted or set.';
COMMENT ON COLUMN projections.goal.set_on IS 'The day it was set; null: it is a draft.';
COMMENT ON COLUMN projections.goal.ended_on IS 'The day it was achieved, missed or abandoned.';
COMMENT ON COLUMN projections.goal.final_value IS 'What its measurements came to at its end.';
COMMENT ON COLUMN projections.goal.end_reason_code IS 'Why it was abandoned.';
COMMENT ON COLUMN projections.goal.revisions IS 'How often it was revised.';
COMMENT ON COLUMN projections.goal.reviewed_on IS 'The day of its last review.';
COMMENT ON COLUMN projections.goal.assessment IS 'How it stood in the words of its last review: on-track, at-risk or off-track.';
COMMENT ON COLUMN projections.goal.version IS 'Version of the goal''s stream: its ETag.';
COMMENT ON COLUMN projections.goal.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.goal_measurement (
    tenant_id text COLLATE "C" NOT NULL,
    goal_id uuid NOT NULL,
    measurement_id uuid NOT NULL,
    account_id uuid,
    metric_id uuid,
    value numeric NOT NULL,
    measured_on date NOT NULL,
    source text,
    corrections bigint NOT NULL,
    first_position bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, goal_id, measurement_id)
);
CREATE INDEX goal_measurement_by_day
    ON projections.goal_measurement (tenant_id, goal_id, measured_on, measurement_id);
COMMENT ON TABLE projections.goal_measurement IS 'Each measurement of a goal, or of a metric that supports it, as corrected last.';
COMMENT ON COLUMN projections.goal_measurement.tenant_id IS 'Whose goal.';
COMMENT ON COLUMN projections.goal_measurement.goal_id IS 'The goal.';
COMMENT ON COLUMN projections.goal_measurement.measurement_id IS 'The measurement; unique within its goal.';
COMMENT ON COLUMN projections.goal_measurement.account_id IS 'The account whose goal it is.';
COMMENT ON COLUMN projections.goal_measurement.metric_id IS 'The supporting metric; null: the goal''s own metric.';
COMMENT ON COLUMN projections.goal_measurement.value IS 'The value measured.';
COMMENT ON COLUMN projections.goal_measurement.measured_on IS 'The day on which the metric stood there.';
COMMENT ON COLUMN projections.goal_measurement.source IS 'Where the value comes from.';
COMMENT ON COLUMN projections.goal_measurement.corrections IS 'How often it was corrected.';
COMMENT ON COLUMN projections.goal_measurement.first_position IS 'Position of the event that recorded it: of two of one day, the later one is the last.';
COMMENT ON COLUMN projections.goal_measurement.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.goal_metric (
    tenant_id text COLLATE "C" NOT NULL,
    goal_id uuid NOT NULL,
    metric_id uuid NOT NULL,
    account_id uuid,
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    unit text NOT NULL,
    added_on date NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, goal_id, metric_id)
);
COMMENT ON TABLE projections.goal_metric IS 'Each metric that supports a goal.';
COMMENT ON COLUMN projections.goal_metric.tenant_id IS 'Whose goal.';
COMMENT ON COLUMN projections.goal_metric.goal_id IS 'The goal.';
COMMENT ON COLUMN projections.goal_metric.metric_id IS 'The supporting metric.';
COMMENT ON COLUMN projections.goal_metric.account_id IS 'The account whose goal it is.';
COMMENT ON COLUMN projections.goal_metric.kind IS 'activity (what we do) or engagement (what answers it).';
COMMENT ON COLUMN projections.goal_metric.key IS 'Its name for programs, unique within the goal.';
COMMENT ON COLUMN projections.goal_metric.unit IS 'In which unit it is measured.';
COMMENT ON COLUMN projections.goal_metric.added_on IS 'The day it was added.';
COMMENT ON COLUMN projections.goal_metric.position IS 'Position of the event that added it.';

CREATE TABLE projections.goal_review (
    tenant_id text COLLATE "C" NOT NULL,
    goal_id uuid NOT NULL,
    review_id uuid NOT NULL,
    reviewed_on date NOT NULL,
    assessment text COLLATE "C" NOT NULL,
    computed text COLLATE "C" NOT NULL,
    policy_version bigint NOT NULL,
    note text,
    actor text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, goal_id, review_id)
);
CREATE INDEX goal_review_by_day
    ON projections.goal_review (tenant_id, goal_id, reviewed_on, review_id);
COMMENT ON TABLE projections.goal_review IS 'Each review of a goal.';
COMMENT ON COLUMN projections.goal_review.tenant_id IS 'Whose goal.';
COMMENT ON COLUMN projections.goal_review.goal_id IS 'The goal.';
COMMENT ON COLUMN projections.goal_review.review_id IS 'The command that recorded the review.';
COMMENT ON COLUMN projections.goal_review.reviewed_on IS 'The day of the review.';
COMMENT ON COLUMN projections.goal_review.assessment IS 'How the goal stands in the words of whoever reviewed it.';
COMMENT ON COLUMN projections.goal_review.computed IS 'How it stood as reckoned for that day.';
COMMENT ON COLUMN projections.goal_review.policy_version IS 'Version of the goals policy that it was reckoned by; 0: the default.';
COMMENT ON COLUMN projections.goal_review.note IS 'What was said about it.';
COMMENT ON COLUMN projections.goal_review.actor IS 'Who recorded it.';
COMMENT ON COLUMN projections.goal_review.position IS 'Position of the event that recorded it.';

CREATE TABLE projections.goal_revision (
    tenant_id text COLLATE "C" NOT NULL,
    goal_id uuid NOT NULL,
    revision_id uuid NOT NULL,
    revised_on date NOT NULL,
    reason_code text COLLATE "C" NOT NULL,
    reason text,
    fields text[] NOT NULL,
    was text[] NOT NULL,
    now text[] NOT NULL,
    actor text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, goal_id, revision_id)
);
CREATE INDEX goal_revision_by_day
    ON projections.goal_revision (tenant_id, goal_id, revised_on, revision_id);
COMMENT ON TABLE projections.goal_revision IS 'Each revision of a goal.';
COMMENT ON COLUMN projections.goal_revision.tenant_id IS 'Whose goal.';
COMMENT ON COLUMN projections.goal_revision.goal_id IS 'The goal.';
COMMENT ON COLUMN projections.goal_revision.revision_id IS 'The command that recorded the revision.';
COMMENT ON COLUMN projections.goal_revision.revised_on IS 'The day from which it holds.';
COMMENT ON COLUMN projections.goal_revision.reason_code IS 'market-change, client-priority, resource-change or error.';
COMMENT ON COLUMN projections.goal_revision.reason IS 'Why, in words.';
COMMENT ON COLUMN projections.goal_revision.fields IS 'Which fields changed.';
COMMENT ON COLUMN projections.goal_revision.was IS 'The old value of each, as JSON.';
COMMENT ON COLUMN projections.goal_revision.now IS 'The new value of each, as JSON.';
COMMENT ON COLUMN projections.goal_revision.actor IS 'Who recorded it.';
COMMENT ON COLUMN projections.goal_revision.position IS 'Position of the event that recorded it.';

CREATE TABLE projections.plan (
    tenant_id text COLLATE "C" NOT NULL,
    plan_id uuid NOT NULL,
    account_id uuid NOT NULL,
    title text NOT NULL,
    state text COLLATE "C" NOT NULL,
    first_on date NOT NULL,
    last_on date NOT NULL,
    horizon text COLLATE "C" NOT NULL,
    owner_id uuid,
    context text[] NOT NULL,
    drawn_up_on date NOT NULL,
    activated_on date,
    ended_on date,
    end_reason_code text COLLATE "C",
    revisions bigint NOT NULL,
    reviewed_on date,
    assessment text COLLATE "C",
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, plan_id)
);
CREATE INDEX plan_by_first_day ON projections.plan (tenant_id, first_on, plan_id);
CREATE INDEX plan_of_account ON projections.plan (tenant_id, account_id, first_on, plan_id);
COMMENT ON TABLE projections.plan IS 'Each account plan as it stands now.';
COMMENT ON COLUMN projections.plan.tenant_id IS 'Whose plan.';
COMMENT ON COLUMN projections.plan.plan_id IS 'The plan.';
COMMENT ON COLUMN projections.plan.account_id IS 'The account that it is for.';
COMMENT ON COLUMN projections.plan.title IS 'What it is called.';
COMMENT ON COLUMN projections.plan.state IS 'draft, active, completed or abandoned.';
COMMENT ON COLUMN projections.plan.first_on IS 'The first day of its period.';
COMMENT ON COLUMN projections.plan.last_on IS 'The last day of its period.';
COMMENT ON COLUMN projections.plan.horizon IS 'short or long.';
COMMENT ON COLUMN projections.plan.owner_id IS 'Party id of who of ours owns it.';
COMMENT ON COLUMN projections.plan.context IS 'What it goes by: trends of the market, rules of the industry.';
COMMENT ON COLUMN projections.plan.drawn_up_on IS 'The day it was drawn up.';
COMMENT ON COLUMN projections.plan.activated_on IS 'The day from which it is worked by.';
COMMENT ON COLUMN projections.plan.ended_on IS 'The day it was completed or abandoned.';
COMMENT ON COLUMN projections.plan.end_reason_code IS 'Why it was abandoned.';
COMMENT ON COLUMN projections.plan.revisions IS 'How often it was revised.';
COMMENT ON COLUMN projections.plan.reviewed_on IS 'The day of its last review.';
COMMENT ON COLUMN projections.plan.assessment IS 'How it stood in the words of its last review.';
COMMENT ON COLUMN projections.plan.version IS 'Version of the plan''s stream: its ETag.';
COMMENT ON COLUMN projections.plan.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.plan_milestone (
    tenant_id text COLLATE "C" NOT NULL,
    plan_id uuid NOT NULL,
    milestone_id uuid NOT NULL,
    account_id uuid,
    name text NOT NULL,
    due_on date NOT NULL,
    kind text COLLATE "C" NOT NULL,
    owner_id uuid NOT NULL,
    department text COLLATE "C" NOT NULL,
    goal_id uuid,
    need_id uuid,
    state text COLLATE "C" NOT NULL,
    reschedulings bigint NOT NULL,
    started_on date,
    ended_on date,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, plan_id, milestone_id)
);
CREATE INDEX plan_milestone_by_due_day
    ON projections.plan_milestone (tenant_id, due_on, milestone_id);
CREATE INDEX plan_milestone_of_account
    ON projections.plan_milestone (tenant_id, account_id, due_on, milestone_id);
COMMENT ON TABLE projections.plan_milestone IS 'Each milestone as it stands now. Whether it is overdue is a question about a day.';
COMMENT ON COLUMN projections.plan_milestone.tenant_id IS 'Whose plan.';
COMMENT ON COLUMN projections.plan_milestone.plan_id IS 'The plan.';
COMMENT ON COLUMN projections.plan_milestone.milestone_id IS 'The milestone.';
COMMENT ON COLUMN projections.plan_milestone.account_id IS 'The account whose plan it is.';
COMMENT ON COLUMN projections.plan_milestone.name IS 'What is to be reached.';
COMMENT ON COLUMN projections.plan_milestone.due_on IS 'By which day, as rescheduled last.';
COMMENT ON COLUMN projections.plan_milestone.kind IS 'quick-win or strategic.';
COMMENT ON COLUMN projections.plan_milestone.owner_id IS 'Party id of who of ours owns it.';
COMMENT ON COLUMN projections.plan_milestone.department IS 'Which department works at it.';
COMMENT ON COLUMN projections.plan_milestone.goal_id IS 'The goal that it serves.';
COMMENT ON COLUMN projections.plan_milestone.need_id IS 'The need that it serves.';
COMMENT ON COLUMN projections.plan_milestone.state IS 'planned, started, reached, missed or dropped.';
COMMENT ON COLUMN projections.plan_milestone.reschedulings IS 'How often its due day was moved.';
COMMENT ON COLUMN projections.plan_milestone.started_on IS 'The day work began.';
COMMENT ON COLUMN projections.plan_milestone.ended_on IS 'The day it was reached, missed or dropped.';
COMMENT ON COLUMN projections.plan_milestone.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.plan_contributor (
    tenant_id text COLLATE "C" NOT NULL,
    plan_id uuid NOT NULL,
    party_id uuid NOT NULL,
    contribution_id uuid NOT NULL,
    account_id uuid,
    department text COLLATE "C" NOT NULL,
    role text NOT NULL,
    working_agreement text,
    hours_per_month bigint NOT NULL,
    hours_allocated bigint NOT NULL,
    hours_overridden bigint NOT NULL,
    added_on date NOT NULL,
    removed_on date,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, plan_id, party_id)
);
CREATE INDEX plan_contributor_by_day
    ON projections.plan_contributor (tenant_id, added_on, contribution_id);
CREATE INDEX plan_contributor_of_party
    ON projections.plan_contributor (tenant_id, party_id);
COMMENT ON TABLE projections.plan_contributor IS 'Each contributor of a plan, with the hours that are allocated now.';
COMMENT ON COLUMN projections.plan_contributor.tenant_id IS 'Whose plan.';
COMMENT ON COLUMN projections.plan_contributor.plan_id IS 'The plan.';
COMMENT ON COLUMN projections.plan_contributor.party_id IS 'Party id of the contributor.';
COMMENT ON COLUMN projections.plan_contributor.contribution_id IS 'The command that added the contributor first; unique.';
COMMENT ON COLUMN projections.plan_contributor.account_id IS 'The account whose plan it is.';
COMMENT ON COLUMN projections.plan_contributor.department IS 'Which department the contributor belongs to.';
COMMENT ON COLUMN projections.plan_contributor.role IS 'What the contributor does in the plan.';
COMMENT ON COLUMN projections.plan_contributor.working_agreement IS 'How to work with the contributor.';
COMMENT ON COLUMN projections.plan_contributor.hours_per_month IS 'How many hours a month can be given to the plan.';
COMMENT ON COLUMN projections.plan_contributor.hours_allocated IS 'How many of them are allocated.';
COMMENT ON COLUMN projections.plan_contributor.hours_overridden IS 'How often more than could be given was approved.';
COMMENT ON COLUMN projections.plan_contributor.added_on IS 'The day from which the contributor contributes.';
COMMENT ON COLUMN projections.plan_contributor.removed_on IS 'The day from which no longer; null: still.';
COMMENT ON COLUMN projections.plan_contributor.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.plan_tradeoff (
    tenant_id text COLLATE "C" NOT NULL,
    plan_id uuid NOT NULL,
    tradeoff_id uuid NOT NULL,
    account_id uuid,
    recorded_on date NOT NULL,
    options text[] NOT NULL,
    chosen text NOT NULL,
    rationale text NOT NULL,
    agreed_with uuid[] NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, plan_id, tradeoff_id)
);
COMMENT ON TABLE projections.plan_tradeoff IS 'Each trade-off recorded with a plan.';
COMMENT ON COLUMN projections.plan_tradeoff.tenant_id IS 'Whose plan.';
COMMENT ON COLUMN projections.plan_tradeoff.plan_id IS 'The plan.';
COMMENT ON COLUMN projections.plan_tradeoff.tradeoff_id IS 'The trade-off.';
COMMENT ON COLUMN projections.plan_tradeoff.account_id IS 'The account whose plan it is.';
COMMENT ON COLUMN projections.plan_tradeoff.recorded_on IS 'The day of the choice.';
COMMENT ON COLUMN projections.plan_tradeoff.options IS 'What could not all be had.';
COMMENT ON COLUMN projections.plan_tradeoff.chosen IS 'What was chosen.';
COMMENT ON COLUMN projections.plan_tradeoff.rationale IS 'Why.';
COMMENT ON COLUMN projections.plan_tradeoff.agreed_with IS 'Party ids of who agreed.';
COMMENT ON COLUMN projections.plan_tradeoff.position IS 'Position of the event that recorded it.';

CREATE TABLE projections.plan_solution (
    tenant_id text COLLATE "C" NOT NULL,
    plan_id uuid NOT NULL,
    solution_id uuid NOT NULL,
    account_id uuid,
    designed_on date NOT NULL,
    title text NOT NULL,
    need_id uuid,
    goal_ids uuid[] NOT NULL,
    deal_ids uuid[] NOT NULL,
    departments text[] NOT NULL,
    feasibility text COLLATE "C" NOT NULL,
    confirmed_by uuid,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, plan_id, solution_id)
);
COMMENT ON TABLE projections.plan_solution IS 'Each solution designed with a plan.';
COMMENT ON COLUMN projections.plan_solution.tenant_id IS 'Whose plan.';
COMMENT ON COLUMN projections.plan_solution.plan_id IS 'The plan.';
COMMENT ON COLUMN projections.plan_solution.solution_id IS 'The solution.';
COMMENT ON COLUMN projections.plan_solution.account_id IS 'The account whose plan it is.';
COMMENT ON COLUMN projections.plan_solution.designed_on IS 'The day it was designed.';
COMMENT ON COLUMN projections.plan_solution.title IS 'What is offered.';
COMMENT ON COLUMN projections.plan_solution.need_id IS 'The need that it is for.';
COMMENT ON COLUMN projections.plan_solution.goal_ids IS 'The goals that it is for.';
COMMENT ON COLUMN projections.plan_solution.deal_ids IS 'The deals that sell it.';
COMMENT ON COLUMN projections.plan_solution.departments IS 'Which departments deliver it.';
COMMENT ON COLUMN projections.plan_solution.feasibility IS 'unconfirmed, feasible, with-conditions or not-feasible.';
COMMENT ON COLUMN projections.plan_solution.confirmed_by IS 'Party id of who of ours says so.';
COMMENT ON COLUMN projections.plan_solution.position IS 'Position of the event that recorded it.';

CREATE TABLE projections.plan_update (
    tenant_id text COLLATE "C" NOT NULL,
    plan_id uuid NOT NULL,
    update_id uuid NOT NULL,
    account_id uuid,
    shared_on date NOT NULL,
    shared_with uuid[] NOT NULL,
    summary text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, plan_id, update_id)
);
COMMENT ON TABLE projections.plan_update IS 'Each update shared about a plan.';
COMMENT ON COLUMN projections.plan_update.tenant_id IS 'Whose plan.';
COMMENT ON COLUMN projections.plan_update.plan_id IS 'The plan.';
COMMENT ON COLUMN projections.plan_update.update_id IS 'The update.';
COMMENT ON COLUMN projections.plan_update.account_id IS 'The account whose plan it is.';
COMMENT ON COLUMN projections.plan_update.shared_on IS 'The day it was shared.';
COMMENT ON COLUMN projections.plan_update.shared_with IS 'Party ids of who was told.';
COMMENT ON COLUMN projections.plan_update.summary IS 'What they were told, in a sentence.';
COMMENT ON COLUMN projections.plan_update.position IS 'Position of the event that recorded it.';

GRANT SELECT, INSERT, UPDATE, DELETE ON projections.goal, projections.goal_measurement,
    projections.goal_metric, projections.goal_review, projections.goal_revision, projections.plan,
    projections.plan_milestone, projections.plan_contributor, projections.plan_tradeoff,
    projections.plan_solution, projections.plan_update TO tenure_runtime;
