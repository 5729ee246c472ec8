-- depends: 0020-the-portfolios
-- What is asked of other departments; which request a plans solution rests on.

CREATE TABLE projections.collaboration_request (
    tenant_id text COLLATE "C" NOT NULL,
    request_id uuid NOT NULL,
    account_id uuid NOT NULL,
    department text NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    question text NOT NULL,
    status text COLLATE "C" NOT NULL,
    requested_on date NOT NULL,
    due_on date NOT NULL,
    requested_by uuid,
    need_id uuid,
    goal_id uuid,
    acknowledged_on date,
    escalated_to uuid,
    answer text COLLATE "C",
    answer_text text,
    answered_by uuid,
    declined_because text COLLATE "C",
    settled_on date,
    fulfilled_on date,
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, request_id)
);
CREATE INDEX collaboration_request_by_day ON projections.collaboration_request (tenant_id, requested_on, request_id);
CREATE INDEX collaboration_request_of_account ON projections.collaboration_request (tenant_id, account_id, requested_on, request_id);
COMMENT ON TABLE projections.collaboration_request IS 'Each request to another department as it stands now.';
COMMENT ON COLUMN projections.collaboration_request.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.collaboration_request.request_id IS 'The request.';
COMMENT ON COLUMN projections.collaboration_request.account_id IS 'The account it is about.';
COMMENT ON COLUMN projections.collaboration_request.department IS 'Who is asked.';
COMMENT ON COLUMN projections.collaboration_request.purpose IS 'advice, feasibility, delivery, capacity or sales-context.';
COMMENT ON COLUMN projections.collaboration_request.question IS 'What is asked.';
COMMENT ON COLUMN projections.collaboration_request.status IS 'requested, acknowledged, escalated, answered, declined, fulfilled or cancelled.';
COMMENT ON COLUMN projections.collaboration_request.requested_on IS 'The day it was asked.';
COMMENT ON COLUMN projections.collaboration_request.due_on IS 'The day by which an answer is needed.';
COMMENT ON COLUMN projections.collaboration_request.requested_by IS 'Who of ours asks.';
COMMENT ON COLUMN projections.collaboration_request.need_id IS 'The need it is for.';
COMMENT ON COLUMN projections.collaboration_request.goal_id IS 'The goal it is for.';
COMMENT ON COLUMN projections.collaboration_request.acknowledged_on IS 'The day it was acknowledged.';
COMMENT ON COLUMN projections.collaboration_request.escalated_to IS 'Who may answer whatever the department.';
COMMENT ON COLUMN projections.collaboration_request.answer IS 'yes, no or alternative.';
COMMENT ON COLUMN projections.collaboration_request.answer_text IS 'What was said with it.';
COMMENT ON COLUMN projections.collaboration_request.answered_by IS 'Who answered or declined.';
COMMENT ON COLUMN projections.collaboration_request.declined_because IS 'Why it was declined, in a word.';
COMMENT ON COLUMN projections.collaboration_request.settled_on IS 'The day it was answered, declined or cancelled; null: it waits.';
COMMENT ON COLUMN projections.collaboration_request.fulfilled_on IS 'The day what was answered was done.';
COMMENT ON COLUMN projections.collaboration_request.version IS 'Version of the request''s stream: its ETag.';
COMMENT ON COLUMN projections.collaboration_request.position IS 'Position of the event behind the last change of this row.';

ALTER TABLE projections.plan_solution ADD COLUMN request_id uuid;
COMMENT ON COLUMN projections.plan_solution.request_id IS 'The request in which its feasibility was asked.';

GRANT SELECT, INSERT, UPDATE, DELETE ON projections.collaboration_request TO tenure_runtime;
