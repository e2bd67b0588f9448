//! Tells the permission system the name of every command, from the one list: a command that is not named in the
//! window's capability is refused. Without this every command would be open to every window.

macro_rules! commands {
    ($($(#[$about:meta])* $feature:ident :: $name:ident ($($asked:tt)*) -> $answer:ident $(<$row:ident>)?, $kind:ident [$($tag:ident),*];)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

include!("../crates/commands/src/list.rs");

fn main() {
    println!("cargo:rerun-if-changed=../crates/commands/src/list.rs");
    println!("cargo:rerun-if-changed=../ui/dist");
    println!("cargo:rerun-if-changed=isolation");
    // A check of the code alone needs no built screens; the program says at its start when it holds none.
    if let Err(error) = std::fs::create_dir_all("../ui/dist") {
        println!("cargo:warning=ui/dist cannot be made: {error}");
    }
    let manifest = tauri_build::AppManifest::new().commands(NAMES);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}
