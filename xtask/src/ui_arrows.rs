//! Which folder of the screens may import which, and which package stays behind which fence. Reads every
//! `import`, `export from` and `import()` in `.ts` and `.svelte`. Knows nothing of types or bundles.

use crate::files::{files, read, shown};
use crate::house::House;
use anyhow::{Result, bail};

/// A folder of `ui/src` may import these. `screens` stands for each screen alone: never another screen.
const ARROWS: [(&str, &[&str]); 7] = [
    ("frame", &["screens", "editor", "ipc", "widgets", "pictures", "words"]),
    ("screens", &["editor", "ipc", "widgets", "pictures", "words"]),
    ("editor", &["ipc", "widgets", "words"]),
    ("widgets", &["words"]),
    ("pictures", &["words"]),
    ("ipc", &[]),
    ("words", &[]),
];

/// A package, and the folders that may import it.
const FENCES: [(&str, &[&str]); 6] = [
    ("@tauri-apps/", &["ipc"]),
    ("@tiptap/", &["editor"]),
    ("yjs", &["editor"]),
    ("y-protocols", &["editor"]),
    ("bits-ui", &["widgets"]),
    ("@lucide/svelte/", &["frame", "screens", "editor", "widgets", "pictures"]),
];

/// Compares the screens with the tables.
pub(crate) fn check(house: &House) -> Result<()> {
    let source = house.at("ui/src");
    let files = files(&source, &[".ts", ".svelte", ".js"])?;
    let mut wrong = Vec::new();
    for file in &files {
        wrong.extend(wrong_imports(&shown(&source, file), &read(file)?));
    }
    if wrong.is_empty() {
        println!("    the screens' arrows: {} files, none wrong", files.len());
        return Ok(());
    }
    bail!("wrong arrows in ui/src:\n  {}", wrong.join("\n  "))
}

/// Returns what is wrong with the imports of one file.
fn wrong_imports(file: &str, text: &str) -> Vec<String> {
    let from = place(file);
    imports(text).iter().filter_map(|import| wrong_import(file, &from, import)).collect()
}

fn wrong_import(file: &str, from: &str, import: &str) -> Option<String> {
    let folder = first(from);
    if !import.starts_with('.') {
        if import == "@lucide/svelte" {
            return Some(format!("{file} -> {import}: import each icon by its own path"));
        }
        let fence = FENCES.iter().find(|(name, _)| fits(name, import))?;
        // What stands beside the folders starts the whole page or tests it.
        let free = from.is_empty() || is_test_support(folder) || fence.1.contains(&folder);
        // The stand-in for Rust holds real documents, as Rust does; it is never in a release.
        let stand_in = file.starts_with("ipc/fake") && (fence.0 == "yjs" || fence.0 == "y-protocols");
        return (!free && !stand_in)
            .then(|| format!("{file} -> {import}: fenced, only for {}", fence.1.join(", ")));
    }
    let target = place(&resolve(file, import)?);
    if from == target || from.is_empty() || is_test_support(folder) {
        return None;
    }
    let Some((_, may)) = ARROWS.iter().find(|(name, _)| *name == folder) else {
        return Some(format!("{file}: the folder {folder} is missing from ARROWS in xtask/src/ui_arrows.rs"));
    };
    // Words for tests and types that stand beside the folders belong to nobody.
    (!target.is_empty() && !may.contains(&first(&target)))
        .then(|| format!("{from} -> {target}: not allowed ({file})"))
}

fn is_test_support(folder: &str) -> bool {
    folder == "tests"
}

/// Returns the folder that a file counts as: `widgets`, or `screens/home`; nothing for one at the top.
fn place(file: &str) -> String {
    let parts: Vec<&str> = file.split('/').collect();
    match parts.as_slice() {
        ["screens", screen, _, ..] => format!("screens/{screen}"),
        [folder, _, ..] => (*folder).to_owned(),
        _ => String::new(),
    }
}

fn first(place: &str) -> &str {
    place.split('/').next().unwrap_or_default()
}

fn fits(fence: &str, import: &str) -> bool {
    if fence.ends_with('/') {
        return import.starts_with(fence);
    }
    import == fence || import.strip_prefix(fence).is_some_and(|rest| rest.starts_with('/'))
}

/// Returns the imported file as seen from `ui/src`; nothing where it lies outside.
fn resolve(file: &str, import: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in import.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// Returns every module that a text imports, in any of the three ways.
fn imports(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !is_comment(line)).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for word in ["from", "import"] {
        for (at, _) in code.match_indices(word) {
            let before = code.get(..at).and_then(|text| text.chars().next_back());
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.' || c == '$') {
                continue;
            }
            let rest = code.get(at + word.len()..).unwrap_or_default().trim_start();
            let rest =
                if word == "import" { rest.strip_prefix('(').unwrap_or(rest).trim_start() } else { rest };
            found.extend(quoted(rest));
        }
    }
    found
}

fn quoted(text: &str) -> Option<String> {
    let mark = text.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'))?;
    let (inside, _) = text.get(1..)?.split_once(mark)?;
    (!inside.contains(['\n', ' '])).then(|| inside.to_owned())
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with('*') || line.starts_with("/*")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, text: &str, wrong: &[&str]) {
        assert_eq!(wrong_imports(file, text), wrong, "{file}");
    }

    #[test]
    fn allowed_imports_pass() {
        check(
            "screens/home/Page.svelte",
            "<script lang=\"ts\">\nimport Button from '../../widgets/Button.svelte';\nimport { call } from \"../../ipc/call\";\nimport Row from './Row.svelte';\nimport X from '@lucide/svelte/icons/x';\n</script>",
            &[],
        );
        check("frame/routes.ts", "const page = () => import('../screens/home/Page.svelte');", &[]);
        check("editor/doc.ts", "import * as Y from 'yjs';\nimport { Node } from '@tiptap/core';", &[]);
        check("main.ts", "import App from './frame/App.svelte';", &[]);
        check("ipc/fake.ts", "import * as Y from 'yjs';", &[]);
    }

    #[test]
    fn a_screen_may_not_use_another() {
        check(
            "screens/news/Page.svelte",
            "import Card from '../directory/Card.svelte';",
            &["screens/news -> screens/directory: not allowed (screens/news/Page.svelte)"],
        );
    }

    #[test]
    fn a_widget_knows_no_calls() {
        let file = "widgets/Meter.svelte";
        check(
            file,
            "import { call } from '../ipc/call';",
            &["widgets -> ipc: not allowed (widgets/Meter.svelte)"],
        );
        check(
            file,
            "export { x } from '../frame/x';",
            &["widgets -> frame: not allowed (widgets/Meter.svelte)"],
        );
        check(
            file,
            "const x = await import('../editor/x');",
            &["widgets -> editor: not allowed (widgets/Meter.svelte)"],
        );
    }

    #[test]
    fn fenced_packages_stay_behind_their_fence() {
        check(
            "screens/home/queries.ts",
            "import { invoke } from '@tauri-apps/api/core';",
            &["screens/home/queries.ts -> @tauri-apps/api/core: fenced, only for ipc"],
        );
        check("frame/x.ts", "import * as Y from 'yjs';", &["frame/x.ts -> yjs: fenced, only for editor"]);
        check(
            "frame/x.svelte",
            "import { X } from '@lucide/svelte';",
            &["frame/x.svelte -> @lucide/svelte: import each icon by its own path"],
        );
    }

    #[test]
    fn an_unknown_folder_fails() {
        check(
            "helpers/x.ts",
            "import '../words/dates';",
            &["helpers/x.ts: the folder helpers is missing from ARROWS in xtask/src/ui_arrows.rs"],
        );
    }

    #[test]
    fn comments_and_words_are_no_imports() {
        check(
            "widgets/a.ts",
            "// import x from '../ipc/call'\n * from '../ipc/call'\nconst a = 'a letter from home';",
            &[],
        );
    }
}
