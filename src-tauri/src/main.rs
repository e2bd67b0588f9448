//! The desktop shell. Opens the store before anything of the window exists, so that a computer whose web view
//! is missing or broken still has its words safe and is told so. Translates between the window and
//! `linchpin-commands`; no rule of the product lives here, and no logic hangs on an exit event.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod bridge;
mod display;
mod fault;
mod folder;
mod host;
mod links;
#[cfg(target_os = "macos")]
mod menu;
mod news;
mod screens;
mod window;

use fault::Fault;
use host::Desktop;
use linchpin_commands::Core;
use std::process::ExitCode;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("LINCHPIN_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match start() {
        Ok(code) => code,
        Err(fault) => fault.show(),
    }
}

/// Folder, store, window: in this order.
fn start() -> Result<ExitCode, Fault> {
    let place = folder::find(std::env::args_os().skip(1))?;
    let desktop = Arc::new(Desktop::new());
    let core = Core::open(&place.folder, desktop.clone()).map_err(Fault::store)?;
    window::web_view_is_there()?;
    window::run(&place, Arc::new(core), desktop)
}
