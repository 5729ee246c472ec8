-- depends: 0001-the-ledger
-- The views: everything here can be dropped and built again from the ledger.

CREATE SCHEMA projections;
COMMENT ON SCHEMA projections IS 'What the ledger adds up to: current state and KPI facts. Derived; rebuilt at will.';

CREATE TABLE projections.checkpoint (
    tenant_id text COLLATE "C" NOT NULL,
    projection text COLLATE "C" NOT NULL,
    position bigint NOT NULL CHECK (position >= 0),
    PRIMARY KEY (tenant_id, projection)
) WITH (fillfactor = 20);
COMMENT ON TABLE projections.checkpoint IS 'How far each projection has read each log; moved in the transaction that writes its rows.';
COMMENT ON COLUMN projections.checkpoint.tenant_id IS 'Whose log.';
COMMENT ON COLUMN projections.checkpoint.projection IS 'The projection''s name.';
COMMENT ON COLUMN projections.checkpoint.position IS 'Its rows hold the events 1 to this position, and no other.';

CREATE TABLE projections.account_overview (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    name_folded text COLLATE "C" NOT NULL,
    legal_name text,
    industry text COLLATE "C",
    industry_scheme text COLLATE "C",
    industry_code text COLLATE "C",
    territory text COLLATE "C",
    country text COLLATE "C",
    employees bigint,
    annual_revenue numeric,
    annual_revenue_currency text COLLATE "C",
    annual_revenue_year bigint,
    parent_account_id uuid,
    status text COLLATE "C" NOT NULL CHECK (status IN ('open', 'closed')),
    opened_on date NOT NULL,
    closed_on date,
    tier text COLLATE "C" NOT NULL,
    tier_since date NOT NULL,
    tier_position bigint NOT NULL,
    manager_id uuid,
    manager_role text COLLATE "C",
    executive_ids uuid[] NOT NULL,
    deals_open bigint NOT NULL,
    deals_won bigint NOT NULL,
    deals_lost bigint NOT NULL,
    external_references text[] NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id)
);
CREATE INDEX account_overview_by_name
    ON projections.account_overview (tenant_id, name_folded, account_id);
CREATE INDEX account_overview_by_tier
    ON projections.account_overview (tenant_id, tier, name_folded, account_id);
CREATE INDEX account_overview_by_manager
    ON projections.account_overview (tenant_id, manager_id, name_folded, account_id)
    WHERE manager_id IS NOT NULL;
CREATE INDEX account_overview_by_industry
    ON projections.account_overview (tenant_id, industry, name_folded, account_id)
    WHERE industry IS NOT NULL;
CREATE INDEX account_overview_by_territory
    ON projections.account_overview (tenant_id, territory, name_folded, account_id)
    WHERE territory IS NOT NULL;
COMMENT ON TABLE projections.account_overview IS 'Each account as it stands now.';
COMMENT ON COLUMN projections.account_overview.tenant_id IS 'Whose account.';
COMMENT ON COLUMN projections.account_overview.account_id IS 'The account.';
COMMENT ON COLUMN projections.account_overview.name IS 'What the company is called.';
COMMENT ON COLUMN projections.account_overview.name_folded IS 'The name without differences of case and form (NFKC, casefold): lists are in its order, and prefixes are looked up in it.';
COMMENT ON COLUMN projections.account_overview.legal_name IS 'Its name in law, if known.';
COMMENT ON COLUMN projections.account_overview.industry IS 'The label of its industry.';
COMMENT ON COLUMN projections.account_overview.industry_scheme IS 'The classification that industry_code belongs to.';
COMMENT ON COLUMN projections.account_overview.industry_code IS 'The code of its industry in that classification.';
COMMENT ON COLUMN projections.account_overview.territory IS 'The territory it belongs to.';
COMMENT ON COLUMN projections.account_overview.country IS 'ISO 3166-1 alpha-2 code of its country.';
COMMENT ON COLUMN projections.account_overview.employees IS 'How many people it employs.';
COMMENT ON COLUMN projections.account_overview.annual_revenue IS 'What it turned over in annual_revenue_year.';
COMMENT ON COLUMN projections.account_overview.annual_revenue_currency IS 'ISO 4217 code of annual_revenue.';
COMMENT ON COLUMN projections.account_overview.annual_revenue_year IS 'The business year of annual_revenue.';
COMMENT ON COLUMN projections.account_overview.parent_account_id IS 'The account it is a part of.';
COMMENT ON COLUMN projections.account_overview.status IS 'open or closed.';
COMMENT ON COLUMN projections.account_overview.opened_on IS 'The day it was opened.';
COMMENT ON COLUMN projections.account_overview.closed_on IS 'The day it was closed; null while it is open.';
COMMENT ON COLUMN projections.account_overview.tier IS 'prospect, sales, key or strategic.';
COMMENT ON COLUMN projections.account_overview.tier_since IS 'The day from which it has this tier.';
COMMENT ON COLUMN projections.account_overview.tier_position IS 'Position of the event that gave it this tier.';
COMMENT ON COLUMN projections.account_overview.manager_id IS 'Party id of its primary manager.';
COMMENT ON COLUMN projections.account_overview.manager_role IS 'The role of the primary manager.';
COMMENT ON COLUMN projections.account_overview.executive_ids IS 'Party ids of its account executives, in the order in which they were assigned.';
COMMENT ON COLUMN projections.account_overview.deals_open IS 'How many of its deals are open.';
COMMENT ON COLUMN projections.account_overview.deals_won IS 'How many of its deals are won and not reversed.';
COMMENT ON COLUMN projections.account_overview.deals_lost IS 'How many of its deals are lost.';
COMMENT ON COLUMN projections.account_overview.external_references IS 'What other systems call it, as system:id.';
COMMENT ON COLUMN projections.account_overview.version IS 'Version of the account''s own stream: its ETag.';
COMMENT ON COLUMN projections.account_overview.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.deal (
    tenant_id text COLLATE "C" NOT NULL,
    deal_id uuid NOT NULL,
    account_id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    name text NOT NULL,
    stage text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    amount numeric NOT NULL,
    currency text COLLATE "C" NOT NULL,
    products text[] NOT NULL,
    opened_on date NOT NULL,
    expected_close_on date,
    won_on date,
    lost_on date,
    reversed_on date,
    contract_signed_on date,
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, deal_id)
);
CREATE INDEX deal_by_day ON projections.deal (tenant_id, opened_on, deal_id);
CREATE INDEX deal_of_account ON projections.deal (tenant_id, account_id, opened_on, deal_id);
CREATE INDEX deal_by_status ON projections.deal (tenant_id, status, opened_on, deal_id);
COMMENT ON TABLE projections.deal IS 'Each deal as it stands now.';
COMMENT ON COLUMN projections.deal.tenant_id IS 'Whose deal.';
COMMENT ON COLUMN projections.deal.deal_id IS 'The deal.';
COMMENT ON COLUMN projections.deal.account_id IS 'The account it is to be won with.';
COMMENT ON COLUMN projections.deal.kind IS 'new-business, renewal, upsell or cross-sell.';
COMMENT ON COLUMN projections.deal.name IS 'What it is called.';
COMMENT ON COLUMN projections.deal.stage IS 'How far it has come, or had come when it was won or lost.';
COMMENT ON COLUMN projections.deal.status IS 'open, won, lost or reversed.';
COMMENT ON COLUMN projections.deal.amount IS 'What it is worth: expected while it is open, agreed once it is won.';
COMMENT ON COLUMN projections.deal.currency IS 'ISO 4217 code of the amount.';
COMMENT ON COLUMN projections.deal.products IS 'The products it is about.';
COMMENT ON COLUMN projections.deal.opened_on IS 'The day it was opened.';
COMMENT ON COLUMN projections.deal.expected_close_on IS 'The day on which it is expected to be won.';
COMMENT ON COLUMN projections.deal.won_on IS 'The day it was won; kept when the win was reversed later.';
COMMENT ON COLUMN projections.deal.lost_on IS 'The day it was lost.';
COMMENT ON COLUMN projections.deal.reversed_on IS 'The day from which its win no longer counts.';
COMMENT ON COLUMN projections.deal.contract_signed_on IS 'The day its contract was signed.';
COMMENT ON COLUMN projections.deal.version IS 'Version of the deal''s stream: its ETag.';
COMMENT ON COLUMN projections.deal.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.customer_order (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    order_id uuid NOT NULL,
    number text,
    status text COLLATE "C" NOT NULL CHECK (status IN ('placed', 'cancelled')),
    ordered_on date NOT NULL,
    amount numeric NOT NULL,
    refunded numeric NOT NULL,
    currency text COLLATE "C" NOT NULL,
    deal_id uuid,
    cancelled_on date,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, order_id)
);
CREATE INDEX customer_order_by_day
    ON projections.customer_order (tenant_id, account_id, ordered_on, order_id);
COMMENT ON TABLE projections.customer_order IS 'Each order as it stands now. An order''s id is unique within its account.';
COMMENT ON COLUMN projections.customer_order.tenant_id IS 'Whose order.';
COMMENT ON COLUMN projections.customer_order.account_id IS 'The account that ordered.';
COMMENT ON COLUMN projections.customer_order.order_id IS 'The order.';
COMMENT ON COLUMN projections.customer_order.number IS 'The reference that the client or the shop knows it by.';
COMMENT ON COLUMN projections.customer_order.status IS 'placed or cancelled.';
COMMENT ON COLUMN projections.customer_order.ordered_on IS 'The day of the order, as corrected last.';
COMMENT ON COLUMN projections.customer_order.amount IS 'Its total, net of discount and without tax, as corrected last.';
COMMENT ON COLUMN projections.customer_order.refunded IS 'How much of it went back.';
COMMENT ON COLUMN projections.customer_order.currency IS 'ISO 4217 code of its amounts.';
COMMENT ON COLUMN projections.customer_order.deal_id IS 'The deal it came from.';
COMMENT ON COLUMN projections.customer_order.cancelled_on IS 'The day from which it no longer counts.';
COMMENT ON COLUMN projections.customer_order.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.kpi_fact (
    tenant_id text COLLATE "C" NOT NULL,
    account_id uuid NOT NULL,
    measure text COLLATE "C" NOT NULL,
    subject uuid NOT NULL,
    currency text COLLATE "C" NOT NULL,
    amount numeric NOT NULL,
    effective_at date NOT NULL,
    position bigint NOT NULL,
    superseded_by bigint,
    superseded_from date,
    PRIMARY KEY (tenant_id, position, measure),
    CHECK ((superseded_by IS NULL) = (superseded_from IS NULL)),
    CHECK (superseded_by > position)
) WITH (fillfactor = 90);
CREATE INDEX kpi_fact_of_account ON projections.kpi_fact (tenant_id, account_id, effective_at);
CREATE INDEX kpi_fact_standing ON projections.kpi_fact (tenant_id, subject, account_id)
    WHERE superseded_by IS NULL;
COMMENT ON TABLE projections.kpi_fact IS 'One additive contribution of one event to one measure. It counts as of day D and known at position K if effective_at <= D, position <= K, and not (superseded_by <= K and superseded_from <= D).';
COMMENT ON COLUMN projections.kpi_fact.tenant_id IS 'Whose fact.';
COMMENT ON COLUMN projections.kpi_fact.account_id IS 'The account it counts for.';
COMMENT ON COLUMN projections.kpi_fact.measure IS 'revenue or orders.';
COMMENT ON COLUMN projections.kpi_fact.subject IS 'The order or the refund that it stands for; a correction or cancellation of that supersedes it.';
COMMENT ON COLUMN projections.kpi_fact.currency IS 'ISO 4217 code of the order; figures are per currency.';
COMMENT ON COLUMN projections.kpi_fact.amount IS 'What it adds to its measure; negative for a refund.';
COMMENT ON COLUMN projections.kpi_fact.effective_at IS 'The business day on which it counts.';
COMMENT ON COLUMN projections.kpi_fact.position IS 'Position of the event that recorded it: known from there on.';
COMMENT ON COLUMN projections.kpi_fact.superseded_by IS 'Position of the event that took it back, if any.';
COMMENT ON COLUMN projections.kpi_fact.superseded_from IS 'From which day it is taken back: -infinity where it never was so, else the day of the cancellation.';

CREATE FUNCTION projections.position_at(tenant text, instant timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
    known bigint := 0;
    unknown bigint := 1 + coalesce((SELECT size FROM ledger.log_head WHERE tenant_id = tenant), 0);
    middle bigint;
BEGIN
    WHILE unknown - known > 1 LOOP
        middle := (known + unknown) / 2;
        IF (SELECT recorded_at FROM ledger.event
            WHERE tenant_id = tenant AND position = middle) <= instant THEN
            known := middle;
        ELSE
            unknown := middle;
        END IF;
    END LOOP;
    RETURN known;
END
$$;
COMMENT ON FUNCTION projections.position_at IS 'The last position recorded by an instant, 0 if none: a binary search, since recorded_at never goes back along the log.';

GRANT USAGE ON SCHEMA projections TO tenure_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON projections.checkpoint, projections.account_overview,
    projections.deal, projections.customer_order, projections.kpi_fact TO tenure_runtime;
