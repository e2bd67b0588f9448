//! Serving: sockets, the log, and how it stops.

use crate::words::lock::lock;
use crate::words::place::Place;
use crate::words::{Failed, now_ms};
use anyhow::Context;
use clap::{Args, ValueEnum};
use linchpin_hub::serve;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

#[derive(Args)]
pub(super) struct Serving {
    /// Where to listen. Anything but this computer belongs behind a server that speaks HTTPS.
    #[arg(long, default_value = "127.0.0.1:8750")]
    listen: SocketAddr,
    /// Where to give figures for Prometheus, at /metrics. They name no person; even so it belongs on an address that
    /// the network's members cannot reach.
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// The address of a server in front that speaks HTTPS: where it says that a request comes from counts (the last
    /// address in X-Forwarded-For). Without it everybody seems to come from that server. May be said several times.
    #[arg(long, value_name = "ADDRESS")]
    behind: Vec<IpAddr>,
    /// How the log on standard error is written.
    #[arg(long, value_enum, default_value_t = LogForm::Text)]
    log: LogForm,
}

/// How the log is written.
#[derive(Clone, Copy, ValueEnum)]
enum LogForm {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// Serves until told to stop.
pub(super) fn serve(place: &Place, serving: &Serving) -> Result<(), Failed> {
    let hub = Arc::new(place.open()?.limited());
    // A database is served by any number of processes, a folder by one.
    let _lock = match place {
        Place::Folder(folder) => Some(lock(folder)?),
        Place::Database(_) => None,
    };
    let network = hub.facts()?.network;
    begin_log(serving.log);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("start the threads")?;
    runtime.block_on(async {
        let (listener, local) = bound(serving.listen, "--listen").await?;
        let metrics = match serving.metrics {
            Some(address) => Some(bound(address, "--metrics").await?),
            None => None,
        };
        tracing::info!(%local, metrics = ?metrics.as_ref().map(|(_, local)| local), network, "listening");
        let (metrics, fronts) = (metrics.map(|(listener, _)| listener), serving.behind.clone());
        let sockets = serve::Sockets { hub: listener, metrics, fronts };
        serve::serve(hub, sockets, now_ms, stopped()).await.context("serve")?;
        tracing::info!("stopped");
        Ok(())
    })
}

fn begin_log(form: LogForm) {
    let filter = EnvFilter::try_from_env("LINCHPIN_LOG").unwrap_or_else(|_| "info".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    match form {
        LogForm::Text => log.init(),
        LogForm::Json => log.json().flatten_event(true).init(),
    }
}

async fn bound(address: SocketAddr, argument: &str) -> Result<(TcpListener, SocketAddr), Failed> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failed::Person(format!("cannot listen on {address}: {error}; choose another with {argument}"))
    })?;
    let local = listener.local_addr().context("find the address")?;
    Ok((listener, local))
}

/// Returns when somebody asks the program to stop.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut asked) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = asked.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
