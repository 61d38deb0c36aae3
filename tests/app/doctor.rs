//! `xuefa doctor`, run as an operator runs it.

use crate::mail_server::Authority;
use crate::support::TestApp;
use crate::support::smtp::{SmtpServer, Tls};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// What it printed, and whether it was content.
async fn examined(site: &TestApp, settings: &[(&str, String)], words: &[&str]) -> (String, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xuefa"));
    command.arg("doctor").args(words).env("XUEFA_LOG", "error").env("LC_ALL", "C");
    command.env("XUEFA_DATABASE", &site.app.config.database).env("XUEFA_DATA", &site.app.config.data);
    command.env("XUEFA_BASE_URL", "https://xuefa.lihe.example");
    for (name, value) in settings {
        command.env(name, value);
    }
    let output = command.output().expect("it runs");
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (said, output.status.success())
}

fn line<'a>(said: &'a str, part: &str) -> &'a str {
    said.lines().find(|line| line.contains(&format!(" {part}: "))).unwrap_or("")
}

#[actix_web::test]
async fn a_sound_installation_is_told_so_and_gets_a_test_mail_and_no_password_is_shown() {
    let site = TestApp::start().await;
    let authority = Authority::found();
    let server = SmtpServer::start_as(Tls::FromTheStart(authority.certify("localhost")), Some(("xuefa", "geheim-7")));
    let settings = [
        ("XUEFA_SMTP", server.address.replace("smtps://", "smtps://xuefa:geheim-7@")),
        ("XUEFA_SMTP_CA", authority.file.display().to_string()),
        ("XUEFA_MAIL_FROM", "学法 <xuefa@lihe.example>".to_owned()),
    ];

    let (said, is_content) = examined(&site, &settings, &["--mail", "zhou@lihe.example"]).await;

    assert!(is_content, "{said}");
    for part in ["data folder", "key", "base address", "database", "clock", "outbox", "mail server", "test mail"] {
        assert!(line(&said, part).starts_with("ok "), "{part}: {said}");
    }
    assert!(line(&said, "mail server").contains("answers and takes the login"), "{said}");
    assert!(line(&said, "test mail").contains("taken for zhou@lihe.example: taken"), "{said}");
    assert!(!said.contains("geheim-7"), "{said}");
    let taken = server.taken();
    assert_eq!((taken.len(), taken[0].recipients.as_slice()), (1, ["<zhou@lihe.example>".to_owned()].as_slice()));
}

#[actix_web::test]
async fn what_is_wrong_with_a_mail_server_is_named_with_what_to_do() {
    let site = TestApp::start().await;
    let authority = Authority::found();
    let with_login = SmtpServer::start_as(Tls::Never, Some(("xuefa", "right")));
    let unknown = SmtpServer::start_as(Tls::FromTheStart(authority.certify("localhost")), None);
    let misnamed = SmtpServer::start_as(Tls::FromTheStart(authority.certify("mail.other.example")), None);
    let away = SmtpServer::start();
    away.is_down(true);
    let refusing = SmtpServer::start();
    refusing.answers("550 5.7.1 relaying denied");
    let trusted = ("XUEFA_SMTP_CA", authority.file.display().to_string());
    let cases = [
        (vec![("XUEFA_SMTP", with_login.address.replace("//", "//xuefa:wrong@"))], "mail server", "user and password"),
        (vec![("XUEFA_SMTP", unknown.address.clone())], "mail server", "name its file in XUEFA_SMTP_CA"),
        (vec![("XUEFA_SMTP", misnamed.address.clone()), trusted], "mail server", "use the name in the certificate"),
        (vec![("XUEFA_SMTP", away.address.clone())], "mail server", "whether a firewall"),
        (vec![("XUEFA_SMTP", refusing.address.clone())], "test mail", "whether this server takes mail"),
        (vec![("XUEFA_SMTP", "mail.lihe.example".to_owned())], "mail server", "XUEFA_SMTP is not an address"),
    ];

    for (settings, part, advice) in cases {
        let (said, is_content) = examined(&site, &settings, &["--mail", "zhou@lihe.example"]).await;

        assert!(!is_content, "{said}");
        assert!(line(&said, part).starts_with("fault ") && line(&said, part).contains(advice), "{advice}: {said}");
    }
}

#[actix_web::test]
async fn a_missing_database_a_wrong_address_and_a_folder_that_is_not_there_are_faults() {
    let site = TestApp::start().await;
    let nowhere = site.app.config.data.join("nowhere");
    let settings = [
        ("XUEFA_DATABASE", nowhere.join("xuefa.db").display().to_string()),
        ("XUEFA_DATA", nowhere.display().to_string()),
        ("XUEFA_BASE_URL", "https://lihe.example/xuefa".to_owned()),
    ];

    let (said, is_content) = examined(&site, &settings, &[]).await;

    assert!(!is_content && said.contains("there are 3 faults"), "{said}");
    assert!(line(&said, "database").contains("run xuefa migrate"), "{said}");
    assert!(line(&said, "data folder").contains("make it"), "{said}");
    assert!(line(&said, "base address").contains("at the root of a host"), "{said}");
    assert!(said.trim_end().ends_with("see the lines above that begin with “fault”"), "{said}");
    for part in ["fonts", "listening", "mail server", "clock"] {
        assert!(!line(&said, part).is_empty(), "{part} needs no database: {said}");
    }
    assert!(!nowhere.exists(), "nothing is made by looking");
}

#[actix_web::test]
async fn settings_that_cannot_be_used_are_named_and_all_else_is_looked_at() {
    let site = TestApp::start().await;
    let settings = [
        ("XUEFA_ZONE", "Mars/Olympus".to_owned()),
        ("XUEFA_BACKUP_HOUR", "25".to_owned()),
        ("XUEFA_TRUSTED_PROXIES", "127.0.0.1,proxy".to_owned()),
        ("XUEFA_DATABSE", "data/xuefa.db".to_owned()),
        ("XUEFA_FONTS", site.app.config.data.join("nowhere").display().to_string()),
    ];

    let (said, is_content) = examined(&site, &settings, &[]).await;

    assert!(!is_content && said.contains("there are 3 faults"), "{said}");
    for variable in ["XUEFA_ZONE is “Mars", "XUEFA_BACKUP_HOUR is “25”", "XUEFA_TRUSTED_PROXIES is “127.0.0.1,proxy”"]
    {
        let named = said.lines().find(|line| line.contains(variable)).unwrap_or("");
        assert!(named.starts_with("fault  settings: "), "{variable}: {said}");
    }
    let unknown = said.lines().find(|line| line.contains("XUEFA_DATABSE")).unwrap_or("");
    assert!(unknown.starts_with("warn   settings: "), "{said}");
    assert!(said.lines().any(|line| line.starts_with("warn   fonts: XUEFA_FONTS is ")), "{said}");
    for part in ["data folder", "database", "clock", "operation log"] {
        assert!(line(&said, part).starts_with("ok "), "{part}: {said}");
    }
}

#[actix_web::test]
async fn plain_http_beyond_the_machine_under_an_https_address_is_a_fault_unless_a_proxy_has_the_tls() {
    let site = TestApp::start().await;
    let listen = ("XUEFA_LISTEN", "0.0.0.0:8080".to_owned());
    let proxy = ("XUEFA_TRUSTED_PROXIES", "10.0.0.7".to_owned());
    let plain = ("XUEFA_PLAIN_HTTP", "1".to_owned());

    let (bare, is_content) = examined(&site, std::slice::from_ref(&listen), &[]).await;
    let (behind, _) = examined(&site, &[listen.clone(), proxy], &[]).await;
    let (allowed, _) = examined(&site, &[listen, plain], &[]).await;

    assert!(!is_content && line(&bare, "listening").starts_with("fault "), "{bare}");
    assert!(line(&bare, "listening").contains("serve will not start"), "{bare}");
    assert!(line(&behind, "listening").starts_with("ok ") && behind.contains("10.0.0.7"), "{behind}");
    assert!(line(&allowed, "listening").starts_with("warn "), "{allowed}");
}

#[actix_web::test]
async fn a_certificate_for_another_name_is_a_warning_and_half_a_pair_a_fault() {
    let (site, authority) = (TestApp::start().await, Authority::found());
    let path = |name: &str| site.app.config.data.join(name).display().to_string();
    let certify = |name: &str| {
        let (certificate, key) = authority.certify_as_pem(name);
        std::fs::write(path("tls.pem"), certificate).expect("the certificate");
        std::fs::write(path("tls.key"), key).expect("the key");
    };
    let pair = [("XUEFA_TLS_CERTIFICATE", path("tls.pem")), ("XUEFA_TLS_KEY", path("tls.key"))];

    certify("xuefa.lihe.example");
    let (own, _) = examined(&site, &pair, &[]).await;
    certify("www.lihe.example");
    let (other, _) = examined(&site, &pair, &[]).await;
    let (half, _) = examined(&site, &pair[..1], &[]).await;

    assert!(line(&own, "TLS").starts_with("ok "), "{own}");
    assert!(line(&other, "TLS").starts_with("warn ") && other.contains("is not for xuefa.lihe.example"), "{other}");
    assert!(line(&half, "TLS").starts_with("fault ") && half.contains("XUEFA_TLS_KEY is not set"), "{half}");
}

#[actix_web::test]
async fn a_backup_that_failed_or_is_old_is_a_fault_where_one_is_to_be_made_each_day() {
    let site = TestApp::start().await;
    let folder = site.app.config.data.join("backups");
    let settings = [("XUEFA_BACKUP_FOLDER", folder.display().to_string())];
    let config = xuefa::config::Config {
        backup: xuefa::config::BackupConfig { folder: Some(folder.clone()), ..Default::default() },
        ..(*site.app.config).clone()
    };
    let due = || xuefa::backup::run_due(&site.app.db, &site.app.clock, &config);

    let none = examined(&site, &[], &[]).await;
    assert!(due().await.is_err());
    let failed = examined(&site, &settings, &[]).await;
    std::fs::create_dir(&folder).expect("the folder");
    site.set_clock("2024-07-06", "03:00");
    assert!(due().await.expect("made"));
    let old = examined(&site, &settings, &[]).await;

    assert!(none.1 && line(&none.0, "backup").starts_with("warn "), "{}", none.0);
    assert!(!failed.1 && line(&failed.0, "backup").contains("failed"), "{}", failed.0);
    assert!(!old.1 && line(&old.0, "backup").contains("see whether serve runs"), "{}", old.0);
}

#[actix_web::test]
async fn what_may_be_meant_so_is_a_warning() {
    let site = TestApp::start().await;

    // This machine alone, and what the package's settings name.
    for address in ["http://127.0.0.1:8080", "https://xuefa.example.com"] {
        let (said, is_content) = examined(&site, &[("XUEFA_BASE_URL", address.to_owned())], &[]).await;

        assert!(is_content, "{said}");
        let (base, mail) = (line(&said, "base address"), line(&said, "mail server"));
        assert!(base.starts_with("warn ") && base.contains("XUEFA_BASE_URL is"), "{said}");
        assert!(mail.starts_with("warn ") && mail.contains("set XUEFA_SMTP"), "{said}");
    }
}

#[actix_web::test]
async fn a_database_that_others_on_the_machine_can_read_is_a_warning() {
    let site = TestApp::start().await;
    let file = Path::new(&site.app.config.database);
    if !file.is_file() {
        return;
    }
    let allow = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
    };
    allow(file, 0o644);
    allow(file.parent().expect("a folder"), 0o700);
    let (closed, _) = examined(&site, &[], &[]).await;
    allow(file.parent().expect("a folder"), 0o755);

    let (said, is_content) = examined(&site, &[], &[]).await;

    assert_eq!(line(&closed, "database file"), "", "nobody enters the folder");
    assert!(is_content && line(&said, "database file").starts_with("warn "), "{said}");
    assert!(line(&said, "database file").contains("chmod 600"), "{said}");
}

/// Mail that waits is no trouble for a few minutes; then it is, with the reason.
#[actix_web::test]
async fn mail_that_waits_longer_than_a_few_minutes_is_a_warning() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let path = format!("/people/{}/account/invite", site.cast.trainee.person);
    hq.post(&path, &[("how", "mail")]).await;

    // The program goes by the machine's clock, and the site's is years behind it.
    let (late, _) = examined(&site, &[], &[]).await;
    let queued = site.write(|conn| {
        use diesel::prelude::*;
        use xuefa::store::schema::outbox;
        let now = xuefa::clock::Clock::system(chrono_tz::Asia::Shanghai).now();
        Ok(diesel::update(outbox::table).set((outbox::queued_at.eq(now), outbox::next_try_at.eq(now))).execute(conn)?)
    });
    queued.await.expect("queued just now");
    let (new, _) = examined(&site, &[], &[]).await;

    assert!(line(&late, "outbox").starts_with("warn "), "{late}");
    assert!(line(&late, "outbox").contains("1 in wait since 2024-07-05 09:00: not tried once"), "{late}");
    assert!(line(&new, "outbox").starts_with("ok "), "{new}");
    assert!(line(&new, "outbox").contains("1 in wait, none failed"), "{new}");
}

/// `xuefa doctor | head -3`.
#[actix_web::test]
async fn a_reader_that_is_gone_ends_nothing_in_a_panic() {
    let site = TestApp::start().await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_xuefa"));
    command.arg("doctor").env("XUEFA_DATABASE", &site.app.config.database).env("XUEFA_DATA", &site.app.config.data);
    let mut doctor = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");

    drop(doctor.stdout.take());
    let output = doctor.wait_with_output().expect("it ends");

    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("panicked"), "{said}");
}
