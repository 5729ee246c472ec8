-- The ledger: one append-only log a tenant, and what is sealed or kept beside it.

CREATE SCHEMA ledger;
COMMENT ON SCHEMA ledger IS 'The record of everything that happened: append-only, one gapless log a tenant.';

CREATE TABLE ledger.installation (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    master_key_fingerprint text
);
COMMENT ON TABLE ledger.installation IS 'What this database knows of the installation it belongs to; one row.';
COMMENT ON COLUMN ledger.installation.only_row IS 'True: there is but one installation.';
COMMENT ON COLUMN ledger.installation.master_key_fingerprint IS 'Which master key wraps the subject keys; the key itself is never in a database.';
INSERT INTO ledger.installation DEFAULT VALUES;

CREATE TABLE ledger.tenant (
    tenant_id text COLLATE "C" PRIMARY KEY CHECK (tenant_id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE ledger.tenant IS 'A company that uses Tenure; it owns one log.';
COMMENT ON COLUMN ledger.tenant.tenant_id IS 'A slug, chosen once.';
COMMENT ON COLUMN ledger.tenant.name IS 'What people call the company.';
COMMENT ON COLUMN ledger.tenant.created_at IS 'When the tenant was set up.';

CREATE TABLE ledger.log_head (
    tenant_id text COLLATE "C" PRIMARY KEY REFERENCES ledger.tenant,
    size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
    frontier bytea NOT NULL DEFAULT '' CHECK (octet_length(frontier) % 32 = 0),
    recorded_at timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 20);
COMMENT ON TABLE ledger.log_head IS 'Where each log ends; its row lock is what puts commits in the order of positions.';
COMMENT ON COLUMN ledger.log_head.tenant_id IS 'Whose log.';
COMMENT ON COLUMN ledger.log_head.size IS 'The last position: events 1 to size exist, without a gap.';
COMMENT ON COLUMN ledger.log_head.frontier IS 'RFC 6962 roots of the full subtrees that make up the tree of this size, largest first, 32 bytes each.';
COMMENT ON COLUMN ledger.log_head.recorded_at IS 'The latest recorded_at; the next is never before it.';

CREATE TABLE ledger.event (
    tenant_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL CHECK (position > 0),
    stream_id uuid NOT NULL,
    stream_type text COLLATE "C" NOT NULL,
    version bigint NOT NULL CHECK (version >= 0),
    account_id uuid,
    name text COLLATE "C" NOT NULL,
    schema_version integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    effective_at date NOT NULL,
    actor text NOT NULL,
    on_behalf_of text[] NOT NULL,
    reason text,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    command_id uuid NOT NULL,
    record bytea NOT NULL,
    leaf bytea NOT NULL CHECK (octet_length(leaf) = 32),
    PRIMARY KEY (tenant_id, position),
    UNIQUE (tenant_id, stream_id, version)
);
CREATE INDEX event_of_account ON ledger.event (tenant_id, account_id, position)
    WHERE account_id IS NOT NULL;
COMMENT ON TABLE ledger.event IS 'One row an event, append-only. The record is the evidence; every other column is a copy of a part of it.';
COMMENT ON COLUMN ledger.event.tenant_id IS 'Whose log.';
COMMENT ON COLUMN ledger.event.position IS 'Place in the log: 1, 2, 3 ... without a gap. The leaf index of RFC 6962 is position - 1.';
COMMENT ON COLUMN ledger.event.stream_id IS 'The account, deal, order book, party ... that it happened to.';
COMMENT ON COLUMN ledger.event.stream_type IS 'What kind of thing the stream is about.';
COMMENT ON COLUMN ledger.event.version IS 'Place in the stream: 1, 2, 3 ...';
COMMENT ON COLUMN ledger.event.account_id IS 'The account whose history it belongs to; null where it belongs to none.';
COMMENT ON COLUMN ledger.event.name IS 'The stored name of the fact; docs/events has its JSON schema.';
COMMENT ON COLUMN ledger.event.schema_version IS 'The version of that schema.';
COMMENT ON COLUMN ledger.event.recorded_at IS 'When it was recorded: this database''s clock, never going back.';
COMMENT ON COLUMN ledger.event.effective_at IS 'The business day on which it took effect.';
COMMENT ON COLUMN ledger.event.actor IS 'Who did it: a kind and a random id.';
COMMENT ON COLUMN ledger.event.on_behalf_of IS 'For whom: the chain of delegation, nearest first.';
COMMENT ON COLUMN ledger.event.reason IS 'Why, in the words of the one who did it.';
COMMENT ON COLUMN ledger.event.correlation_id IS 'The conversation it belongs to.';
COMMENT ON COLUMN ledger.event.causation_id IS 'The event or command that led to the command, if any.';
COMMENT ON COLUMN ledger.event.command_id IS 'The command that recorded it.';
COMMENT ON COLUMN ledger.event.record IS 'The exact bytes of canonical JSON (RFC 8785) that hold all of this and the data.';
COMMENT ON COLUMN ledger.event.leaf IS 'SHA-256(0x00 || record): the RFC 6962 leaf hash.';

CREATE VIEW ledger.event_readable AS
SELECT tenant_id, position, stream_type, stream_id, version, account_id, name, schema_version,
       recorded_at, effective_at, actor, on_behalf_of, reason, correlation_id, causation_id,
       command_id, convert_from(record, 'UTF8')::jsonb -> 'data' AS data,
       encode(leaf, 'hex') AS leaf
FROM ledger.event;
COMMENT ON VIEW ledger.event_readable IS 'Events with their data as jsonb, for people who read SQL.';

CREATE TABLE ledger.event_kind (
    name text COLLATE "C" NOT NULL,
    schema_version integer NOT NULL,
    PRIMARY KEY (name, schema_version)
);
COMMENT ON TABLE ledger.event_kind IS 'Every stored name and schema version that any log holds: a program that cannot read them all must not start.';
COMMENT ON COLUMN ledger.event_kind.name IS 'The stored name.';
COMMENT ON COLUMN ledger.event_kind.schema_version IS 'The schema version.';

CREATE TABLE ledger.log_tile (
    tenant_id text COLLATE "C" NOT NULL,
    level smallint NOT NULL CHECK (level >= 0),
    idx bigint NOT NULL CHECK (idx >= 0),
    hashes bytea NOT NULL CHECK (octet_length(hashes) = 8192),
    PRIMARY KEY (tenant_id, level, idx)
);
COMMENT ON TABLE ledger.log_tile IS 'Full tiles of the Merkle tree (C2SP tlog-tiles): 256 hashes each.';
COMMENT ON COLUMN ledger.log_tile.tenant_id IS 'Whose log.';
COMMENT ON COLUMN ledger.log_tile.level IS 'A hash of level L stands for 256^L leaves.';
COMMENT ON COLUMN ledger.log_tile.idx IS 'Place of the tile within its level, from 0.';
COMMENT ON COLUMN ledger.log_tile.hashes IS '256 hashes of 32 bytes.';

CREATE TABLE ledger.command_outcome (
    tenant_id text COLLATE "C" NOT NULL,
    idempotency_key text COLLATE "C" NOT NULL,
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    receipt text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, idempotency_key)
);
COMMENT ON TABLE ledger.command_outcome IS 'What was answered to a command that came with an idempotency key, so that it is carried out once.';
COMMENT ON COLUMN ledger.command_outcome.tenant_id IS 'Whose command.';
COMMENT ON COLUMN ledger.command_outcome.idempotency_key IS 'The key that the caller chose.';
COMMENT ON COLUMN ledger.command_outcome.request_hash IS 'SHA-256 of the request; another request under the same key is refused.';
COMMENT ON COLUMN ledger.command_outcome.receipt IS 'The answer, as JSON.';
COMMENT ON COLUMN ledger.command_outcome.recorded_at IS 'When the command was carried out.';

CREATE TABLE ledger.subject_key (
    tenant_id text COLLATE "C" NOT NULL,
    subject_id uuid NOT NULL,
    wrapped_key bytea NOT NULL,
    PRIMARY KEY (tenant_id, subject_id)
);
COMMENT ON TABLE ledger.subject_key IS 'The data key of each person, wrapped by the master key; without it their disclosures are noise.';
COMMENT ON COLUMN ledger.subject_key.tenant_id IS 'Whose data.';
COMMENT ON COLUMN ledger.subject_key.subject_id IS 'The random id of the person.';
COMMENT ON COLUMN ledger.subject_key.wrapped_key IS 'AES-256-GCM of the data key under the master key.';

CREATE TABLE ledger.personal_disclosure (
    tenant_id text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    subject_id uuid NOT NULL,
    ciphertext bytea NOT NULL,
    PRIMARY KEY (tenant_id, digest)
);
CREATE INDEX personal_disclosure_of_subject ON ledger.personal_disclosure (tenant_id, subject_id);
COMMENT ON TABLE ledger.personal_disclosure IS 'Personal values, encrypted, that records hold the digests of.';
COMMENT ON COLUMN ledger.personal_disclosure.tenant_id IS 'Whose data.';
COMMENT ON COLUMN ledger.personal_disclosure.digest IS 'b64url(SHA-256(disclosure)), as the record has it (RFC 9901).';
COMMENT ON COLUMN ledger.personal_disclosure.subject_id IS 'The random id of the person.';
COMMENT ON COLUMN ledger.personal_disclosure.ciphertext IS 'AES-256-GCM of the disclosure under the subject''s data key.';

CREATE TABLE ledger.api_key (
    key_id uuid PRIMARY KEY,
    tenant_id text COLLATE "C" NOT NULL REFERENCES ledger.tenant,
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    role text NOT NULL CHECK (role IN ('manager', 'auditor', 'reporter', 'admin')),
    label text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at timestamptz
);
COMMENT ON TABLE ledger.api_key IS 'Who may call the API, for which tenant, in which role. The secret itself is not kept.';
COMMENT ON COLUMN ledger.api_key.key_id IS 'The public half of the key; the actor of its commands is key:<key_id>.';
COMMENT ON COLUMN ledger.api_key.tenant_id IS 'The one tenant it opens.';
COMMENT ON COLUMN ledger.api_key.secret_hash IS 'SHA-256 of the secret half, which has 256 random bits.';
COMMENT ON COLUMN ledger.api_key.role IS 'What it may do.';
COMMENT ON COLUMN ledger.api_key.label IS 'What it is for.';
COMMENT ON COLUMN ledger.api_key.created_at IS 'When it was made.';
COMMENT ON COLUMN ledger.api_key.revoked_at IS 'Since when it no longer opens anything.';

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation',
              HINT = 'Record a correcting event instead.';
END
$$;
COMMENT ON FUNCTION ledger.refuse_change IS 'Keeps history as it was written.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.event
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.event ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.log_tile
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.log_tile ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.command_outcome
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.command_outcome ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.event_kind
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.event_kind ENABLE ALWAYS TRIGGER append_only;

CREATE FUNCTION ledger.refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'log_head is never removed: % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.tenant_id <> OLD.tenant_id OR NEW.size < OLD.size
       OR NEW.recorded_at < OLD.recorded_at THEN
        RAISE EXCEPTION 'the log of % only grows: size % to %, recorded_at % to %',
            OLD.tenant_id, OLD.size, NEW.size, OLD.recorded_at, NEW.recorded_at
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION ledger.refuse_shrinking IS 'A log only grows, and its clock never goes back.';
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON ledger.log_head
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_shrinking();
ALTER TABLE ledger.log_head ENABLE ALWAYS TRIGGER only_grows;
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger.log_head
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.log_head ENABLE ALWAYS TRIGGER never_emptied;

GRANT USAGE ON SCHEMA ledger TO tenure_runtime;
GRANT SELECT, INSERT ON ledger.event, ledger.event_kind, ledger.log_tile, ledger.command_outcome,
    ledger.subject_key, ledger.personal_disclosure, ledger.api_key TO tenure_runtime;
GRANT SELECT ON ledger.event_readable, ledger.tenant, ledger.installation TO tenure_runtime;
GRANT SELECT, UPDATE (size, frontier, recorded_at) ON ledger.log_head TO tenure_runtime;
GRANT UPDATE (master_key_fingerprint) ON ledger.installation TO tenure_runtime;
GRANT UPDATE (revoked_at) ON ledger.api_key TO tenure_runtime;
