-- The hub's tables as they were first released. Never edited afterwards: a change is a new file.

CREATE TABLE hub (
    one          INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    id           TEXT    NOT NULL,
    network      TEXT    NOT NULL,
    -- Rises when the hub is restored from a backup.
    epoch        INTEGER NOT NULL,
    made_at      INTEGER NOT NULL,
    -- The last stamp that the hub itself made, and the last that it lowered.
    last_stamp   TEXT    NOT NULL,
    last_clamped TEXT    NOT NULL
) STRICT;

CREATE TABLE person (
    id        TEXT    NOT NULL PRIMARY KEY,
    email     TEXT    NOT NULL,
    role      TEXT    NOT NULL,
    nation    TEXT    NOT NULL DEFAULT '',
    -- 'confirmed' or 'suspended'.
    state     TEXT    NOT NULL,
    joined_at INTEGER NOT NULL
) STRICT;

CREATE TABLE device (
    id         TEXT    NOT NULL PRIMARY KEY,
    person     TEXT    NOT NULL REFERENCES person (id),
    public_key BLOB    NOT NULL,
    added_at   INTEGER NOT NULL,
    -- 0 while it may speak.
    revoked_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX device_by_person ON device (person);

CREATE TABLE invitation (
    -- SHA-256 of the code; the code itself is kept nowhere.
    hash       TEXT    NOT NULL PRIMARY KEY,
    email      TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER NOT NULL DEFAULT 0,
    used_by    TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE space (
    no            INTEGER NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL UNIQUE,
    -- The last number; dense from 1.
    head          INTEGER NOT NULL DEFAULT 0,
    sum           TEXT    NOT NULL,
    -- Whoever has less than this must fill the space anew.
    floor         INTEGER NOT NULL DEFAULT 0,
    -- Where a restored hub began; -1 if it never was restored.
    restored_head INTEGER NOT NULL DEFAULT -1
) STRICT;

CREATE TABLE access (
    -- A person's id, or '*' for every confirmed member.
    who      TEXT    NOT NULL,
    space_no INTEGER NOT NULL REFERENCES space (no),
    given    TEXT    NOT NULL,
    PRIMARY KEY (who, space_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_by_space ON access (space_no);

CREATE TABLE record (
    no         INTEGER NOT NULL PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    space_no   INTEGER NOT NULL REFERENCES space (no),
    kind       TEXT    NOT NULL,
    schema     INTEGER NOT NULL,
    fields     TEXT    NOT NULL,
    stamps     TEXT    NOT NULL,
    -- By field: who set it, and with which number.
    marks      TEXT    NOT NULL,
    created_by TEXT    NOT NULL,
    seq        INTEGER NOT NULL
) STRICT;
CREATE INDEX record_by_space ON record (space_no, kind, id);

CREATE TABLE change_log (
    -- The space's number times 2^40, plus the entry's number in the space: a space lies together.
    no    INTEGER NOT NULL PRIMARY KEY,
    -- 1 where a page may end: behind the last entry of a group.
    cut   INTEGER NOT NULL,
    -- The entry as every reader gets it.
    entry TEXT    NOT NULL
) STRICT;

CREATE TABLE replica (
    id           TEXT    NOT NULL PRIMARY KEY,
    device       TEXT    NOT NULL,
    -- To be shown at the next hello; empty where anything is taken.
    nonce        TEXT    NOT NULL DEFAULT '',
    last_counter INTEGER NOT NULL DEFAULT 0,
    -- Results up to this counter are forgotten.
    forgotten    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE result (
    replica  TEXT    NOT NULL,
    counter  INTEGER NOT NULL,
    hash     TEXT    NOT NULL,
    answered TEXT    NOT NULL,
    PRIMARY KEY (replica, counter)
) STRICT, WITHOUT ROWID;

CREATE TABLE command_result (
    cid     TEXT NOT NULL PRIMARY KEY,
    outcome TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE text_doc (
    doc       TEXT    NOT NULL PRIMARY KEY,
    space_no  INTEGER NOT NULL REFERENCES space (no),
    schema    INTEGER NOT NULL,
    -- The sum of all updates' shares, folded ones included.
    sum       TEXT    NOT NULL,
    -- The folded part, and the last number in it; empty and 0 where nothing was folded.
    snapshot  BLOB    NOT NULL,
    folded_to INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX text_doc_by_space ON text_doc (space_no, doc);

CREATE TABLE text_update (
    no      INTEGER NOT NULL PRIMARY KEY,
    doc     TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    replica TEXT    NOT NULL,
    author  TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    -- The space's number that its author had seen.
    base    INTEGER NOT NULL,
    hash    BLOB    NOT NULL,
    bytes   BLOB    NOT NULL,
    UNIQUE (doc, hash)
) STRICT;
CREATE INDEX text_update_by_doc ON text_update (doc, seq);

CREATE TABLE text_author (
    doc    TEXT NOT NULL,
    client TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (doc, client)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_cursor (
    device   TEXT    NOT NULL,
    space_no INTEGER NOT NULL,
    person   TEXT    NOT NULL,
    seq      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (device, space_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_cursor_by_space ON device_cursor (space_no);

-- Changes that were set aside, as they came, for whoever looks after the hub.
CREATE TABLE held (
    no     INTEGER NOT NULL PRIMARY KEY,
    person TEXT    NOT NULL,
    reason TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    change TEXT    NOT NULL
) STRICT;
