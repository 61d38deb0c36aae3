//! What lets a kiosk go on without a network: its roster, what it stored meanwhile, and what the browser installs.

use super::{findable, is_in};
use crate::attendance::kiosk::{self, Effect, Report, Standing, Stored};
use crate::attendance::{personal_code, spelling};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::i18n;
use crate::links;
use crate::secret;
use crate::store::ids::PersonId;
use crate::templates::StaticFiles;
use crate::web::visit::Visit;
use crate::web::{App, errors, statics};
use actix_web::http::header;
use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A header that no form of another site can send.
const KIOSK_HEADER: &str = "x-xuefa-kiosk";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RosterQuery {
    /// The digest of the roster that the kiosk has.
    have: String,
}

/// Somebody in the roster that a kiosk keeps.
#[derive(Serialize)]
struct Kept {
    id: PersonId,
    name: String,
    unit: String,
    post: String,
    number: String,
    code: String,
    /// The readings of each character of the name.
    say: Vec<Vec<String>>,
    /// Set when there is nothing to record: `present` or `exempt`.
    is: Option<&'static str>,
    at: Option<i64>,
}

/// `GET /kiosk/roster`: whom the kiosk finds; 204 when it has that already, 410 when it is to forget it.
pub async fn roster(app: Data<App>, visit: Visit, query: Query<RosterQuery>) -> Result<HttpResponse> {
    let (found, now, secret) = (visit.kiosk()?.clone(), app.clock.now(), app.secret.clone());
    if found.standing != Standing::Works {
        return Ok(HttpResponse::Gone().finish());
    }
    let session = found.session.id;
    let people = app.db.read(move |conn| findable(conn, session)).await?;
    let kept: Vec<Kept> = people
        .into_iter()
        .map(|person| Kept {
            id: person.person,
            code: personal_code(&secret, person.person, &person.employee_number),
            say: spelling::readings(&person.name),
            is: person.state.filter(|state| is_in(Some(*state))).map(|state| state.as_str()),
            at: person.arrived_at.map(millis),
            name: person.name,
            unit: person.unit_name,
            post: person.post,
            number: person.employee_number,
        })
        .collect();
    let people = serde_json::to_value(&kept).map_err(anyhow::Error::new)?;
    let digest = secret::hash_token(&people.to_string())[..16].to_owned();
    if digest == query.have {
        return Ok(HttpResponse::NoContent().finish());
    }
    Ok(HttpResponse::Ok().json(json!({
        "digest": digest,
        "now": millis(now),
        "opens_at": millis(found.session.opens_at()),
        "people": people,
    })))
}

fn millis(moment: Moment) -> i64 {
    moment.as_utc().and_utc().timestamp_millis()
}

fn moment(millis: i64) -> Result<Moment> {
    // A kiosk of this century: anything else is no time of an arrival.
    let time = DateTime::from_timestamp_millis(millis).filter(|_| (0..4_102_444_800_000).contains(&millis));
    time.map(|time| Moment::from_utc(time.naive_utc())).ok_or_else(errors::unreadable)
}

/// What a kiosk sends, in milliseconds since 1970 by its clock.
#[derive(Debug, Deserialize)]
struct SentReport {
    now: i64,
    #[serde(default)]
    waiting: i64,
    #[serde(default)]
    oldest: Option<i64>,
    #[serde(default)]
    entries: Vec<SentEntry>,
}

#[derive(Debug, Deserialize)]
struct SentEntry {
    key: String,
    person: PersonId,
    at: i64,
    #[serde(default)]
    undone_at: Option<i64>,
}

impl SentReport {
    fn read(self) -> Result<Report> {
        let entries = self.entries.into_iter().map(|entry| {
            Ok(Stored {
                happened_at: moment(entry.at)?,
                undone_at: entry.undone_at.map(moment).transpose()?,
                key: entry.key,
                person: entry.person,
            })
        });
        Ok(Report {
            kiosk_now: moment(self.now)?,
            n_waiting: self.waiting,
            oldest_waiting_at: self.oldest.map(moment).transpose()?,
            entries: entries.collect::<Result<_>>()?,
        })
    }
}

#[derive(Serialize)]
struct Answered {
    key: String,
    effect: Effect,
    at: Option<i64>,
}

/// `POST /kiosk/sync`: takes what the kiosk stored, and says what became of each.
pub async fn sync(app: Data<App>, visit: Visit, request: HttpRequest, body: Bytes) -> Result<HttpResponse> {
    let (found, now, address) = (visit.kiosk()?.clone(), app.clock.now(), visit.origin.clone());
    if !request.headers().contains_key(KIOSK_HEADER) {
        return Err(Error::Forbidden);
    }
    let sent: SentReport = serde_json::from_slice(&body).map_err(|_| errors::unreadable())?;
    let (report, works) = (sent.read()?, found.standing == Standing::Works);
    let done = app.db.write(move |conn| kiosk::sync(conn, &found, &report, &address, now)).await?;
    let entries: Vec<Answered> = done
        .into_iter()
        .map(|done| Answered { key: done.key, effect: done.effect, at: done.arrived_at.map(millis) })
        .collect();
    Ok(HttpResponse::Ok().json(json!({ "works": works, "now": millis(now), "entries": entries })))
}

/// `GET /kiosk/worker.js`: the service worker, by an address whose scope is the kiosk's pages.
pub async fn worker() -> Result<HttpResponse> {
    let file = StaticFiles::get("kiosk-worker.js").ok_or(Error::NotFound("file"))?;
    Ok(HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header(("Service-Worker-Allowed", links::KIOSK))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(file.data.into_owned()))
}

/// `GET /kiosk/manifest.webmanifest`: what the browser needs to install the kiosk.
pub async fn manifest(visit: Visit, app: Data<App>) -> HttpResponse {
    let name = i18n::word(visit.language, &app.clock, &Message::new("kiosk-app-name"));
    let drawn = json!({ "src": statics::address("kiosk.svg"), "type": "image/svg+xml", "sizes": "any" });
    // For tablets that install no drawing.
    let picture = json!({ "src": statics::address("kiosk.png"), "type": "image/png", "sizes": "512x512" });
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/manifest+json"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(
            json!({
                "id": links::KIOSK, "start_url": links::KIOSK, "scope": links::KIOSK,
                "name": name, "short_name": name, "lang": visit.language.as_str(), "display": "fullscreen",
                "background_color": "#f4f5f7", "theme_color": "#8c1813", "icons": [drawn, picture],
            })
            .to_string(),
        )
}
