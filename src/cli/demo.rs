//! `xuefa demo`: a believable organisation with a year of sessions, served at once.

use crate::access::Role;
use crate::accounts::{self, password};
use crate::clock::{Clock, Moment};
use crate::config::Config;
use crate::error::Result;
use crate::organization::model::NewPerson;
use crate::organization::{self, Unit};
use crate::settings::{self, Settings};
use crate::store::ids::PersonId;
use crate::store::{Conn, Db};
use crate::web::App;
use crate::web::app::Demo;
use anyhow::Context;
use clap::Args;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

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

#[derive(Deserialize)]
struct UnitRow {
    code: String,
    parent_code: String,
    name: String,
    kind: organization::UnitKind,
    position: i64,
}

#[derive(Deserialize)]
struct PersonRow {
    employee_number: String,
    name: String,
    unit_code: String,
    post: String,
    category: organization::Category,
    order_number: i64,
    email: String,
    cast: String,
}

pub(super) fn run(options: DemoOptions) -> Result<()> {
    let data =
        options.data.clone().unwrap_or_else(|| std::env::temp_dir().join(format!("xuefa-demo-{}", std::process::id())));
    let database = data.join("xuefa.db");
    let password = options.password.clone().unwrap_or_else(|| accounts::secret::random_token()[..12].to_owned());
    let config = Config {
        database: database.to_string_lossy().into_owned(),
        data,
        listen: options.listen,
        base_url: None,
        smtp: None,
        mail_from: "学法 <xuefa@lihe.example>".to_owned(),
        zone: chrono_tz::Asia::Shanghai,
        trusted_proxies: Vec::new(),
        plain_http: true,
        secret: None,
    };
    let db = Db::open(&config.database)?;
    let clock = Clock::system(config.zone);
    let mut app = App::new(db, clock.clone(), config)?;
    app.demo = Some(Demo { password: password.clone() });
    let hash = password::hash_now(&password)?;
    super::serve::block_on(async move {
        let (now, today) = (clock.now(), clock.today());
        app.db.write(crate::readings::sync).await?;
        app.db.write(move |conn| make(conn, &hash, now, today)).await?;
        println!("http://{}/  password of every login: {password}", options.listen);
        super::serve::serve(app).await
    })
}

fn rows<T: serde::de::DeserializeOwned>(name: &str) -> Result<Vec<T>> {
    let file = DemoFiles::get(name).with_context(|| format!("the demo's {name} is missing"))?;
    let read: std::result::Result<Vec<T>, csv::Error> =
        csv::Reader::from_reader(file.data.as_ref()).deserialize().collect();
    Ok(read.with_context(|| format!("the demo's {name} cannot be read"))?)
}

/// Makes the organisation, when there is none yet.
fn make(conn: &mut Conn, hash: &str, now: Moment, today: chrono::NaiveDate) -> Result<()> {
    if !organization::queries::is_empty(conn)? {
        return Ok(());
    }
    let mut units: BTreeMap<String, Unit> = BTreeMap::new();
    for row in rows::<UnitRow>("units.csv")? {
        let parent = units.get(&row.parent_code);
        let unit = organization::queries::insert_unit(conn, parent, &row.code, &row.name, row.kind, row.position)?;
        units.insert(row.code, unit);
    }
    let people: Vec<PersonRow> = rows("people.csv")?;
    let unit_of = |row: &PersonRow| units.get(&row.unit_code).with_context(|| format!("no unit {}", row.unit_code));
    let new: Vec<NewPerson> = people
        .iter()
        .map(|row| {
            Ok(NewPerson {
                employee_number: row.employee_number.clone(),
                name: row.name.clone(),
                unit_id: unit_of(row)?.id,
                post: row.post.clone(),
                category: row.category,
                order_number: row.order_number,
                email: (!row.email.is_empty()).then(|| row.email.clone()),
            })
        })
        .collect::<Result<_>>()?;
    let ids: Vec<PersonId> = organization::queries::insert_people(conn, &new, today - chrono::TimeDelta::days(500))?;
    let user_names: Vec<(PersonId, String)> = ids
        .iter()
        .zip(&people)
        .map(|(id, row)| (*id, if row.cast.is_empty() { row.employee_number.clone() } else { row.cast.clone() }))
        .collect();
    accounts::queries::insert_accounts(conn, &user_names, hash, now)?;
    for (row, role) in [
        ("admin", Role::System),
        ("admin", Role::Security),
        ("admin", Role::Audit),
        ("hq", Role::Hq),
        ("leader", Role::Leader),
    ] {
        let account = accounts::queries::find_account(conn, row)?.with_context(|| format!("the demo has no {row}"))?;
        let person =
            people.iter().find(|person| person.cast == row).with_context(|| format!("the demo has no {row}"))?;
        let unit = if role.is_for_a_unit() { Some(unit_of(person)?.id) } else { None };
        accounts::queries::insert_grant(conn, account.id, role, unit, None, now)?;
    }
    settings::establish(
        conn,
        &Settings {
            organisation: "利和集团（示例）".to_owned(),
            help_contact: "信访办公室 8012（示例）".to_owned(),
            ..Settings::default()
        },
    )
}
