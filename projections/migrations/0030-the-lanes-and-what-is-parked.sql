-- depends: 0022-the-recurring-revenue
-- Checkpoints a lane, who works at which lanes, and what could not be taken.

ALTER TABLE projections.checkpoint ADD COLUMN lane smallint NOT NULL DEFAULT 0 CHECK (lane >= 0);
ALTER TABLE projections.checkpoint DROP CONSTRAINT checkpoint_pkey;
INSERT INTO projections.checkpoint (tenant_id, projection, lane, position)
SELECT tenant_id, projection, other.lane, position FROM projections.checkpoint, generate_series(1, 7) AS other (lane);
ALTER TABLE projections.checkpoint ADD PRIMARY KEY (tenant_id, projection, lane);
ALTER TABLE projections.checkpoint ALTER COLUMN lane DROP DEFAULT;
COMMENT ON TABLE projections.checkpoint IS 'How far each projection has read each lane of each log; moved in the transaction that writes its rows.';
COMMENT ON COLUMN projections.checkpoint.lane IS 'Which entries: the last byte of their account''s id (their stream''s, where there is no account), modulo 8. A projection that is fed whole has lane 0 alone.';
COMMENT ON COLUMN projections.checkpoint.position IS 'Its rows hold the events 1 to this position of this lane, and no other.';

CREATE TABLE projections.parked (
    tenant_id text COLLATE "C" NOT NULL,
    projection text COLLATE "C" NOT NULL,
    strand_id uuid NOT NULL,
    strand_kind text COLLATE "C" NOT NULL CHECK (strand_kind IN ('account', 'stream')),
    position bigint NOT NULL CHECK (position > 0),
    error_class text NOT NULL,
    error_text text NOT NULL,
    attempts bigint NOT NULL DEFAULT 1 CHECK (attempts > 0),
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    tried_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, projection, strand_id)
);
CREATE INDEX parked_of_account ON projections.parked (tenant_id, strand_id);
COMMENT ON TABLE projections.parked IS 'Accounts (streams, where there is no account) at an event of which a projection failed: it leaves their entries out from there on.';
COMMENT ON COLUMN projections.parked.tenant_id IS 'Whose log.';
COMMENT ON COLUMN projections.parked.projection IS 'The projection that failed.';
COMMENT ON COLUMN projections.parked.strand_id IS 'The account or stream.';
COMMENT ON COLUMN projections.parked.strand_kind IS 'account or stream.';
COMMENT ON COLUMN projections.parked.position IS 'Position of the first of its events that the rows do not hold: the one at fault.';
COMMENT ON COLUMN projections.parked.error_class IS 'What the projection failed with at it, the last time.';
COMMENT ON COLUMN projections.parked.error_text IS 'What that said.';
COMMENT ON COLUMN projections.parked.attempts IS 'How often this event has been tried.';
COMMENT ON COLUMN projections.parked.parked_at IS 'Since when entries are left out: this database''s clock.';
COMMENT ON COLUMN projections.parked.tried_at IS 'When it was last tried: this database''s clock.';

CREATE TABLE projections.discarded (
    tenant_id text COLLATE "C" NOT NULL,
    projection text COLLATE "C" NOT NULL,
    position bigint NOT NULL CHECK (position > 0),
    strand_id uuid NOT NULL,
    strand_kind text COLLATE "C" NOT NULL CHECK (strand_kind IN ('account', 'stream')),
    error_class text NOT NULL,
    error_text text NOT NULL,
    discarded_by text NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    discarded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, projection, position)
);
COMMENT ON TABLE projections.discarded IS 'Events that somebody gave up: the projection''s rows are without them until they are rebuilt.';
COMMENT ON COLUMN projections.discarded.tenant_id IS 'Whose log.';
COMMENT ON COLUMN projections.discarded.projection IS 'The projection whose rows are without the event.';
COMMENT ON COLUMN projections.discarded.position IS 'Position of the event.';
COMMENT ON COLUMN projections.discarded.strand_id IS 'The account or stream that it belongs to.';
COMMENT ON COLUMN projections.discarded.strand_kind IS 'account or stream.';
COMMENT ON COLUMN projections.discarded.error_class IS 'What the projection failed with at it, the last time.';
COMMENT ON COLUMN projections.discarded.error_text IS 'What that said.';
COMMENT ON COLUMN projections.discarded.discarded_by IS 'Who gave it up.';
COMMENT ON COLUMN projections.discarded.reason IS 'Why.';
COMMENT ON COLUMN projections.discarded.discarded_at IS 'When: this database''s clock.';

CREATE TABLE projections.worker (
    holder uuid PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE projections.worker IS 'Who keeps views now; lanes are shared out among them.';
COMMENT ON COLUMN projections.worker.holder IS 'A worker, by an id that it drew when it began.';
COMMENT ON COLUMN projections.worker.expires_at IS 'It is taken for dead after this: this database''s clock.';

CREATE TABLE projections.lease (
    tenant_id text COLLATE "C" NOT NULL,
    lane smallint NOT NULL CHECK (lane >= 0),
    holder uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, lane)
) WITH (fillfactor = 20);
COMMENT ON TABLE projections.lease IS 'Who works at which lane, so that nobody does the same work; what is true stands in the checkpoints alone.';
COMMENT ON COLUMN projections.lease.tenant_id IS 'Whose log.';
COMMENT ON COLUMN projections.lease.lane IS 'Which of its lanes.';
COMMENT ON COLUMN projections.lease.holder IS 'The worker.';
COMMENT ON COLUMN projections.lease.expires_at IS 'Others may take it after this: this database''s clock.';

GRANT SELECT, INSERT, UPDATE, DELETE ON projections.parked, projections.worker, projections.lease
    TO tenure_runtime;
GRANT SELECT, INSERT ON projections.discarded TO tenure_runtime;
