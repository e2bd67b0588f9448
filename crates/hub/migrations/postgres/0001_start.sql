-- The hub's tables as they were first released on PostgreSQL. Never edited afterwards: a change is a new file.
-- The same tables as SQLite's, but for what several processes need: stamps lie with their space, so that pushes
-- into different spaces do not wait for one another, and proofs are remembered by all. Names sort by their bytes,
-- as they do in SQLite.

CREATE TABLE hub (
    one     BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    id      TEXT   NOT NULL,
    network TEXT   NOT NULL,
    -- Rises when the hub is restored from a backup.
    epoch   BIGINT NOT NULL,
    made_at BIGINT NOT NULL
);

CREATE TABLE person (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email     TEXT   NOT NULL,
    role      TEXT   NOT NULL,
    nation    TEXT   NOT NULL DEFAULT '',
    -- 'confirmed' or 'suspended'.
    state     TEXT   NOT NULL,
    joined_at BIGINT NOT NULL
);

CREATE TABLE device (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    person     TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    public_key BYTEA  NOT NULL,
    added_at   BIGINT NOT NULL,
    -- 0 while it may speak.
    revoked_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX device_by_person ON device (person);

CREATE TABLE invitation (
    -- SHA-256 of the code; the code itself is kept nowhere.
    hash       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email      TEXT   NOT NULL,
    role       TEXT   NOT NULL,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL DEFAULT 0,
    used_by    TEXT   NOT NULL DEFAULT ''
);

CREATE TABLE space (
    no            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          TEXT COLLATE "C" NOT NULL UNIQUE,
    -- The last number; dense from 1. Whoever moves it holds the row until COMMIT.
    head          BIGINT NOT NULL DEFAULT 0,
    sum           TEXT   NOT NULL,
    -- Whoever has less than this must fill the space anew.
    floor         BIGINT NOT NULL DEFAULT 0,
    -- Where a restored hub began; -1 if it never was restored.
    restored_head BIGINT NOT NULL DEFAULT -1,
    -- The last stamp that the hub itself made here, and the last that it lowered here.
    last_stamp    TEXT   NOT NULL,
    last_clamped  TEXT   NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE access (
    -- A person's id, or '*' for every confirmed member.
    who      TEXT COLLATE "C" NOT NULL,
    space_no BIGINT NOT NULL REFERENCES space (no),
    given    TEXT   NOT NULL,
    PRIMARY KEY (who, space_no)
);
CREATE INDEX access_by_space ON access (space_no);

CREATE TABLE record (
    no         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         TEXT COLLATE "C" NOT NULL UNIQUE,
    space_no   BIGINT  NOT NULL REFERENCES space (no),
    kind       TEXT COLLATE "C" NOT NULL,
    schema     INTEGER NOT NULL,
    fields     TEXT    NOT NULL,
    stamps     TEXT    NOT NULL,
    -- By field: who set it, and with which number.
    marks      TEXT    NOT NULL,
    created_by TEXT    NOT NULL,
    seq        BIGINT  NOT NULL
);
CREATE INDEX record_by_space ON record (space_no, kind, id);

CREATE TABLE change_log (
    space_no BIGINT  NOT NULL,
    seq      BIGINT  NOT NULL,
    -- Whether a page may end behind it: the last entry of a group.
    cut      BOOLEAN NOT NULL,
    -- The entry as every reader gets it.
    entry    TEXT    NOT NULL,
    PRIMARY KEY (space_no, seq)
);

CREATE TABLE replica (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    device       TEXT   NOT NULL,
    -- To be shown at the next hello; empty where anything is taken.
    nonce        TEXT   NOT NULL DEFAULT '',
    last_counter BIGINT NOT NULL DEFAULT 0,
    -- Results up to this counter are forgotten.
    forgotten    BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE result (
    replica  TEXT COLLATE "C" NOT NULL,
    counter  BIGINT NOT NULL,
    hash     TEXT   NOT NULL,
    answered TEXT   NOT NULL,
    PRIMARY KEY (replica, counter)
);

CREATE TABLE command_result (
    cid     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    outcome TEXT NOT NULL
);

CREATE TABLE text_doc (
    doc       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    space_no  BIGINT  NOT NULL REFERENCES space (no),
    schema    INTEGER NOT NULL,
    -- The sum of all updates' shares, folded ones included.
    sum       TEXT    NOT NULL,
    -- The folded part, and the last number in it; empty and 0 where nothing was folded.
    snapshot  BYTEA   NOT NULL,
    folded_to BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX text_doc_by_space ON text_doc (space_no, doc);

CREATE TABLE text_update (
    doc     TEXT COLLATE "C" NOT NULL,
    seq     BIGINT NOT NULL,
    replica TEXT   NOT NULL,
    author  TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    -- The space's number that its author had seen.
    base    BIGINT NOT NULL,
    hash    BYTEA  NOT NULL,
    bytes   BYTEA  NOT NULL,
    PRIMARY KEY (doc, seq),
    UNIQUE (doc, hash)
);

CREATE TABLE text_author (
    doc    TEXT COLLATE "C" NOT NULL,
    client TEXT COLLATE "C" NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (doc, client)
);

CREATE TABLE device_cursor (
    device   TEXT COLLATE "C" NOT NULL,
    space_no BIGINT NOT NULL,
    person   TEXT   NOT NULL,
    seq      BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (device, space_no)
);
CREATE INDEX device_cursor_by_space ON device_cursor (space_no);

-- Changes that were set aside, as they came, for whoever looks after the hub.
CREATE TABLE held (
    no     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person TEXT   NOT NULL,
    reason TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    change TEXT   NOT NULL
);

-- What was signed with what, for as long as it could be believed again. Not logged: after a crash of the database
-- it is empty, and each process still remembers what it answered itself.
CREATE UNLOGGED TABLE proof (
    device TEXT COLLATE "C" NOT NULL,
    nonce  TEXT COLLATE "C" NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (device, nonce)
);
CREATE INDEX proof_by_time ON proof (at);
