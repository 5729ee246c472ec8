-- depends: 0022-the-recurring-revenue
-- What every figure is made of, and which accounts a group had on any day.

CREATE TABLE projections.account_change (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    position bigint NOT NULL,
    effective_at date NOT NULL,
    changed text[] NOT NULL,
    tier text COLLATE "C",
    manager_id uuid,
    manager_role text COLLATE "C",
    unled_by uuid,
    unled_role text COLLATE "C",
    industry text COLLATE "C",
    territory text COLLATE "C",
    country text COLLATE "C",
    employees bigint,
    PRIMARY KEY (tenant_id, account_id, position)
);
COMMENT ON TABLE projections.account_change IS 'What each event changed of where an account belongs. Its tier as of day D, known at position K, is that of the row with the greatest (effective_at, position) among those with effective_at <= D, position <= K and ''tier'' in changed; the same for the others.';
COMMENT ON COLUMN projections.account_change.tenant_id IS 'Whose account.';
COMMENT ON COLUMN projections.account_change.account_id IS 'The account.';
COMMENT ON COLUMN projections.account_change.position IS 'Position of the event.';
COMMENT ON COLUMN projections.account_change.effective_at IS 'The day from which it holds.';
COMMENT ON COLUMN projections.account_change.changed IS 'Which columns say something: tier, manager, unled, industry, territory, country, employees.';
COMMENT ON COLUMN projections.account_change.tier IS 'prospect, sales, key or strategic.';
COMMENT ON COLUMN projections.account_change.manager_id IS 'Party id of the primary manager from then on.';
COMMENT ON COLUMN projections.account_change.manager_role IS 'The role of the primary manager.';
COMMENT ON COLUMN projections.account_change.unled_by IS 'Party id of somebody who leads the account no longer, if they did in that role.';
COMMENT ON COLUMN projections.account_change.unled_role IS 'The role in which they no longer lead it.';
COMMENT ON COLUMN projections.account_change.industry IS 'The label of its industry.';
COMMENT ON COLUMN projections.account_change.territory IS 'The territory it belongs to.';
COMMENT ON COLUMN projections.account_change.country IS 'ISO 3166-1 alpha-2 code of its country.';
COMMENT ON COLUMN projections.account_change.employees IS 'How many people it employs.';

CREATE TABLE projections.kpi_entry (
    tenant_id text COLLATE "C" NOT NULL,
    subject_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, subject_id, position)
);
CREATE INDEX kpi_entry_by_name ON projections.kpi_entry (tenant_id, name, subject_id, position);
COMMENT ON TABLE projections.kpi_entry IS 'Where in the log the events stand that figures are made of; orders and refunds are in kpi_fact.';
COMMENT ON COLUMN projections.kpi_entry.tenant_id IS 'Whose log.';
COMMENT ON COLUMN projections.kpi_entry.subject_id IS 'The account whose history the event belongs to, or the portfolio.';
COMMENT ON COLUMN projections.kpi_entry.name IS 'The stored name of the event.';
COMMENT ON COLUMN projections.kpi_entry.position IS 'Its position in the log.';

CREATE TABLE projections.kpi_block (
    tenant_id text COLLATE "C" NOT NULL,
    month date NOT NULL,
    block bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    order_amount numeric NOT NULL,
    refund_amount numeric NOT NULL,
    orders bigint NOT NULL,
    orders_ever bigint NOT NULL,
    revenue_position bigint,
    orders_position bigint,
    latest_from date NOT NULL,
    PRIMARY KEY (tenant_id, month, block, currency)
) WITH (fillfactor = 80);
COMMENT ON TABLE projections.kpi_block IS 'What the lines of kpi_fact at the positions of one block add up to in one month, over all accounts of a tenant: the facts themselves, less what other facts'' events took back. A block holds 1024 positions: block = (position - 1) / 1024.';
COMMENT ON COLUMN projections.kpi_block.tenant_id IS 'Whose facts.';
COMMENT ON COLUMN projections.kpi_block.month IS 'The first day of the month on whose days they count.';
COMMENT ON COLUMN projections.kpi_block.block IS 'Which positions they stand at.';
COMMENT ON COLUMN projections.kpi_block.currency IS 'ISO 4217 code.';
COMMENT ON COLUMN projections.kpi_block.order_amount IS 'Sum of what was ordered, less what was taken back.';
COMMENT ON COLUMN projections.kpi_block.refund_amount IS 'Sum of what was refunded.';
COMMENT ON COLUMN projections.kpi_block.orders IS 'Number of orders, less those taken back.';
COMMENT ON COLUMN projections.kpi_block.orders_ever IS 'Number of orders that ever were, cancelled ones too.';
COMMENT ON COLUMN projections.kpi_block.revenue_position IS 'Position of the last line of an amount.';
COMMENT ON COLUMN projections.kpi_block.orders_position IS 'Position of the last line of an order''s count.';
COMMENT ON COLUMN projections.kpi_block.latest_from IS 'The latest day on which one of the lines begins to count: as of an earlier day the sums do not hold, and the facts have to be added up themselves.';

CREATE INDEX kpi_fact_taken_back ON projections.kpi_fact (tenant_id, superseded_by)
    WHERE superseded_by IS NOT NULL;
CREATE INDEX kpi_fact_of_month ON projections.kpi_fact (tenant_id, effective_at, position);

GRANT SELECT, INSERT, UPDATE, DELETE ON projections.account_change, projections.kpi_entry,
    projections.kpi_block TO tenure_runtime;
