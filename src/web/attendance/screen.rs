//! `/sessions/{id}/screen`: what is projected at a venue. It says everything by the server's time, works by loading
//! itself again, and by a script without flicker.

use super::Standing;
use crate::access::Viewer;
use crate::attendance::screen::{self, Shows};
use crate::attendance::{Codes, queries};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::links;
use crate::store::Conn;
use crate::store::ids::{SessionId, VenueId};
use crate::training;
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
    /// Where there are several.
    venue: Option<String>,
    now: Moment,
    opens_at: Moment,
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

/// `GET /sessions/{id}/screen`.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<ScreenQuery>,
) -> Result<HttpResponse> {
    let (id, query, codes) = (id.into_inner(), query.into_inner(), app.codes());
    let (at, now, base_url) = (app.clock.steady(), app.clock.now(), app.config.base_url());
    let name = screen_name(&query.screen);
    let (asked, named) = (query.clone(), name.clone());
    let (content, venue) = app
        .db
        .read(move |conn| ScreenPage::find(conn, &viewer, id, &asked, &named, &codes, &base_url, (at, now)))
        .await?;
    if query.poll.is_empty() {
        let noted = app.db.write(move |conn| screen::note_screen(conn, &name, id, venue, now)).await;
        if let Err(error) = noted {
            // The code on the wall is worth more than the note that it is there.
            tracing::warn!(%error, "a screen could not be noted");
        }
    }
    page::show(&app, &visit, "attendance/screen", &content)
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
    #[allow(clippy::too_many_arguments)]
    fn find(
        conn: &mut Conn,
        viewer: &Viewer,
        id: SessionId,
        query: &ScreenQuery,
        name: &str,
        codes: &Codes,
        base_url: &str,
        (at, now): (Moment, Moment),
    ) -> Result<(Self, VenueId)> {
        let standing = Standing::find(conn, viewer, id)?;
        let session = &standing.session;
        let venues = training::queries::list_venues(conn, id)?;
        let wanted: Option<VenueId> = query.venue.parse().ok();
        let may_show = |venue: &training::Venue| standing.is_hq || standing.served.contains(&venue.id);
        let is_wanted = |venue: &&training::Venue| wanted.is_none_or(|wanted| wanted == venue.id);
        let venue = venues.iter().find(|venue| may_show(venue) && is_wanted(venue));
        let is_planned = session.state == training::SessionState::Draft;
        let venue = venue.filter(|_| !is_planned).ok_or(Error::NotFound("screen"))?;
        let shows = screen::shows(session, codes.rotation, !query.next.is_empty(), at, now);
        let (n_present, n_due, of_venue) = queries::count_for_screen(conn, id, venue.id)?;
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
        let content = Self {
            title: session.title.clone(),
            venue: (venues.len() > 1).then(|| venue.name.clone()),
            now,
            opens_at: session.opens_at(),
            state,
            code,
            enter_address: format!("{host}{}", links::ENTER_CODE),
            n_present,
            n_due,
            of_venue: (venues.len() > 1).then_some(of_venue),
            address: format!("{}&screen={name}", links::screen(id, venue.id)),
            refresh,
            css: statics::address("screen.css"),
            script: statics::address("screen.js"),
        };
        Ok((content, venue.id))
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
