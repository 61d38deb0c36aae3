//! A mail server as the settings name it, and what its answers mean.

use super::connections::Connections;
use super::mailer::Sending;
use super::model::OwnProblem;
use crate::error::Result;
use anyhow::Context;
use lettre::transport::smtp;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use std::path::Path;
use url::Url;

/// A mail server by its address, whose certificate may come from an authority of the office's own: as lettre goes to it,
/// and the connections kept to one that does not speak TLS from the start.
///
/// # Errors
/// `Broken` when the address or the authority's file cannot be read.
pub(super) fn of(address: &str, authority: Option<&Path>) -> Result<(AsyncSmtpTransportBuilder, Option<Connections>)> {
    let address = with_starttls(address);
    // The address may hold a password: it is not repeated in the message.
    let wrong = "XUEFA_SMTP is not an address like smtp://user:password@host:587 or smtps://host";
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&address).context(wrong)?;
    let url = Url::parse(&address).context(wrong)?;
    let kept = |tls| match url.scheme() {
        "smtp" => Connections::to(&url, tls).map(Some).context(wrong),
        _ => Ok(None),
    };
    let Some(file) = authority else {
        let usual = TlsParameters::new(url.host_str().context(wrong)?.to_owned()).context(wrong)?;
        return Ok((builder, kept(usual)?));
    };
    let host = url.host_str().context(wrong)?.to_owned();
    let parameters = trusting(host, file).with_context(|| {
        format!(
            "XUEFA_SMTP_CA: {} is no file with certificates that begin with -----BEGIN CERTIFICATE-----",
            file.display()
        )
    })?;
    let kept = kept(parameters.clone())?;
    let tls = match (url.scheme(), url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value)) {
        ("smtps", _) => Tls::Wrapper(parameters),
        (_, Some(value)) if value == "required" => Tls::Required(parameters),
        (_, _) => Tls::Opportunistic(parameters),
    };
    Ok((builder.tls(tls), kept))
}

/// The public authorities and the one of the file.
fn trusting(host: String, file: &Path) -> anyhow::Result<TlsParameters> {
    let pem = std::fs::read(file)?;
    anyhow::ensure!(String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----"), "it holds no certificate");
    let authority = Certificate::from_pem(&pem)?;
    Ok(TlsParameters::builder(host).add_root_certificate(authority).build()?)
}

/// `smtp://` alone means STARTTLS where the server offers it.
fn with_starttls(address: &str) -> String {
    match (address.starts_with("smtp://"), address.contains("tls="), address.contains('?')) {
        (true, false, true) => format!("{address}&tls=opportunistic"),
        (true, false, false) => format!("{address}?tls=opportunistic"),
        (true, true, _) | (false, _, _) => address.to_owned(),
    }
}

/// What became of a mail that was not taken.
pub(super) fn outcome(error: &smtp::Error) -> Sending {
    if is_final(error) && is_of_address(error) {
        return Sending::RefusedAddress(error.to_string());
    }
    if is_final(error) {
        return Sending::Refused(error.to_string());
    }
    // What the server itself said is told in its words, anything else in ours.
    if error.status().is_some() || error.is_response() || error.is_client() {
        return Sending::Failed(error.to_string());
    }
    tracing::warn!(%error, "a mail server could not be used");
    Sending::Failed(if is_of_certificate(error) {
        OwnProblem::UntrustedCertificate.into()
    } else if error.is_timeout() {
        OwnProblem::NoAnswer.into()
    } else {
        OwnProblem::NotReached.into()
    })
}

/// 5xx is for good (`reliability.md` M-05), but for those about our own signing in, which the operator can mend.
fn is_final(error: &smtp::Error) -> bool {
    error.is_permanent() && !error.status().is_some_and(|code| [530, 534, 535, 538].contains(&u16::from(code)))
}

/// "No such mailbox" in the codes of RFC 5321 (4.2.3). A server may mean something else by 550; then HQ sends again.
fn is_of_address(error: &smtp::Error) -> bool {
    error.status().is_some_and(|code| speaks_of_address(u16::from(code), &error.to_string()))
}

/// But for what the codes of RFC 3463 say more exactly: a refused sender (5.1.7, 5.1.8), a policy (5.7).
fn speaks_of_address(code: u16, text: &str) -> bool {
    [550, 551, 553].contains(&code) && ![": 5.1.7", ": 5.1.8", ": 5.7."].iter().any(|other| text.contains(other))
}

/// In the words of rustls, whose error lettre hands on as text alone.
fn is_of_certificate(error: &smtp::Error) -> bool {
    error.to_string().contains("invalid peer certificate")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_smtp_takes_starttls_where_it_is_offered_and_what_is_said_stands() {
        assert_eq!(with_starttls("smtp://host:25"), "smtp://host:25?tls=opportunistic");
        assert_eq!(with_starttls("smtp://host?tls=required"), "smtp://host?tls=required");
        assert_eq!(with_starttls("smtps://host"), "smtps://host");
    }

    #[test]
    fn a_refused_sender_or_policy_says_nothing_of_the_recipients_address() {
        assert!(speaks_of_address(550, "permanent error (550): 5.1.1 no such user"));
        assert!(speaks_of_address(553, "permanent error (553): no such user"));
        assert!(!speaks_of_address(550, "permanent error (550): 5.7.1 relaying denied"));
        assert!(!speaks_of_address(550, "permanent error (550): 5.1.8 sender's domain not found"));
        assert!(!speaks_of_address(552, "permanent error (552): 5.2.2 mailbox full"));
    }
}
