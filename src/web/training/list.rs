//! The list of sessions: HQ's of all of them, everybody else's of those they may see.

use super::page_of;
use crate::access::Viewer;
use crate::attendance::requests::{self, RequestKind};
use crate::attendance::{self, AttendanceState};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::links;
use crate::store::Conn;
use crate::store::ids::{SessionId, VenueId};
use crate::training::queries::{self, Listing, Order, When};
use crate::training::{Session, SessionState};
use crate::web::paging::Paging;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use chrono::{Datelike, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// Sessions on one page of the list.
const ON_A_PAGE: i64 = 50;
/// Sessions to come that are shown before the past ones: more than that are never announced at once.
const COMING: i64 = 50;

/// The filters in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    year: String,
    state: String,
    page: String,
}

#[derive(Serialize)]
struct ListPage {
    is_hq: bool,
    n: i64,
    years: Vec<Choice>,
    states: Vec<Choice>,
    is_filtered: bool,
    coming: Vec<Row>,
    rows: Vec<Row>,
    paging: Paging,
    new: &'static str,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    selected: bool,
}

#[derive(Serialize)]
struct Row {
    href: String,
    session: Session,
    state: &'static str,
    /// Where the viewer is expected; for HQ, and for who is not on the roster, the main venue.
    place: Option<String>,
    n_expected: i64,
    n_present: i64,
    /// The denominator of the attendance rate: the roster without the exempt.
    n_due: i64,
    /// Whether the figures mean anything yet.
    is_counted: bool,
    /// The viewer's own state, if they are on the roster.
    own: Option<&'static str>,
    /// What they asked for and is undecided.
    asked: Option<RequestKind>,
}

/// `GET /sessions`: what is coming first for those who attend, everything by time for HQ.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<Filter>) -> Result<HttpResponse> {
    let (clock, filter) = (app.clock.clone(), query.into_inner());
    let content = app.db.read(move |conn| list_page(conn, &viewer, &filter, &clock)).await?;
    page::show(&app, &visit, "training/list", &content)
}

fn list_page(conn: &mut Conn, viewer: &Viewer, filter: &Filter, clock: &Clock) -> Result<ListPage> {
    let now = clock.now();
    let year: Option<i32> = filter.year.parse().ok();
    let state: Option<SessionState> = filter.state.parse().ok();
    let mut listing = Listing { states: state.into_iter().collect(), ..Listing::default() };
    if let Some(year) = year {
        (listing.from, listing.until) = (first_of(clock, year), first_of(clock, year + 1));
    }
    let is_filtered = year.is_some() || state.is_some();
    let mut coming = Vec::new();
    if !viewer.is_hq() && !is_filtered {
        let to_come = Listing { when: Some(When::ToCome(now)), ..listing.clone() };
        coming = queries::list_visible(conn, viewer, &to_come, Order::SoonestFirst, 0, COMING)?;
        listing.when = Some(When::Over(now));
    }
    let n = queries::count_visible(conn, viewer, &listing)?;
    let paging = Paging::of(&filter.page, n, ON_A_PAGE, &filter.address());
    let rows = queries::list_visible(conn, viewer, &listing, Order::LatestFirst, paging.offset, ON_A_PAGE)?;
    let n_coming = coming.len();
    coming.extend(rows);
    let mut coming = shown(conn, viewer, coming, now)?;
    let rows = coming.split_off(n_coming);
    Ok(ListPage {
        is_hq: viewer.is_hq(),
        n: n + n_coming as i64,
        years: years(conn, viewer, year, clock)?,
        states: states(viewer, state),
        is_filtered,
        coming: if paging.page == 1 { coming } else { Vec::new() },
        rows,
        paging,
        new: links::NEW_SESSION,
    })
}

impl Filter {
    /// The list with its filters and without the page.
    fn address(&self) -> String {
        format!("{}?year={}&state={}", links::SESSIONS, links::percent(&self.year), links::percent(&self.state))
    }
}

fn first_of(clock: &Clock, year: i32) -> Option<Moment> {
    NaiveDate::from_ymd_opt(year, 1, 1).map(|day| clock.moment(day, NaiveTime::MIN))
}

fn years(conn: &mut Conn, viewer: &Viewer, chosen: Option<i32>, clock: &Clock) -> Result<Vec<Choice>> {
    let (first, last) = queries::find_first_and_last(conn, viewer)?;
    let year_of = |moment: Moment| clock.local(moment).year();
    let years = match (first, last) {
        (Some(first), Some(last)) => (year_of(first)..=year_of(last)).rev().collect(),
        _ => Vec::new(),
    };
    Ok(years.into_iter().map(|year| Choice { value: year.to_string(), selected: chosen == Some(year) }).collect())
}

fn states(viewer: &Viewer, chosen: Option<SessionState>) -> Vec<Choice> {
    let offered = SessionState::ALL.iter().filter(|state| viewer.is_hq() || **state != SessionState::Draft);
    offered.map(|state| Choice { value: state.as_str().to_owned(), selected: chosen == Some(*state) }).collect()
}

fn shown(conn: &mut Conn, viewer: &Viewer, sessions: Vec<Session>, now: Moment) -> Result<Vec<Row>> {
    let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
    let expected = queries::count_rosters(conn, &ids)?;
    let present = attendance::queries::count_in_states(conn, &ids, &[AttendanceState::Present])?;
    let exempt = attendance::queries::count_in_states(conn, &ids, &[AttendanceState::Exempt])?;
    let places = queries::list_main_venues(conn, &ids)?;
    let own_rows = queries::list_roster_rows_of(conn, viewer.person, &ids)?;
    let venues: Vec<VenueId> = own_rows.iter().map(|row| row.venue_id).collect();
    let venues = queries::list_venue_names(conn, &venues)?;
    let own = attendance::queries::list_of_person(conn, viewer.person, &ids)?;
    let asked = requests::queries::list_open_of_person(conn, viewer.person)?;
    let count = |counts: &[(SessionId, i64)], id| counts.iter().find(|(of, _)| *of == id).map_or(0, |(_, n)| *n);
    let row = |session: Session| {
        let state = session.shown_state(now);
        let id = session.id;
        let own_row = own_rows.iter().find(|row| row.session_id == id);
        let own_venue = own_row.filter(|_| !viewer.is_hq()).map(|row| row.venue_id);
        let own_place = venues.iter().find(|(of, _)| Some(*of) == own_venue).map(|(_, name)| name.clone());
        let main_place = || places.iter().find(|(of, _)| *of == id).map(|(_, name)| name.clone());
        let decided = own.iter().find(|attendance| attendance.session_id == id);
        let undecided = if session.state == SessionState::Closed { "to_check" } else { "pending" };
        Row {
            href: page_of(&session),
            state,
            place: own_place.or_else(main_place),
            n_expected: count(&expected, id),
            n_present: count(&present, id),
            n_due: count(&expected, id) - count(&exempt, id),
            is_counted: match session.state {
                SessionState::Draft | SessionState::Cancelled => false,
                SessionState::Published => session.opens_at() <= now,
                SessionState::Closed | SessionState::Confirmed | SessionState::Archived => true,
            },
            asked: asked.iter().find(|(of, _)| *of == id).map(|(_, kind)| *kind),
            own: own_row.map(|_| decided.map_or(undecided, |attendance| attendance.state.as_str())),
            session,
        }
    };
    Ok(sessions.into_iter().map(row).collect())
}
