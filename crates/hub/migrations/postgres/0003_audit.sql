-- Who did what to whom, and when: ids and words of the program, never a person's text. Each row's hash is made of
-- the one before, so that a row which was changed, removed or moved shows.
CREATE TABLE audit (
    -- Dense from 1.
    no     BIGINT NOT NULL PRIMARY KEY,
    at     BIGINT NOT NULL,
    -- A person's id; empty for whoever ran the program.
    actor  TEXT   NOT NULL,
    act    TEXT   NOT NULL,
    object TEXT   NOT NULL,
    detail TEXT   NOT NULL,
    hash   TEXT   NOT NULL
);
