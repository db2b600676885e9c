-- +goose Up
-- What the newest record of each series says, as words. The index is made
-- again from the records when the rule by which words are made has changed.

CREATE TABLE search (
    id     INTEGER PRIMARY KEY,
    org_id TEXT    NOT NULL,
    kind   TEXT    NOT NULL,
    series TEXT    NOT NULL,
    part   TEXT    NOT NULL,
    seq    BIGINT  NOT NULL,
    code   TEXT    NOT NULL, -- what the record is called by, in small letters
    title  TEXT    NOT NULL, -- words, in small letters, with blanks between
    words  TEXT    NOT NULL,
    cut    BIGINT  NOT NULL, -- 1 when the record says more than words holds
    rule   BIGINT  NOT NULL,
    FOREIGN KEY (org_id, seq) REFERENCES record (org_id, seq),
    UNIQUE (org_id, kind, series)
);
CREATE INDEX search_cut ON search (org_id) WHERE cut = 1;

CREATE VIRTUAL TABLE search_words USING fts5 (
    title, words, content = 'search', content_rowid = 'id', tokenize = "ascii tokenchars '-._/@'"
);

-- +goose StatementBegin
CREATE TRIGGER search_added AFTER INSERT ON search BEGIN
    INSERT INTO search_words (rowid, title, words) VALUES (new.id, new.title, new.words);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER search_changed AFTER UPDATE ON search BEGIN
    INSERT INTO search_words (search_words, rowid, title, words) VALUES ('delete', old.id, old.title, old.words);
    INSERT INTO search_words (rowid, title, words) VALUES (new.id, new.title, new.words);
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE search_words;
DROP TABLE search;
