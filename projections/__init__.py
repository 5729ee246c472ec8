"""Current-state views and the KPI history, all rebuilt from the ledger at will."""
