//! The allow-list of nodes and marks that editor and Rust share: `schema.json`, read by the editor's tests
//! as well. Nodes and marks are only ever added, and the number rises when one is.

/// The number of the schema that this version writes.
pub const SCHEMA: u16 = 1;

/// The file itself, for whoever compares another schema with it.
pub const SCHEMA_JSON: &str = include_str!("../schema.json");

/// Nodes that hold other nodes.
pub(crate) const CONTAINERS: &[&str] =
    &["blockquote", "bulletList", "orderedList", "listItem", "table", "tableRow"];

/// Marks that this version knows.
pub(crate) const MARKS: &[&str] = &["bold", "italic", "link", "insertion", "deletion", "modification"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_what_the_code_says() {
        let file: serde_json::Value = serde_json::from_str(SCHEMA_JSON).expect("it reads as JSON");
        assert_eq!(file["schema"], SCHEMA);
        let marks: Vec<_> = file["marks"].as_object().expect("it is an object").keys().cloned().collect();
        let mut ours: Vec<_> = MARKS.iter().map(|&mark| mark.to_owned()).collect();
        ours.sort();
        assert_eq!(marks.iter().collect::<std::collections::BTreeSet<_>>(), ours.iter().collect());
        for node in CONTAINERS {
            assert!(file["nodes"][node].is_object(), "{node}");
        }
    }
}
