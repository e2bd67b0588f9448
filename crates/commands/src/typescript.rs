//! What the screens know of the commands: all types, a map from a command's name to what it takes and gives,
//! and which tags it reads or makes stale. Made from the list, so that the two can never differ.

// What several features answer with; the rest of a feature's types stand in its own module.
use crate::account::AppState;
use crate::answers::{AnswerAsked, Saved};
use crate::calls::Changed;
use crate::error::Error;
use crate::host::Event;
use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use ts_rs::{Config, TS, TypeVisitor};

/// Types of the wire, gathered with everything they are made of.
struct Gathered {
    config: Config,
    seen: HashSet<TypeId>,
    types: BTreeMap<String, String>,
}

impl Gathered {
    fn add<T: TS + 'static + ?Sized>(&mut self) {
        // Only a type of ours has a place of its own; lists and options are written where they are used.
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            let about = T::docs().unwrap_or_default();
            let about = about.trim_end();
            let about = if about.is_empty() { String::new() } else { format!("{about}\n") };
            let declaration = T::decl(&self.config);
            self.types.insert(T::ident(&self.config), tidy(&format!("{about}export {declaration}")));
        }
        T::visit_generics(self);
        T::visit_dependencies(self);
    }
}

impl TypeVisitor for Gathered {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}

/// Writes what a command gives: bytes, or the name of a type.
macro_rules! given {
    ($gathered:ident, bytes) => {
        "ArrayBuffer".to_owned()
    };
    ($gathered:ident, Vec<$row:ident>) => {{
        $gathered.add::<$row>();
        format!("{}[]", <$row as TS>::name(&$gathered.config))
    }};
    ($gathered:ident, $answer:ident) => {{
        $gathered.add::<$answer>();
        <$answer as TS>::name(&$gathered.config)
    }};
}

macro_rules! commands {
    ($($(#[doc = $about:literal])* $feature:ident :: $name:ident ($asked:ident $(, $bytes:ident)?) -> $answer:ident $(<$row:ident>)?, $kind:ident [$($tag:ident),*];)*) => {
        fn entries(gathered: &mut Gathered) -> Vec<Entry> {
            let mut entries = Vec::new();
            $({
                use crate::$feature::*;
                gathered.add::<$asked>();
                let asked = <$asked as TS>::name(&gathered.config);
                let answer = given!(gathered, $answer $(<$row>)?);
                entries.push(Entry {
                    name: stringify!($name),
                    about: concat!($($about),*).trim(),
                    asked,
                    takes_bytes: [$(stringify!($bytes)),*].contains(&"bytes"),
                    answer,
                    writes: stringify!($kind) == "writes",
                    tags: vec![$(stringify!($tag)),*],
                });
            })*
            entries
        }
    };
}

include!("list.rs");

struct Entry {
    name: &'static str,
    about: &'static str,
    asked: String,
    takes_bytes: bool,
    answer: String,
    writes: bool,
    tags: Vec<&'static str>,
}

fn gather() -> (Gathered, Vec<Entry>) {
    let mut gathered = Gathered { config: Config::new(), seen: HashSet::new(), types: BTreeMap::new() };
    gathered.add::<Error>();
    gathered.add::<Event>();
    let entries = entries(&mut gathered);
    (gathered, entries)
}

/// Returns the module `ui/src/ipc/generated.ts`.
pub fn typescript() -> String {
    let (gathered, entries) = gather();
    let mut text = String::from(
        "// Written by `cargo xtask generate` from crates/commands/src/list.rs. Do not change by hand.\n\n",
    );
    for declaration in gathered.types.values() {
        writeln!(text, "{declaration}\n").expect("BUG: writing to a string failed");
    }
    text.push_str("/** Every command: what it takes and what it gives. */\nexport interface Commands {\n");
    for entry in &entries {
        let bytes = if entry.takes_bytes { "; bytes: Uint8Array" } else { "" };
        writeln!(
            text,
            "  /** {} */\n  {}: {{ req: {}{bytes}; res: {} }};",
            entry.about, entry.name, entry.asked, entry.answer
        )
        .expect("BUG: writing to a string failed");
    }
    text.push_str("}\n\n");
    for (name, about, writes) in
        [("READS", "What an answer depends on.", false), ("WRITES", "What a command may make stale.", true)]
    {
        writeln!(text, "/** {about} */\nexport const {name} = {{").expect("BUG: writing to a string failed");
        for entry in entries.iter().filter(|entry| entry.writes == writes) {
            let tags = entry.tags.iter().map(|tag| format!("'{tag}'")).collect::<Vec<_>>();
            writeln!(text, "  {}: [{}],", entry.name, tags.join(", "))
                .expect("BUG: writing to a string failed");
        }
        text.push_str("} as const;\n\n");
    }
    text.trim_end().to_owned()
}

/// Returns the list of commands for people, as Markdown.
pub fn markdown() -> String {
    let (_, entries) = gather();
    let mut text = String::from(
        "# Commands\n\nWhat the app and `linchpin invoke COMMAND JSON` can be asked for. Written by `cargo xtask \
         generate`; what each takes and gives stands in `ui/src/ipc/generated.ts`.\n\n\
         | command | what it does | takes | gives | reads or changes |\n| --- | --- | --- | --- | --- |\n",
    );
    for entry in entries {
        let bytes = if entry.takes_bytes { " and bytes" } else { "" };
        let does = if entry.writes { "changes" } else { "reads" };
        let tags = if entry.tags.is_empty() { "nothing".to_owned() } else { entry.tags.join(", ") };
        let gives = if entry.answer == "ArrayBuffer" { "bytes".to_owned() } else { entry.answer };
        writeln!(
            text,
            "| `{}` | {} | {}{bytes} | {gives} | {does} {tags} |",
            entry.name, entry.about, entry.asked
        )
        .expect("BUG: writing to a string failed");
    }
    text.trim_end().to_owned()
}

/// Puts each short comment on one line and each field on its own.
fn tidy(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut inside = false;
    let mut comment: Option<String> = None;
    for line in text.lines().map(str::trim) {
        match (&mut comment, line) {
            (None, "/**") => comment = Some(String::new()),
            (Some(words), "*/") => {
                let lead = if inside { "  " } else { "" };
                lines.push(format!("{lead}/** {} */", words.trim()));
                comment = None;
            }
            (Some(words), line) => {
                words.push_str(line.trim_start_matches('*').trim());
                words.push(' ');
            }
            (None, "") => {}
            (None, line) => {
                lines.push(if inside { format!("  {line}") } else { line.to_owned() });
                inside = true;
            }
        }
    }
    lines.join("\n")
}
