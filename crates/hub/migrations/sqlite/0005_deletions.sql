-- How many records a copy deleted in a space, by the minute (milliseconds since 1970 / 60,000), held ones included:
-- much at once waits until its author confirms it.
CREATE TABLE deletion (
    replica  TEXT    NOT NULL,
    space_no INTEGER NOT NULL REFERENCES space (no),
    minute   INTEGER NOT NULL,
    records  INTEGER NOT NULL,
    PRIMARY KEY (replica, space_no, minute)
) STRICT, WITHOUT ROWID;

-- Records whose deletion a person has confirmed.
CREATE TABLE deletion_confirmed (
    person TEXT    NOT NULL,
    record TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (person, record)
) STRICT, WITHOUT ROWID;
