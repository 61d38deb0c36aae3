//! `/sessions/{id}/guests`: who was there and is not on the roster, for the desk and HQ.

use super::{Head, Standing};
use crate::access::Viewer;
use crate::attendance::guests::{self, GuestState, NewGuest, model::may_keep, queries};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::store::Conn;
use crate::store::form_keys;
use crate::store::ids::{GuestId, SessionId, VenueId};
use crate::training;
use crate::web::form::{Form, meanwhile};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

/// Guests on the page; nobody has had more at one session.
const SHOWN: i64 = 200;

/// A guest as typed at the desk.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct GuestInput {
    name: String,
    unit_name: String,
    venue: String,
}

#[derive(Serialize)]
struct GuestsPage {
    head: Head,
    guests: Vec<GuestRow>,
    n: i64,
    n_asked: i64,
    venues: Vec<VenueChoice>,
    form: GuestInput,
    /// What was typed for a merge that was refused.
    merge: MergeInput,
    action: String,
    is_kept: bool,
}

#[derive(Serialize)]
struct GuestRow {
    id: GuestId,
    name: String,
    unit: String,
    venue: String,
    asked_at: Moment,
    state: GuestState,
    /// Asked by their own phone.
    by_phone: bool,
    version: i64,
    merged_into: Option<String>,
    decide: String,
    merge: String,
    is_own: bool,
}

#[derive(Serialize)]
struct VenueChoice {
    id: VenueId,
    name: String,
    chosen: bool,
}

impl GuestsPage {
    fn find(
        conn: &mut Conn,
        viewer: &Viewer,
        id: SessionId,
        form: GuestInput,
        merge: MergeInput,
        now: Moment,
    ) -> Result<Self> {
        let standing = Standing::find(conn, viewer, id)?;
        let session = &standing.session;
        let venues: Vec<training::Venue> = training::queries::list_venues(conn, id)?
            .into_iter()
            .filter(|venue| standing.is_hq || standing.served.contains(&venue.id))
            .collect();
        let is_none = matches!(session.state, training::SessionState::Draft | training::SessionState::Cancelled);
        if venues.is_empty() || is_none {
            return Err(Error::NotFound("guests"));
        }
        let ids: Vec<VenueId> = venues.iter().map(|venue| venue.id).collect();
        let found = queries::list(conn, id, &ids, SHOWN)?;
        let (n, n_asked) = queries::count(conn, id, &ids)?;
        let merged: std::collections::BTreeSet<_> = found.iter().filter_map(|guest| guest.merged_into).collect();
        let names = crate::attendance::queries::list_names(conn, &merged)?;
        let venue_name = |wanted| venues.iter().find(|venue| venue.id == wanted).map(|venue| venue.name.clone());
        let row = |guest: guests::Guest| GuestRow {
            id: guest.id,
            venue: venue_name(guest.venue_id).unwrap_or_default(),
            asked_at: guest.asked_at,
            state: guest.state,
            by_phone: guest.person_id.is_some(),
            version: guest.version,
            merged_into: guest
                .merged_into
                .and_then(|person| names.iter().find(|(id, _)| *id == person))
                .map(|(_, name)| name.clone()),
            decide: links::guest_part(id, guest.id, "decide"),
            merge: links::guest_part(id, guest.id, "merge"),
            is_own: guest.person_id == Some(viewer.person),
            name: guest.name,
            unit: guest.unit_name,
        };
        let is_kept = venues.iter().any(|venue| may_keep(session, standing.is_hq, &standing.served, venue.id));
        Ok(Self {
            head: Head::of(session, now),
            guests: found.into_iter().map(row).collect(),
            n,
            n_asked,
            venues: venues
                .iter()
                .map(|venue| VenueChoice {
                    id: venue.id,
                    name: venue.name.clone(),
                    chosen: form.venue == venue.id.to_string(),
                })
                .collect(),
            form,
            merge,
            action: links::session_part(id, "guests"),
            is_kept,
        })
    }
}

async fn find_page(
    app: &App,
    viewer: Viewer,
    id: SessionId,
    form: GuestInput,
    merge: MergeInput,
) -> Result<GuestsPage> {
    let now = app.clock.now();
    app.db.read(move |conn| GuestsPage::find(conn, &viewer, id, form, merge, now)).await
}

/// `GET /sessions/{id}/guests`.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let content = find_page(&app, viewer, id.into_inner(), GuestInput::default(), MergeInput::default()).await?;
    page::show(&app, &visit, "attendance/guests", &content)
}

/// `POST /sessions/{id}/guests`: adds somebody whom the desk sees.
pub async fn add(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<GuestInput>,
) -> Result<HttpResponse> {
    let (id, now, typed, key) = (id.into_inner(), app.clock.now(), form.fields, form.key);
    let new = NewGuest { name: typed.name.clone(), unit_name: typed.unit_name.clone() };
    let venue: VenueId = typed.venue.parse().map_err(|_| Error::NotFound("venue"))?;
    let actor = viewer.clone();
    let added = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                guests::add(conn, &actor, id, venue, &new, now)?;
                Ok(links::session_part(id, "guests"))
            })
        })
        .await;
    match added {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("attendance-guest-added"))),
        Err(Error::Refused(problems)) => {
            let content = find_page(&app, viewer, id, typed, MergeInput::default()).await?;
            page::refused(&app, &visit, "attendance/guests", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}

/// What was decided on one guest.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DecisionInput {
    state: String,
    version: String,
}

/// `POST /sessions/{id}/guests/{guest}/decide`.
pub async fn decide(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    path: Path<(SessionId, GuestId)>,
    form: Form<DecisionInput>,
) -> Result<HttpResponse> {
    let ((id, guest), now) = (path.into_inner(), app.clock.now());
    let version = form.fields.version.parse().unwrap_or(0);
    let state = match form.fields.state.parse() {
        Ok(state @ (GuestState::Confirmed | GuestState::Refused)) => state,
        Ok(GuestState::Asked) | Err(_) => return Err(Error::NotFound("state")),
    };
    app.db.write(move |conn| guests::decide(conn, &viewer, id, (guest, version), state, now)).await?;
    let message = match state {
        GuestState::Refused => Message::new("attendance-guest-was-refused"),
        GuestState::Asked | GuestState::Confirmed => Message::new("attendance-guest-was-confirmed"),
    };
    Ok(page::redirect(&app, &visit, &links::session_part(id, "guests"), &message))
}

/// Who of ours a guest turned out to be.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct MergeInput {
    number: String,
    reason: String,
    version: String,
    #[serde(skip_deserializing)]
    guest: i64,
}

/// `POST /sessions/{id}/guests/{guest}/merge`.
pub async fn merge(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    path: Path<(SessionId, GuestId)>,
    form: Form<MergeInput>,
) -> Result<HttpResponse> {
    let ((id, guest), now) = (path.into_inner(), app.clock.now());
    let typed = MergeInput { guest: guest.0, ..form.fields };
    let (sent, actor) = (typed.clone(), viewer.clone());
    let version = typed.version.parse().unwrap_or(0);
    let merged = app
        .db
        .write(move |conn| guests::merge(conn, &actor, id, (guest, version), (&sent.number, &sent.reason), now))
        .await;
    match merged.map_err(meanwhile) {
        Ok(_) => {
            let to = links::session_part(id, "guests");
            Ok(page::redirect(&app, &visit, &to, &Message::new("attendance-guest-merged")))
        }
        Err(Error::Refused(problems)) => {
            let content = find_page(&app, viewer, id, GuestInput::default(), typed).await?;
            page::refused(&app, &visit, "attendance/guests", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}
