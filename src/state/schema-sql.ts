/** The number of the layout below, kept in the file as `user_version`. */
export const LAYOUT_VERSION = 1

/**
 * The tables. `generation` counts the changes of `buckets`, so that another process reads only the rows that are newer
 * than what it knows; rows of which nothing is left stay for that purpose.
 */
export const LAYOUT = `
  CREATE TABLE generation (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL) STRICT;
  INSERT INTO generation VALUES (1, 0);
  CREATE TABLE buckets (
    bucket TEXT PRIMARY KEY,
    policy TEXT,
    policy_version INTEGER NOT NULL,
    public_access_block TEXT,
    cors TEXT,
    generation INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX buckets_by_generation ON buckets (generation);
  CREATE TABLE policy_history (
    bucket TEXT NOT NULL,
    version INTEGER NOT NULL,
    policy TEXT,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (bucket, version)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE uploads (
    bucket TEXT NOT NULL,
    object_key TEXT NOT NULL,
    upload_id TEXT NOT NULL,
    principal TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (bucket, object_key, upload_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX uploads_by_end ON uploads (ended_at);
  PRAGMA user_version = ${LAYOUT_VERSION};
`
