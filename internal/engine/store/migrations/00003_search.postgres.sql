-- +goose Up
-- What the newest record of each series says, as words. The index is made
-- again from the records when the rule by which words are made has changed.
-- The words are taken as they are: no configuration of the server splits them.

CREATE TABLE search (
    org_id TEXT   NOT NULL,
    kind   TEXT   NOT NULL,
    series TEXT   NOT NULL,
    part   TEXT   NOT NULL,
    seq    BIGINT NOT NULL,
    code   TEXT   NOT NULL, -- what the record is called by, in small letters
    title  TEXT   NOT NULL, -- words, in small letters, with blanks between
    words  TEXT   NOT NULL,
    cut    BIGINT NOT NULL, -- 1 when the record says more than words holds
    rule   BIGINT NOT NULL,
    titled tsvector NOT NULL GENERATED ALWAYS AS (title::tsvector) STORED,
    said   tsvector NOT NULL GENERATED ALWAYS AS (words::tsvector) STORED,
    FOREIGN KEY (org_id, seq) REFERENCES record (org_id, seq),
    PRIMARY KEY (org_id, kind, series)
);
CREATE INDEX search_said ON search USING GIN (said);
CREATE INDEX search_cut ON search (org_id) WHERE cut = 1;

ALTER TABLE search ENABLE ROW LEVEL SECURITY;
ALTER TABLE search FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON search USING (org_id = current_setting('tickmark.org', true));

-- +goose Down
DROP TABLE search;
