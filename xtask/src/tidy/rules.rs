//! The rules themselves: a name and a text in, findings out. They touch no disk, so that each has its test.

use serde_json::Value;

/// A Rust file is split before it reaches this many lines, a file of the screens before that many.
const RUST_LINES: usize = 600;
const SCREEN_LINES: usize = 400;

/// Starts of words that never stand on screen.
const NEVER_ON_SCREEN: [&str; 9] =
    ["conflict", "merg", "replica", "queu", "token", "upsert", "mutation", "entity", "entities"];

/// A file that holds one invocation and nothing else, because three places include it.
const NO_HEADER: [&str; 1] = ["crates/commands/src/list.rs"];

/// What every text of ours is held to.
pub(crate) fn any_text(name: &str, text: &str) -> Vec<String> {
    // Written in halves, so that this file does not find itself.
    let paths =
        [concat!("/wo", "rk/"), concat!("/tm", "p/brief"), concat!("/ro", "ot/"), concat!("C:\\", "Users\\")];
    let mut wrong = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        if let Some(path) = paths.iter().find(|path| has_path(line, path)) {
            wrong.push(format!("{name}:{number}: a path of somebody's computer ({path})"));
        }
        for word in [concat!("TO", "DO"), concat!("FIX", "ME")] {
            if let Some((_, rest)) = line.split_once(word)
                && !rest.starts_with("(#")
                && !name.ends_with(".md")
            {
                wrong.push(format!("{name}:{number}: {word} without the number of its issue"));
            }
        }
    }
    wrong
}

/// What every Rust file is held to.
pub(crate) fn rust(name: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let lines = text.lines().count();
    if lines > RUST_LINES {
        wrong.push(format!("{name}: {lines} lines, at most {RUST_LINES}"));
    }
    if !text.starts_with("//!") && !NO_HEADER.contains(&name) {
        wrong.push(format!(
            "{name}: does not open with //! (what lives here, what does not, which invariant)"
        ));
    }
    if name.ends_with("/mod.rs") {
        wrong.push(format!("{name}: name the file after what it holds, beside the folder"));
    }
    if text.contains(concat!("#[ig", "nore")) {
        wrong.push(format!("{name}: a test that is never run"));
    }
    let in_source =
        name.starts_with("crates/") && name.contains("/src/") || name.starts_with("src-tauri/src/");
    if in_source && text.contains(concat!(".unw", "rap()")) {
        wrong.push(format!("{name}: unwrap; say with expect what must hold, in tests too"));
    }
    let routes = name.starts_with("crates/hub/src/") && name != "crates/hub/src/router.rs";
    if routes && text.contains(".route(") {
        wrong.push(format!("{name}: a route outside router.rs"));
    }
    wrong
}

/// What every file of the screens is held to.
pub(crate) fn screens(name: &str, text: &str) -> Vec<String> {
    let lines = text.lines().count();
    let generated = name == "ui/src/ipc/generated.ts";
    if lines > SCREEN_LINES && !generated && !name.ends_with(".test.ts") {
        return vec![format!("{name}: {lines} lines, at most {SCREEN_LINES}")];
    }
    Vec::new()
}

/// What every word on screen is held to.
pub(crate) fn messages(name: &str, messages: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for (key, value) in messages.as_object().into_iter().flatten() {
        let text = value.to_string();
        let plain = without_names(&text).to_lowercase();
        for word in plain.split(|c: char| !c.is_alphanumeric()) {
            if let Some(start) = NEVER_ON_SCREEN.iter().find(|start| word.starts_with(*start)) {
                wrong.push(format!("{name}: {key} says \"{word}\", and {start}... never stands on screen"));
            }
        }
        if plain.contains("sync error") {
            wrong.push(format!("{name}: {key} says \"sync error\""));
        }
        let title = ["_title", "_heading", "_name"].iter().any(|ending| key.ends_with(ending));
        if title && text.contains(concat!("N", "HS")) {
            wrong.push(format!("{name}: {key} carries a name that is not ours in a title"));
        }
    }
    wrong
}

/// Returns the text without `{names}` of values, which nobody sees.
fn without_names(text: &str) -> String {
    let mut inside = false;
    let mut left = String::new();
    for c in text.chars() {
        match c {
            '{' => inside = true,
            '}' => inside = false,
            other if !inside => left.push(other),
            _ => {}
        }
    }
    left
}

/// Returns the files of a test binary that no `mod` line names.
pub(crate) fn unnamed(names: &[String], texts: &[String]) -> Vec<String> {
    let named = |file: &str| {
        let module = file.trim_end_matches(".rs").rsplit('/').next().unwrap_or_default();
        let line = format!("mod {module};");
        texts
            .iter()
            .any(|text| text.lines().any(|found| found.trim_start_matches("pub(crate) ").trim() == line))
    };
    names.iter().filter(|file| *file != "main.rs" && !named(file)).cloned().collect()
}

/// A path counts where it stands as one, not inside a longer word or address.
fn has_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '_' | '}' | '*'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_of_somebodys_computer_is_found() {
        let line = format!("let path = \"{}ot/notes\";", "/ro");
        assert_eq!(
            any_text("a.rs", &line),
            [format!("a.rs:1: a path of somebody's computer ({}ot/)", "/ro")]
        );
        assert_eq!(any_text("a.rs", "import x from '../root/Page.svelte';"), Vec::<String>::new());
    }

    #[test]
    fn a_promise_needs_its_number() {
        let bare = format!("// {}: later", concat!("TO", "DO"));
        assert_eq!(any_text("a.rs", &bare).len(), 1);
        let numbered = format!("// {}(#12): later", concat!("TO", "DO"));
        assert_eq!(any_text("a.rs", &numbered), Vec::<String>::new());
    }

    #[test]
    fn a_rust_file_opens_with_what_it_holds() {
        assert_eq!(rust("a.rs", "//! Holds a thing.\n"), Vec::<String>::new());
        assert_eq!(rust("a.rs", "fn main() {}\n").len(), 1);
        assert_eq!(rust("crates/commands/src/list.rs", "commands! {}\n"), Vec::<String>::new());
    }

    #[test]
    fn an_unwrap_in_the_source_is_found_and_one_of_a_story_is_not() {
        let text = format!("//! Reads.\nfn f() {{ g(){}; }}\n", concat!(".unw", "rap()"));
        assert_eq!(rust("crates/a/src/b.rs", &text).len(), 1);
        assert_eq!(rust("crates/a/tests/it/main.rs", &text), Vec::<String>::new());
    }

    #[test]
    fn a_long_file_is_found() {
        let long = format!("//! Long.\n{}", "\n".repeat(RUST_LINES));
        assert_eq!(rust("a.rs", &long), ["a.rs: 601 lines, at most 600"]);
        assert_eq!(screens("ui/src/a.ts", &"\n".repeat(401)), ["ui/src/a.ts: 401 lines, at most 400"]);
        assert_eq!(screens("ui/src/ipc/generated.ts", &"\n".repeat(401)), Vec::<String>::new());
    }

    #[test]
    fn a_route_outside_the_router_is_found() {
        let text = "//! Routes.\nfn f() { router.route(\"/v1/x\", get(x)); }\n";
        assert_eq!(
            rust("crates/hub/src/routes/x.rs", text),
            ["crates/hub/src/routes/x.rs: a route outside router.rs"]
        );
        assert_eq!(rust("crates/hub/src/router.rs", text), Vec::<String>::new());
    }

    #[test]
    fn words_of_the_trade_never_stand_on_screen() {
        let found = messages(
            "m.json",
            &json!({ "sync_a": "Merging now", "sync_b": "Sync error", "sync_c": "Sent {token}" }),
        );
        assert_eq!(
            found,
            [
                "m.json: sync_a says \"merging\", and merg... never stands on screen",
                "m.json: sync_b says \"sync error\""
            ]
        );
    }

    #[test]
    fn a_test_file_without_its_line_is_found() {
        let names = ["main.rs".to_owned(), "named.rs".to_owned(), "lost.rs".to_owned()];
        let texts = ["//! Tests.\nmod named;\n".to_owned(), String::new(), String::new()];
        assert_eq!(unnamed(&names, &texts), ["lost.rs"]);
    }
}
