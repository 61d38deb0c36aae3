//! `xuefa doctor`: looks at everything that an installation needs, and says of each thing what to do about it.

use super::tls::Certificate;
use crate::audit::{self, Chain};
use crate::backup::{self, Attempt, Lock};
use crate::clock::{Clock, Moment};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::i18n::{self, Language};
use crate::mail::{self, Mailer, OutboxState, OwnProblem, Standing, Stuck};
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

/// Prints one line for each thing.
///
/// # Errors
/// One sentence when there is a fault.
pub(super) fn run(options: DoctorOptions) -> Result<()> {
    let n_faults = super::serve::block_on(examine(options));
    match n_faults {
        0 => Ok(()),
        1 => Err(anyhow::anyhow!("there is a fault; see the line above that begins with it").into()),
        n => Err(anyhow::anyhow!("there are {n} faults; see the lines above that begin with it").into()),
    }
}

async fn examine(options: DoctorOptions) -> usize {
    let DoctorOptions { config, mail } = options;
    let clock = Clock::system(config.zone);
    let mut n_faults = 0;
    let mut say = |part: &str, finding: Finding| {
        let (grade, text) = match finding {
            Finding::Fine(text) => ("ok", text),
            Finding::Warning(text) => ("warn", text),
            Finding::Fault(text) => {
                n_faults += 1;
                ("fault", text)
            }
        };
        super::say(format_args!("{grade:<6} {part}: {text}"));
    };
    say("data folder", data_folder(&config.data));
    say("key", key(&config));
    say("base address", base_address(&config));
    let db = match open(&config) {
        Ok(db) => db,
        Err(finding) => {
            say("database", finding);
            say("clock", clock_stands(&clock, None));
            return n_faults;
        }
    };
    let (whole, newest) = database(&config, &db).await;
    say("database", whole);
    if let Some(finding) = database_file(&config) {
        say("database file", finding);
    }
    say("clock", clock_stands(&clock, newest));
    let app = match App::new(db, clock, config) {
        Ok(app) => app,
        Err(error) => {
            say("program", Finding::Fault(in_words(&error)));
            return n_faults;
        }
    };
    say("fonts", app.press.report().map_or_else(Finding::Warning, Finding::Fine));
    say("operation log", operation_log(&app).await);
    say("outbox", outbox(&app).await);
    say("backup", last_backup(&app).await);
    if let Some(finding) = tls(&app.config) {
        say("TLS", finding);
    }
    for (part, finding) in mail_server(&app, mail.as_deref()).await {
        say(part, finding);
    }
    n_faults
}

fn data_folder(folder: &Path) -> Finding {
    let shown = folder.display();
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    let written = std::fs::File::create_new(&probe).and_then(|file| file.sync_all());
    match written.and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => Finding::Fine(format!("{shown} can be written to")),
        Err(error) => Finding::Fault(format!(
            "{shown} cannot be written to ({error}); make it, and give it to the user that runs the program"
        )),
    }
}

fn key(config: &Config) -> Finding {
    use std::os::unix::fs::PermissionsExt;
    let path = config.data.join("secret.key");
    match (&config.secret, std::fs::metadata(&path)) {
        (Some(given), _) if given.len() < 32 => {
            Finding::Fault("XUEFA_SECRET is shorter than 32 characters; set a longer one".to_owned())
        }
        (Some(_), _) => Finding::Fine("given by XUEFA_SECRET".to_owned()),
        (None, Ok(found)) if found.permissions().mode() & 0o077 != 0 => {
            Finding::Warning(format!("others on this machine can read {}; run chmod 600 on it", path.display()))
        }
        (None, Ok(_)) => Finding::Fine(format!("{}; keep a copy of it away from here", path.display())),
        (None, Err(_)) => Finding::Warning(format!(
            "{} is made at the first start; if a backup was restored here, put the old installation's there before",
            path.display()
        )),
    }
}

fn base_address(config: &Config) -> Finding {
    let text = config.base_url();
    let wrong = |why: &str| Finding::Fault(format!("XUEFA_BASE_URL {text} {why}"));
    let Ok(url) = Url::parse(&text) else { return wrong("is no address like https://xuefa.example.com") };
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => return wrong("names no host"),
    };
    if !matches!(url.scheme(), "http" | "https") {
        return wrong("begins neither with https:// nor with http://");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return wrong("goes on after the host; the program is served at the root of a host");
    }
    if is_here {
        let what = match config.base_url {
            Some(_) => "XUEFA_BASE_URL is an address of this machine alone; set the one by which people reach it",
            None => "set XUEFA_BASE_URL, or it is the listening address, which opens on this machine alone",
        };
        return Finding::Warning(format!("links in mail begin with {text}: {what}"));
    }
    if url.host_str() == Some(SHIPPED_HOST) {
        return Finding::Warning(format!(
            "XUEFA_BASE_URL is still {text}, the example that the settings came with; set your own address"
        ));
    }
    match (config.is_https(), config.plain_http || config.listen.ip().is_loopback()) {
        (true, _) => Finding::Fine(text),
        (false, true) => Finding::Warning(format!(
            "{text}: passwords can be read on the network that people use; set an https:// address as soon as there is one"
        )),
        (false, false) => Finding::Fault(format!(
            "{text}: serve will not start with plain http beyond this machine; set an https:// address, or XUEFA_PLAIN_HTTP=1 on a closed network"
        )),
    }
}

/// The database, when there is one that this program can work with.
fn open(config: &Config) -> Result<Db, Finding> {
    let opened = Address::parse(&config.database).and_then(|address| match migrate::standing(&address)? {
        Standing::Missing => Err(anyhow::anyhow!("there is none at {}; run xuefa migrate", config.database).into()),
        Standing::Behind(n) => Err(anyhow::anyhow!("its tables lack {n} steps; run xuefa migrate").into()),
        Standing::Current => Db::open_migrated(&address),
    });
    opened.map_err(|error| Finding::Fault(in_words(&error)))
}

/// How it stands, and the moment of the newest entry in its trail.
async fn database(config: &Config, db: &Db) -> (Finding, Option<Moment>) {
    let kind = if config.database.starts_with("postgres") { "PostgreSQL" } else { &config.database };
    let looked = async {
        db.write(store::touch).await?;
        db.read(|conn| Ok((store::find_damage(conn)?, audit::find_newest(conn)?))).await
    };
    match looked.await {
        Ok((None, newest)) => {
            (Finding::Fine(format!("{kind}, up to date, can be written to")), newest.map(|newest| newest.at))
        }
        Ok((Some(damage), _)) => {
            (Finding::Fault(format!("{kind} is damaged ({damage}); stop the program and restore the backup")), None)
        }
        Err(error) => (Finding::Fault(format!("{kind} cannot be used: {}", in_words(&error))), None),
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
    (is_open(0o040, 0o010) || is_open(0o004, 0o001)).then(|| {
        Finding::Warning(format!(
            "others on this machine can read {}, which holds everybody's data; run chmod 600 on it, or chmod 700 on its folder",
            path.display()
        ))
    })
}

fn clock_stands(clock: &Clock, newest: Option<Moment>) -> Finding {
    let (now, shown) = (clock.now(), clock.local(clock.now()).format("%Y-%m-%d %H:%M:%S %Z"));
    match newest {
        Some(newest) if now < newest => Finding::Fault(format!(
            "it says {shown}, which is before what was last recorded ({}); set this machine's clock, best by NTP",
            clock.local(newest).format("%Y-%m-%d %H:%M:%S")
        )),
        _ => Finding::Fine(format!(
            "{shown}, zone {}; codes and reminders go by it, so compare it with your own",
            clock.zone()
        )),
    }
}

async fn operation_log(app: &App) -> Finding {
    let chain = Chain::new(&app.secret);
    match app.db.read(move |conn| audit::begins_with_key(conn, &chain)).await {
        Ok(true) => Finding::Fine("its oldest entries fit the key; whether all do, says xuefa audit verify".to_owned()),
        Ok(false) => Finding::Warning(format!(
            "its oldest entries were sealed with another key than the one in use, or written anew. {}",
            super::audit::OTHER_KEY
        )),
        Err(error) => Finding::Fault(in_words(&error)),
    }
}

async fn outbox(app: &App) -> Finding {
    let now = app.clock.now();
    let found = app.db.read(move |conn| Ok((mail::standing(conn, now)?, mail::queries::count_by_state(conn)?)));
    let (standing, counts) = match found.await {
        Ok(found) => found,
        Err(error) => return Finding::Fault(in_words(&error)),
    };
    let n = |wanted: OutboxState| counts.iter().find(|(state, _)| *state == wanted).map_or(0, |(_, n)| *n);
    match (standing, n(OutboxState::Waiting), n(OutboxState::Failed)) {
        (Standing::Held { n_waiting }, _, _) => Finding::Warning(format!(
            "all mail is held back, as after a restore; {n_waiting} in wait; the Office releases or drops it on the page of mail"
        )),
        (Standing::Stuck(Stuck { n, since, problem }), _, _) => Finding::Warning(format!(
            "{n} in wait since {}: {}; see the line of the mail server below, and XUEFA_SMTP; xuefa doctor --mail ADDRESS tries the way",
            app.clock.local(since).format("%Y-%m-%d %H:%M"),
            why(problem.as_deref())
        )),
        (Standing::Flowing, n_waiting, 0) => Finding::Fine(format!("{n_waiting} in wait, none failed")),
        (Standing::Flowing, n_waiting, n_failed) => {
            Finding::Warning(format!("{n_failed} failed, {n_waiting} in wait; the Office sees why on the page of mail"))
        }
    }
}

/// Why a mail was not sent, as the page of mail says it.
fn why(problem: Option<&str>) -> String {
    match problem {
        None => "not tried once; see whether serve runs".to_owned(),
        Some(own) if own.parse::<OwnProblem>().is_ok() => i18n::word_of(Language::English, "mail-reason-", own),
        Some(server) => format!("the mail server answered {server}"),
    }
}

async fn last_backup(app: &App) -> Finding {
    let config = &app.config.backup;
    if let Err(error) = Lock::of(config) {
        return Finding::Fault(in_words(&error));
    }
    let found = app.db.read(|conn| Ok((backup::queries::find_last_done(conn)?, backup::queries::find_failure(conn)?)));
    let (done, failure) = match found.await {
        Ok(found) => found,
        Err(error) => return Finding::Fault(in_words(&error)),
    };
    let local = |at: Option<Moment>| at.map(|at| app.clock.local(at).format("%Y-%m-%d %H:%M").to_string());
    if let Some(Attempt { problem, finished_at, .. }) = failure {
        let at = local(finished_at).unwrap_or_default();
        let problem = problem.unwrap_or_default();
        return Finding::Fault(format!("the last one, {at}, failed: {problem}"));
    }
    if let Some(folder) = config.folder.as_deref()
        && let Finding::Fault(text) = data_folder(folder)
    {
        return Finding::Fault(text);
    }
    let advice = "set XUEFA_BACKUP_FOLDER to a folder on another disk, or run xuefa backup every day";
    let is_late = |done: &Attempt| done.finished_at.is_none_or(|at| app.clock.now() - at > backup::LATE);
    match (done, config.folder.is_some()) {
        (None, false) => Finding::Warning(format!("none has been made; {advice}")),
        (None, true) => {
            Finding::Warning(format!("none has been made yet; serve makes one each day from {} o'clock", config.hour))
        }
        (Some(done), is_scheduled) => {
            let at = local(done.finished_at).unwrap_or_default();
            let name = done.file_name.as_deref().unwrap_or_default();
            match (is_late(&done), is_scheduled) {
                (false, _) => Finding::Fine(format!("{name}, {at}; whether it opens, say xuefa restore --check")),
                (true, true) => Finding::Fault(format!("the last one, {name}, is of {at}; see whether serve runs")),
                (true, false) => Finding::Warning(format!("the last one, {name}, is of {at}; {advice}")),
            }
        }
    }
}

fn tls(config: &Config) -> Option<Finding> {
    match Certificate::of(&config.tls) {
        Ok(None) => None,
        Ok(Some(_)) if !config.is_https() => Some(Finding::Fault(
            "the program serves https by itself, but XUEFA_BASE_URL does not begin with https://".to_owned(),
        )),
        Ok(Some(_)) => Some(Finding::Fine(
            "certificate and key belong together; serve reads them again when they change".to_owned(),
        )),
        Err(error) => Some(Finding::Fault(in_words(&error))),
    }
}

async fn mail_server(app: &App, test: Option<&str>) -> Vec<(&'static str, Finding)> {
    let (part, config) = ("mail server", &app.config);
    let made = Mailer::of(config).and_then(|mailer| Ok((app.delivery(mailer.clone())?, mailer)));
    let (delivery, mailer) = match made {
        Ok(made) => made,
        Err(error) => return vec![(part, Finding::Fault(in_words(&error)))],
    };
    let mut findings = Vec::new();
    let name = config.smtp.as_deref().map(without_password);
    match (&name, mailer.probe().await) {
        (None, _) => findings.push(Finding::Warning(format!(
            "none is set, mail becomes files in {}; set XUEFA_SMTP",
            config.mail_folder().display()
        ))),
        (Some(name), Ok(())) => findings.push(Finding::Fine(format!(
            "{name} answers{}",
            if has_login(config) { " and takes the login" } else { "" }
        ))),
        (Some(name), Err(problem)) => findings.push(Finding::Fault(format!("{name}: {problem}; {}", advice(&problem)))),
    }
    let mut findings: Vec<(&'static str, Finding)> = findings.into_iter().map(|finding| (part, finding)).collect();
    if let Some(address) = test {
        findings.push((
            "test mail",
            match delivery.send_test(address).await {
                Ok(answer) => Finding::Fine(format!("taken for {address}: {answer}")),
                Err(problem) => Finding::Fault(format!("not taken for {address}: {problem}; {}", advice(&problem))),
            },
        ));
    }
    findings
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
fn advice(problem: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| problem.contains(word));
    if says(&["UnknownIssuer"]) {
        "its certificate is of no authority that is trusted: if the office has its own, name its file in XUEFA_SMTP_CA"
    } else if says(&["certificate"]) {
        "its certificate is not of the name in XUEFA_SMTP, or out of date: use the name in the certificate, or have it renewed"
    } else if says(&["(530)", "(534)", "(535)", "(538)"]) {
        "it does not take the login: see user and password in XUEFA_SMTP (written with %40 for @)"
    } else if says(&["error (5"]) {
        "it refuses this mail: see XUEFA_MAIL_FROM, and whether this server takes mail for that address"
    } else if says(&["error (4"]) {
        "it asks to come back later: try again in a few minutes"
    } else if says(&["not-an-address"]) {
        "it is no e-mail address"
    } else {
        "see name and port in XUEFA_SMTP, and whether a firewall lets this machine out to them"
    }
}

/// A failure with what is behind it, in one line.
fn in_words(error: &Error) -> String {
    match error {
        Error::Broken(source) => format!("{source:#}"),
        other => other.to_string(),
    }
}
