//! `xuefa serve`: the web server.

use super::tls::Certificate;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::error::{Error, Message, Result};
use crate::i18n::{self, Language};
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
/// One sentence: the database cannot be reached, the port is in use, plain http beyond this machine.
pub(super) fn run(config: Config) -> Result<()> {
    warn_of_settings(&config);
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
    if let Some(certificate) = &certificate
        && let Some(warning) = certificate.other_name(&app.config)
    {
        let warning = i18n::word(Language::English, &app.clock, &warning);
        tracing::warn!(warning, "certificate");
    }
    super::background::start(&app)?;
    app.foot.refresh(&app.db).await?;
    let press = app.press.clone();
    // Beside the start, which does not wait for it.
    drop(std::thread::spawn(move || match super::fonts::report(&press, Language::English) {
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

/// What an operator may have meant otherwise, in the log.
fn warn_of_settings(config: &Config) {
    for variable in config::unknown_settings() {
        tracing::warn!(%variable, "no setting of this program; see whether it is misspelled");
    }
    if let Some(folder) = super::fonts::find_missing_folder(config) {
        tracing::warn!(folder = %folder.display(), "XUEFA_FONTS is no folder that can be read");
    }
}

fn refuse_plain_http(config: &Config) -> Result<()> {
    if let Some(refusal) = plain_http_refusal(config) {
        return Err(Error::refused(refusal));
    }
    if config.is_plain_beyond_here() {
        tracing::warn!(
            "serving plain http beyond this machine: whoever is on the network can read passwords and logins"
        );
    }
    Ok(())
}

/// Why a server with these settings would not start, as far as https is meant.
pub(super) fn plain_http_refusal(config: &Config) -> Option<Message> {
    let (base, listen) = (config.base_url(), config.listen.to_string());
    if config.tls.certificate.is_some() && !config.is_https() {
        return Some(Message::new("cli-tls-address").with("base", base));
    }
    if !config.is_plain_beyond_here() || config.plain_http {
        return None;
    }
    Some(match config.is_https() {
        true => Message::new("cli-plain-http-https").with("base", base).with("listen", listen),
        false => Message::new("cli-plain-http").with("listen", listen),
    })
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
