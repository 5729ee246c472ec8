-- depends: 0001-the-ledger
-- The entries that belong to no account, by kind of stream: what a past view of one account reads
-- beside the account's own, without looking at anybody else's.

CREATE INDEX event_of_no_account ON ledger.event (tenant_id, stream_type, position)
    WHERE account_id IS NULL;
