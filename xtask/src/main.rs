//! The repository's own tool: `cargo xtask WORD`. Sets a computer up, runs the product with a sample network,
//! proves everything that CI proves, keeps the tables of the architecture. Knows none of our crates: it starts
//! their programs. It must compile in seconds on a bare computer, on Linux, Windows and macOS alike.
#![expect(clippy::print_stdout, reason = "what this program has to say goes to the terminal")]
#![expect(
    clippy::disallowed_methods,
    reason = "starting programs and reading the clock is this program's work"
)]

mod bench;
mod files;
mod generate;
mod house;
mod icons;
mod layers;
mod lint;
mod lock;
mod run;
mod setup;
mod steps;
mod test;
mod tidy;
mod ui;
mod ui_arrows;

use anyhow::{Result, bail};
use std::process::ExitCode;

const WORDS: &str = "\
cargo xtask WORD

  setup               names what this computer lacks and installs it where it may
  run [--as NAME]     builds, starts a hub with a small sample network, opens the app as asha or ben
  test [--only LEVEL] [--long]
                      everything CI runs, from nothing
  lint [PART]         format, clippy, arrows, lock file, tidiness, generated files, the screens' checks
  generate [--check]  writes what is made from the lists of commands and routes
  bench [NAME] [--long]
                      measures; builds for release
  icons               renders the mark to every size
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match obey(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn obey(words: &[String]) -> Result<()> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            println!("{WORDS}");
            Ok(())
        }
        ["setup"] => setup::setup(&house::House::find()?),
        ["run"] => run::run(&house::House::find()?, "asha"),
        ["run", "--as", name] => run::run(&house::House::find()?, name),
        ["test", rest @ ..] => test::test(&house::House::find()?, rest),
        ["lint"] => lint::lint(&house::House::find()?, None),
        ["lint", part] => lint::lint(&house::House::find()?, Some(part)),
        ["generate"] => generate::write(&house::House::find()?),
        ["generate", "--check"] => generate::check(&house::House::find()?),
        ["bench", rest @ ..] => bench::bench(&house::House::find()?, rest),
        ["icons"] => icons::icons(&house::House::find()?),
        other => bail!("cargo xtask does not know \"{}\".\n\n{WORDS}", other.join(" ")),
    }
}
