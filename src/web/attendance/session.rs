//! `/sessions/{id}`: the live roll for who keeps it, the unit's people for its leader, one's own state for a trainee.

use super::reply::RepliesPart;
use super::requests::{self, ShownRequest};
use super::ways::WaysPart;
use super::{Head, Paging, PersonRow, Standing, is_recorded, page_number};
use crate::access::Viewer;
use crate::assignments;
use crate::attendance::guests;
use crate::attendance::model::{Counts, may_undo};
use crate::attendance::queries::{self, Filter, Scope};
use crate::attendance::requests::RequestState;
use crate::attendance::requests::model::{may_ask_correction, may_ask_leave};
use crate::attendance::screen::silence;
use crate::attendance::{Attendance, AttendanceState, MakeUpFigures, Rotation};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::links;
use crate::settings;
use crate::store::Conn;
use crate::store::ids::{SessionId, UnitId};
use crate::training::{self, RosterRow, Session, SessionState, Way};
use crate::web::training::{Facts, facts};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

/// People on one page of a list.
const ROWS: i64 = 50;
/// Arrivals shown beside the figures.
const NEWEST: i64 = 12;
/// More people than this are not unfolded by unit on the page: each unit then leads to its own list.
const UNFOLDED: i64 = 300;
/// The live roll is loaded anew after this many seconds (`ux.md` 47), with a script or without.
const REFRESH_SECONDS: i64 = 5;

#[derive(Debug, Default, Deserialize)]
pub struct RollQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    pause: String,
}

impl RollQuery {
    fn filter(&self) -> Filter {
        let state = match self.state.as_str() {
            "pending" | "to_check" => Some(None),
            word => word.parse().ok().map(Some),
        };
        Filter {
            state,
            not_there: self.state == "not_there",
            unit: self.unit.parse().ok(),
            words: self.q.trim().to_owned(),
        }
    }

    /// Whether a list of people was asked for.
    fn is_narrowed(&self) -> bool {
        !self.state.is_empty() || !self.unit.is_empty() || !self.q.trim().is_empty()
    }

    /// The address of this list, ready for a page's number.
    fn base(&self, session: SessionId) -> String {
        format!(
            "{}?state={}&unit={}&q={}&page=",
            links::session(session),
            links::percent(&self.state),
            links::percent(&self.unit),
            links::percent(self.q.trim())
        )
    }
}

/// `GET /sessions/{id}`.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<RollQuery>,
) -> Result<HttpResponse> {
    let (id, query, now) = (id.into_inner(), query.into_inner(), app.clock.now());
    let (language, rotation) = (visit.language, app.foot.rotation());
    let shown = app
        .db
        .read(move |conn| {
            let standing = Standing::find(conn, &viewer, id)?;
            let own = OwnPart::find(conn, &standing, &viewer, now)?;
            let facts = facts(conn, &standing.session, language, now)?;
            if standing.is_own_only() || !is_recorded(standing.session.state) {
                let head = Head::of(&standing.session, now);
                let planning = planning(&standing, now);
                return Ok(Shown::Own(Box::new(OwnPage { head, own, facts, planning })));
            }
            LivePage::find(conn, standing, &viewer, query, own, facts, rotation, now)
                .map(|page| Shown::Live(Box::new(page)))
        })
        .await?;
    match shown {
        Shown::Own(content) => page::show(&app, &visit, "attendance/own", &content),
        Shown::Live(content) => page::show(&app, &visit, "attendance/live", &content),
    }
}

/// `GET /sessions/{id}/live`: the parts of the page that change while people arrive, for its script.
pub async fn live(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let content = app
        .db
        .read(move |conn| {
            let standing = Standing::find(conn, &viewer, id)?;
            if standing.is_own_only() || !is_recorded(standing.session.state) {
                return Err(Error::NotFound("session"));
            }
            LivePart::find(conn, &standing, now).map(|(part, _)| part)
        })
        .await?;
    page::show(&app, &visit, "attendance/live-fragment", &content)
}

enum Shown {
    Own(Box<OwnPage>),
    Live(Box<LivePage>),
}

/// The viewer's own state, when they are on the roster.
#[derive(Serialize)]
struct OwnPart {
    person: PersonRow,
    venue: String,
    opens_at: Moment,
    /// The code can be typed now.
    may_check_in: bool,
    is_to_come: bool,
    /// The personal code, for the kiosk, until they are in.
    my_code: Option<String>,
    undo: Option<String>,
    /// Where leave is asked for, while it can be.
    leave: Option<String>,
    correction: Option<String>,
    requests: Vec<ShownRequest>,
}

#[derive(Serialize)]
struct OwnPage {
    head: Head,
    own: Option<OwnPart>,
    facts: Facts,
    planning: Vec<ActionLink>,
}

impl OwnPart {
    fn find(conn: &mut Conn, standing: &Standing, viewer: &Viewer, now: Moment) -> Result<Option<Self>> {
        let Some(row) = standing.own.clone() else { return Ok(None) };
        let session = &standing.session;
        let recorded = queries::find(conn, session.id, viewer.person)?;
        let venues = training::queries::list_venues(conn, session.id)?;
        let venue = venues.into_iter().find(|venue| venue.id == row.venue_id).map_or(String::new(), |venue| venue.name);
        let is_in =
            recorded.as_ref().is_some_and(|of| matches!(of.state, AttendanceState::Present | AttendanceState::Exempt));
        let undo = recorded.as_ref().is_some_and(|of| may_undo(of, viewer.person, now));
        let requests = requests::list_of_person(conn, viewer, session, &row, recorded.as_ref())?;
        let is_waiting = requests.iter().any(|request| request.state == RequestState::Asked);
        let days = settings::current(conn)?.correction_days;
        let may_leave = !is_waiting && may_ask_leave(session, recorded.as_ref(), now, days).is_ok();
        let may_correct = !is_waiting && may_ask_correction(session, recorded.as_ref(), now, days).is_ok();
        Ok(Some(Self {
            leave: may_leave.then(|| links::session_part(session.id, "leave")),
            correction: may_correct.then(|| links::session_part(session.id, "correction")),
            requests,
            venue,
            opens_at: session.opens_at(),
            may_check_in: session.is_open(now) && !is_in,
            is_to_come: session.state == SessionState::Published && now < session.opens_at(),
            my_code: (session.state == SessionState::Published && !is_in)
                .then(|| links::session_part(session.id, "my-code")),
            undo: undo.then(|| links::session_part(session.id, "undo-check-in")),
            person: PersonRow::of(session, row, recorded.as_ref()),
        }))
    }
}

/// What changes while people arrive.
#[derive(Serialize)]
struct LivePart {
    head: Head,
    is_open: bool,
    is_confirmed: bool,
    now: Moment,
    figures: Vec<Figure>,
    counts: Counts,
    n_due: i64,
    newest: Vec<PersonRow>,
    /// Those not there yet, or who were not there, by unit.
    missing: Vec<UnitPart>,
    n_missing: i64,
}

/// The figures of each unit, units in the order of the day.
type ByUnit = Vec<(UnitId, String, Counts)>;

impl LivePart {
    fn find(conn: &mut Conn, standing: &Standing, now: Moment) -> Result<(Self, ByUnit)> {
        let (session, scope) = (&standing.session, &standing.scope);
        let labels = super::unit_labels(conn)?;
        let mut by_unit = queries::by_unit(queries::list_tallies(conn, session.id, scope)?);
        by_unit.iter_mut().for_each(|(unit, name, _)| *name = super::labelled(&labels, *unit, name));
        let mut counts = Counts::default();
        for (_, _, of_unit) in &by_unit {
            counts += *of_unit;
        }
        let newest = queries::list_newest(conn, session.id, scope, NEWEST)?;
        let n_missing = if session.is_confirmed() { counts.n_not_there() } else { counts.n_pending };
        let missing = missing(conn, session, scope, n_missing)?;
        let part = Self {
            head: Head::of(session, now),
            is_open: session.is_open(now),
            is_confirmed: session.is_confirmed(),
            now,
            figures: figures(session, &counts),
            n_due: counts.n_due(),
            counts,
            newest: newest.into_iter().map(|(row, of)| PersonRow::of(session, row, Some(&of))).collect(),
            missing: by_units(session, &by_unit, missing),
            n_missing,
        };
        Ok((part, by_unit))
    }
}

/// The page of who keeps the roll or leads some of its people.
#[derive(Serialize)]
struct LivePage {
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

/// A step of the session's day; its words come by its name.
#[derive(Serialize)]
struct Step {
    name: &'static str,
    /// done, now or todo.
    status: &'static str,
    href: Option<String>,
}

#[derive(Serialize)]
struct ActionLink {
    name: &'static str,
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
struct Figure {
    name: &'static str,
    n: i64,
    href: String,
}

#[derive(Serialize)]
struct UnitPart {
    unit: String,
    n: i64,
    href: String,
    /// Empty when there are too many to unfold.
    people: Vec<PersonRow>,
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
    fn find(
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
        Ok(Self {
            live,
            is_hq: standing.is_hq,
            paused: !query.pause.is_empty(),
            refresh_seconds: REFRESH_SECONDS,
            live_href: links::session_part(session.id, "live"),
            script: crate::web::statics::address("live.js"),
            screens,
            n_screens,
            guests: guests_link(conn, &standing)?,
            reach: links::REACH,
            steps: if standing.is_hq { steps(session, now) } else { Vec::new() },
            actions: actions(&standing, viewer, &facts, now),
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

/// Those undecided; once confirmed those not there. Nobody when they are too many to unfold.
fn missing(
    conn: &mut Conn,
    session: &Session,
    scope: &Scope,
    n_missing: i64,
) -> Result<Vec<(RosterRow, Option<Attendance>)>> {
    if n_missing > UNFOLDED {
        return Ok(Vec::new());
    }
    let filter = if session.is_confirmed() {
        Filter { not_there: true, ..Filter::default() }
    } else {
        Filter { state: Some(None), ..Filter::default() }
    };
    Ok(queries::page_of_roll(conn, session.id, scope, &filter, 1, UNFOLDED)?.0)
}

fn by_units(
    session: &Session,
    units: &[(UnitId, String, Counts)],
    missing: Vec<(RosterRow, Option<Attendance>)>,
) -> Vec<UnitPart> {
    let word = if session.is_confirmed() { "not_there" } else { "pending" };
    let mut parts: Vec<(UnitId, UnitPart)> = units
        .iter()
        .map(|(id, name, counts)| {
            let n = if session.is_confirmed() { counts.n_not_there() } else { counts.n_pending };
            let href = format!("{}?state={word}&unit={id}", links::session(session.id));
            (*id, UnitPart { unit: name.clone(), n, href, people: Vec::new() })
        })
        .filter(|(_, part)| part.n > 0)
        .collect();
    for (row, of) in missing {
        if let Some((_, part)) = parts.iter_mut().find(|(id, _)| *id == row.unit_id) {
            part.people.push(PersonRow::of(session, row, of.as_ref()));
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

fn figures(session: &Session, counts: &Counts) -> Vec<Figure> {
    let figure =
        |name: &'static str, n: i64| Figure { name, n, href: format!("{}?state={name}", links::session(session.id)) };
    let undecided = if session.state == SessionState::Published { "pending" } else { "to_check" };
    let mut figures = vec![figure("present", counts.n_present), figure("leave", counts.n_leave)];
    if counts.n_stand_in > 0 {
        figures.push(figure("stand_in", counts.n_stand_in));
    }
    if counts.n_pending > 0 || !session.is_confirmed() {
        figures.push(figure(undecided, counts.n_pending));
    }
    if counts.n_absent > 0 || session.is_confirmed() {
        figures.push(figure("absent", counts.n_absent));
    }
    if counts.n_exempt > 0 {
        figures.push(figure("exempt", counts.n_exempt));
    }
    figures
}

/// ① check-in ② close ③ reconcile and confirm ④ follow-up ⑤ report.
fn steps(session: &Session, now: Moment) -> Vec<Step> {
    let part = |part| Some(links::session_part(session.id, part));
    let reached = match session.state {
        SessionState::Draft | SessionState::Cancelled => 0,
        SessionState::Published if now <= session.ends_at => 1,
        SessionState::Published => 2,
        SessionState::Closed => 3,
        SessionState::Confirmed | SessionState::Archived => 4,
    };
    let status = |place: i64| match place.cmp(&reached) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal => "now",
        std::cmp::Ordering::Greater => "todo",
    };
    vec![
        Step { name: "check-in", status: status(1), href: part("roll").filter(|_| reached <= 3) },
        Step {
            name: "close",
            status: status(2),
            href: part("close").filter(|_| session.state == SessionState::Published && session.opens_at() <= now),
        },
        Step { name: "confirm", status: status(3), href: part("confirm").filter(|_| reached == 3) },
        Step { name: "follow-up", status: status(4), href: part("follow-up").filter(|_| session.is_confirmed()) },
        Step { name: "report", status: if session.is_confirmed() { "now" } else { "todo" }, href: part("report") },
    ]
}

fn actions(standing: &Standing, viewer: &Viewer, facts: &Facts, now: Moment) -> Vec<ActionLink> {
    let session = &standing.session;
    let link = |name: &'static str, part: &str| ActionLink { name, href: links::session_part(session.id, part) };
    let mut actions = Vec::new();
    let is_running = matches!(session.state, SessionState::Published | SessionState::Closed);
    if is_running && standing.may_record(viewer) {
        actions.push(link("roll", "roll"));
    }
    let mut kept = facts.venues.iter().filter(|venue| standing.is_hq || standing.served.contains(&venue.id));
    if is_running && kept.any(|venue| venue.ways.contains(&Way::Kiosk)) {
        actions.push(link("kiosks", "kiosks"));
    }
    let has_paper = facts.venues.iter().any(|venue| venue.ways.contains(&Way::Paper));
    if session.state == SessionState::Closed && has_paper && (standing.is_hq || standing.is_clerk()) {
        actions.push(link("scans", "scans"));
    }
    if standing.is_hq {
        match session.state {
            SessionState::Published if session.opens_at() <= now => actions.push(link("close", "close")),
            SessionState::Closed => actions.extend([link("confirm", "confirm"), link("reopen", "reopen")]),
            SessionState::Confirmed => {
                actions.push(link("follow-up", "follow-up"));
                actions.push(ActionLink { name: "call", href: links::new_call_after(session.id) });
                if session.make_up_of.is_none() {
                    actions.push(ActionLink { name: "make-up", href: links::new_make_up_session(session.id) });
                }
                actions.extend([link("report", "report"), link("archive", "archive"), link("reopen", "reopen")]);
            }
            SessionState::Archived => {
                if session.make_up_of.is_none() {
                    actions.push(ActionLink { name: "make-up", href: links::new_make_up_session(session.id) });
                }
                actions.extend([link("report", "report"), link("archive", "archive")]);
            }
            SessionState::Published | SessionState::Draft | SessionState::Cancelled => {}
        }
    }
    actions
}

/// What HQ may still change of the session itself.
fn planning(standing: &Standing, now: Moment) -> Vec<ActionLink> {
    let parts: &[&'static str] = match standing.session.state {
        _ if !standing.is_hq => &[],
        SessionState::Draft => &["check", "edit", "cancel"],
        SessionState::Published if now < standing.session.opens_at() => {
            &["notice", "places", "reply-by", "move", "cancel"]
        }
        SessionState::Published => &["notice", "places", "move", "cancel"],
        SessionState::Closed | SessionState::Confirmed | SessionState::Archived => &["notice"],
        SessionState::Cancelled => &[],
    };
    let link = |name: &&'static str| ActionLink { name, href: links::session_part(standing.session.id, name) };
    parts.iter().map(link).collect()
}

fn list_word(query: &RollQuery) -> &'static str {
    match query.state.as_str() {
        "not_there" => "not_there",
        "pending" => "pending",
        "to_check" => "to_check",
        word => word.parse().map_or("all", AttendanceState::as_str),
    }
}
