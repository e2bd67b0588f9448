-- Accounts: what somebody signs in with, and the session of each device. Nothing here opens anything by itself but
-- the secret of the second factor where the hub has no key file.

-- What whoever looks after the hub has chosen, by name; what is not here is as it was before it could be chosen.
CREATE TABLE hub_setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    person       TEXT NOT NULL PRIMARY KEY REFERENCES person (id),
    -- In small letters.
    email        TEXT NOT NULL UNIQUE,
    -- Argon2id in the PHC form.
    passphrase   TEXT NOT NULL,
    -- Of the app for codes: its form, then the secret, locked where there is a key file.
    secret       BLOB NOT NULL,
    -- The last step of time whose code was used; each is used once.
    last_step    INTEGER NOT NULL DEFAULT 0,
    made_at      INTEGER NOT NULL,
    -- 0 until the first code showed that the app for codes works; it opens nothing until then.
    confirmed_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_code (
    person  TEXT NOT NULL REFERENCES account (person) ON DELETE CASCADE,
    -- SHA-256 of the code; the code itself is kept nowhere.
    hash    TEXT NOT NULL,
    used_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (person, hash)
) STRICT, WITHOUT ROWID;

-- One a device: a new one replaces the former.
CREATE TABLE session (
    device        TEXT NOT NULL PRIMARY KEY REFERENCES device (id),
    person        TEXT NOT NULL REFERENCES person (id),
    -- The first half of a refresh token: the same for all that follow one another.
    family        TEXT NOT NULL UNIQUE,
    -- SHA-256 of the tokens; they are kept nowhere. The former refresh token is known for as long as nobody has used
    -- what was given for it: an answer may be lost on the way.
    access        TEXT NOT NULL,
    access_until  INTEGER NOT NULL,
    refresh       TEXT NOT NULL,
    refresh_until INTEGER NOT NULL,
    former        TEXT NOT NULL DEFAULT '',
    -- 1 once one of the present two tokens was used.
    heard         INTEGER NOT NULL DEFAULT 0,
    -- 0 until somebody ended it.
    ended_at      INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_person ON session (person);
