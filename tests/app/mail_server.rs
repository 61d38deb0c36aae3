//! Mail to servers that speak TLS, with certificates of an office's own authority, and to one that hangs.

use crate::support::TestApp;
use crate::support::smtp::{Manner, SmtpServer, Tls};
use diesel::prelude::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::path::PathBuf;
use std::sync::Arc;
use xuefa::config::Config;
use xuefa::i18n::Language;
use xuefa::mail::{Delivery, Mailer, NewMail, OutboxState};
use xuefa::organization::model::NewPerson;
use xuefa::organization::{self, Category};
use xuefa::store::schema::tasks;
use xuefa::web::App;

/// An office's own authority, its certificate in a file.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    pub file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Authority {
    pub fn found() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).expect("the authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("authority.pem");
        std::fs::write(&file, issuer.pem()).expect("its file");
        Self { issuer, file, _folder: folder }
    }

    /// A certificate for this name, and its key, as files hold them.
    pub fn certify_as_pem(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }

    /// What a server of this name needs.
    pub fn certify(&self, name: &str) -> Arc<ServerConfig> {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("TLS")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key);
        Arc::new(config.expect("a server with a certificate"))
    }
}

/// Mails of which it is known that they did not go.
async fn n_over(site: &TestApp) -> usize {
    site.outbox().await.iter().filter(|(_, _, problem)| problem.is_some()).count()
}

/// Everything that mail waits for passes that many times faster.
fn in_haste(times: u32) -> impl FnOnce(&mut App) {
    move |app| app.config = Arc::new(Config { mail_haste: times, ..(*app.config).clone() })
}

impl TestApp {
    fn by(&self, server: &SmtpServer, query: &str, authority: Option<&Authority>) -> Delivery {
        let config = Config {
            smtp: Some(format!("{}{query}", server.address)),
            smtp_ca: authority.map(|authority| authority.file.clone()),
            ..(*self.app.config).clone()
        };
        self.app.delivery(Mailer::of(&config).expect("a mailer")).expect("a delivery")
    }
}

#[actix_web::test]
async fn mail_goes_over_tls_and_starttls_to_a_server_of_the_offices_own_authority() {
    let authority = Authority::found();
    let ways = [
        (Tls::FromTheStart(authority.certify("localhost")), ""),
        (Tls::WhenAsked(authority.certify("localhost")), ""),
        (Tls::WhenAsked(authority.certify("localhost")), "?tls=required"),
    ];
    for (tls, query) in ways {
        let site = TestApp::start().await;
        let server = SmtpServer::start_as(tls, None);
        site.given_due_task(site.cast.trainee, "2024-07-08").await;

        let tick = site.tick(&site.by(&server, query, Some(&authority))).await;

        assert_eq!(tick.delivered.n_sent, 1, "{:?}", site.outbox().await);
        assert!(server.taken()[0].is_safe);
    }
}

#[actix_web::test]
async fn a_server_whose_certificate_is_not_trusted_gets_no_mail_and_hq_reads_why() {
    let authority = Authority::found();
    let other = Authority::found();
    let ways = [
        (Tls::FromTheStart(authority.certify("localhost")), None),
        (Tls::WhenAsked(authority.certify("localhost")), Some(&other)),
        (Tls::WhenAsked(authority.certify("mail.other.example")), Some(&authority)),
    ];
    for (tls, trusted) in ways {
        let site = TestApp::start().await;
        let server = SmtpServer::start_as(tls, None);
        site.given_due_task(site.cast.trainee, "2024-07-08").await;

        let tick = site.tick(&site.by(&server, "", trusted)).await;

        let page = site.signed_in_as(site.cast.hq).await.get("/mail/1").await;
        assert_eq!((tick.delivered.n_later, server.count_taken()), (1, 0));
        assert!(page.says("The certificate of the mail server is not trusted"), "{}", page.text());
    }
}

#[actix_web::test]
async fn a_server_that_must_speak_tls_and_does_not_gets_nothing() {
    let site = TestApp::start().await;
    let server = SmtpServer::start();
    site.given_due_task(site.cast.trainee, "2024-07-08").await;

    let tick = site.tick(&site.by(&server, "?tls=required", None)).await;

    assert_eq!((tick.delivered.n_later, server.count_taken()), (1, 0), "{:?}", site.outbox().await);
}

#[actix_web::test]
async fn a_file_that_holds_no_certificate_is_named() {
    let site = TestApp::start().await;
    let file = site.app.config.data.join("authority.pem");
    std::fs::write(&file, "nothing of the kind").expect("a file");
    let smtp = Some("smtps://mail.example".to_owned());

    let made = Mailer::of(&Config { smtp, smtp_ca: Some(file), ..(*site.app.config).clone() });

    let problem = made.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(problem.contains("XUEFA_SMTP_CA") && problem.contains("authority.pem"), "{problem}");
}

#[actix_web::test]
async fn nothing_more_is_offered_for_an_address_that_was_refused_for_good() {
    let site = TestApp::start().await;
    let server = SmtpServer::start();
    server.answers("550 5.1.1 no such user");
    let delivery = site.by(&server, "", None);
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    site.tick(&delivery).await;
    let (now, person) = (site.app.clock.now(), site.cast.trainee.person);
    let queued = site.write(move |conn| {
        let mail = NewMail {
            matter: "another".to_owned(),
            person,
            address: "trainee@lihe.example".to_owned(),
            language: Language::Chinese,
            template: "test",
            arguments: serde_json::json!({}),
        };
        xuefa::mail::queue(conn, &mail, now)
    });
    queued.await.expect("another mail");

    let tick = site.tick(&delivery).await;

    assert_eq!((tick.delivered.n_failed, server.offers().len()), (1, 1));
    assert!(site.outbox().await[1].2.as_deref().is_some_and(|problem| problem.contains("no such user")));
}

#[actix_web::test]
async fn a_refused_sender_marks_nobodys_address() {
    let site = TestApp::start().await;
    let server = SmtpServer::start();
    server.answers("550 5.7.1 relaying denied");
    site.given_due_task(site.cast.trainee, "2024-07-08").await;

    site.tick(&site.by(&server, "", None)).await;

    let page = site.signed_in_as(site.cast.hq).await.get("/mail/unreachable").await;
    assert_eq!(site.outbox().await[0].0, OutboxState::Failed);
    assert!(!page.says("relaying denied"), "{}", page.text());
}

#[actix_web::test]
async fn an_answer_that_came_too_late_is_not_read_as_that_to_the_next_mail() {
    let site = TestApp::start_with(in_haste(100)).await;
    let server = SmtpServer::start();
    server.behaves(
        |recipient, _| {
            if recipient.starts_with("<trainee") { Manner::TakeLate } else { Manner::RefuseAfter }
        },
    );
    let delivery = site.by(&server, "", None);
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    let first = site.tick(&delivery).await;
    server.let_go();
    site.given_due_task(site.cast.colleague, "2024-07-08").await;

    let second = site.tick(&delivery).await;

    assert_eq!((first.delivered.n_later, first.delivered.n_sent), (1, 0));
    assert_eq!((second.delivered.n_failed, second.delivered.n_sent), (1, 0), "{:?}", site.outbox().await);
}

#[actix_web::test]
async fn a_server_that_hangs_for_some_does_not_keep_the_others_waiting() {
    const N_HUNG: i64 = 12;
    // Whoever is slow makes room after half a second, and is given up after twelve.
    let site = TestApp::start_with(in_haste(10)).await;
    let server = SmtpServer::start();
    server.behaves(|recipient, _| if recipient.starts_with("<hung") { Manner::Hang } else { Manner::Take });
    let delivery = site.by(&server, "", None);
    site.given_due_task(site.cast.trainee, "2024-07-08").await;
    let (unit, today, due_on) = (site.cast.first_unit, site.app.clock.today(), "2024-07-08");
    let given = site.write(move |conn| {
        let person = |n: i64, word: &str| NewPerson {
            employee_number: format!("{word}{n}"),
            name: format!("某{n}"),
            unit_id: unit,
            post: String::new(),
            category: Category::Staff,
            order_number: n,
            email: Some(format!("{word}{n}@lihe.example")),
        };
        // Those who hang come first.
        let people: Vec<NewPerson> =
            (0..N_HUNG).map(|n| person(n, "hung")).chain((0..7).map(|n| person(n, "good"))).collect();
        let due_on: chrono::NaiveDate = due_on.parse().expect("a date");
        for person in organization::queries::insert_people(conn, &people, today)? {
            diesel::insert_into(tasks::table)
                .values((
                    (tasks::assignment_id.eq(1_i64), tasks::kind.eq("reading"), tasks::person_id.eq(person)),
                    (tasks::reading_id.eq(1_i64), tasks::reading_version.eq(1_i64)),
                    (tasks::matter.eq("m"), tasks::state.eq("open"), tasks::due_on.eq(due_on)),
                ))
                .execute(conn)?;
        }
        Ok(())
    });
    given.await.expect("people with tasks");

    let (tick, n_over) = tokio::join!(site.tick(&delivery), async {
        while server.count_taken() < 8 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let n_over = n_over(&site).await;
        server.let_go();
        n_over
    });

    assert_eq!(n_over, 0, "the others had to wait until one that hung was given up");
    assert_eq!((tick.delivered.n_sent, tick.delivered.n_later), (8, N_HUNG as usize));
    assert_eq!(site.outbox().await.iter().filter(|row| row.0 == OutboxState::Sent).count(), 8);
}

/// V-06: while every mail hangs at its server, pages are shown and changes are made.
#[actix_web::test]
async fn a_mail_server_that_hangs_holds_up_no_page() {
    let site = TestApp::start().await;
    let server = SmtpServer::start();
    server.behaves(|_, _| Manner::Hang);
    let delivery = site.by(&server, "", None);
    for member in [site.cast.trainee, site.cast.stranger] {
        site.given_due_task(member, "2024-07-08").await;
    }
    let (mut trainee, mut hq) = (site.signed_in_as(site.cast.trainee).await, site.signed_in_as(site.cast.hq).await);

    let (_, (statuses, n_over)) = tokio::join!(site.tick(&delivery), async {
        while server.offers().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let mut statuses = Vec::new();
        for _ in 0..10 {
            statuses.push(trainee.get("/tasks").await.status);
            statuses.push(hq.get("/mail").await.status);
            statuses.push(trainee.post("/feedback", &[("kind", "suggestion"), ("text", "建议")]).await.status);
        }
        // Had one of them waited for a mail, that one would have been given up by now.
        let n_over = n_over(&site).await;
        server.let_go();
        (statuses, n_over)
    });

    assert_eq!(statuses, [200, 200, 303].repeat(10));
    assert_eq!((n_over, server.count_taken()), (0, 0));
}
