//! Connections to a mail server that are kept open between mails.
//!
//! lettre's own pool cannot set `TCP_NODELAY`, and it writes the end of a mail in a packet of its own, which then waits for
//! the server's acknowledgement of the one before, usually 40 ms. As mails are handed over one after the other, that
//! would be all the time there is: so the connections, which lettre drives, are opened and kept here.

use super::mailer::Sending;
use super::model::OwnProblem;
use super::server;
use anyhow::Context;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use url::Url;

/// Connecting, greeting, TLS and signing in are given up after this long.
const CONNECT_WITHIN: Duration = Duration::from_secs(30);

/// Where the connections go, and those that wait for the next mail.
pub struct Connections {
    host: String,
    port: u16,
    tls: TlsParameters,
    /// Without STARTTLS nothing is said to the server.
    needs_tls: bool,
    credentials: Option<Credentials>,
    hello: ClientId,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

impl Connections {
    /// To the server of an `smtp://` address that [`server::of`] has found good.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn to(address: &Url, tls: TlsParameters) -> anyhow::Result<Self> {
        let plain = |text: &str| -> anyhow::Result<String> {
            Ok(percent_encoding::percent_decode_str(text).decode_utf8()?.into_owned())
        };
        let credentials = match address.password() {
            Some(password) => Some(Credentials::new(plain(address.username())?, plain(password)?)),
            None => None,
        };
        let name = address.path().trim_matches('/');
        Ok(Self {
            host: address.host_str().context("the address names no host")?.to_owned(),
            // As lettre does: submission, because a plain address asks for STARTTLS where there is any.
            port: address.port().unwrap_or(587),
            tls,
            needs_tls: address.query_pairs().any(|(key, value)| key == "tls" && value == "required"),
            credentials,
            hello: if name.is_empty() { ClientId::default() } else { ClientId::Domain(name.to_owned()) },
            idle: Mutex::default(),
        })
    }

    /// Sends one mail over a connection that waits, or over a new one.
    pub async fn send(&self, envelope: &Envelope, content: &[u8]) -> Sending {
        let mut connection = match self.waiting().await {
            Some(connection) => connection,
            None => match tokio::time::timeout(CONNECT_WITHIN, self.connect()).await {
                Ok(Ok(connection)) => connection,
                Ok(Err(sending)) => return sending,
                Err(_) => return Sending::Failed(OwnProblem::NoAnswer.into()),
            },
        };
        let sent = connection.send(envelope, content).await;
        if !connection.has_broken() {
            self.idle().push(connection);
        }
        match sent {
            Ok(_) => Sending::Sent,
            Err(error) => server::outcome(&error),
        }
    }

    /// One that still answers.
    async fn waiting(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let mut connection = self.idle().pop()?;
            if connection.test_connected().await {
                return Some(connection);
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Sending> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await;
        let stream = stream.and_then(|stream| stream.set_nodelay(true).map(|()| stream)).map_err(|error| {
            tracing::warn!(%error, "a mail server could not be reached");
            Sending::Failed(OwnProblem::NotReached.into())
        })?;
        self.greet(stream).await.map_err(|error| server::outcome(&error))
    }

    async fn greet(&self, stream: TcpStream) -> Result<AsyncSmtpConnection, lettre::transport::smtp::Error> {
        let mut connection = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello).await?;
        if self.needs_tls || connection.can_starttls() {
            connection.starttls(self.tls.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        Ok(connection)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<AsyncSmtpConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
