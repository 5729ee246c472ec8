-- depends: 0001-the-ledger
-- The seals: checkpoints that were signed, by which keys, and the roots of full tiles.

CREATE FUNCTION ledger.tile_root(hashes bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    nodes bytea := hashes;
BEGIN
    WHILE octet_length(nodes) > 32 LOOP
        SELECT string_agg(sha256('\x01'::bytea || substr(nodes, at, 64)), ''::bytea ORDER BY at)
        INTO nodes
        FROM generate_series(1, octet_length(nodes), 64) AS at;
    END LOOP;
    RETURN nodes;
END
$$;
COMMENT ON FUNCTION ledger.tile_root IS 'The RFC 6962 root of the 256 hashes of a full tile: its hash in the tile one level above.';

ALTER TABLE ledger.log_tile
    ADD COLUMN root bytea GENERATED ALWAYS AS (ledger.tile_root(hashes)) STORED;
COMMENT ON COLUMN ledger.log_tile.root IS 'The root of its hashes, so that a partial tile above is read from 32 bytes of each, not 8192.';

CREATE TABLE ledger.log_checkpoint (
    tenant_id text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    note bytea NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, origin, size)
);
COMMENT ON TABLE ledger.log_checkpoint IS 'Signed checkpoints (C2SP tlog-checkpoint), append-only; whoever keeps one elsewhere can hold the log to it.';
COMMENT ON COLUMN ledger.log_checkpoint.tenant_id IS 'Whose log.';
COMMENT ON COLUMN ledger.log_checkpoint.origin IS 'The name of the log in this epoch, as the note has it.';
COMMENT ON COLUMN ledger.log_checkpoint.size IS 'How many events it seals: positions 1 to size.';
COMMENT ON COLUMN ledger.log_checkpoint.root IS 'The RFC 6962 root of the tree of that size.';
COMMENT ON COLUMN ledger.log_checkpoint.note IS 'The signed note, to the byte.';
COMMENT ON COLUMN ledger.log_checkpoint.signed_at IS 'When it was stored, by this database''s clock.';

CREATE TABLE ledger.log_key (
    tenant_id text COLLATE "C" NOT NULL,
    verifier_key text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    signed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, verifier_key)
);
COMMENT ON TABLE ledger.log_key IS 'The public keys that checkpoints were signed with; an auditor trusts those handed over, not this table.';
COMMENT ON COLUMN ledger.log_key.tenant_id IS 'Whose log.';
COMMENT ON COLUMN ledger.log_key.verifier_key IS 'The key as text: name+hash+base64 (C2SP signed-note).';
COMMENT ON COLUMN ledger.log_key.origin IS 'The name of the log that it signs for.';
COMMENT ON COLUMN ledger.log_key.size IS 'The size of the first checkpoint that it signed.';
COMMENT ON COLUMN ledger.log_key.signed_at IS 'When that was stored, by this database''s clock.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.log_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.log_checkpoint ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.log_key
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.log_key ENABLE ALWAYS TRIGGER append_only;

GRANT SELECT, INSERT ON ledger.log_checkpoint, ledger.log_key TO tenure_runtime;
