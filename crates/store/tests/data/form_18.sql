-- Puts the outbox of a store into the form it had before step 19, with all its rows.
ALTER TABLE outbox RENAME TO stands;
ALTER TABLE outbox_sent RENAME TO settled;
DROP INDEX outbox_status;
DROP INDEX outbox_record;
DROP INDEX outbox_space;
DROP INDEX outbox_sent_space;
DROP INDEX outbox_sent_at;
CREATE TABLE outbox (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    replica INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    group_id BLOB NOT NULL,
    space INTEGER NOT NULL REFERENCES space (no),
    kind TEXT NOT NULL,
    record BLOB NOT NULL,
    payload TEXT NOT NULL,
    size INTEGER NOT NULL,
    hash TEXT NOT NULL,
    base INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    hub_seq INTEGER,
    acked_at INTEGER,
    status TEXT NOT NULL DEFAULT 'waiting',
    reason TEXT NOT NULL DEFAULT '',
    UNIQUE (replica, counter)
) STRICT;
CREATE INDEX outbox_status ON outbox (status, no);
CREATE INDEX outbox_record ON outbox (record, no);
CREATE INDEX outbox_space ON outbox (space, status, hub_seq);
CREATE TABLE outbox_sent (
    no INTEGER PRIMARY KEY,
    replica INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    group_id BLOB NOT NULL,
    space INTEGER NOT NULL REFERENCES space (no),
    kind TEXT NOT NULL,
    record BLOB NOT NULL,
    payload TEXT NOT NULL,
    size INTEGER NOT NULL,
    hash TEXT NOT NULL,
    base INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    hub_seq INTEGER,
    sent_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_sent_space ON outbox_sent (space, hub_seq);
CREATE INDEX outbox_sent_at ON outbox_sent (sent_at);
INSERT INTO outbox
    SELECT c.no, c.replica, c.counter, c.group_id, c.space, c.kind, c.record, c.payload, c.size, c.hash, c.base,
        c.made_at, s.hub_seq, s.acked_at, s.status, s.reason
    FROM stands s JOIN change c ON c.no = s.no;
INSERT INTO outbox_sent
    SELECT c.no, c.replica, c.counter, c.group_id, c.space, c.kind, c.record, c.payload, c.size, c.hash, c.base,
        c.made_at, s.hub_seq, s.sent_at
    FROM settled s JOIN change c ON c.no = s.no;
DROP TABLE settled;
DROP TABLE stands;
DROP TABLE change;
UPDATE replica SET outbox_format = 1;
DELETE FROM migration WHERE number = 19;
