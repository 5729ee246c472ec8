-- depends: 0019-the-deals
-- Portfolios: what managers lead, how much that asks for, and what they learned.

CREATE TABLE projections.portfolio (
    tenant_id text COLLATE "C" NOT NULL,
    portfolio_id uuid NOT NULL,
    manager_id uuid NOT NULL,
    capacity bigint,
    load bigint NOT NULL,
    accounts bigint NOT NULL,
    territories text[] NOT NULL,
    industries text[] NOT NULL,
    accepted_points bigint NOT NULL,
    accepted_until date,
    opened_on date NOT NULL,
    closed_on date,
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, portfolio_id)
);
CREATE INDEX portfolio_by_day ON projections.portfolio (tenant_id, opened_on, portfolio_id);
COMMENT ON TABLE projections.portfolio IS 'Each managers portfolio as it stands now.';
COMMENT ON COLUMN projections.portfolio.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.portfolio.portfolio_id IS 'The portfolio.';
COMMENT ON COLUMN projections.portfolio.manager_id IS 'The party whose portfolio it is.';
COMMENT ON COLUMN projections.portfolio.capacity IS 'What it can bear, in points; null: what the policy on capacity says.';
COMMENT ON COLUMN projections.portfolio.load IS 'The points of all accounts held.';
COMMENT ON COLUMN projections.portfolio.accounts IS 'How many accounts are held.';
COMMENT ON COLUMN projections.portfolio.territories IS 'The territories that the manager is there for.';
COMMENT ON COLUMN projections.portfolio.industries IS 'The industries that the manager is there for.';
COMMENT ON COLUMN projections.portfolio.accepted_points IS 'So many points are borne beyond the capacity,';
COMMENT ON COLUMN projections.portfolio.accepted_until IS 'up to this day.';
COMMENT ON COLUMN projections.portfolio.opened_on IS 'The day it was opened.';
COMMENT ON COLUMN projections.portfolio.closed_on IS 'The day it was closed.';
COMMENT ON COLUMN projections.portfolio.version IS 'Version of the portfolio''s stream: its ETag.';
COMMENT ON COLUMN projections.portfolio.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.portfolio_account (
    tenant_id text COLLATE "C" NOT NULL,
    portfolio_id uuid NOT NULL,
    account_id uuid NOT NULL,
    tier text COLLATE "C" NOT NULL,
    points bigint NOT NULL,
    policy_version bigint NOT NULL,
    taken_on date NOT NULL,
    released_on date,
    overridden_by uuid,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, portfolio_id, account_id)
);
CREATE INDEX portfolio_account_by_day ON projections.portfolio_account (tenant_id, portfolio_id, taken_on, account_id);
CREATE INDEX portfolio_account_of_account ON projections.portfolio_account (tenant_id, account_id);
COMMENT ON TABLE projections.portfolio_account IS 'Each account that a portfolio holds or held.';
COMMENT ON COLUMN projections.portfolio_account.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.portfolio_account.portfolio_id IS 'The portfolio.';
COMMENT ON COLUMN projections.portfolio_account.account_id IS 'The account.';
COMMENT ON COLUMN projections.portfolio_account.tier IS 'The tier by which it was weighed last.';
COMMENT ON COLUMN projections.portfolio_account.points IS 'How many points it asks for.';
COMMENT ON COLUMN projections.portfolio_account.policy_version IS 'The version of the policy on capacity that says so.';
COMMENT ON COLUMN projections.portfolio_account.taken_on IS 'The day it was taken last.';
COMMENT ON COLUMN projections.portfolio_account.released_on IS 'The day it was released; null: it is held.';
COMMENT ON COLUMN projections.portfolio_account.overridden_by IS 'On whose word it was held beyond the capacity.';
COMMENT ON COLUMN projections.portfolio_account.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.portfolio_training (
    tenant_id text COLLATE "C" NOT NULL,
    portfolio_id uuid NOT NULL,
    training_id uuid NOT NULL,
    trained_on date NOT NULL,
    topic text COLLATE "C" NOT NULL,
    title text NOT NULL,
    source text,
    hours bigint,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, portfolio_id, training_id)
);
CREATE INDEX portfolio_training_by_day ON projections.portfolio_training (tenant_id, portfolio_id, trained_on, training_id);
COMMENT ON TABLE projections.portfolio_training IS 'What managers learned.';
COMMENT ON COLUMN projections.portfolio_training.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.portfolio_training.portfolio_id IS 'The manager''s portfolio.';
COMMENT ON COLUMN projections.portfolio_training.training_id IS 'The training.';
COMMENT ON COLUMN projections.portfolio_training.trained_on IS 'The day.';
COMMENT ON COLUMN projections.portfolio_training.topic IS 'What kind of learning it was.';
COMMENT ON COLUMN projections.portfolio_training.title IS 'What it was called.';
COMMENT ON COLUMN projections.portfolio_training.source IS 'Who gave it, or where it stood.';
COMMENT ON COLUMN projections.portfolio_training.hours IS 'How many hours it took.';
COMMENT ON COLUMN projections.portfolio_training.position IS 'Position of the event behind this row.';

GRANT SELECT, INSERT, UPDATE, DELETE ON projections.portfolio, projections.portfolio_account,
    projections.portfolio_training
    TO tenure_runtime;
