//! TLS of the program's own: a handshake that a phone trusts the authority of, a renewed certificate without a restart.

// What does not come, or is no number, ends the test, and says which.
#![allow(clippy::panic)]

use crate::mail_server::Authority;
use crate::support::TestApp;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

struct Serving {
    child: Child,
    port: u16,
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

struct Files {
    folder: tempfile::TempDir,
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (certificate, key) = (folder.path().join("tls.pem"), folder.path().join("tls.key"));
        Self { folder, certificate, key }
    }

    fn write(&self, authority: &Authority, name: &str) -> CertificateDer<'static> {
        let (certificate, key) = authority.certify_as_pem(name);
        std::fs::write(&self.certificate, &certificate).expect("the certificate");
        std::fs::write(&self.key, key).expect("the key");
        CertificateDer::from_pem_slice(certificate.as_bytes()).expect("a certificate")
    }
}

fn command(site: &TestApp, files: &Files, base_url: &str, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xuefa"));
    command.arg("serve").env("XUEFA_LOG", "error").env("LC_ALL", "C");
    command.env("XUEFA_DATABASE", &site.app.config.database).env("XUEFA_DATA", &site.app.config.data);
    command.env("XUEFA_LISTEN", format!("127.0.0.1:{port}")).env("XUEFA_BASE_URL", base_url);
    command.env("XUEFA_TLS_CERTIFICATE", &files.certificate).env("XUEFA_TLS_KEY", &files.key);
    command
}

/// What `/readyz` answered over TLS, and the certificate that it came with.
fn asked(port: u16, authority: &Path) -> Option<(String, CertificateDer<'static>)> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority).expect("the authority")).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("xuefa.lihe.example").expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut stream = StreamOwned::new(connection, TcpStream::connect(("127.0.0.1", port)).ok()?);
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: xuefa.lihe.example\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    // A server may close the connection without saying so in TLS; what it answered stands.
    drop(stream.read_to_end(&mut answer));
    let certificate = stream.conn.peer_certificates()?.first()?.clone().into_owned();
    Some((String::from_utf8_lossy(&answer).into_owned(), certificate))
}

fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = found() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{what} did not come");
}

#[actix_web::test]
async fn the_program_serves_https_by_itself_and_a_renewed_certificate_without_a_restart() {
    let (site, authority, files) = (TestApp::start().await, Authority::found(), Files::new());
    let first = files.write(&authority, "xuefa.lihe.example");
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let mut starting = command(&site, &files, "https://xuefa.lihe.example", port);
    let child = starting.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let serving = Serving { child, port };

    let (answer, certificate) = until("an answer", || asked(serving.port, &authority.file));
    let second = files.write(&authority, "xuefa.lihe.example");
    let renewed = until("the new certificate", || {
        asked(serving.port, &authority.file).filter(|(_, certificate)| *certificate == second)
    });

    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(certificate, first);
    assert!(renewed.0.starts_with("HTTP/1.1 200") && first != second);
    assert!(files.folder.path().exists());
}

#[actix_web::test]
async fn wrong_files_and_an_address_without_https_are_told_at_the_start() {
    let (site, authority, files) = (TestApp::start().await, Authority::found(), Files::new());
    let said = |base_url: &str| {
        let output = command(&site, &files, base_url, 1).output().expect("it runs");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let https = "https://xuefa.lihe.example";

    let missing = said(https);
    files.write(&authority, "xuefa.lihe.example");
    let plain = said("http://xuefa.lihe.example");
    std::fs::write(&files.key, authority.certify_as_pem("xuefa.lihe.example").1).expect("another key");
    let other_key = said(https);
    std::fs::write(&files.certificate, "no certificate").expect("a file");
    let no_certificate = said(https);

    assert!(missing.contains("XUEFA_TLS_CERTIFICATE") && missing.contains("cannot be read"), "{missing}");
    assert!(plain.contains("let it begin with https://"), "{plain}");
    assert!(other_key.contains("does not belong to the certificate"), "{other_key}");
    assert!(no_certificate.contains("holds no certificate"), "{no_certificate}");
}
