"""The event store: the only room that knows PostgreSQL's tables of events and `eventsourcing`."""
