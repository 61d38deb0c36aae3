//! `xuefa doctor`: looks at everything that an installation needs, and says of each thing what to do about it.

use super::settings::Wrong;
use super::tls::Certificate;
use crate::audit::{self, Chain};
use crate::backup::{self, Attempt, Lock};
use crate::clock::{Clock, Moment};
use crate::config::{self, Config};
use crate::error::{Argument, Error, Message, Result};
use crate::i18n;
use crate::mail::{self, Mailer, OutboxState, OwnProblem, Stuck};
use crate::reports::pdf::Press;
use crate::store::migrate::{self, Standing};
use crate::store::{self, Address, Db};
use crate::web::App;
use clap::Args;
use std::path::Path;
use url::{Host, Url};

/// The host in `packaging/xuefa.env`, until the office's own is written there.
const SHIPPED_HOST: &str = "xuefa.example.com";

/// Options of `doctor`.
#[derive(Args)]
pub(super) struct DoctorOptions {
    /// Send a test mail to this address, and say what the mail server answered
    #[arg(long, value_name = "ADDRESS")]
    mail: Option<String>,
    #[command(flatten)]
    config: Config,
}

/// How one thing stands. What is said of it names what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Finding {
    Fine(String),
    Warning(String),
    Fault(String),
}

fn fine(message: &Message) -> Finding {
    Finding::Fine(super::words(message))
}

fn warning(message: &Message) -> Finding {
    Finding::Warning(super::words(message))
}

fn fault(message: &Message) -> Finding {
    Finding::Fault(super::words(message))
}

/// A failure of something that was to be looked at.
fn failed(error: &Error) -> Finding {
    fault(&Message::new("cli-doctor-looking-failed").with("why", super::sentence(error)))
}

/// Prints one line for each thing.
///
/// # Errors
/// One sentence when there is a fault.
pub(super) fn run(options: DoctorOptions, wrong: &[Wrong]) -> Result<()> {
    let n_faults = super::serve::block_on(examine(options, wrong));
    match n_faults {
        0 => Ok(()),
        n => Err(Error::refused(Message::new("cli-doctor-faults").with("n", super::count(n)))),
    }
}

async fn examine(options: DoctorOptions, wrong: &[Wrong]) -> usize {
    let DoctorOptions { config, mail } = options;
    let mut n_faults = 0;
    // The words that begin the lines are the same in every language, for whoever looks for them by a program.
    let mut say = |part: &str, finding: Finding| {
        let (grade, text) = match finding {
            Finding::Fine(text) => ("ok", text),
            Finding::Warning(text) => ("warn", text),
            Finding::Fault(text) => {
                n_faults += 1;
                ("fault", text)
            }
        };
        let part = i18n::word_of(super::language(), "cli-doctor-part-", part);
        let line = Message::new("cli-doctor-line").with("grade", format!("{grade:<6}"));
        super::tell(&line.with("part", part).with("text", text));
    };
    for setting in wrong {
        say("settings", fault(&setting.message()));
    }
    for variable in config::unknown_settings() {
        say("settings", warning(&Message::new("cli-setting-unknown").with("variable", variable)));
    }
    // First what needs no database: it is told also when that cannot be reached.
    say("data-folder", data_folder(&config.data));
    say("key", key(&config));
    say("base-address", base_address(&config));
    say("listening", listening(&config));
    for finding in tls(&config) {
        say("tls", finding);
    }
    for finding in fonts(&config) {
        say("fonts", finding);
    }
    let server = mail_server(&config).await;
    say("mail-server", server.clone());
    let clock = Clock::system(config.zone);
    match open(&config) {
        Ok(db) => {
            for (part, finding) in with_database(db, clock, config, &server, mail.as_deref()).await {
                say(part, finding);
            }
        }
        Err(finding) => {
            say("database", finding);
            say("clock", clock_stands(&clock, None));
            if mail.is_some() {
                say("test-mail", warning(&Message::new("cli-doctor-mail-not-tried")));
            }
        }
    }
    n_faults
}

/// What is found of all that needs the database.
async fn with_database(
    db: Db,
    clock: Clock,
    config: Config,
    server: &Finding,
    mail: Option<&str>,
) -> Vec<(&'static str, Finding)> {
    let (whole, newest) = database(&config, &db).await;
    let mut findings = vec![("database", whole)];
    findings.extend(database_file(&config).map(|finding| ("database-file", finding)));
    findings.push(("clock", clock_stands(&clock, newest)));
    let app = match App::new(db, clock, config) {
        Ok(app) => app,
        Err(error) => {
            findings.push(("program", Finding::Fault(super::sentence(&error))));
            return findings;
        }
    };
    findings.push(("operation-log", operation_log(&app).await));
    findings.push(("outbox", outbox(&app, server).await));
    findings.push(("backup", last_backup(&app).await));
    findings.extend(test_mail(&app, mail).await);
    findings
}

fn data_folder(folder: &Path) -> Finding {
    let shown = folder.display().to_string();
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    let written = std::fs::File::create_new(&probe).and_then(|file| file.sync_all());
    match written.and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => fine(&Message::new("cli-doctor-folder").with("folder", shown)),
        Err(error) => {
            fault(&Message::new("cli-doctor-folder-wrong").with("folder", shown).with("why", error.to_string()))
        }
    }
}

fn key(config: &Config) -> Finding {
    use std::os::unix::fs::PermissionsExt;
    let path = config.data.join(crate::secret::KEY_FILE);
    let of_file = |id| Message::new(id).with("file", path.display().to_string());
    match (&config.secret, std::fs::metadata(&path)) {
        (Some(given), _) if given.len() < 32 => fault(&Message::new("cli-secret-short")),
        (Some(_), _) => fine(&Message::new("cli-doctor-key-given")),
        (None, Ok(found)) if found.permissions().mode() & 0o077 != 0 => warning(&of_file("cli-doctor-key-open")),
        (None, Ok(_)) => fine(&of_file("cli-doctor-key")),
        (None, Err(_)) => warning(&of_file("cli-doctor-key-none")),
    }
}

fn base_address(config: &Config) -> Finding {
    let text = config.base_url();
    let of_base = |id| Message::new(id).with("base", text.as_str());
    let Ok(url) = Url::parse(&text) else { return fault(&of_base("cli-doctor-base-no-address")) };
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => return fault(&of_base("cli-doctor-base-no-host")),
    };
    if !matches!(url.scheme(), "http" | "https") {
        return fault(&of_base("cli-doctor-base-scheme"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return fault(&of_base("cli-doctor-base-path"));
    }
    if is_here {
        return warning(&match config.base_url {
            Some(_) => of_base("cli-doctor-base-here"),
            None => of_base("cli-doctor-base-none"),
        });
    }
    if url.host_str() == Some(SHIPPED_HOST) {
        return warning(&of_base("cli-doctor-base-example"));
    }
    match config.is_https() {
        true => Finding::Fine(text),
        false => warning(&of_base("cli-doctor-base-http")),
    }
}

/// Who reaches the program at its own address, and whether it would start there.
fn listening(config: &Config) -> Finding {
    if let Some(refusal) = super::serve::plain_http_refusal(config) {
        return fault(&Message::new("cli-doctor-serve-refuses").with("why", super::words(&refusal)));
    }
    let at = |id| Message::new(id).with("listen", config.listen.to_string());
    if config.tls.certificate.is_some() {
        fine(&at("cli-doctor-listening-https"))
    } else if config.listen.ip().is_loopback() {
        fine(&at("cli-doctor-listening-here"))
    } else if config.is_plain_beyond_here() {
        warning(&at("cli-doctor-listening-plain"))
    } else {
        let proxies: Vec<String> = config.trusted_proxies.iter().map(ToString::to_string).collect();
        fine(&at("cli-doctor-listening-proxy").with("proxies", proxies.join(", ")))
    }
}

/// The database, when there is one that this program can work with.
fn open(config: &Config) -> Result<Db, Finding> {
    let unreached =
        |error: Error| fault(&Message::new("cli-doctor-database-unreached").with("why", super::sentence(&error)));
    let address = Address::parse(&config.database).map_err(unreached)?;
    match migrate::standing(&address).map_err(unreached)? {
        Standing::Missing => {
            Err(fault(&Message::new("cli-doctor-database-missing").with("database", config.database.as_str())))
        }
        Standing::Behind(n) => Err(fault(&Message::new("cli-doctor-database-behind").with("n", super::count(n)))),
        Standing::Current => Db::open_migrated(&address).map_err(unreached),
    }
}

/// How it stands, and the moment of the newest entry in its trail.
async fn database(config: &Config, db: &Db) -> (Finding, Option<Moment>) {
    let kind = if config.database.starts_with("postgres") { "PostgreSQL" } else { &config.database };
    let of_it = |id| Message::new(id).with("database", kind);
    let looked = async {
        db.write(store::touch).await?;
        db.read(|conn| Ok((store::find_damage(conn)?, audit::find_newest(conn)?))).await
    };
    match looked.await {
        Ok((None, newest)) => (fine(&of_it("cli-doctor-database")), newest.map(|newest| newest.at)),
        Ok((Some(damage), _)) => (fault(&of_it("cli-doctor-database-damaged").with("damage", damage)), None),
        Err(error) => (fault(&of_it("cli-doctor-database-unusable").with("why", super::sentence(&error))), None),
    }
}

/// A database in a file that others on this machine can open; nothing to say of any other.
fn database_file(config: &Config) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt;
    let Ok(Address::Sqlite(path)) = Address::parse(&config.database) else { return None };
    let mode = |path: &Path| std::fs::metadata(path).map(|found| found.permissions().mode()).ok();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (file, folder) = (mode(&path)?, mode(folder)?);
    // Whoever may not enter the folder cannot open the file either.
    let is_open = |read: u32, enter: u32| file & read != 0 && folder & enter != 0;
    (is_open(0o040, 0o010) || is_open(0o004, 0o001))
        .then(|| warning(&Message::new("cli-doctor-database-open").with("file", path.display().to_string())))
}

fn clock_stands(clock: &Clock, newest: Option<Moment>) -> Finding {
    let now = clock.now();
    let shown = clock.local(now).format("%Y-%m-%d %H:%M:%S %Z").to_string();
    match newest {
        Some(newest) if now < newest => fault(
            &Message::new("cli-doctor-clock-behind")
                .with("now", shown)
                .with("newest", clock.local(newest).format("%Y-%m-%d %H:%M:%S").to_string()),
        ),
        _ => fine(&Message::new("cli-doctor-clock").with("now", shown).with("zone", clock.zone().to_string())),
    }
}

async fn operation_log(app: &App) -> Finding {
    let chain = Chain::new(&app.secret);
    match app.db.read(move |conn| audit::begins_with_key(conn, &chain)).await {
        Ok(true) => fine(&Message::new("cli-doctor-log")),
        Ok(false) => warning(&Message::new("cli-doctor-log-other-key")),
        Err(error) => failed(&error),
    }
}

async fn outbox(app: &App, server: &Finding) -> Finding {
    let now = app.clock.now();
    let found = app.db.read(move |conn| Ok((mail::standing(conn, now)?, mail::queries::count_by_state(conn)?)));
    let (standing, counts) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(&error),
    };
    let n = |wanted: OutboxState| counts.iter().find(|(state, _)| *state == wanted).map_or(0, |(_, n)| *n);
    match (standing, n(OutboxState::Waiting), n(OutboxState::Failed)) {
        (mail::Standing::Held { n_waiting }, _, _) => {
            warning(&Message::new("cli-doctor-outbox-held").with("n", super::count(n_waiting)))
        }
        (mail::Standing::Stuck(Stuck { n, since, problem }), _, _) => warning(
            &Message::new("cli-doctor-outbox-stuck")
                .with("n", n)
                .with("since", app.clock.local(since).format("%Y-%m-%d %H:%M").to_string())
                .with("why", why(problem.as_deref())),
        ),
        // It has not failed for long enough to say so by itself.
        (mail::Standing::Flowing, n_waiting, 0) if n_waiting > 0 && matches!(server, Finding::Fault(_)) => {
            warning(&Message::new("cli-doctor-outbox-waits").with("n", super::count(n_waiting)))
        }
        (mail::Standing::Flowing, n_waiting, 0) => {
            fine(&Message::new("cli-doctor-outbox").with("n", super::count(n_waiting)))
        }
        (mail::Standing::Flowing, n_waiting, n_failed) => warning(
            &Message::new("cli-doctor-outbox-failed")
                .with("failed", super::count(n_failed))
                .with("n", super::count(n_waiting)),
        ),
    }
}

/// Why a mail was not sent, as the page of mail says it.
fn why(problem: Option<&str>) -> String {
    match problem {
        None => super::words(&Message::new("cli-doctor-outbox-untried")),
        Some(own) if own.parse::<OwnProblem>().is_ok() => i18n::word_of(super::language(), "mail-reason-", own),
        Some(server) => super::words(&Message::new("cli-doctor-outbox-answered").with("answer", server)),
    }
}

async fn last_backup(app: &App) -> Finding {
    let config = &app.config.backup;
    if let Err(error) = Lock::of(config) {
        return Finding::Fault(super::sentence(&error));
    }
    let found = app.db.read(|conn| Ok((backup::queries::find_last_done(conn)?, backup::queries::find_failure(conn)?)));
    let (done, failure) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(&error),
    };
    let local = |at: Option<Moment>| at.map(|at| app.clock.local(at).format("%Y-%m-%d %H:%M").to_string());
    if let Some(Attempt { problem, finished_at, .. }) = failure {
        let message = Message::new("cli-doctor-backup-failed").with("at", local(finished_at).unwrap_or_default());
        return fault(&message.with("why", problem.unwrap_or_default()));
    }
    if let Some(folder) = config.folder.as_deref()
        && let Finding::Fault(text) = data_folder(folder)
    {
        return Finding::Fault(text);
    }
    let is_late = |done: &Attempt| done.finished_at.is_none_or(|at| app.clock.now() - at > backup::LATE);
    match (done, config.folder.is_some()) {
        (None, false) => warning(&Message::new("cli-doctor-backup-none")),
        (None, true) => warning(&Message::new("cli-doctor-backup-not-yet").with("hour", i64::from(config.hour))),
        (Some(done), is_scheduled) => {
            let at = local(done.finished_at).unwrap_or_default();
            let name = done.file_name.as_deref().unwrap_or_default();
            let of_it = |id| Message::new(id).with("name", name).with("at", at.as_str());
            match (is_late(&done), is_scheduled) {
                (false, _) => fine(&of_it("cli-doctor-backup")),
                (true, true) => fault(&of_it("cli-doctor-backup-late")),
                (true, false) => warning(&of_it("cli-doctor-backup-old")),
            }
        }
    }
}

/// Nothing to say where a proxy has the TLS. That the base address is not https then, `listening` says.
fn tls(config: &Config) -> Vec<Finding> {
    match Certificate::of(&config.tls) {
        Ok(None) => Vec::new(),
        Ok(Some(certificate)) => vec![match certificate.other_name(config) {
            Some(message) => warning(&message),
            None => fine(&Message::new("cli-doctor-tls")),
        }],
        Err(error) => vec![Finding::Fault(super::sentence(&error))],
    }
}

fn fonts(config: &Config) -> Vec<Finding> {
    let missing = super::fonts::find_missing_folder(config).map(|folder| {
        warning(&Message::new("cli-doctor-fonts-no-folder").with("folder", folder.display().to_string()))
    });
    let report = super::fonts::report(&Press::new(config.fonts.as_deref()), super::language());
    missing.into_iter().chain([report.map_or_else(Finding::Warning, Finding::Fine)]).collect()
}

async fn mail_server(config: &Config) -> Finding {
    let mailer = match Mailer::of(config) {
        Ok(mailer) => mailer,
        Err(error) => return fault(&Message::new("cli-doctor-mail-setting").with("why", super::sentence(&error))),
    };
    let Some(server) = config.smtp.as_deref().map(without_password) else {
        let folder = config.mail_folder().display().to_string();
        return warning(&Message::new("cli-doctor-mail-none").with("folder", folder));
    };
    match mailer.probe().await {
        Ok(()) if has_login(config) => fine(&Message::new("cli-doctor-mail-login").with("server", server)),
        Ok(()) => fine(&Message::new("cli-doctor-mail-answers").with("server", server)),
        Err(problem) => {
            let message = Message::new("cli-doctor-mail-wrong").with("server", server);
            fault(&message.with("advice", advice(&problem)).with("why", problem))
        }
    }
}

/// Whether the settings name a sender, and what became of a test mail when one is wanted.
async fn test_mail(app: &App, to: Option<&str>) -> Vec<(&'static str, Finding)> {
    let part = "test-mail";
    // What is wrong with the server's address was said of the server.
    let Ok(mailer) = Mailer::of(&app.config) else { return Vec::new() };
    let delivery = match app.delivery(mailer) {
        Ok(delivery) => delivery,
        Err(error) => {
            let message = Message::new("cli-doctor-mail-setting").with("why", super::sentence(&error));
            return vec![("mail-sender", fault(&message))];
        }
    };
    let Some(address) = to else { return Vec::new() };
    vec![match delivery.send_test(address).await {
        Ok(answer) => {
            let message = Message::new("cli-doctor-mail-taken").with("address", address);
            (part, fine(&message.with("answer", answer)))
        }
        Err(problem) => {
            let message = Message::new("cli-doctor-mail-not-taken").with("address", address);
            (part, fault(&message.with("advice", advice(&problem)).with("why", problem)))
        }
    }]
}

/// The scheme and host of an address.
fn without_password(address: &str) -> String {
    match Url::parse(address) {
        Ok(url) => {
            let port = url.port().map_or(String::new(), |port| format!(":{port}"));
            format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or(""))
        }
        Err(_) => "XUEFA_SMTP".to_owned(),
    }
}

fn has_login(config: &Config) -> bool {
    let url = config.smtp.as_deref().and_then(|address| Url::parse(address).ok());
    url.is_some_and(|url| url.password().is_some())
}

/// What to do about what a mail server said.
fn advice(problem: &str) -> Argument {
    let says = |words: &[&str]| words.iter().any(|word| problem.contains(word));
    let id = if says(&["UnknownIssuer"]) {
        "cli-doctor-mail-authority"
    } else if says(&["certificate"]) {
        "cli-doctor-mail-certificate"
    } else if says(&["(530)", "(534)", "(535)", "(538)"]) {
        "cli-doctor-mail-no-login"
    } else if says(&["error (5"]) {
        "cli-doctor-mail-refused"
    } else if says(&["error (4"]) {
        "cli-doctor-mail-later"
    } else if says(&["not-an-address"]) {
        "cli-doctor-mail-no-address"
    } else {
        "cli-doctor-mail-no-way"
    };
    Argument::Texts(vec![id.to_owned()])
}
