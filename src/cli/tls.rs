//! TLS of the program's own: a certificate from files, which is read again when they change.

use crate::config::{Config, TlsConfig};
use crate::error::{Error, Message, Result};
use anyhow::Context;
use rustls::ServerConfig;
use rustls::client::verify_server_name;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use url::Url;

/// How often the files are looked at: a renewed certificate serves within this time, without a restart.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The certificate that new connections get.
#[derive(Debug)]
pub(super) struct Certificate {
    files: Files,
    served: RwLock<Served>,
}

#[derive(Debug, Clone)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

#[derive(Debug)]
struct Served {
    key: Arc<CertifiedKey>,
    content: Content,
}

/// The two files as they were read.
type Content = (Vec<u8>, Vec<u8>);

impl Certificate {
    /// Reads the files that the settings name; nothing when they name none.
    ///
    /// # Errors
    /// `Refused` with one sentence that says which file is wrong and how.
    pub(super) fn of(config: &TlsConfig) -> Result<Option<Arc<Self>>> {
        let half = |variable: &str| Error::refused(Message::new("cli-tls-half").with("variable", variable));
        let (certificate, key) = match (&config.certificate, &config.key) {
            (None, None) => return Ok(None),
            (Some(certificate), Some(key)) => (certificate, key),
            (Some(_), None) => return Err(half("XUEFA_TLS_KEY")),
            (None, Some(_)) => return Err(half("XUEFA_TLS_CERTIFICATE")),
        };
        let files = Files { certificate: certificate.clone(), key: key.clone() };
        let content = files.read()?;
        let key = files.understand(&content)?;
        Ok(Some(Arc::new(Self { files, served: RwLock::new(Served { key, content }) })))
    }

    /// What to say when it is not for the name by which people reach the program; nothing when it is, or there is no name.
    pub(super) fn other_name(&self, config: &Config) -> Option<Message> {
        let host = Url::parse(&config.base_url()).ok()?.host_str()?.trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host.clone()).ok()?;
        let key = self.served.read().unwrap_or_else(PoisonError::into_inner).key.clone();
        let read = key.cert.first().and_then(|certificate| ParsedCertificate::try_from(certificate).ok());
        if read.is_some_and(|certificate| verify_server_name(&certificate, &name).is_ok()) {
            return None;
        }
        let file = self.files.certificate.display().to_string();
        Some(Message::new("cli-tls-other-name").with("file", file).with("host", host))
    }

    /// What a server listens with.
    ///
    /// # Errors
    /// `Broken` when the library refuses its own defaults.
    pub(super) fn server(self: &Arc<Self>) -> Result<ServerConfig> {
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().context("TLS cannot be set up")?;
        Ok(builder.with_no_client_auth().with_cert_resolver(self.clone()))
    }

    /// Looks at the files for as long as the program runs. What cannot be used is told in the log, once, and the
    /// certificate of before stays.
    pub(super) async fn watch(self: Arc<Self>) {
        let mut refused: Option<Content> = None;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let (own, before) = (self.clone(), refused.clone());
            let looked = tokio::task::spawn_blocking(move || own.look(before)).await;
            refused = looked.unwrap_or_default();
        }
    }

    /// Takes the files as they are now, unless they are what is served or was refused; gives what is refused.
    fn look(&self, refused: Option<Content>) -> Option<Content> {
        let content = match self.files.read() {
            Ok(content) => content,
            // While it is being replaced a file may be away for a moment.
            Err(error) => {
                let error = super::logged(&error);
                tracing::warn!(%error, "the certificate cannot be read; the one of before is served");
                return refused;
            }
        };
        let is_known = self.served.read().unwrap_or_else(PoisonError::into_inner).content == content;
        if is_known || refused.as_ref() == Some(&content) {
            return refused;
        }
        match self.files.understand(&content) {
            Ok(key) => {
                *self.served.write().unwrap_or_else(PoisonError::into_inner) = Served { key, content };
                tracing::info!("a new certificate is served");
                None
            }
            Err(error) => {
                let error = super::logged(&error);
                tracing::error!(%error, "the new certificate cannot be used; the one of before is served");
                Some(content)
            }
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.served.read().unwrap_or_else(PoisonError::into_inner).key.clone())
    }
}

impl Files {
    fn read(&self) -> Result<Content> {
        let read = |variable: &str, path: &Path| {
            std::fs::read(path).map_err(|error| {
                let message = Message::new("cli-tls-unreadable").with("variable", variable);
                Error::refused(message.with("file", path.display().to_string()).with("why", error.to_string()))
            })
        };
        Ok((read("XUEFA_TLS_CERTIFICATE", &self.certificate)?, read("XUEFA_TLS_KEY", &self.key)?))
    }

    fn understand(&self, (certificate, key): &Content) -> Result<Arc<CertifiedKey>> {
        let (file, key_file) = (self.certificate.display().to_string(), self.key.display().to_string());
        let chain: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(certificate).collect();
        let Some(chain) = chain.ok().filter(|chain| !chain.is_empty()) else {
            return Err(Error::refused(Message::new("cli-tls-no-certificate").with("file", file)));
        };
        let Ok(key) = PrivateKeyDer::from_pem_slice(key) else {
            return Err(Error::refused(Message::new("cli-tls-no-key").with("file", key_file)));
        };
        let pair = CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|error| {
            let message = Message::new("cli-tls-no-pair").with("key", key_file).with("file", file);
            Error::refused(message.with("why", error.to_string()))
        })?;
        Ok(Arc::new(pair))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertifiedKey as Pair, generate_simple_self_signed};

    fn write(config: &TlsConfig, certificate: &str, key: &str) {
        let (Some(certificate_file), Some(key_file)) = (&config.certificate, &config.key) else { return };
        std::fs::write(certificate_file, certificate).expect("a file");
        std::fs::write(key_file, key).expect("a file");
    }

    fn pair() -> (String, String) {
        let Pair { cert, signing_key } = generate_simple_self_signed(["xuefa.test".to_owned()]).expect("a pair");
        (cert.pem(), signing_key.serialize_pem())
    }

    fn served(certificate: &Certificate) -> Vec<u8> {
        certificate.served.read().expect("no panic").key.cert[0].to_vec()
    }

    #[test]
    fn what_cannot_be_used_leaves_the_certificate_of_before_and_is_told_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let config =
            TlsConfig { certificate: Some(folder.path().join("a.pem")), key: Some(folder.path().join("a.key")) };
        let ((first, first_key), (second, second_key)) = (pair(), pair());
        write(&config, &first, &first_key);
        let certificate = Certificate::of(&config).expect("good files").expect("they are named");
        let before = served(&certificate);

        assert!(certificate.look(None).is_none(), "nothing has changed");
        write(&config, &second, &first_key);
        let refused = certificate.look(None);
        assert!(refused.is_some() && served(&certificate) == before, "half of a renewal");
        assert_eq!(certificate.look(refused.clone()), refused);
        write(&config, &second, &second_key);
        assert!(certificate.look(refused).is_none());
        assert_ne!(served(&certificate), before);
    }
}
