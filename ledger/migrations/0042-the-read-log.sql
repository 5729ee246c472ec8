-- depends: 0035-the-seals
-- The read log: a second log of each tenant, in the same tables, and what it is searched by.

ALTER TABLE ledger.log_head DROP CONSTRAINT log_head_tenant_id_fkey;
ALTER TABLE ledger.log_head
    ADD COLUMN owner text COLLATE "C" NOT NULL
        GENERATED ALWAYS AS (split_part(tenant_id, '~', 1)) STORED REFERENCES ledger.tenant,
    ADD CHECK (tenant_id IN (owner, owner || '~reads'));
COMMENT ON COLUMN ledger.log_head.tenant_id IS 'Which log: the tenant for its history, <tenant>~reads for who read what. Every table has it by this name.';
COMMENT ON COLUMN ledger.log_head.owner IS 'Whose log it is.';

CREATE FUNCTION ledger.begin_read_log(of_tenant text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    INSERT INTO ledger.log_head (tenant_id)
    SELECT tenant_id || '~reads' FROM ledger.tenant WHERE tenant_id = of_tenant
    ON CONFLICT DO NOTHING
$$;
COMMENT ON FUNCTION ledger.begin_read_log IS 'Begins the read log of a tenant, which the runtime role may do and nothing more: it cannot begin any other log.';
REVOKE EXECUTE ON FUNCTION ledger.begin_read_log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.begin_read_log TO tenure_runtime;

CREATE FUNCTION ledger.subjects_of_read(record bytea) RETURNS uuid[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(subject::uuid), '{}')
    FROM json_array_elements_text(
        convert_from(record, 'UTF8')::json -> 'data' -> 'subjects') AS subject
$$;
COMMENT ON FUNCTION ledger.subjects_of_read IS 'The persons whose values were shown, out of the record of a read.';

-- Other events have no part in these: to them they cost a comparison of their stream type.
CREATE INDEX read_of_subject ON ledger.event USING gin (ledger.subjects_of_read(record))
    WHERE stream_type = 'read';
CREATE INDEX read_by_actor ON ledger.event (tenant_id, actor, position)
    WHERE stream_type = 'read';
CREATE INDEX read_through_break_glass ON ledger.event (tenant_id, causation_id, position)
    WHERE stream_type = 'read' AND causation_id IS NOT NULL;
CREATE INDEX break_glass_event ON ledger.event (tenant_id, position)
    WHERE stream_type = 'break-glass';
