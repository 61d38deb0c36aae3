//! The tablet's own pages without scripts: search, list, a button for each, the result, back to the start.

use super::{Head, find, findable, is_in};
use crate::attendance::kiosk::queries::Findable;
use crate::attendance::kiosk::{self, Effect, FoundKiosk, Standing, model};
use crate::attendance::queries;
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::store::ids::{KioskEntryId, KioskId, PersonId};
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page, statics};
use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

/// The most people a search shows: who is not among them types more of the name.
const SHOWN: usize = 20;
/// How long a result stands before the start comes again (`ux.md` 48).
const RESULT_SECONDS: i64 = 3;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FindQuery {
    q: String,
    /// The page as it is kept for when there is no network: it names nobody.
    shell: String,
}

#[derive(Serialize)]
struct FindPage {
    head: Head,
    kiosk_id: KioskId,
    q: String,
    people: Vec<Row>,
    n_found: usize,
    /// The last check-in, which the clerk can still take back.
    newest: Option<Newest>,
    addresses: Addresses,
}

#[derive(Serialize)]
struct Addresses {
    check_in: &'static str,
    undo: &'static str,
    door: &'static str,
    roster: &'static str,
    sync: &'static str,
    worker: &'static str,
    reader: String,
    zone: &'static str,
}

/// Somebody who was found.
#[derive(Serialize)]
struct Row {
    person: PersonId,
    name: String,
    unit: String,
    post: String,
    state: Option<&'static str>,
    arrived_at: Option<Moment>,
    is_in: bool,
}

#[derive(Serialize)]
struct Newest {
    id: KioskEntryId,
    name: String,
    at: Moment,
}

impl Row {
    fn of(person: Findable) -> Self {
        Self {
            person: person.person,
            is_in: is_in(person.state),
            state: person.state.map(|state| state.as_str()),
            arrived_at: person.arrived_at,
            name: person.name,
            unit: person.unit_name,
            post: person.post,
        }
    }
}

/// `GET /kiosk`: the search, and whom it found.
pub async fn start(app: Data<App>, visit: Visit, query: Query<FindQuery>) -> Result<HttpResponse> {
    let (found, now, query) = (visit.kiosk()?.clone(), app.clock.now(), query.into_inner());
    let head = Head::of(&found, now);
    note_use(&app, &found, now).await;
    let kiosk_id = found.kiosk.id;
    let (secret, typed) = (app.secret.clone(), query.q.clone());
    let works = found.standing == Standing::Works;
    let (people, newest) = app
        .db
        .read(move |conn| {
            let people = if works && !typed.trim().is_empty() {
                find(&secret, findable(conn, found.session.id)?, &typed)
            } else {
                Vec::new()
            };
            let newest = match works && query.shell.is_empty() {
                true => kiosk::queries::find_newest(conn, found.kiosk.id, now - model::UNDO_FOR)?,
                false => None,
            };
            Ok((people, newest))
        })
        .await?;
    let content = FindPage {
        head,
        kiosk_id,
        n_found: people.len(),
        people: people.into_iter().take(SHOWN).map(Row::of).collect(),
        newest: newest.map(|(id, at, name)| Newest { id, name, at }),
        q: query.q,
        addresses: Addresses {
            check_in: links::KIOSK_CHECK_IN,
            undo: links::KIOSK_UNDO,
            door: links::KIOSK_DOOR,
            roster: links::KIOSK_ROSTER,
            sync: links::KIOSK_SYNC,
            worker: links::KIOSK_WORKER,
            reader: statics::address("qr-reader.js"),
            zone: app.config.zone.name(),
        },
    };
    page::show(&app, &visit, "kiosk/find", &content)
}

/// Writes down that the kiosk is in use, now and then. The page is worth more than the note.
async fn note_use(app: &App, found: &FoundKiosk, now: Moment) {
    if found.kiosk.last_seen_at.is_some_and(|seen| now - seen < model::SEEN_EVERY) {
        return;
    }
    let id = found.kiosk.id;
    if let Err(error) = app.db.write(move |conn| Ok(kiosk::queries::mark_shown(conn, id, now)?)).await {
        tracing::warn!(%error, "a kiosk's last use could not be written down");
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PersonForm {
    pub(super) person: String,
}

/// `POST /kiosk/check-in`: records somebody who stands before the kiosk.
pub async fn check_in(app: Data<App>, visit: Visit, form: Form<PersonForm>) -> Result<HttpResponse> {
    let (found, now, address) = (visit.kiosk()?.clone(), app.clock.now(), visit.origin.clone());
    let person: PersonId = form.fields.person.parse().map_err(|_| Error::NotFound("person"))?;
    refuse_unless_open(&found, now)?;
    // A list of people is one page with one key: whoever goes back to it presses it for another.
    let key = format!("{}-{person}", form.key.rsplit(':').next().unwrap_or_default());
    let report = kiosk::report_of_one(&key, person, now);
    let done = app.db.write(move |conn| kiosk::sync(conn, &found, &report, &address, now)).await?;
    let id = done.into_iter().find_map(|done| done.id).ok_or(Error::NotFound("person"))?;
    Ok(page::go(&links::kiosk_done(id)))
}

/// Where a page of ours is asked, nobody is recorded before check-in opens or after it has ended.
fn refuse_unless_open(found: &FoundKiosk, now: Moment) -> Result<()> {
    if found.standing != Standing::Works {
        return Err(Error::refused(Message::new("kiosk-is-over")));
    }
    if now < found.session.opens_at() {
        return Err(Error::refused(Message::new("attendance-refused-early").with("at", found.session.opens_at())));
    }
    Ok(())
}

#[derive(Serialize)]
struct DonePage {
    head: Head,
    class: &'static str,
    effect: Effect,
    name: String,
    unit: String,
    arrived_at: Option<Moment>,
    undo: Option<KioskEntryId>,
    undo_address: &'static str,
}

/// `GET /kiosk/done/{id}`: the result, large, and back to the start by itself.
pub async fn done(app: Data<App>, visit: Visit, id: Path<KioskEntryId>) -> Result<HttpResponse> {
    let (found, now, id) = (visit.kiosk()?.clone(), app.clock.now(), id.into_inner());
    let (head, kiosk) = (Head::of(&found, now), found.kiosk.id);
    let (entry, row, recorded) = app
        .db
        .read(move |conn| {
            let entry = kiosk::queries::find_entry(conn, kiosk, id)?.ok_or(Error::NotFound("check-in"))?;
            let row = queries::find_on_roster(conn, entry.session_id, entry.person_id)?;
            let recorded = queries::find(conn, entry.session_id, entry.person_id)?;
            Ok((entry, row, recorded))
        })
        .await?;
    let may_undo = entry.effect == Effect::Recorded && model::may_undo(entry.happened_at, now);
    let content = DonePage {
        head,
        class: match entry.effect {
            Effect::Recorded => "result-done",
            Effect::Repeated | Effect::Exempt => "result-already",
            Effect::Refused | Effect::Undone => "result-needs",
        },
        effect: entry.effect,
        name: row.name,
        unit: row.unit_name,
        arrived_at: recorded.and_then(|row| row.checked_in_at()),
        undo: may_undo.then_some(entry.id),
        undo_address: links::KIOSK_UNDO,
    };
    let mut response = page::show(&app, &visit, "kiosk/done", &content)?;
    back_to_start(&mut response, RESULT_SECONDS);
    Ok(response)
}

/// Tells the browser to go back to the start, without any script.
pub(super) fn back_to_start(response: &mut HttpResponse, seconds: i64) {
    if let Ok(value) = HeaderValue::from_str(&format!("{seconds}; url={}", links::KIOSK)) {
        response.headers_mut().insert(HeaderName::from_static("refresh"), value);
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UndoForm {
    entry: String,
}

/// `POST /kiosk/undo`: takes one of the kiosk's check-ins back.
pub async fn undo(app: Data<App>, visit: Visit, form: Form<UndoForm>) -> Result<HttpResponse> {
    let (found, now, address) = (visit.kiosk()?.clone(), app.clock.now(), visit.origin.clone());
    let id: KioskEntryId = form.fields.entry.parse().map_err(|_| Error::NotFound("check-in"))?;
    app.db.write(move |conn| kiosk::undo(conn, &found, id, &address, now)).await?;
    Ok(page::go(&links::kiosk_done(id)))
}
