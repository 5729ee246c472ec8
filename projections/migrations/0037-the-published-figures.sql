-- depends: 0034-the-lifetime-values
-- Which figures were published, to find them by; what they say stands in the log.

CREATE TABLE projections.published_figure (
    tenant_id text COLLATE "C" NOT NULL,
    figure_id uuid NOT NULL,
    kpi text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL,
    scope_value text COLLATE "C",
    period text COLLATE "C" NOT NULL,
    as_of date NOT NULL,
    known_at bigint NOT NULL,
    published_on date NOT NULL,
    restates uuid,
    withdrawn_on date,
    version bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, figure_id)
);
CREATE INDEX published_figure_by_day ON projections.published_figure (tenant_id, published_on, figure_id);
CREATE INDEX published_figure_restated ON projections.published_figure (tenant_id, restates)
    WHERE restates IS NOT NULL;
COMMENT ON TABLE projections.published_figure IS 'Each figure that was published.';
COMMENT ON COLUMN projections.published_figure.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.published_figure.figure_id IS 'The figure.';
COMMENT ON COLUMN projections.published_figure.kpi IS 'Name of the KPI.';
COMMENT ON COLUMN projections.published_figure.scope IS 'account, portfolio, tier, industry, territory, country, size or tenant.';
COMMENT ON COLUMN projections.published_figure.scope_value IS 'Which of them: an id or a word; null for the tenant.';
COMMENT ON COLUMN projections.published_figure.period IS 'Such as 2026-05, 2026-Q2, 2026, ttm@2026-05-31 or lifetime.';
COMMENT ON COLUMN projections.published_figure.as_of IS 'What had taken effect by the end of this day.';
COMMENT ON COLUMN projections.published_figure.known_at IS 'Position up to which the log was known.';
COMMENT ON COLUMN projections.published_figure.published_on IS 'Effective day of the publication.';
COMMENT ON COLUMN projections.published_figure.restates IS 'The figure whose place it takes.';
COMMENT ON COLUMN projections.published_figure.withdrawn_on IS 'Effective day of the withdrawal; null: it was not withdrawn.';
COMMENT ON COLUMN projections.published_figure.version IS 'Version of its stream after the last event that concerns it.';
COMMENT ON COLUMN projections.published_figure.position IS 'Position of the event that published it.';

GRANT SELECT, INSERT, UPDATE, DELETE ON projections.published_figure TO tenure_runtime;
