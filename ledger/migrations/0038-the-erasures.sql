-- depends: 0035-the-seals
-- The erasures: which subjects were erased, and the one way in which anything personal is deleted.

ALTER TABLE ledger.personal_disclosure ADD COLUMN position bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN ledger.personal_disclosure.position IS 'Position of the first event whose record holds the digest; 0: none does.';
UPDATE ledger.personal_disclosure AS disclosure SET position = named.position
FROM (
    SELECT event.tenant_id, found[1] AS digest, min(event.position) AS position
    FROM ledger.event AS event,
        regexp_matches(
            convert_from(event.record, 'UTF8'), '"\$sd":"([A-Za-z0-9_-]{43})"', 'g') AS found
    GROUP BY event.tenant_id, found[1]
) AS named
WHERE disclosure.tenant_id = named.tenant_id AND disclosure.digest = named.digest;

CREATE TABLE ledger.erased_subject (
    tenant_id text COLLATE "C" NOT NULL,
    subject_id uuid NOT NULL,
    position bigint NOT NULL CHECK (position > 0),
    erased_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, subject_id, position)
);
COMMENT ON TABLE ledger.erased_subject IS 'The subjects that were erased, append-only: a copy of what the log says, to be looked up by.';
COMMENT ON COLUMN ledger.erased_subject.tenant_id IS 'Whose data.';
COMMENT ON COLUMN ledger.erased_subject.subject_id IS 'The random id of the person.';
COMMENT ON COLUMN ledger.erased_subject.position IS 'Position of the event PersonalDataErased; what was recorded before it is gone.';
COMMENT ON COLUMN ledger.erased_subject.erased_at IS 'When that was recorded.';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.erased_subject
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.erased_subject ENABLE ALWAYS TRIGGER append_only;

-- A hash of a request can be found by guessing the request, and a caller may have put a name into
-- a key: both are scrubbed. The scrubbed row still answers its key, and says that it was used.
CREATE FUNCTION ledger.refuse_all_but_scrubbing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.tenant_id = OLD.tenant_id AND NEW.receipt = OLD.receipt
       AND NEW.recorded_at = OLD.recorded_at
       AND NEW.request_hash = decode(repeat('00', 32), 'hex')
       AND NEW.idempotency_key
           = 'sha256:' || encode(sha256(convert_to(OLD.idempotency_key, 'UTF8')), 'hex') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'An erasure scrubs it, and nothing else.';
END
$$;
COMMENT ON FUNCTION ledger.refuse_all_but_scrubbing IS 'Keeps outcomes as they were written, but for what an erasure takes out.';
DROP TRIGGER append_only ON ledger.command_outcome;
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON ledger.command_outcome
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.command_outcome ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER only_scrubbed BEFORE UPDATE ON ledger.command_outcome
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_all_but_scrubbing();
ALTER TABLE ledger.command_outcome ENABLE ALWAYS TRIGGER only_scrubbed;
CREATE INDEX command_outcome_by_time ON ledger.command_outcome
    USING brin (recorded_at) WITH (pages_per_range = 16, autosummarize = on);

CREATE FUNCTION ledger.erase_subject(tenant text, subject uuid, erasure bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    erased bigint;
    at timestamptz;
BEGIN
    SELECT recorded_at INTO at FROM ledger.event
    WHERE tenant_id = tenant AND position = erasure AND name = 'erasure.personal-data-erased'
      AND convert_from(record, 'UTF8')::json -> 'data' ->> 'subject_id' = subject::text;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'position % of % does not erase %', erasure, tenant, subject
            USING ERRCODE = 'restrict_violation',
                  HINT = 'Only what the log says is erased is deleted.';
    END IF;
    UPDATE ledger.command_outcome AS outcome
    SET request_hash = decode(repeat('00', 32), 'hex'),
        idempotency_key = 'sha256:'
            || encode(sha256(convert_to(outcome.idempotency_key, 'UTF8')), 'hex')
    FROM ledger.personal_disclosure AS disclosure
    JOIN ledger.event AS event
        ON event.tenant_id = disclosure.tenant_id AND event.position = disclosure.position
    WHERE disclosure.tenant_id = tenant AND disclosure.subject_id = subject
      AND disclosure.position < erasure
      AND outcome.tenant_id = tenant AND outcome.recorded_at = event.recorded_at
      AND outcome.request_hash <> decode(repeat('00', 32), 'hex')
      AND EXISTS (
          SELECT FROM ledger.event AS last
          WHERE last.tenant_id = tenant AND last.command_id = event.command_id
            AND last.position = (outcome.receipt::json ->> 'position')::bigint);
    DELETE FROM ledger.personal_disclosure
    WHERE tenant_id = tenant AND subject_id = subject AND position < erasure;
    GET DIAGNOSTICS erased = ROW_COUNT;
    DELETE FROM ledger.subject_key
    WHERE tenant_id = tenant AND subject_id = subject
      AND NOT EXISTS (
          SELECT FROM ledger.personal_disclosure
          WHERE tenant_id = tenant AND subject_id = subject);
    INSERT INTO ledger.erased_subject VALUES (tenant, subject, erasure, at) ON CONFLICT DO NOTHING;
    RETURN erased;
END
$$;
COMMENT ON FUNCTION ledger.erase_subject IS 'Deletes the key and the disclosures of a subject whose erasure stands at that position, and scrubs the outcomes of the commands that brought them.';
REVOKE ALL ON FUNCTION ledger.erase_subject FROM PUBLIC;

CREATE FUNCTION ledger.rewrap_subject_key(tenant text, subject uuid, was bytea, now bytea)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE ledger.subject_key SET wrapped_key = now
    WHERE tenant_id = tenant AND subject_id = subject AND wrapped_key = was;
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION ledger.rewrap_subject_key IS 'Puts the data key of a person, wrapped by another master key, in the place of the one that was there.';
REVOKE ALL ON FUNCTION ledger.rewrap_subject_key FROM PUBLIC;

ALTER TABLE ledger.api_key
    ADD COLUMN holder text CHECK (holder ~ '^[a-z][a-z-]{0,31}:[A-Za-z0-9._-]{1,64}$'),
    ADD COLUMN made_by uuid;
COMMENT ON COLUMN ledger.api_key.holder IS 'Whom the key stands for, as an actor: a kind and a random id; null: the key stands for itself.';
COMMENT ON COLUMN ledger.api_key.made_by IS 'The key whose holder made it over the API, and so has seen it; null: made by the operator.';

GRANT SELECT ON ledger.erased_subject TO tenure_runtime;
GRANT EXECUTE ON FUNCTION ledger.erase_subject, ledger.rewrap_subject_key TO tenure_runtime;

CREATE INDEX event_that_erases ON ledger.event (tenant_id, position)
    WHERE name = 'erasure.personal-data-erased';
