//! Finding words in calls, questions, answers' texts, people and versions. The last word may be unfinished;
//! accents and capitals do not matter. What people type is never taken for a query language.

use crate::changed::Origin;
use crate::codec::{count, len, record_id};
use crate::error::StoreError;
use crate::open::Store;
use crate::reader::Reader;
use crate::settle::Texts;
use crate::table::{self, record, space, text};
use linchpin_domain::id::{AnswerId, RecordId};
use linchpin_domain::space::Space;
use rusqlite::params;

/// The most words of a query that are looked for; more is a pasted paragraph.
const MOST_WORDS: usize = 12;
/// Beyond this many matches the newest are ranked, and not all.
const MOST_RANKED: usize = 600;
/// Words in a snippet.
const SNIPPET: i64 = 24;
/// Marks around a match: control characters that no one can type into a text of ours.
const MARKS: (char, char) = ('\u{1}', '\u{2}');

/// Something that was found.
#[derive(Clone, PartialEq)]
pub struct Hit {
    /// Its kind; `answer` for the text of an answer, whose title is that of its question.
    pub kind: String,
    /// Its id.
    pub id: RecordId,
    /// The space it lies in.
    pub space: Space,
    /// Its title; empty for the text of an answer.
    pub title: Marked,
    /// The words around the match.
    pub snippet: Marked,
    /// Lower is better.
    pub rank: f64,
}

/// Text with its matches, as ranges of bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// The matches, in order.
    pub matches: Vec<std::ops::Range<usize>>,
}

impl Marked {
    fn read(raw: &str) -> Self {
        let mut marked = Self::default();
        let mut begin = None;
        for letter in raw.chars() {
            if letter == MARKS.0 {
                begin = Some(marked.text.len());
            } else if letter == MARKS.1 {
                let end = marked.text.len();
                marked.matches.extend(begin.take().map(|begin| begin..end));
            } else {
                marked.text.push(letter);
            }
        }
        marked
    }
}

/// Turns what a person typed into a query: every word must be there, the last one may go on.
fn query(typed: &str) -> Option<String> {
    let words: Vec<&str> = typed
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .collect();
    let unfinished = typed.chars().next_back().is_some_and(char::is_alphanumeric);
    let (last, before) = words.split_last()?;
    let mut query: Vec<String> = before.iter().map(|word| format!("\"{word}\"")).collect();
    query.push(if unfinished { format!("\"{last}\"*") } else { format!("\"{last}\"") });
    Some(query.join(" "))
}

impl Reader<'_> {
    /// Returns what holds the typed words, best first; nothing for a query without a word.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn search(&self, typed: &str, limit: usize) -> Result<Vec<Hit>, StoreError> {
        let Some(query) = query(typed) else { return Ok(Vec::new()) };
        let mut best = self.ranked(&format!("{{title}} : ({query})"), limit)?;
        for (no, rank) in self.ranked(&query, limit)? {
            if best.iter().all(|(found, _)| *found != no) {
                best.push((no, rank));
            }
        }
        best.truncate(limit);
        best.into_iter().map(|(no, rank)| self.hit(&query, no, rank)).collect()
    }

    /// Ranks the newest matches: a word that stands in thousands of texts says little, and the newest say most.
    fn ranked(&self, query: &str, limit: usize) -> Result<Vec<(i64, f64)>, StoreError> {
        let sql = "SELECT found.rowno, found.score FROM (
                       SELECT search.rowid AS rowno, bm25(search, 4.0, 1.0) AS score
                       FROM search WHERE search MATCH ?1 ORDER BY search.rowid DESC LIMIT ?2
                   ) AS found JOIN search_row r ON r.no = found.rowno
                   WHERE r.hidden = 0 ORDER BY found.score LIMIT ?3";
        let mut query_rows = self.db.prepare_cached(sql)?;
        let rows = query_rows
            .query_map(params![query, len(MOST_RANKED), len(limit)], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn hit(&self, query: &str, no: i64, rank: f64) -> Result<Hit, StoreError> {
        let sql = "SELECT r.id, r.kind, s.name, highlight(search, 0, ?3, ?4),
                       snippet(search, 1, ?3, ?4, '…', ?5)
                   FROM search JOIN search_row r ON r.no = search.rowid JOIN space s ON s.no = r.space
                   WHERE search MATCH ?1 AND search.rowid = ?2";
        let (begin, end) = (MARKS.0.to_string(), MARKS.1.to_string());
        let mut query_row = self.db.prepare_cached(sql)?;
        let (id, kind, space, title, snippet) =
            query_row.query_row(params![query, no, begin, end, SNIPPET], |row| {
                let texts: (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
                Ok((record_id(row, 0)?, row.get::<_, String>(1)?, texts.0, texts.1, texts.2))
            })?;
        let (title, snippet) = (Marked::read(&title), Marked::read(&snippet));
        Ok(Hit { kind, id, space: crate::codec::parse(&space)?, title, snippet, rank })
    }

    /// Counts what can be found of a kind, for "looked through".
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn searchable(&self, kind: &str) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM search_row WHERE kind = ?1";
        Ok(count(self.db.prepare_cached(sql)?.query_row([kind], |row| row.get(0))?))
    }
}

impl Store {
    /// Builds links, words and index anew from records and texts.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn rebuild_search(&self, texts: &mut dyn Texts) -> Result<(), StoreError> {
        self.write(Origin::Hub, |door| {
            for row in space::all(door.db)? {
                for id in record::ids_of_space(door.db, row.no)? {
                    if let Some(stored) = record::get(door.db, id)? {
                        record::derive(door, &stored)?;
                    }
                }
                for doc in text::docs_of_space(door.db, row.no)? {
                    rebuild_text(door, doc, row.no, texts)?;
                }
            }
            table::search::rebuild(door)
        })
        .map(|_| ())
    }

    /// Tells whether the index holds exactly the words of its rows.
    ///
    /// # Errors
    /// Any fault of the disk.
    pub fn search_is_whole(&self) -> Result<bool, StoreError> {
        self.write(Origin::Hub, table::search::is_whole).map(|(whole, _)| whole)
    }
}

fn rebuild_text(
    door: &mut crate::door::Door<'_>,
    doc: AnswerId,
    space_no: i64,
    texts: &mut dyn Texts,
) -> Result<(), StoreError> {
    let snapshot = text::snapshot(door.db, doc)?.map(|(bytes, _)| bytes);
    let updates: Vec<Vec<u8>> = text::live(door.db, doc, 0)?.into_iter().map(|update| update.bytes).collect();
    // A text that cannot be read keeps the words it was last known to have.
    if let Ok(facts) = texts.facts(doc, snapshot.as_deref(), &updates) {
        table::search::save_text(door, doc, space_no, &facts.plain)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_never_a_query_language() {
        for (typed, expected) in [
            ("pay rise", Some("\"pay\" \"rise\"*")),
            ("pay ", Some("\"pay\"")),
            ("title:\"x\" OR (y* NEAR", Some("\"title\" \"x\" \"OR\" \"y\" \"NEAR\"*")),
            (" -- ", None),
            ("", None),
        ] {
            assert_eq!(query(typed).as_deref(), expected, "{typed}");
        }
    }

    #[test]
    fn matches_are_ranges_of_the_bare_text() {
        let marked = Marked::read("caf\u{1}é\u{2}, \u{1}pay\u{2}");
        assert_eq!(marked.text, "café, pay");
        assert_eq!(marked.matches, vec![3..5, 7..10]);
    }
}
