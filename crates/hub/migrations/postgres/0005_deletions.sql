-- How many records a copy deleted in a space, by the minute (milliseconds since 1970 / 60,000), held ones included:
-- much at once waits until its author confirms it.
CREATE TABLE deletion (
    replica  TEXT COLLATE "C" NOT NULL,
    space_no BIGINT NOT NULL REFERENCES space (no),
    minute   BIGINT NOT NULL,
    records  BIGINT NOT NULL,
    PRIMARY KEY (replica, space_no, minute)
);

-- Records whose deletion a person has confirmed.
CREATE TABLE deletion_confirmed (
    person TEXT COLLATE "C" NOT NULL,
    record TEXT COLLATE "C" NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (person, record)
);
