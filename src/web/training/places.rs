//! A session's venues: who serves them, who goes where.

use crate::access::Viewer;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::organization::{self, Person, Unit};
use crate::store::ids::{PersonId, SessionId, UnitId, VenueId};
use crate::training::{RosterRow, Session, VenueKind, Way, places, queries};
use crate::web::form::Form;
use crate::web::unit_tree::indented;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

/// The most people that a search shows: who is not among them types more of the name.
const SHOWN: i64 = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    q: String,
}

#[derive(Serialize)]
struct PlacesPage {
    session: Session,
    back: String,
    here: String,
    clerks: String,
    remove_clerk: String,
    ways: String,
    q: String,
    venues: Vec<Place>,
    units: Vec<ChosenUnit>,
    found: Vec<Found>,
}

#[derive(Serialize)]
struct Place {
    id: VenueId,
    name: String,
    kind: VenueKind,
    n_people: i64,
    clerks: Vec<Clerk>,
    ways: Vec<WayTick>,
}

#[derive(Serialize)]
struct WayTick {
    way: Way,
    checked: bool,
}

#[derive(Serialize)]
struct Clerk {
    id: PersonId,
    name: String,
    post: String,
}

#[derive(Serialize)]
struct ChosenUnit {
    id: UnitId,
    name: String,
}

#[derive(Serialize)]
struct Found {
    id: PersonId,
    name: String,
    employee_number: String,
    unit_name: String,
    /// The venue that the roster sends them to, if they are on it.
    venue: Option<VenueId>,
    venue_name: Option<String>,
}

/// `GET /sessions/{id}/places`: venues with their clerks and numbers, and a search for people.
pub async fn show(app: Data<App>, visit: Visit, id: Path<SessionId>, query: Query<Search>) -> Result<HttpResponse> {
    let (id, q) = (id.into_inner(), query.into_inner().q);
    let content = app
        .db
        .read(move |conn| {
            let session = queries::find_session(conn, id)?;
            let (venues, clerks) = (queries::list_venues(conn, id)?, queries::list_clerks(conn, id)?);
            let counts = queries::count_roster_by_venue(conn, id)?;
            let units = organization::queries::list_units(conn)?;
            let people = queries::search_people(conn, &q, SHOWN)?;
            let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
            let rows = queries::list_roster_rows_among(conn, id, &ids)?;
            let place = |venue: crate::training::Venue| Place {
                n_people: counts.iter().find(|(counted, _)| *counted == venue.id).map_or(0, |(_, n)| *n),
                clerks: clerks.iter().filter(|(at, _)| *at == venue.id).map(|(_, person)| clerk(person)).collect(),
                ways: Way::ALL.iter().map(|way| WayTick { way: *way, checked: venue.ways().has(*way) }).collect(),
                id: venue.id,
                name: venue.name,
                kind: venue.kind,
            };
            let venues: Vec<Place> = venues.into_iter().map(place).collect();
            Ok(PlacesPage {
                back: links::session(id),
                here: links::session_part(id, "places"),
                clerks: links::session_part(id, "clerks"),
                remove_clerk: links::session_part(id, "clerks/remove"),
                ways: links::session_part(id, "ways"),
                found: people.iter().map(|person| found(person, &units, &rows, &venues)).collect(),
                units: units.into_iter().map(|unit| ChosenUnit { id: unit.id, name: indented(&unit) }).collect(),
                venues,
                session,
                q,
            })
        })
        .await?;
    page::show(&app, &visit, "training/places", &content)
}

fn clerk(person: &Person) -> Clerk {
    Clerk { id: person.id, name: person.name.clone(), post: person.post.clone() }
}

fn found(person: &Person, units: &[Unit], rows: &[RosterRow], venues: &[Place]) -> Found {
    let unit = units.iter().find(|unit| unit.id == person.unit_id);
    let venue = rows.iter().find(|row| row.person_id == person.id).map(|row| row.venue_id);
    Found {
        id: person.id,
        name: person.name.clone(),
        employee_number: person.employee_number.clone(),
        unit_name: unit.map(|unit| crate::training::audience::full_name(units, unit)).unwrap_or_default(),
        venue,
        venue_name: venues.iter().find(|place| Some(place.id) == venue).map(|place| place.name.clone()),
    }
}

/// Who is to go where: a unit or a person, and a venue.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PlaceForm {
    venue: String,
    unit: String,
    person: String,
    way: Vec<String>,
    q: String,
}

impl PlaceForm {
    fn venue(&self) -> Result<VenueId> {
        self.venue.parse().map_err(|_| Error::NotFound("venue"))
    }

    fn person(&self) -> Result<PersonId> {
        self.person.parse().map_err(|_| Error::NotFound("person"))
    }

    /// The page again, with the same search.
    fn page(&self, id: SessionId) -> String {
        let here = links::session_part(id, "places");
        if self.q.is_empty() { here } else { format!("{here}?q={}", links::percent(&self.q)) }
    }
}

/// `POST /sessions/{id}/places`: sends a unit or a person to a venue.
pub async fn assign(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<PlaceForm>,
) -> Result<HttpResponse> {
    let (id, now, venue) = (id.into_inner(), app.clock.now(), form.fields.venue()?);
    let to = form.fields.page(id);
    let n = if form.fields.person.is_empty() {
        let unit: UnitId = form.fields.unit.parse().map_err(|_| Error::NotFound("unit"))?;
        app.db.write(move |conn| places::assign_unit(conn, &viewer.actor(), id, unit, venue, now)).await?
    } else {
        let person = form.fields.person()?;
        app.db.write(move |conn| places::assign_person(conn, &viewer.actor(), id, person, venue, now)).await?;
        1
    };
    Ok(page::redirect(&app, &visit, &to, &Message::new("training-venue-assigned").with("n", n)))
}

/// `POST /sessions/{id}/clerks`: names a clerk.
pub async fn name_clerk(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<PlaceForm>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let (venue, person) = (form.fields.venue()?, form.fields.person()?);
    app.db.write(move |conn| places::name_clerk(conn, &viewer.actor(), id, venue, person, now)).await?;
    Ok(page::redirect(&app, &visit, &form.fields.page(id), &Message::new("training-clerk-named")))
}

/// `POST /sessions/{id}/clerks/remove`: takes a clerk from a venue.
pub async fn remove_clerk(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<PlaceForm>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let (venue, person) = (form.fields.venue()?, form.fields.person()?);
    app.db.write(move |conn| places::remove_clerk(conn, &viewer.actor(), id, venue, person, now)).await?;
    Ok(page::redirect(&app, &visit, &form.fields.page(id), &Message::new("training-clerk-removed")))
}

/// `POST /sessions/{id}/ways`: how people are recorded at a venue.
pub async fn choose_ways(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<PlaceForm>,
) -> Result<HttpResponse> {
    let (id, now, venue) = (id.into_inner(), app.clock.now(), form.fields.venue()?);
    let ways = form.fields.way.iter().filter_map(|way| way.parse::<Way>().ok()).collect();
    app.db.write(move |conn| places::choose_ways(conn, &viewer.actor(), id, venue, ways, now)).await?;
    Ok(page::redirect(&app, &visit, &form.fields.page(id), &Message::new("training-ways-chosen")))
}
