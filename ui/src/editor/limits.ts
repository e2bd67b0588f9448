// The numbers that saving and pasting keep to. Each stands here once.

/** The schema this editor writes; the same number stands in crates/text/schema.json. */
export const SCHEMA = 1;
/** Milliseconds between the first letter of a burst and its way to Rust. */
export const FLUSH_AFTER = 150;
/** Most bytes of one update that Rust takes. */
export const MOST_BYTES = 512 * 1024;
/** Milliseconds after which an answer counts as lost and the words are handed over again. */
export const ANSWER_WITHIN = 10_000;
/** Milliseconds to wait before the first try after a failure; doubled up to the longest. */
export const RETRY_FIRST = 1_000;
export const RETRY_LONGEST = 15_000;
/** Most bytes of one paste. */
export const MOST_PASTED = 1024 * 1024;
/** Most characters of a cursor told to colleagues. */
export const MOST_CURSOR = 1_000;
