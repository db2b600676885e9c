-- +goose Up
-- One SQL text for SQLite and PostgreSQL: ids and hashes are TEXT, times are
-- UTC microseconds in BIGINT, 0 for never. What a stranger could use is kept
-- as its SHA-256 (links, sessions, tokens, recovery codes), as an argon2id
-- hash (passwords) or sealed (secrets of authenticator apps).

CREATE TABLE identity_account (
    id          TEXT   NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL, -- the person's, for good
    display     TEXT   NOT NULL,
    email       TEXT   NOT NULL,
    email_key   TEXT   NOT NULL UNIQUE, -- folded: letters' case makes no other
    handle      TEXT   NOT NULL UNIQUE, -- what passkeys know the account by
    password    TEXT   NOT NULL,        -- argon2id; '' for none
    made_at     BIGINT NOT NULL,
    disabled_at BIGINT NOT NULL
);

-- Which organizations an account serves, and under which name of their records.
-- A row outlives the membership, so that nobody else gets the name.
CREATE TABLE identity_account_organization (
    account_id TEXT   NOT NULL REFERENCES identity_account (id),
    org_id     TEXT   NOT NULL,
    person     TEXT   NOT NULL,
    person_key TEXT   NOT NULL,
    joined_at  BIGINT NOT NULL,
    left_at    BIGINT NOT NULL,
    PRIMARY KEY (account_id, org_id),
    UNIQUE (org_id, person_key)
);

-- Links that work once: the set-up, invitations, resets.
CREATE TABLE identity_link (
    id         TEXT   NOT NULL PRIMARY KEY,
    hash       TEXT   NOT NULL UNIQUE,
    kind       TEXT   NOT NULL,
    account_id TEXT   NOT NULL,
    email      TEXT   NOT NULL,
    email_key  TEXT   NOT NULL,
    org_id     TEXT   NOT NULL,
    person     TEXT   NOT NULL,
    role       TEXT   NOT NULL,
    engagement TEXT   NOT NULL,
    made_by    TEXT   NOT NULL,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    void_at    BIGINT NOT NULL
);

CREATE TABLE identity_totp (
    account_id TEXT   NOT NULL PRIMARY KEY REFERENCES identity_account (id),
    sealed     TEXT   NOT NULL,
    made_at    BIGINT NOT NULL,
    last_step  BIGINT NOT NULL -- no code of this step or one before is taken again
);

CREATE TABLE identity_recovery (
    account_id TEXT   NOT NULL REFERENCES identity_account (id),
    hash       TEXT   NOT NULL,
    used_at    BIGINT NOT NULL,
    PRIMARY KEY (account_id, hash)
);

CREATE TABLE identity_passkey (
    id         TEXT   NOT NULL PRIMARY KEY, -- the credential's own, base64url
    account_id TEXT   NOT NULL REFERENCES identity_account (id),
    name       TEXT   NOT NULL,
    body       TEXT   NOT NULL, -- JSON: public key, counter, attestation
    made_at    BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    suspect_at BIGINT NOT NULL  -- when its counter went backwards
);
CREATE INDEX identity_passkey_account ON identity_passkey (account_id);

-- Who an account is at an OpenID provider.
CREATE TABLE identity_subject (
    issuer     TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    account_id TEXT   NOT NULL REFERENCES identity_account (id),
    made_at    BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);

CREATE TABLE identity_session (
    hash       TEXT   NOT NULL PRIMARY KEY,
    id         TEXT   NOT NULL UNIQUE,
    account_id TEXT   NOT NULL, -- '' until somebody has signed in
    data       TEXT   NOT NULL,
    address    TEXT   NOT NULL,
    agent      TEXT   NOT NULL,
    made_at    BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX identity_session_account ON identity_session (account_id);
CREATE INDEX identity_session_expires ON identity_session (expires_at);

CREATE TABLE identity_token (
    id         TEXT   NOT NULL PRIMARY KEY,
    hash       TEXT   NOT NULL UNIQUE,
    account_id TEXT   NOT NULL REFERENCES identity_account (id),
    org_id     TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    scopes     TEXT   NOT NULL,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    used_from  TEXT   NOT NULL,
    void_at    BIGINT NOT NULL
);
CREATE INDEX identity_token_account ON identity_token (account_id);

CREATE TABLE identity_attempt (
    subject  TEXT   NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    seen_at  BIGINT NOT NULL,
    free_at  BIGINT NOT NULL
);

CREATE TABLE identity_event (
    id         TEXT   NOT NULL PRIMARY KEY,
    made_at    BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    account_id TEXT   NOT NULL,
    org_id     TEXT   NOT NULL,
    who        TEXT   NOT NULL,
    detail     TEXT   NOT NULL,
    address    TEXT   NOT NULL,
    agent      TEXT   NOT NULL
);
CREATE INDEX identity_event_account ON identity_event (account_id, id);
CREATE INDEX identity_event_org ON identity_event (org_id, id);

-- +goose Down
DROP TABLE identity_event;
DROP TABLE identity_attempt;
DROP TABLE identity_token;
DROP TABLE identity_session;
DROP TABLE identity_subject;
DROP TABLE identity_passkey;
DROP TABLE identity_recovery;
DROP TABLE identity_totp;
DROP TABLE identity_link;
DROP TABLE identity_account_organization;
DROP TABLE identity_account;
