//! A PostgreSQL server of the tests' own: made in a scratch folder, heard on a socket in it and nowhere else, shared
//! by all tests of one program. A shell keeps it: when the test program ends, however it ends, the shell hears that,
//! ends the server and removes the folder.

#![expect(clippy::disallowed_methods, reason = "the tests' own server is another program")]

use postgres::{Client, NoTls};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes the server, says where its socket is, waits until nobody holds its input, and clears everything away.
const KEEPER: &str = r#"
set -e
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$1/initdb" -D data -A trust -U hub --no-sync --encoding=UTF8 --locale=C > log 2>&1 || { cat log >&2; exit 1; }
"$1/pg_ctl" -D data -l log -w -s \
    -o "-k $folder -c listen_addresses= -c max_connections=300 -c shared_buffers=64MB" start || { cat log >&2; exit 1; }
trap '"$1/pg_ctl" -D data -s -m immediate stop; rm -rf "$folder"' EXIT
echo "$folder"
read -r _ || true
"#;

/// The server.
pub struct Server {
    folder: String,
    made: AtomicU32,
    /// Its input stays open as long as this program lives.
    _keeper: Child,
}

/// Returns the server of this test program, started when it is first asked for; says why where there is none.
///
/// # Errors
/// Why there is no server, in a sentence.
pub fn server() -> Result<&'static Server, &'static str> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    SERVER.get_or_init(start).as_ref().map_err(String::as_str)
}

impl Server {
    /// Returns the address of an empty database: a schema of its own.
    ///
    /// # Errors
    /// Any fault of the server.
    pub fn empty(&self) -> Result<String, postgres::Error> {
        let schema = format!("test_{}", self.made.fetch_add(1, Ordering::Relaxed));
        let mut client = Client::connect(&self.address(""), NoTls)?;
        client.batch_execute(&format!("CREATE SCHEMA {schema}"))?;
        Ok(self.address(&format!("?options=-csearch_path%3D{schema}")))
    }

    fn address(&self, end: &str) -> String {
        format!("postgres://hub@{}/postgres{end}", self.folder.replace('/', "%2F"))
    }
}

fn start() -> Result<Server, String> {
    let programs = programs().ok_or("PostgreSQL is not on this computer (apt: postgresql)")?;
    let mut keeper = keeper(&programs)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("PostgreSQL cannot be started: {error}"))?;
    let mut folder = String::new();
    let said = keeper.stdout.take().ok_or("BUG: the shell has an output")?;
    BufReader::new(said).read_line(&mut folder).map_err(|error| error.to_string())?;
    let folder = folder.trim().to_owned();
    if folder.is_empty() {
        return Err("PostgreSQL did not start; what it said stands above".to_owned());
    }
    Ok(Server { folder, made: AtomicU32::new(0), _keeper: keeper })
}

/// The shell that keeps the server, in a group of its own: what ends the tests at the keyboard does not reach it.
#[cfg(unix)]
fn keeper(programs: &Path) -> Command {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    // PostgreSQL does not run as root; the account that Debian makes for it does.
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    let mut command = Command::new(if is_root { "setpriv" } else { "sh" });
    if is_root {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env", "sh"]);
    }
    command.args(["-c", KEEPER, "keeper"]).arg(programs).current_dir("/").process_group(0);
    command
}

#[cfg(not(unix))]
fn keeper(_programs: &Path) -> Command {
    // Never reached: no programs are looked for.
    Command::new("sh")
}

/// Returns the folder of the newest server's programs: on the search path, or where Debian puts them.
fn programs() -> Option<PathBuf> {
    if !cfg!(unix) {
        return None;
    }
    let path = std::env::var_os("PATH")?;
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
    debian.sort();
    let mut places = debian.into_iter().rev().chain(std::env::split_paths(&path));
    places.find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}
