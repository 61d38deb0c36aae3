//! Opening kiosks, for HQ and the venue's clerk; the page of the one-use link; and one's own personal code.

use super::super::Head;
use crate::access::Viewer;
use crate::attendance::kiosk::{self, Kiosk, Standing};
use crate::attendance::{self, queries};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::organization;
use crate::secret;
use crate::store::ids::{KioskId, SessionId, VenueId};
use crate::store::{Conn, form_keys};
use crate::training::Venue;
use crate::web::form::{Button, Form};
use crate::web::visit::Visit;
use crate::web::{App, cookies, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

/// Check-ins without effect that are shown at the most.
const SHOWN: i64 = 50;
/// A list with a link to be scanned is loaded anew after this many seconds, to show when it was.
const REFRESH_SECONDS: i64 = 10;

#[derive(Serialize)]
struct KiosksPage {
    head: Head,
    here: String,
    venues: Vec<Choice>,
    may_open: bool,
    /// HQ can have kiosks at a venue that did not choose them.
    may_choose: bool,
    is_chosen: bool,
    kiosks: Vec<ShownKiosk>,
    can_go_offline: bool,
    refused: Vec<RefusedEntry>,
    n_refused: i64,
}

/// A check-in that had no effect, because check-in or its kiosk had ended before it happened.
#[derive(Serialize)]
struct RefusedEntry {
    name: String,
    kiosk: String,
    happened_at: Moment,
    received_at: Moment,
    href: String,
}

#[derive(Serialize)]
struct Choice {
    id: VenueId,
    name: String,
    /// The venue chose kiosks.
    has_kiosks: bool,
    selected: bool,
}

/// A kiosk in the list.
#[derive(Serialize)]
struct ShownKiosk {
    name: String,
    venue: String,
    /// `waiting` for a tablet, `running`, or `ended`.
    state: &'static str,
    opened_by: String,
    opened_at: Moment,
    last_seen_at: Option<Moment>,
    n_waiting: i64,
    oldest_waiting_at: Option<Moment>,
    /// The address that makes a tablet this kiosk, while it can still be used.
    link: Option<String>,
    link_until: Moment,
    end: Option<String>,
}

/// `GET /sessions/{id}/kiosks`: those there are, and a form to open one.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let content = kiosks_page(&app, viewer, id.into_inner(), OpenForm::default()).await?;
    let mut response = page::show(&app, &visit, "kiosk/list", &content)?;
    if content.kiosks.iter().any(|kiosk| kiosk.link.is_some()) {
        super::super::check_in::refresh_in(&mut response, REFRESH_SECONDS);
    }
    Ok(response)
}

async fn kiosks_page(app: &Data<App>, viewer: Viewer, id: SessionId, typed: OpenForm) -> Result<KiosksPage> {
    let (now, shared) = (app.clock.now(), app.clone());
    app.db
        .read(move |conn| {
            let (session, venues) = kiosk::may_open(conn, &viewer, id)?;
            let kept: Vec<VenueId> = venues.iter().map(|venue| venue.id).collect();
            let all = kiosk::queries::list(conn, id)?;
            let refused = kiosk::queries::list_refused(conn, id, &kept, SHOWN)?;
            let refused = refused.into_iter().map(|(entry, kiosk, name)| RefusedEntry {
                name,
                kiosk,
                happened_at: entry.happened_at,
                received_at: entry.received_at,
                href: links::attendance_of(id, entry.person_id),
            });
            let venue = |kiosk: &Kiosk| venues.iter().find(|venue| venue.id == kiosk.venue_id);
            let shown = all.iter().filter_map(|(kiosk, by)| {
                let standing = kiosk::model::standing(kiosk, &session, now);
                Some(shown(&shared, kiosk, &venue(kiosk)?.name, by, standing, now))
            });
            let choice = |venue: &Venue| Choice {
                id: venue.id,
                name: venue.name.clone(),
                has_kiosks: venue.by_kiosk,
                selected: typed.venue == venue.id.to_string(),
            };
            Ok(KiosksPage {
                refused: refused.collect(),
                n_refused: kiosk::queries::count_refused(conn, id, &kept)?,
                here: links::session_part(id, "kiosks"),
                kiosks: shown.collect(),
                may_open: kiosk::may_be_opened(&session, now),
                may_choose: viewer.is_hq() && venues.iter().any(|venue| !venue.by_kiosk),
                is_chosen: !typed.choose.is_empty(),
                venues: venues.iter().map(choice).collect(),
                can_go_offline: can_go_offline(&shared),
                head: Head::of(&session, now),
            })
        })
        .await
}

fn shown(app: &App, kiosk: &Kiosk, venue: &str, by: &str, standing: Standing, now: Moment) -> ShownKiosk {
    let works = standing == Standing::Works;
    let awaits = works && kiosk.awaits_a_tablet(now);
    let address = || {
        let token = kiosk::link_token(&app.secret, kiosk.id, &kiosk.nonce);
        format!("{}{}", app.config.base_url(), links::kiosk_link(kiosk.id, &token))
    };
    let state = match (works, kiosk.started_at.is_some()) {
        (true, true) => "running",
        (true, false) if awaits => "waiting",
        (true | false, _) => "ended",
    };
    ShownKiosk {
        name: kiosk.name.clone(),
        venue: venue.to_owned(),
        state,
        opened_by: by.to_owned(),
        opened_at: kiosk.opened_at,
        last_seen_at: kiosk.last_seen_at,
        n_waiting: kiosk.n_waiting,
        oldest_waiting_at: kiosk.oldest_waiting_at,
        link: awaits.then(address),
        link_until: kiosk.link_expires_at,
        end: (state != "ended").then(|| links::end_kiosk(kiosk.session_id, kiosk.id)),
    }
}

/// Whether browsers let a kiosk keep working without a network: only over https, or on this very machine.
fn can_go_offline(app: &App) -> bool {
    app.config.is_https() || app.config.is_loopback()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OpenForm {
    venue: String,
    /// `here` makes this very device the kiosk.
    on: String,
    /// Ticked: the venue has kiosks from now on.
    choose: String,
}

/// `POST /sessions/{id}/kiosks`: opens a kiosk, on a tablet by its link or on this device.
pub async fn open(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<OpenForm>,
) -> Result<HttpResponse> {
    let (id, now, key, fields) = (id.into_inner(), app.clock.now(), form.key, form.fields);
    let venue: VenueId = fields.venue.parse().map_err(|_| Error::NotFound("venue"))?;
    let (is_here, is_chosen, token) = (fields.on == "here", !fields.choose.is_empty(), secret::random_token());
    let (actor, kept, here) = (viewer.clone(), token.clone(), links::session_part(id, "kiosks"));
    let done = app.db.write(move |conn| {
        let open = |conn: &mut Conn| {
            if is_chosen {
                kiosk::choose(conn, &actor, id, venue, now)?;
            }
            match is_here {
                true => kiosk::start_here(conn, &actor, id, venue, &kept, now)?,
                false => drop(kiosk::open(conn, &actor, id, venue, now)?),
            }
            Ok(here.clone())
        };
        // Whoever opens one here has a cookie to show for it, so that sending it twice cannot be answered alike.
        if is_here { open(conn) } else { form_keys::once(conn, &key, now, open) }
    });
    match done.await {
        Ok(_) if is_here => {
            let mut response = page::go(links::KIOSK);
            let _ = response.add_cookie(&cookies::kiosk(&app, &token));
            let _ = response.add_cookie(&cookies::no_login(&app));
            Ok(response)
        }
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("kiosk-opened"))),
        Err(Error::Refused(problems)) => {
            let content = kiosks_page(&app, viewer, id, fields).await?;
            page::refused(&app, &visit, "kiosk/list", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}

/// `POST /sessions/{id}/kiosks/{kiosk}/end`.
pub async fn end(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    ids: Path<(SessionId, KioskId)>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let ((session, id), now) = (ids.into_inner(), app.clock.now());
    app.db.write(move |conn| kiosk::end(conn, &viewer, session, id, now)).await?;
    Ok(page::redirect(&app, &visit, &links::session_part(session, "kiosks"), &Message::new("kiosk-ended")))
}

#[derive(Serialize)]
struct StartPage {
    title: String,
    kiosk: String,
    venue: String,
    can_start: bool,
}

/// `GET /kiosk/open/{id}/{token}`: asks whether this device is to be the kiosk. Changes nothing.
pub async fn ask_start(app: Data<App>, visit: Visit, link: Path<(KioskId, String)>) -> Result<HttpResponse> {
    let ((id, token), now, secret) = (link.into_inner(), app.clock.now(), app.secret.clone());
    let found = app.db.read(move |conn| kiosk::find_by_link(conn, &secret, id, &token, now)).await?;
    let can_start = found.standing == Standing::Works && found.kiosk.awaits_a_tablet(now);
    let content = StartPage { title: found.session.title, kiosk: found.kiosk.name, venue: found.venue, can_start };
    page::show(&app, &visit, "kiosk/open", &content)
}

/// `POST /kiosk/open/{id}/{token}`: makes this device the kiosk, once.
pub async fn start(
    app: Data<App>,
    visit: Visit,
    link: Path<(KioskId, String)>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let ((id, link_token), now, secret) = (link.into_inner(), app.clock.now(), app.secret.clone());
    let (token, address) = (secret::random_token(), visit.origin.clone());
    let kept = token.clone();
    app.db
        .write(move |conn| {
            kiosk::find_by_link(conn, &secret, id, &link_token, now)?;
            kiosk::start(conn, id, &kept, &address, now)
        })
        .await?;
    let mut response = page::go(links::KIOSK);
    let _ = response.add_cookie(&cookies::kiosk(&app, &token));
    Ok(response)
}

#[derive(Serialize)]
struct CodePage {
    head: Head,
    name: String,
    unit: String,
    number: String,
    code: String,
}

/// `GET /sessions/{id}/my-code`: the viewer's personal code, to be read at a kiosk.
pub async fn my_code(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, now, secret) = (id.into_inner(), app.clock.now(), app.secret.clone());
    let content = app
        .db
        .read(move |conn| {
            let session = crate::training::queries::find_visible(conn, &viewer, id)?;
            let row = queries::find_on_roster(conn, id, viewer.person)?;
            let person = organization::queries::find_person(conn, &viewer.reach(), viewer.person, viewer.person)?;
            Ok(CodePage {
                head: Head::of(&session, now),
                code: attendance::personal_code(&secret, viewer.person, &person.employee_number),
                name: row.name,
                unit: row.unit_name,
                number: person.employee_number,
            })
        })
        .await?;
    page::show(&app, &visit, "kiosk/my-code", &content)
}
