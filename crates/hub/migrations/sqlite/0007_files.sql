-- Files that are whole. The bytes lie outside the store under a drawn name; a space has bytes of one hash once.
CREATE TABLE file (
    space_no   INTEGER NOT NULL REFERENCES space (no),
    sha256     TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    stored     TEXT    NOT NULL UNIQUE,
    added_by   TEXT    NOT NULL,
    added_at   INTEGER NOT NULL,
    -- Since when no record speaks of it, as far as that was looked for; 0 while one does.
    idle_since INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (space_no, sha256)
) STRICT, WITHOUT ROWID;
-- What one person has added has an end.
CREATE INDEX file_by_person ON file (added_by);

-- Files on their way up, each of one device. Their parts lie outside the store under the drawn name and a number.
CREATE TABLE file_upload (
    space_no INTEGER NOT NULL REFERENCES space (no),
    sha256   TEXT    NOT NULL,
    device   TEXT    NOT NULL,
    size     INTEGER NOT NULL,
    stored   TEXT    NOT NULL UNIQUE,
    begun_at INTEGER NOT NULL,
    PRIMARY KEY (space_no, sha256, device)
) STRICT, WITHOUT ROWID;
