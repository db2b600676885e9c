-- +goose Up
-- One SQL text for SQLite and PostgreSQL: ids, JSON, digests and hashes are
-- TEXT, times are UTC microseconds in BIGINT.

CREATE TABLE organization (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    body       TEXT   NOT NULL
);

-- The trail: a Merkle log for each organization.
CREATE TABLE trail_leaf (
    org_id TEXT   NOT NULL REFERENCES organization (id),
    seq    BIGINT NOT NULL,
    data   TEXT   NOT NULL,
    PRIMARY KEY (org_id, seq)
);

CREATE TABLE trail_node (
    org_id TEXT   NOT NULL REFERENCES organization (id),
    idx    BIGINT NOT NULL,
    hash   TEXT   NOT NULL,
    PRIMARY KEY (org_id, idx)
);

-- Every record ever written stands in the trail once, under its leaf's number.
-- A series is what one record after another is said of: a control, a dataset,
-- a procedure in an engagement. Its newest version counts, all are kept.
CREATE TABLE record (
    org_id      TEXT   NOT NULL,
    seq         BIGINT NOT NULL,
    kind        TEXT   NOT NULL,
    subject     TEXT   NOT NULL,
    series      TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    part        TEXT   NOT NULL, -- what lists are narrowed by: an engagement, a kind of scope item
    fingerprint TEXT   NOT NULL, -- what the record says, without its id and time
    digest      TEXT   NOT NULL, -- of body
    body        TEXT   NOT NULL, -- canonical form
    PRIMARY KEY (org_id, seq),
    FOREIGN KEY (org_id, seq) REFERENCES trail_leaf (org_id, seq),
    UNIQUE (org_id, kind, series, version),
    UNIQUE (org_id, kind, subject)
);

-- +goose Down
DROP TABLE record;
DROP TABLE trail_node;
DROP TABLE trail_leaf;
DROP TABLE organization;
