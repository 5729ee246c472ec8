-- depends: 0002-the-views
-- The views of relationships: their people, check-ins, promises and surveys.

CREATE TABLE projections.relationship (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    scope text,
    status text COLLATE "C" NOT NULL CHECK (status IN ('active', 'ended')),
    started_on date NOT NULL,
    ended_on date,
    cadence_every_days bigint,
    cadence_grace_days bigint,
    cadence_origin text COLLATE "C",
    cadence_policy_version bigint,
    last_check_in_on date,
    next_due_on date,
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, relationship_id)
);
CREATE INDEX relationship_of_account ON projections.relationship (tenant_id, account_id, started_on, relationship_id);
CREATE INDEX relationship_due ON projections.relationship (tenant_id, next_due_on, relationship_id)
    WHERE next_due_on IS NOT NULL;
COMMENT ON TABLE projections.relationship IS 'Each relationship as it stands now.';
COMMENT ON COLUMN projections.relationship.tenant_id IS 'Whose relationship.';
COMMENT ON COLUMN projections.relationship.account_id IS 'The account it is with.';
COMMENT ON COLUMN projections.relationship.relationship_id IS 'The relationship.';
COMMENT ON COLUMN projections.relationship.scope IS 'The part of the client it is with, such as a business unit; null: all of it.';
COMMENT ON COLUMN projections.relationship.status IS 'active or ended.';
COMMENT ON COLUMN projections.relationship.started_on IS 'The day it began.';
COMMENT ON COLUMN projections.relationship.ended_on IS 'The day it ended; null while it goes on.';
COMMENT ON COLUMN projections.relationship.cadence_every_days IS 'How many days may pass between two check-ins; null: there is no cadence.';
COMMENT ON COLUMN projections.relationship.cadence_grace_days IS 'How many more days may pass without reproach.';
COMMENT ON COLUMN projections.relationship.cadence_origin IS 'policy: taken from the tenant''s policy for the account''s tier; agreed-with-client: agreed upon.';
COMMENT ON COLUMN projections.relationship.cadence_policy_version IS 'The version of the policy that the cadence was taken from; 0: the house''s default.';
COMMENT ON COLUMN projections.relationship.last_check_in_on IS 'The day of the last check-in that was held and is not void.';
COMMENT ON COLUMN projections.relationship.next_due_on IS 'The day by which the next check-in is due: as many days after the last one, or after the beginning; null: never.';
COMMENT ON COLUMN projections.relationship.version IS 'Version of the relationship''s stream: its ETag.';
COMMENT ON COLUMN projections.relationship.position IS 'Position of the last event of its stream.';

CREATE TABLE projections.check_in (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    check_in_id uuid NOT NULL,
    status text COLLATE "C" NOT NULL,
    day date NOT NULL,
    planned_on date,
    held_on date,
    channel text COLLATE "C" NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    participants uuid[] NOT NULL,
    internal_participants uuid[] NOT NULL,
    duration_min bigint,
    topics text[] NOT NULL,
    questions_asked text[] NOT NULL,
    need_ids uuid[] NOT NULL,
    solutions_presented text[] NOT NULL,
    sentiment bigint,
    recording_uri text,
    recording_sha256 text COLLATE "C",
    document_uris text[] NOT NULL,
    document_sha256s text[] NOT NULL,
    note_position bigint,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, relationship_id, check_in_id)
);
CREATE INDEX check_in_by_day ON projections.check_in (tenant_id, day, check_in_id);
CREATE INDEX check_in_of_account ON projections.check_in (tenant_id, account_id, day, check_in_id);
CREATE INDEX check_in_of_relationship
    ON projections.check_in (tenant_id, relationship_id, day, check_in_id);
CREATE INDEX check_in_held ON projections.check_in (tenant_id, relationship_id, held_on)
    WHERE status = 'held';
COMMENT ON TABLE projections.check_in IS 'Each check-in as it stands now; its note stands outside.';
COMMENT ON COLUMN projections.check_in.tenant_id IS 'Whose check-in.';
COMMENT ON COLUMN projections.check_in.account_id IS 'The account it was with.';
COMMENT ON COLUMN projections.check_in.relationship_id IS 'The relationship it belongs to.';
COMMENT ON COLUMN projections.check_in.check_in_id IS 'The check-in.';
COMMENT ON COLUMN projections.check_in.status IS 'planned, cancelled, held, missed or void.';
COMMENT ON COLUMN projections.check_in.day IS 'The day it was held, or else is or was planned for.';
COMMENT ON COLUMN projections.check_in.planned_on IS 'The day it is or was planned for, as rescheduled last; null: it was not planned.';
COMMENT ON COLUMN projections.check_in.held_on IS 'The day it was held, as corrected last.';
COMMENT ON COLUMN projections.check_in.channel IS 'call, video, meeting, visit, workshop, e-mail, chat or event.';
COMMENT ON COLUMN projections.check_in.purpose IS 'catch-up, qbr, ebr, workshop, introduction, support or negotiation.';
COMMENT ON COLUMN projections.check_in.participants IS 'Party ids of the stakeholders who took part, or are to.';
COMMENT ON COLUMN projections.check_in.internal_participants IS 'Party ids of the people of ours who took part, or are to.';
COMMENT ON COLUMN projections.check_in.duration_min IS 'How long it was, in minutes.';
COMMENT ON COLUMN projections.check_in.topics IS 'What it was about.';
COMMENT ON COLUMN projections.check_in.questions_asked IS 'What we asked.';
COMMENT ON COLUMN projections.check_in.need_ids IS 'The needs of the account that were spoken of.';
COMMENT ON COLUMN projections.check_in.solutions_presented IS 'What we offered.';
COMMENT ON COLUMN projections.check_in.sentiment IS 'How they felt about us, from -2, hostile, to 2, delighted.';
COMMENT ON COLUMN projections.check_in.recording_uri IS 'Where the recording lies.';
COMMENT ON COLUMN projections.check_in.recording_sha256 IS 'SHA-256 of the recording.';
COMMENT ON COLUMN projections.check_in.document_uris IS 'Where its documents lie.';
COMMENT ON COLUMN projections.check_in.document_sha256s IS 'SHA-256 of each of the documents, in the same order.';
COMMENT ON COLUMN projections.check_in.note_position IS 'Position of the event that holds its note; the text is kept encrypted beside the log.';
COMMENT ON COLUMN projections.check_in.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.stakeholder (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    party_id uuid NOT NULL,
    since date NOT NULL,
    left_on date,
    job_title text,
    buying_role text COLLATE "C",
    political_status text COLLATE "C",
    reports_to uuid,
    influence bigint,
    support bigint,
    coverage bigint,
    decision_power bigint,
    level_current text COLLATE "C",
    level_desired text COLLATE "C",
    assessed_on date,
    assessment_check_in_id uuid,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, relationship_id, party_id)
);
CREATE INDEX stakeholder_of_party ON projections.stakeholder (tenant_id, party_id);
COMMENT ON TABLE projections.stakeholder IS 'Each stakeholder of a relationship as they stand now, also who left.';
COMMENT ON COLUMN projections.stakeholder.tenant_id IS 'Whose stakeholder.';
COMMENT ON COLUMN projections.stakeholder.account_id IS 'The account they belong to.';
COMMENT ON COLUMN projections.stakeholder.relationship_id IS 'The relationship they count for.';
COMMENT ON COLUMN projections.stakeholder.party_id IS 'Who they are.';
COMMENT ON COLUMN projections.stakeholder.since IS 'From which day they count; for who came back, the last time.';
COMMENT ON COLUMN projections.stakeholder.left_on IS 'The last day on which they counted.';
COMMENT ON COLUMN projections.stakeholder.job_title IS 'What their card says.';
COMMENT ON COLUMN projections.stakeholder.buying_role IS 'The part they play when the client buys, such as decision-maker or champion.';
COMMENT ON COLUMN projections.stakeholder.political_status IS 'outside, political-structure or inner-circle.';
COMMENT ON COLUMN projections.stakeholder.reports_to IS 'Party id of the stakeholder they report to.';
COMMENT ON COLUMN projections.stakeholder.influence IS 'From 1 to 5, as assessed last.';
COMMENT ON COLUMN projections.stakeholder.support IS 'From -2, an enemy, to 2, a mentor.';
COMMENT ON COLUMN projections.stakeholder.coverage IS 'From 0, nobody of ours knows them, to 4, several do well.';
COMMENT ON COLUMN projections.stakeholder.decision_power IS 'From 0, none, to 3, the last word.';
COMMENT ON COLUMN projections.stakeholder.level_current IS 'What we are in their eyes: vendor, credible-source, problem-solver or trusted-advisor.';
COMMENT ON COLUMN projections.stakeholder.level_desired IS 'What we want to be in their eyes.';
COMMENT ON COLUMN projections.stakeholder.assessed_on IS 'The day of the last assessment.';
COMMENT ON COLUMN projections.stakeholder.assessment_check_in_id IS 'The check-in that it rests upon.';
COMMENT ON COLUMN projections.stakeholder.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.commitment (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    commitment_id uuid NOT NULL,
    by text COLLATE "C" NOT NULL,
    text text NOT NULL,
    status text COLLATE "C" NOT NULL,
    made_on date NOT NULL,
    due_on date NOT NULL,
    settled_on date,
    owner_party_id uuid,
    department text,
    effort_hours bigint,
    collaboration_request_id uuid,
    approved_by uuid,
    approval_reason text,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, relationship_id, commitment_id)
);
CREATE INDEX commitment_by_day ON projections.commitment (tenant_id, due_on, commitment_id);
CREATE INDEX commitment_of_account
    ON projections.commitment (tenant_id, account_id, due_on, commitment_id);
CREATE INDEX commitment_open ON projections.commitment (tenant_id, due_on, commitment_id)
    WHERE status = 'open';
COMMENT ON TABLE projections.commitment IS 'Each commitment of ours or theirs as it stands now.';
COMMENT ON COLUMN projections.commitment.tenant_id IS 'Whose commitment.';
COMMENT ON COLUMN projections.commitment.account_id IS 'The account it was made with.';
COMMENT ON COLUMN projections.commitment.relationship_id IS 'The relationship it was made in.';
COMMENT ON COLUMN projections.commitment.commitment_id IS 'The commitment.';
COMMENT ON COLUMN projections.commitment.by IS 'us or them: who promised.';
COMMENT ON COLUMN projections.commitment.text IS 'What was promised.';
COMMENT ON COLUMN projections.commitment.status IS 'open, kept, broken or released.';
COMMENT ON COLUMN projections.commitment.made_on IS 'The day it was made.';
COMMENT ON COLUMN projections.commitment.due_on IS 'The day by which it is to be kept, as rescheduled last.';
COMMENT ON COLUMN projections.commitment.settled_on IS 'The day it was kept, broken or released.';
COMMENT ON COLUMN projections.commitment.owner_party_id IS 'Party id of the person who sees to it.';
COMMENT ON COLUMN projections.commitment.department IS 'The department that does the work.';
COMMENT ON COLUMN projections.commitment.effort_hours IS 'How much work it is, in hours.';
COMMENT ON COLUMN projections.commitment.collaboration_request_id IS 'The request by which those who do the work were asked.';
COMMENT ON COLUMN projections.commitment.approved_by IS 'Party id of the one of ours who let it be made without confirmation.';
COMMENT ON COLUMN projections.commitment.approval_reason IS 'Why they did.';
COMMENT ON COLUMN projections.commitment.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.survey (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    survey_id uuid NOT NULL,
    instrument text COLLATE "C" NOT NULL,
    wave text NOT NULL,
    status text COLLATE "C" NOT NULL,
    sent_on date NOT NULL,
    closed_on date,
    recipients uuid[] NOT NULL,
    sent bigint NOT NULL,
    answered bigint NOT NULL,
    response_rate numeric NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, relationship_id, survey_id)
);
CREATE INDEX survey_by_day ON projections.survey (tenant_id, sent_on, survey_id);
CREATE INDEX survey_of_account ON projections.survey (tenant_id, account_id, sent_on, survey_id);
COMMENT ON TABLE projections.survey IS 'Each survey as it stands now.';
COMMENT ON COLUMN projections.survey.tenant_id IS 'Whose survey.';
COMMENT ON COLUMN projections.survey.account_id IS 'The account that was asked.';
COMMENT ON COLUMN projections.survey.relationship_id IS 'The relationship it belongs to.';
COMMENT ON COLUMN projections.survey.survey_id IS 'The survey.';
COMMENT ON COLUMN projections.survey.instrument IS 'nps (0 to 10), csat (1 to 5) or ces (1 to 7).';
COMMENT ON COLUMN projections.survey.wave IS 'What the wave is called, such as 2026-Q2.';
COMMENT ON COLUMN projections.survey.status IS 'open or closed.';
COMMENT ON COLUMN projections.survey.sent_on IS 'The day it was sent.';
COMMENT ON COLUMN projections.survey.closed_on IS 'The day from which it takes no more answers.';
COMMENT ON COLUMN projections.survey.recipients IS 'Party ids of the stakeholders who were asked.';
COMMENT ON COLUMN projections.survey.sent IS 'How many were asked.';
COMMENT ON COLUMN projections.survey.answered IS 'How many answers count, also anonymous ones.';
COMMENT ON COLUMN projections.survey.response_rate IS 'Answered in percent of sent, with one decimal.';
COMMENT ON COLUMN projections.survey.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.survey_answer (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    survey_id uuid NOT NULL,
    answer_id uuid NOT NULL,
    party_id uuid,
    score bigint NOT NULL,
    responded_on date NOT NULL,
    status text COLLATE "C" NOT NULL,
    comment_position bigint,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, relationship_id, survey_id, answer_id)
);
COMMENT ON TABLE projections.survey_answer IS 'Each answer to a survey as it stands now; its comment stands outside.';
COMMENT ON COLUMN projections.survey_answer.tenant_id IS 'Whose answer.';
COMMENT ON COLUMN projections.survey_answer.account_id IS 'The account that was asked.';
COMMENT ON COLUMN projections.survey_answer.relationship_id IS 'The relationship of the survey.';
COMMENT ON COLUMN projections.survey_answer.survey_id IS 'The survey.';
COMMENT ON COLUMN projections.survey_answer.answer_id IS 'The answer.';
COMMENT ON COLUMN projections.survey_answer.party_id IS 'Who answered; null: anonymous.';
COMMENT ON COLUMN projections.survey_answer.score IS 'The score, as corrected last, on the scale of the survey''s instrument.';
COMMENT ON COLUMN projections.survey_answer.responded_on IS 'The day it was given, as corrected last.';
COMMENT ON COLUMN projections.survey_answer.status IS 'counted or void.';
COMMENT ON COLUMN projections.survey_answer.comment_position IS 'Position of the event that holds its comment; the text is kept encrypted beside the log.';
COMMENT ON COLUMN projections.survey_answer.position IS 'Position of the event behind the last change of this row.';

GRANT SELECT, INSERT, UPDATE, DELETE ON projections.relationship, projections.check_in,
    projections.stakeholder, projections.commitment, projections.survey,
    projections.survey_answer TO tenure_runtime;
