-- depends: 0022-the-recurring-revenue
-- Which models of lifetime value were fitted, and to what.

CREATE TABLE projections.lifetime_value_fit (
    tenant_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    first_on date NOT NULL,
    last_on date NOT NULL,
    known_at bigint NOT NULL,
    customers bigint NOT NULL,
    repeat_customers bigint NOT NULL,
    paying_repeat_customers bigint NOT NULL,
    r numeric NOT NULL,
    alpha numeric NOT NULL,
    a numeric NOT NULL,
    b numeric NOT NULL,
    purchasing_log_likelihood numeric NOT NULL,
    p numeric NOT NULL,
    q numeric NOT NULL,
    gamma numeric NOT NULL,
    spending_log_likelihood numeric NOT NULL,
    correlation numeric NOT NULL,
    algorithm bigint NOT NULL,
    PRIMARY KEY (tenant_id, position)
);
COMMENT ON TABLE projections.lifetime_value_fit IS 'Each fit of BG/NBD and Gamma-Gamma to the orders of a tenant in one currency.';
COMMENT ON COLUMN projections.lifetime_value_fit.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.lifetime_value_fit.position IS 'Position of the event that recorded it; figures name their fit by it.';
COMMENT ON COLUMN projections.lifetime_value_fit.currency IS 'ISO 4217 code of the orders.';
COMMENT ON COLUMN projections.lifetime_value_fit.first_on IS 'Day of the first order that was fitted.';
COMMENT ON COLUMN projections.lifetime_value_fit.last_on IS 'Last day of the window: later orders were left out.';
COMMENT ON COLUMN projections.lifetime_value_fit.known_at IS 'Position up to which the log was known when the orders were read.';
COMMENT ON COLUMN projections.lifetime_value_fit.customers IS 'Accounts with an order in the window.';
COMMENT ON COLUMN projections.lifetime_value_fit.repeat_customers IS 'Those of them with orders on more than one day.';
COMMENT ON COLUMN projections.lifetime_value_fit.paying_repeat_customers IS 'Those of them whose repeat orders were not all free: Gamma-Gamma is fitted to these.';
COMMENT ON COLUMN projections.lifetime_value_fit.r IS 'BG/NBD: shape of the purchase rates.';
COMMENT ON COLUMN projections.lifetime_value_fit.alpha IS 'BG/NBD: inverse scale of the purchase rates, in weeks.';
COMMENT ON COLUMN projections.lifetime_value_fit.a IS 'BG/NBD: first parameter of the probability of being lost at a purchase.';
COMMENT ON COLUMN projections.lifetime_value_fit.b IS 'BG/NBD: second parameter of the probability of being lost at a purchase.';
COMMENT ON COLUMN projections.lifetime_value_fit.purchasing_log_likelihood IS 'Natural logarithm of the likelihood of all purchase histories.';
COMMENT ON COLUMN projections.lifetime_value_fit.p IS 'Gamma-Gamma: shape of a customer''s amounts.';
COMMENT ON COLUMN projections.lifetime_value_fit.q IS 'Gamma-Gamma: shape of the differences between customers.';
COMMENT ON COLUMN projections.lifetime_value_fit.gamma IS 'Gamma-Gamma: scale of the differences between customers, in the currency.';
COMMENT ON COLUMN projections.lifetime_value_fit.spending_log_likelihood IS 'Natural logarithm of the likelihood of all mean amounts.';
COMMENT ON COLUMN projections.lifetime_value_fit.correlation IS 'Pearson''s, of the number of repeat purchases and their mean amount; the models take it to be 0.';
COMMENT ON COLUMN projections.lifetime_value_fit.algorithm IS 'Version of the program that fitted.';

GRANT SELECT, INSERT, UPDATE, DELETE ON projections.lifetime_value_fit TO tenure_runtime;
