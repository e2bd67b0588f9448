//! Real files that lie beside the checkout and are never copied into it. A story that needs one says
//! SKIPPED with the reason where it is absent; that never counts as a pass of that fact.

use std::path::PathBuf;

/// Returns the path of a real file, or none, having said so.
pub fn file(story: &str, name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(name);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("SKIPPED {story}: ../shared/{name} is not beside the checkout");
    None
}
