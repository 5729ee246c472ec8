-- depends: 0035-the-seals
-- The cosignatures: which witness saw which checkpoint, and when.

CREATE TABLE ledger.log_cosignature (
    tenant_id text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    witness_key text COLLATE "C" NOT NULL,
    cosigned_at timestamptz NOT NULL,
    line text NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, origin, size, witness_key, cosigned_at)
);
COMMENT ON TABLE ledger.log_cosignature IS 'Cosignatures of checkpoints by witnesses (C2SP tlog-cosignature), append-only; an auditor trusts the keys of a policy, not this table.';
COMMENT ON COLUMN ledger.log_cosignature.tenant_id IS 'Whose log.';
COMMENT ON COLUMN ledger.log_cosignature.origin IS 'The name of the log, as the checkpoint has it.';
COMMENT ON COLUMN ledger.log_cosignature.size IS 'The size of the checkpoint.';
COMMENT ON COLUMN ledger.log_cosignature.witness_key IS 'The key of the witness as text: name+hash+base64, of type 0x04.';
COMMENT ON COLUMN ledger.log_cosignature.cosigned_at IS 'When the witness saw it, by the clock of the witness, in whole seconds.';
COMMENT ON COLUMN ledger.log_cosignature.line IS 'The signature line of the note, with its newline.';
COMMENT ON COLUMN ledger.log_cosignature.stored_at IS 'When it was stored, by this database''s clock.';

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.log_cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.log_cosignature ENABLE ALWAYS TRIGGER append_only;

GRANT SELECT, INSERT ON ledger.log_cosignature TO tenure_runtime;
