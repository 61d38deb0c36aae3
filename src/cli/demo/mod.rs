//! `xuefa demo`: a believable organisation with a year of sessions, served at once.

mod attendance;
mod calls;
mod dice;
mod finals;
mod hours;
mod library;
mod make_up;
mod meetings;
mod organisation;
mod requests;
mod scan;
mod sessions;
mod study;
mod today;
mod unit_forms;

use crate::access::Actor;
use crate::accounts::{self, password};
use crate::attendance::Attendance;
use crate::audit::{self, Action};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::Result;
use crate::organization;
use crate::readings;
use crate::secret;
use crate::settings::{self, Settings};
use crate::store::{Conn, Db};
use crate::web::App;
use crate::web::accounts::sign_in::DEMO_ROLES;
use crate::web::app::Demo;
use anyhow::Context;
use clap::Args;
use organisation::World;
use sessions::{Made, SessionLine};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

#[derive(rust_embed::RustEmbed)]
#[folder = "content/demo"]
struct DemoFiles;

/// Options of `demo`.
#[derive(Args)]
pub(super) struct DemoOptions {
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Keep the demo in this folder [default: a folder that is made anew each time]
    #[arg(long)]
    data: Option<PathBuf>,
    /// The one password of everybody [default: random, and printed]
    #[arg(long)]
    password: Option<String>,
    /// How many people
    #[arg(long)]
    people: Option<usize>,
    /// How many sessions
    #[arg(long)]
    sessions: Option<usize>,
}

/// What tells a demo's folder from one with real data in it, whose passwords must not be touched.
const MARK: &str = "this-is-a-demo";

/// Makes or opens the demo and serves it until the process is told to stop.
///
/// # Errors
/// `Broken` with one sentence: the address is in use, the folder holds something else, the database cannot be opened.
pub(super) fn run(options: DemoOptions) -> Result<()> {
    super::serve::probe(options.listen)?;
    let data = open_folder(options.data.as_deref())?;
    let password = options.password.clone().unwrap_or_else(|| secret::random_token()[..12].to_owned());
    let config = Config {
        database: data.join("xuefa.db").to_string_lossy().into_owned(),
        data: data.clone(),
        listen: options.listen,
        base_url: None,
        smtp: None,
        smtp_rate: None,
        smtp_ca: None,
        mail_haste: 1,
        mail_from: "学法 <xuefa@lihe.example>".to_owned(),
        zone: chrono_tz::Asia::Shanghai,
        trusted_proxies: Vec::new(),
        fonts: None,
        plain_http: true,
        secret: None,
        backup: crate::config::BackupConfig::default(),
        tls: crate::config::TlsConfig::default(),
    };
    let db = Db::open(&config.database)?;
    let clock = Clock::system(config.zone);
    let mut app = App::new(db, clock.clone(), config)?;
    app.demo = Some(Demo { password: password.clone() });
    let hash = password::hash_now(&password)?;
    let size = Size { n_people: options.people.unwrap_or(0), n_sessions: options.sessions.unwrap_or(0) };
    let served = super::serve::block_on(async move {
        app.db.write(move |conn| make(conn, size, &hash, &clock)).await?;
        scan::keep_sample(&app).await?;
        meetings::keep_sample(&app).await?;
        announce(options.listen, &password);
        super::serve::serve(app).await
    });
    if options.data.is_none() {
        // Best effort: what stays behind in the system's temporary folder does no harm.
        drop(std::fs::remove_dir_all(&data));
    }
    served
}

/// The folder of the demo, made and marked when it is new.
fn open_folder(wanted: Option<&Path>) -> Result<PathBuf> {
    let fresh = || std::env::temp_dir().join(format!("xuefa-demo-{}", std::process::id()));
    let data = wanted.map_or_else(fresh, Path::to_owned);
    let unusable = || format!("the folder {} cannot be used", data.display());
    std::fs::create_dir_all(&data).with_context(unusable)?;
    if data.join("xuefa.db").exists() && !data.join(MARK).exists() {
        return Err(anyhow::anyhow!("{} holds something else than a demo; name another folder", data.display()).into());
    }
    std::fs::write(data.join(MARK), "Everything in this folder is made up. It can be deleted.\n")
        .with_context(unusable)?;
    Ok(data)
}

fn announce(listen: SocketAddr, password: &str) {
    super::say(format_args!("http://{listen}/  password of every login: {password}"));
    super::say(format_args!("logins: {}", DEMO_ROLES.join(", ")));
    if !listen.ip().is_loopback() {
        super::say("WARNING: plain http beyond this machine. Whoever is on the network can read passwords and logins.");
    }
}

/// How large a demo is: at least the believable group with its year.
#[derive(Debug, Clone, Copy, Default)]
pub struct Size {
    pub n_people: usize,
    pub n_sessions: usize,
}

/// Makes the demo in an empty database, and sees to it that a session is in progress in one that holds a demo.
///
/// # Errors
/// `Broken` when the database holds something else than a demo.
pub fn make(conn: &mut Conn, size: Size, hash: &str, clock: &Clock) -> Result<()> {
    if organization::queries::is_empty(conn)? {
        make_all(conn, size, hash, clock)
    } else {
        let world = World::load(conn)?;
        accounts::queries::update_all_passwords(conn, hash)?;
        today::see_to_a_session(conn, &world, clock)
    }
}

fn make_all(conn: &mut Conn, size: Size, hash: &str, clock: &Clock) -> Result<()> {
    organisation::make(conn, size.n_people, hash, clock.now())?;
    let mut lines = sessions::lines(size.n_sessions)?;
    // The notice's meeting lies before all others: what was read for it may be given again.
    lines.sort_by_key(|line| line.key != sessions::NOTICE);
    readings::sync(conn, clock.now())?;
    let world = World::load(conn)?;
    let mut marks = study::Marks::new();
    for line in lines {
        let is_now = line.is_in_progress();
        let (made, rows) = make_session(conn, &world, clock, line)?;
        study::follow_up(conn, &world, &made, &rows, clock, &mut marks)?;
        requests::make(conn, &world, &made, &rows, clock)?;
        meetings::about(conn, &world, &made, &rows, clock)?;
        make_up::make(conn, &world, &made, &rows, clock)?;
        match made.line.key.as_str() {
            sessions::NOTICE => calls::notice(conn, &world, &made, clock, &mut marks)?,
            calls::FOLLOWED => calls::running(conn, &world, &made, clock, &mut marks)?,
            _ => {}
        }
        if is_now {
            sessions::appoint_clerk(conn, &world, made.session.id)?;
            attendance::guests_of_today(conn, &world, &made, clock.now())?;
        }
    }
    meetings::called(conn, &world, clock)?;
    study::reading_of_the_month(conn, &world, clock, &mut marks)?;
    study::write_marks(conn, &marks)?;
    library::make(conn, &world, clock)?;
    unit_forms::make(conn, &world, clock)?;
    hours::make(conn, &world, clock)?;
    settings::establish(
        conn,
        &Settings {
            organisation: "利和集团（示例）".to_owned(),
            help_contact: "信访办公室 8012（示例）".to_owned(),
            ..Settings::default()
        },
    )?;
    finals::make(conn, &world, clock)?;
    crate::attendance::totals::refresh_all(conn)?;
    let people = i64::try_from(world.people.len()).unwrap_or(i64::MAX);
    audit::record(conn, &Actor::program("demo"), clock.now(), Action::new("demo.made", "demo"), None, &people)
}

/// A session and those who came to it.
fn make_session(conn: &mut Conn, world: &World, clock: &Clock, line: SessionLine) -> Result<(Made, Vec<Attendance>)> {
    let made = sessions::make(conn, world, clock, line)?;
    let rows = attendance::make(conn, world, &made, clock.now())?;
    Ok((made, rows))
}

fn file(name: &str) -> Result<String> {
    let file = DemoFiles::get(name).with_context(|| format!("the demo's {name} is missing"))?;
    Ok(String::from_utf8(file.data.into_owned()).with_context(|| format!("the demo's {name} is not UTF-8"))?)
}

fn rows<T: serde::de::DeserializeOwned>(name: &str) -> Result<Vec<T>> {
    let read: std::result::Result<Vec<T>, csv::Error> =
        csv::Reader::from_reader(file(name)?.as_bytes()).deserialize().collect();
    Ok(read.with_context(|| format!("the demo's {name} cannot be read"))?)
}
