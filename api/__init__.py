"""The thin HTTP layer: parse, decide through the ledger or read a view, answer."""
