-- depends: 0022-the-recurring-revenue
-- Views are built again beside the live ones, and swapped with them.

CREATE SCHEMA projections_next;
COMMENT ON SCHEMA projections_next IS 'Views that `tenure rebuild` is building, to take the place of those in projections.';
CREATE SCHEMA projections_previous;
COMMENT ON SCHEMA projections_previous IS 'Views whose place was taken by a rebuild, as they stood then; `tenure rebuild --back` returns to them.';

CREATE TABLE projections.built (
    projection text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0),
    program text COLLATE "C"
);
COMMENT ON TABLE projections.built IS 'Which version of its code each projection''s rows were built by, from the first event on.';
COMMENT ON COLUMN projections.built.projection IS 'The projection''s name.';
COMMENT ON COLUMN projections.built.version IS 'The version of its code; rows of another version than the program''s are outdated.';
COMMENT ON COLUMN projections.built.program IS 'SHA-256 of the program that a rebuild was begun with; null where the view has grown with the log.';
INSERT INTO projections.built (projection, version) SELECT DISTINCT projection, 1 FROM projections.checkpoint;
GRANT SELECT ON projections.built TO tenure_runtime;
