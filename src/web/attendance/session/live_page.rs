//! The page of who keeps the roll or leads some of its people.

use super::RollQuery;
use super::arrivals::LivePart;
use super::own::OwnPart;
use super::steps::{ActionLink, Done, Step, actions, is_near, main_action, planning, steps};
use crate::access::Viewer;
use crate::assignments;
use crate::attendance::guests;
use crate::attendance::model::Counts;
use crate::attendance::queries::{self, Scope};
use crate::attendance::screen::silence;
use crate::attendance::{AttendanceState, MakeUpFigures, Rotation};
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::store::Conn;
use crate::store::ids::{SessionId, UnitId};
use crate::training::{self, Session, SessionState};
use crate::web::attendance::replies::RepliesPart;
use crate::web::attendance::ways::WaysPart;
use crate::web::attendance::{Paging, PersonRow, Standing, page_number};
use crate::web::finals::{ShownFinal, Since, shown_finals};
use crate::web::training::Facts;
use serde::Serialize;

/// People on one page of a list.
const ROWS: i64 = 50;
/// The live roll is loaded anew after this many seconds (`ux.md` 47), with a script or without.
const REFRESH_SECONDS: i64 = 5;

/// The page of who keeps the roll or leads some of its people.
#[derive(Serialize)]
pub(super) struct LivePage {
    #[serde(flatten)]
    live: LivePart,
    is_hq: bool,
    paused: bool,
    refresh_seconds: i64,
    live_href: String,
    script: String,
    /// Where the code is projected, for who may.
    screens: Vec<ScreenLink>,
    /// The screens that are on.
    n_screens: i64,
    /// The day of the session has come.
    is_near: bool,
    /// The name of the action that comes next; `screen` for the first of the screens.
    main_action: &'static str,
    /// What of it was made final, for HQ and leaders.
    finals: Vec<ShownFinal>,
    /// That records were corrected after the newest of them.
    since: Option<Since>,
    guests: Option<GuestsLink>,
    reach: &'static str,
    steps: Vec<Step>,
    actions: Vec<ActionLink>,
    planning: Vec<ActionLink>,
    units: Vec<UnitChoice>,
    list: Option<List>,
    query: ShownQuery,
    own: Option<OwnPart>,
    ways: WaysPart,
    facts: Facts,
    /// Once confirmed: what became of those who were not there.
    make_up: Option<MakeUpFigures>,
    /// The sessions that make up for this one, for HQ.
    make_up_sessions: Vec<LinkTo>,
    replies: Option<RepliesPart>,
    /// Where those ticked in a list are marked.
    several: String,
}

/// Another session.
#[derive(Serialize)]
struct LinkTo {
    heading: String,
    starts_at: Moment,
    state: &'static str,
    href: String,
}

#[derive(Serialize)]
struct GuestsLink {
    href: String,
    n: i64,
    n_asked: i64,
}

#[derive(Serialize)]
struct ScreenLink {
    href: String,
    /// Its name, where there are several.
    venue: Option<String>,
}

#[derive(Serialize)]
struct UnitChoice {
    id: UnitId,
    name: String,
    counts: Counts,
    n_due: i64,
    href: String,
    chosen: bool,
}

#[derive(Serialize)]
struct List {
    people: Vec<PersonRow>,
    n: i64,
    paging: Option<Paging>,
}

#[derive(Serialize)]
struct ShownQuery {
    state: String,
    q: String,
    /// What the list holds, as the end of a message's name: a state, `not_there`, or `all`.
    word: &'static str,
}

impl LivePage {
    #[allow(clippy::too_many_arguments)]
    pub(super) fn find(
        conn: &mut Conn,
        standing: Standing,
        viewer: &Viewer,
        query: RollQuery,
        own: Option<OwnPart>,
        facts: Facts,
        rotation: Rotation,
        now: Moment,
    ) -> Result<Self> {
        let (session, scope) = (&standing.session, &standing.scope);
        let (live, by_unit) = LivePart::find(conn, &standing, now)?;
        let list = if query.is_narrowed() {
            let page = page_number(&query.page);
            let (people, n) = queries::page_of_roll(conn, session.id, scope, &query.filter(), page, ROWS)?;
            let people = people.into_iter().map(|(row, of)| PersonRow::of(session, row, of.as_ref())).collect();
            Some(List { people, n, paging: Paging::of(page, n, ROWS, query.base(session.id)) })
        } else {
            None
        };
        let unit_choice = |(id, name, of_unit): &(UnitId, String, Counts)| UnitChoice {
            id: *id,
            name: name.clone(),
            counts: *of_unit,
            n_due: of_unit.n_due(),
            href: format!("{}?unit={id}", links::session(session.id)),
            chosen: query.unit == id.to_string(),
        };
        let screens = screens(conn, &standing)?;
        let n_screens = queries::count_screens(conn, session.id, now - silence(rotation))?;
        let make_up = if session.is_confirmed() { Some(make_up_figures(conn, session.id, scope)?) } else { None };
        let make_up_sessions = match standing.is_hq && session.is_confirmed() {
            true => training::queries::list_make_up_sessions(conn, session.id)?,
            false => Vec::new(),
        };
        let replies = RepliesPart::find(conn, session, viewer, now)?;
        let (finals, since) = match session.is_confirmed() && (standing.is_hq || viewer.is_leader()) {
            true => shown_finals(conn, viewer, session.id)?,
            false => (Vec::new(), None),
        };
        let steps =
            if standing.is_hq { steps(session, done(conn, session, &finals, &by_unit)?, now) } else { Vec::new() };
        let actions = actions(&standing, viewer, &facts, now);
        Ok(Self {
            live,
            main_action: main_action(session, &steps, &actions, screens.len(), now),
            is_near: is_near(session, now),
            finals,
            since,
            is_hq: standing.is_hq,
            paused: !query.pause.is_empty(),
            refresh_seconds: REFRESH_SECONDS,
            live_href: links::session_part(session.id, "live"),
            script: crate::web::statics::address("live.js"),
            screens,
            n_screens,
            guests: guests_link(conn, &standing)?,
            reach: links::REACH,
            steps,
            actions,
            planning: planning(&standing, now),
            units: by_unit.iter().map(unit_choice).collect(),
            list,
            query: ShownQuery { word: list_word(&query), state: query.state, q: query.q.trim().to_owned() },
            own,
            ways: WaysPart::find(conn, &standing, viewer)?,
            facts,
            make_up,
            make_up_sessions: make_up_sessions.iter().map(|session| LinkTo::of(session, now)).collect(),
            replies,
            several: links::session_part(session.id, "several"),
        })
    }
}

/// What HQ has done after confirming.
fn done(
    conn: &mut Conn,
    session: &Session,
    finals: &[ShownFinal],
    by_unit: &[(UnitId, String, Counts)],
) -> Result<Done> {
    let is_given = !assignments::board_queries::list_followed_up(conn, &[session.id])?.is_empty();
    let n_not_there: i64 = by_unit.iter().map(|(_, _, counts)| counts.n_not_there()).sum();
    let is_followed_up = session.is_confirmed() && (is_given || n_not_there == 0);
    Ok(Done { is_followed_up, is_final: !finals.is_empty() })
}

/// Where the guests are listed, for who keeps them.
fn guests_link(conn: &mut Conn, standing: &Standing) -> Result<Option<GuestsLink>> {
    if !standing.is_hq && !standing.is_clerk() {
        return Ok(None);
    }
    let id = standing.session.id;
    let venues = training::queries::list_venues(conn, id)?.into_iter().map(|venue| venue.id);
    let kept: Vec<_> = venues.filter(|venue| standing.is_hq || standing.served.contains(venue)).collect();
    let (n, n_asked) = guests::queries::count(conn, id, &kept)?;
    Ok(Some(GuestsLink { href: links::session_part(id, "guests"), n, n_asked }))
}

/// The screens that the viewer may open, of a session that still has or will have a code.
fn screens(conn: &mut Conn, standing: &Standing) -> Result<Vec<ScreenLink>> {
    if standing.session.state != SessionState::Published {
        return Ok(Vec::new());
    }
    let venues = training::queries::list_venues(conn, standing.session.id)?;
    let is_several = venues.len() > 1;
    let shown = venues.into_iter().filter(|venue| standing.is_hq || standing.served.contains(&venue.id));
    let link = |venue: training::Venue| ScreenLink {
        href: links::screen(venue.session_id, venue.id),
        venue: is_several.then_some(venue.name),
    };
    Ok(shown.filter(|venue| venue.by_phone).map(link).collect())
}

impl LinkTo {
    fn of(session: &Session, now: Moment) -> Self {
        Self {
            heading: session.title.clone(),
            starts_at: session.starts_at,
            state: session.shown_state(now),
            href: links::session(session.id),
        }
    }
}

fn make_up_figures(conn: &mut Conn, session: SessionId, scope: &Scope) -> Result<MakeUpFigures> {
    let read = assignments::queries::list_self_study(conn, session)?;
    let mut figures = MakeUpFigures::default();
    for (row, attendance) in queries::list_roll_of(conn, session, scope)? {
        if let Some(attendance) = attendance {
            figures.add(&attendance, read.contains(&row.person_id));
        }
    }
    Ok(figures)
}

fn list_word(query: &RollQuery) -> &'static str {
    match query.state.as_str() {
        "not_there" => "not_there",
        "pending" => "pending",
        "to_check" => "to_check",
        word => word.parse().map_or("all", AttendanceState::as_str),
    }
}
