-- depends: 0034-the-lifetime-values
-- The views of erasures and legal holds.

CREATE TABLE projections.erasure (
    tenant_id text COLLATE "C" NOT NULL,
    erasure_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    subject_kind text COLLATE "C" NOT NULL CHECK (subject_kind IN ('party', 'account', 'relationship')),
    legal_basis text COLLATE "C",
    reason text,
    status text COLLATE "C" NOT NULL CHECK (status IN ('requested', 'withdrawn', 'rejected', 'erased')),
    requested_on date NOT NULL,
    requested_by text[] NOT NULL,
    request_position bigint,
    decided_on date,
    decided_by text[] NOT NULL,
    disclosures bigint,
    digests_root text COLLATE "C",
    replayed boolean NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, erasure_id)
);
CREATE INDEX erasure_by_day ON projections.erasure (tenant_id, requested_on, erasure_id);
COMMENT ON TABLE projections.erasure IS 'Each request to erase what is known of a subject, and what became of it.';
COMMENT ON COLUMN projections.erasure.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.erasure.erasure_id IS 'The request.';
COMMENT ON COLUMN projections.erasure.subject_id IS 'Whose personal values: a party, or the account or relationship that texts are about.';
COMMENT ON COLUMN projections.erasure.subject_kind IS 'Which of these it is.';
COMMENT ON COLUMN projections.erasure.legal_basis IS 'Why it must be erased; null where the log has lost the request.';
COMMENT ON COLUMN projections.erasure.reason IS 'Why it was asked for, in the words of the one who did.';
COMMENT ON COLUMN projections.erasure.status IS 'requested, withdrawn, rejected or erased.';
COMMENT ON COLUMN projections.erasure.requested_on IS 'The day of the request.';
COMMENT ON COLUMN projections.erasure.requested_by IS 'The actor who asked, and everyone it asked for.';
COMMENT ON COLUMN projections.erasure.request_position IS 'Position of the request; null where the log has lost it.';
COMMENT ON COLUMN projections.erasure.decided_on IS 'The day it was settled.';
COMMENT ON COLUMN projections.erasure.decided_by IS 'Who settled it.';
COMMENT ON COLUMN projections.erasure.disclosures IS 'How many disclosures were erased; null while none were.';
COMMENT ON COLUMN projections.erasure.digests_root IS 'The RFC 6962 root over their digests.';
COMMENT ON COLUMN projections.erasure.replayed IS 'Whether the erasure register replayed it after a restore.';
COMMENT ON COLUMN projections.erasure.position IS 'Position of the event behind the last change of this row.';

CREATE TABLE projections.legal_hold (
    tenant_id text COLLATE "C" NOT NULL,
    hold_id uuid NOT NULL,
    scope text COLLATE "C" NOT NULL CHECK (scope IN ('tenant', 'account', 'person')),
    subject_id uuid,
    until date,
    reason text,
    placed_on date NOT NULL,
    placed_by text NOT NULL,
    released_on date,
    released_by text,
    release_reason text,
    position bigint NOT NULL,
    PRIMARY KEY (tenant_id, hold_id)
);
CREATE INDEX legal_hold_by_day ON projections.legal_hold (tenant_id, placed_on, hold_id);
COMMENT ON TABLE projections.legal_hold IS 'Each legal hold: what may not be erased.';
COMMENT ON COLUMN projections.legal_hold.tenant_id IS 'Whose row.';
COMMENT ON COLUMN projections.legal_hold.hold_id IS 'The hold.';
COMMENT ON COLUMN projections.legal_hold.scope IS 'Whether it keeps the whole tenant, an account or a person.';
COMMENT ON COLUMN projections.legal_hold.subject_id IS 'The account or the person; null: the tenant.';
COMMENT ON COLUMN projections.legal_hold.until IS 'Its last day; null: until it is released.';
COMMENT ON COLUMN projections.legal_hold.reason IS 'Why it was placed.';
COMMENT ON COLUMN projections.legal_hold.placed_on IS 'The day it was placed.';
COMMENT ON COLUMN projections.legal_hold.placed_by IS 'Who placed it.';
COMMENT ON COLUMN projections.legal_hold.released_on IS 'The day it was released; null: it was not.';
COMMENT ON COLUMN projections.legal_hold.released_by IS 'Who released it.';
COMMENT ON COLUMN projections.legal_hold.release_reason IS 'Why it was released.';
COMMENT ON COLUMN projections.legal_hold.position IS 'Position of the event behind the last change of this row.';
GRANT SELECT, INSERT, UPDATE, DELETE ON projections.erasure, projections.legal_hold TO tenure_runtime;
