-- What is done with accounts: the region that a person belongs to, why a device was cut off, and deeds that somebody
-- else must confirm.
ALTER TABLE person ADD COLUMN region TEXT NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN region TEXT NOT NULL DEFAULT '';
-- Who made it; empty for whoever looks after the hub's computer.
ALTER TABLE invitation ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
-- 'lost' or 'retired'; empty where that was not said.
ALTER TABLE device ADD COLUMN why TEXT NOT NULL DEFAULT '';

CREATE TABLE deed (
    id       TEXT    NOT NULL PRIMARY KEY,
    -- As it was asked for, JSON.
    deed     TEXT    NOT NULL,
    asked_by TEXT    NOT NULL,
    asked_at INTEGER NOT NULL,
    -- Empty and 0 while it waits.
    done_by  TEXT    NOT NULL DEFAULT '',
    done_at  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX deed_waiting ON deed (asked_at) WHERE done_at = 0;
