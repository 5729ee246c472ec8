-- depends: 0021-the-collaboration
-- What clients pay every month, and each movement of it.

CREATE TABLE projections.recurring_movement (
    tenant_id text COLLATE "C" NOT NULL,
    recurring_id uuid NOT NULL,
    version bigint NOT NULL,
    account_id uuid NOT NULL,
    position bigint NOT NULL,
    restates boolean NOT NULL,
    voids boolean NOT NULL,
    kind text COLLATE "C",
    moved_on date,
    was numeric,
    now numeric,
    currency text COLLATE "C",
    reason_code text COLLATE "C",
    product_line text,
    deal_id uuid,
    PRIMARY KEY (tenant_id, recurring_id, version)
);
CREATE INDEX recurring_movement_of_account ON projections.recurring_movement (tenant_id, account_id, position);
COMMENT ON TABLE projections.recurring_movement IS 'What each event says of a line of recurring revenue.';
COMMENT ON COLUMN projections.recurring_movement.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.recurring_movement.recurring_id IS 'The line.';
COMMENT ON COLUMN projections.recurring_movement.version IS 'The event''s version in the account''s order book.';
COMMENT ON COLUMN projections.recurring_movement.account_id IS 'The account that pays.';
COMMENT ON COLUMN projections.recurring_movement.position IS 'Position of the event.';
COMMENT ON COLUMN projections.recurring_movement.restates IS 'The movement before this one was never so.';
COMMENT ON COLUMN projections.recurring_movement.voids IS 'Nothing of the line ever was.';
COMMENT ON COLUMN projections.recurring_movement.kind IS 'new, expansion, contraction, price-uplift, churn, conversion or reactivation.';
COMMENT ON COLUMN projections.recurring_movement.moved_on IS 'The day from which it holds.';
COMMENT ON COLUMN projections.recurring_movement.was IS 'What was paid every month before.';
COMMENT ON COLUMN projections.recurring_movement.now IS 'What is paid every month from then on.';
COMMENT ON COLUMN projections.recurring_movement.currency IS 'ISO 4217 code of both.';
COMMENT ON COLUMN projections.recurring_movement.reason_code IS 'Why it ended, in a word.';
COMMENT ON COLUMN projections.recurring_movement.product_line IS 'What it is paid for; in the first row of the line.';
COMMENT ON COLUMN projections.recurring_movement.deal_id IS 'The deal that it came from; in the first row of the line.';

GRANT SELECT, INSERT, UPDATE, DELETE ON projections.recurring_movement TO tenure_runtime;
