//! `/sessions/{id}/screen`: what is projected at a venue. It says everything by the server's time, works by loading
//! itself again, and by a script without flicker.

use super::Standing;
use crate::access::Viewer;
use crate::accounts::queries::find_account;
use crate::attendance::screen::{self, Shows};
use crate::attendance::{Codes, queries};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::links;
use crate::store::Conn;
use crate::store::ids::{SessionId, VenueId};
use crate::training::{self, Session, SessionState, Venue};
use crate::web::visit::Visit;
use crate::web::{App, page, statics};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

/// Without a code on it, a screen loads itself again after so long.
const REFRESH_SECONDS: i64 = 20;

#[derive(Debug, Clone, Default, Deserialize)]
pub struct ScreenQuery {
    #[serde(default)]
    venue: String,
    /// The screen's own name, random, once it has one.
    #[serde(default)]
    screen: String,
    /// Asks for the code after the present one.
    #[serde(default)]
    next: String,
    /// Asks for the figures between two codes.
    #[serde(default)]
    poll: String,
}

#[derive(Serialize)]
struct ScreenPage {
    title: String,
    venue: String,
    now: Moment,
    opens_at: Moment,
    starts_at: Moment,
    ends_at: Moment,
    /// nothing, early, open, ended or cancelled.
    state: &'static str,
    code: Option<CodeOnScreen>,
    /// Where to type the digits.
    enter_address: String,
    n_present: i64,
    n_due: i64,
    /// The figures of this venue alone, where there are several.
    of_venue: Option<(i64, i64)>,
    /// This screen's address.
    address: String,
    /// Where one came from.
    back: String,
    refresh: i64,
    css: String,
    script: String,
}

#[derive(Serialize)]
struct CodeOnScreen {
    address: String,
    digits: (String, String),
    step_seconds: i64,
    /// Until it leaves the screen and until it ceases to count, counted from now.
    left_ms: i64,
    counts_ms: i64,
    left_seconds: i64,
    /// The bar that grows shorter: how long it is now, of 1000.
    bar: i64,
}

/// A venue whose screen somebody may put up.
struct Hall {
    session: Session,
    venue: Venue,
    is_one_of_several: bool,
    /// The screen's address, to which its name is added.
    address: String,
    /// Where its link stands.
    back: String,
}

impl Hall {
    /// # Errors
    /// `NotFound` when there is none within the viewer's reach, or the session is not published yet.
    fn find(conn: &mut Conn, viewer: &Viewer, id: SessionId, wanted: Option<VenueId>) -> Result<Self> {
        let standing = Standing::find(conn, viewer, id)?;
        let venues = training::queries::list_venues(conn, id)?;
        let is_one_of_several = venues.len() > 1;
        let may_show = |venue: &Venue| standing.is_hq || standing.served.contains(&venue.id);
        let is_wanted = |venue: &Venue| wanted.is_none_or(|wanted| wanted == venue.id);
        let venue = venues.into_iter().find(|venue| may_show(venue) && is_wanted(venue));
        let is_planned = standing.session.state == SessionState::Draft;
        let venue = venue.filter(|_| !is_planned).ok_or(Error::NotFound("screen"))?;
        Ok(Self {
            is_one_of_several,
            address: format!("{}&", links::screen(id, venue.id)),
            back: links::session(id),
            session: standing.session,
            venue,
        })
    }

    /// In a demo: where the session is in progress that expects its trainee.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    fn of_demo(conn: &mut Conn, now: Moment) -> Result<Self> {
        let nowhere = || Error::NotFound("screen");
        let trainee = find_account(conn, "trainee")?.ok_or_else(nowhere)?.person_id;
        let published = training::queries::list_in_state(conn, SessionState::Published)?;
        for session in published.into_iter().filter(|session| session.is_open(now)) {
            if training::queries::find_roster_row(conn, session.id, trainee)?.is_none() {
                continue;
            }
            let venues = training::queries::list_venues(conn, session.id)?;
            let is_one_of_several = venues.len() > 1;
            if let Some(venue) = venues.into_iter().find(|venue| venue.by_phone) {
                let (address, back) = (format!("{}?", links::DEMO_SCREEN), links::DEMO.to_owned());
                return Ok(Self { session, venue, is_one_of_several, address, back });
            }
        }
        Err(nowhere())
    }
}

/// Whether the demo has a hall whose screen can be looked at.
pub(in crate::web) fn has_demo_screen(conn: &mut Conn, now: Moment) -> Result<bool> {
    match Hall::of_demo(conn, now) {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// `GET /sessions/{id}/screen`.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<ScreenQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.into_inner());
    let wanted: Option<VenueId> = query.venue.parse().ok();
    project(&app, &visit, query, move |conn| Hall::find(conn, &viewer, id, wanted)).await
}

/// `GET /demo/screen`: in a demo on this machine the screen of the hall, for whoever tries out checking in.
pub async fn demo(app: Data<App>, visit: Visit, query: Query<ScreenQuery>) -> Result<HttpResponse> {
    let now = app.clock.now();
    project(&app, &visit, query.into_inner(), move |conn| Hall::of_demo(conn, now)).await
}

/// The screen of a hall, which is noted to be on.
async fn project(
    app: &App,
    visit: &Visit,
    query: ScreenQuery,
    find: impl FnOnce(&mut Conn) -> Result<Hall> + Send + 'static,
) -> Result<HttpResponse> {
    let codes = app.codes();
    let (at, now, base_url) = (app.clock.steady(), app.clock.now(), app.config.base_url());
    let name = screen_name(&query.screen);
    let (asked, named) = (query.clone(), name.clone());
    let (content, id, venue) = app
        .db
        .read(move |conn| {
            let hall = find(conn)?;
            let (id, venue) = (hall.session.id, hall.venue.id);
            Ok((ScreenPage::of(conn, hall, &asked, &named, &codes, &base_url, (at, now))?, id, venue))
        })
        .await?;
    if query.poll.is_empty() {
        let noted = app.db.write(move |conn| screen::note_screen(conn, &name, id, venue, now)).await;
        if let Err(error) = noted {
            // The code on the wall is worth more than the note that it is there.
            tracing::warn!(%error, "a screen could not be noted");
        }
    }
    page::show(app, visit, "attendance/screen", &content)
}

/// The name that a screen has given itself, or a new one.
fn screen_name(text: &str) -> String {
    if text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return text.to_owned();
    }
    let mut name = crate::secret::random_token();
    name.truncate(16);
    name
}

impl ScreenPage {
    fn of(
        conn: &mut Conn,
        hall: Hall,
        query: &ScreenQuery,
        name: &str,
        codes: &Codes,
        base_url: &str,
        (at, now): (Moment, Moment),
    ) -> Result<Self> {
        let Hall { session, venue, is_one_of_several, address, back } = hall;
        let shows = screen::shows(&session, codes.rotation, !query.next.is_empty(), at, now);
        let (n_present, n_due, of_venue) = queries::count_for_screen(conn, session.id, venue.id)?;
        let code = match shows {
            Shows::Code(shown) => Some(code_on_screen(session.id, venue.id, shown, codes, base_url, at)),
            Shows::Nothing { .. } | Shows::Ended | Shows::Cancelled => None,
        };
        let state = match shows {
            Shows::Nothing { .. } => "nothing",
            Shows::Code(_) if now < session.opens_at() => "early",
            Shows::Code(_) => "open",
            Shows::Ended => "ended",
            Shows::Cancelled => "cancelled",
        };
        let refresh = code.as_ref().map_or(REFRESH_SECONDS, |code| code.left_seconds.max(1));
        let host = base_url.split_once("://").map_or("", |(_, host)| host);
        Ok(Self {
            now,
            opens_at: session.opens_at(),
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            title: session.title,
            venue: venue.name,
            state,
            code,
            enter_address: format!("{host}{}", links::ENTER_CODE),
            n_present,
            n_due,
            of_venue: is_one_of_several.then_some(of_venue),
            address: format!("{address}screen={name}"),
            back,
            refresh,
            css: statics::address("screen.css"),
            script: statics::address("screen.js"),
        })
    }
}

fn code_on_screen(
    session: SessionId,
    venue: VenueId,
    shown: screen::Shown,
    codes: &Codes,
    base_url: &str,
    at: Moment,
) -> CodeOnScreen {
    let digits = codes.digits(session, venue, shown.step);
    let token = codes.token(session, venue, shown.step).to_string();
    let (left_ms, step_ms) = ((shown.until - at).num_milliseconds(), codes.rotation.seconds * 1000);
    CodeOnScreen {
        address: format!("{base_url}{}", links::code(&token)),
        digits: (digits[..3].to_owned(), digits[3..].to_owned()),
        step_seconds: codes.rotation.seconds,
        left_ms,
        counts_ms: (shown.counts_until - at).num_milliseconds(),
        left_seconds: (left_ms + 999) / 1000,
        bar: (left_ms * 1000 / step_ms.max(1)).clamp(0, 1000),
    }
}
