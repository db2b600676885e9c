-- +goose Up
-- What programs that come with a token need: the answers that were given to
-- their writes, for a day, and what an assistant proposed, until its person
-- says yes or no.

CREATE TABLE identity_answer (
    account_id TEXT   NOT NULL,
    hash       TEXT   NOT NULL, -- of the key that the caller chose
    said       TEXT   NOT NULL, -- hash of what was asked
    status     BIGINT NOT NULL, -- 0 while the first request is under way
    kind       TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    made_at    BIGINT NOT NULL,
    PRIMARY KEY (account_id, hash)
);
CREATE INDEX identity_answer_made ON identity_answer (made_at);

CREATE TABLE identity_proposal (
    id         TEXT   NOT NULL PRIMARY KEY,
    org_id     TEXT   NOT NULL,
    person     TEXT   NOT NULL, -- for whom, as the organization's records know the name
    act        TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    why        TEXT   NOT NULL,
    made_at    BIGINT NOT NULL,
    settled_at BIGINT NOT NULL, -- 0 while it waits
    outcome    TEXT   NOT NULL
);
CREATE INDEX identity_proposal_person ON identity_proposal (org_id, person, id);

-- +goose Down
DROP TABLE identity_proposal;
DROP TABLE identity_answer;
