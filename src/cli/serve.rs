//! `xuefa serve`: the web server.

use super::tls::Certificate;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::error::Result;
use crate::store::Db;
use crate::web::App;
use actix_web::HttpServer;
use anyhow::Context;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::Duration;

/// Serves until the process is told to stop.
///
/// # Errors
/// `Broken` with one sentence: the database cannot be reached, the port is in use, plain http beyond this machine.
pub(super) fn run(config: Config) -> Result<()> {
    refuse_plain_http(&config)?;
    let db = Db::open(&config.database)?;
    let clock = Clock::system(config.zone);
    let app = App::new(db, clock, config)?;
    block_on(async move {
        let now = app.clock.now();
        app.db.write(move |conn| crate::readings::sync(conn, now)).await?;
        serve(app).await
    })
}

/// Runs a future to its end on the runtime that serves.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}

/// Serves an application that is ready.
///
/// # Errors
/// `Broken` when the address cannot be listened on.
pub(super) async fn serve(app: App) -> Result<()> {
    let listen = app.config.listen;
    let certificate = Certificate::of(&app.config.tls)?;
    super::background::start(&app)?;
    app.foot.refresh(&app.db).await?;
    let press = app.press.clone();
    // Beside the start, which does not wait for it.
    drop(std::thread::spawn(move || match press.report() {
        Ok(faces) => tracing::info!(%faces, "fonts of papers"),
        Err(problem) => tracing::warn!(%problem, "fonts of papers"),
    }));
    let server = HttpServer::new(move || app.service());
    let bound = match &certificate {
        None => server.bind(listen),
        Some(certificate) => server.bind_rustls_0_23(listen, certificate.server()?),
    };
    let server = bound
        .with_context(|| format!("cannot listen on {listen}; another program may be using it"))?
        // Whoever does not send the head of a request in time is cut (V-01); so is a connection on which nothing happens.
        .client_request_timeout(Duration::from_secs(10))
        .keep_alive(Duration::from_secs(15))
        .client_disconnect_timeout(Duration::from_secs(5))
        .shutdown_timeout(10);
    let is_https = certificate.is_some();
    if let Some(certificate) = certificate {
        drop(tokio::spawn(certificate.watch()));
    }
    tracing::info!(%listen, is_https, "ready");
    if let Some(socket) = config::notify_socket()
        && let Err(error) = tell_ready(&socket)
    {
        tracing::warn!(%error, "systemd could not be told that the program is ready");
    }
    server.run().await.context("the server stopped")?;
    Ok(())
}

/// Tells systemd (`Type=notify`) that requests are taken, so that `systemctl start` returns then, or fails with the start.
fn tell_ready(socket: &Path) -> std::io::Result<()> {
    UnixDatagram::unbound()?.send_to(b"READY=1", socket).map(drop)
}

fn refuse_plain_http(config: &Config) -> Result<()> {
    if config.tls.certificate.is_some() && !config.is_https() {
        return Err(anyhow::anyhow!(
            "XUEFA_BASE_URL is {}, but the program serves https by itself (XUEFA_TLS_CERTIFICATE): let it begin with https://",
            config.base_url()
        )
        .into());
    }
    if config.is_https() || config.listen.ip().is_loopback() {
        return Ok(());
    }
    if config.plain_http {
        tracing::warn!(
            "serving plain http beyond this machine: whoever is on the network can read passwords and logins"
        );
        return Ok(());
    }
    Err(anyhow::anyhow!(
        "the base address is not https and {} is not this machine alone: set XUEFA_BASE_URL=https://…, or XUEFA_PLAIN_HTTP=1 on a closed network",
        config.listen
    )
    .into())
}

/// Tells at once when an address cannot be listened on, before anything long is begun.
///
/// # Errors
/// `Broken` with one sentence.
pub(super) fn probe(listen: std::net::SocketAddr) -> Result<()> {
    std::net::TcpListener::bind(listen)
        .with_context(|| format!("cannot listen on {listen}; another program may be using it"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systemd_is_told_that_the_program_is_ready() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        let systemd = UnixDatagram::bind(&path).expect("a socket");

        tell_ready(&path).expect("somebody listens");

        let mut told = [0; 32];
        let n = systemd.recv(&mut told).expect("a word");
        assert_eq!(told.get(..n), Some(b"READY=1".as_slice()));
    }
}
