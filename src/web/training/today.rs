//! HQ's home: what happens today, what needs something, what comes next; in an empty system the first three steps.

use super::page_of;
use crate::access::Viewer;
use crate::assignments::calls::ShownUnitTask;
use crate::attendance::{self, AttendanceState};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::links;
use crate::settings::{self, Settings};
use crate::store::Conn;
use crate::store::ids::{SessionId, UnitId};
use crate::training::queries::{self, Listing, Order};
use crate::training::{Session, SessionState};
use crate::web::mail::MailNotice;
use crate::web::study::reflections::Notes;
use crate::web::visit::Visit;
use crate::web::{App, page};
use crate::{assignments, organization};
use actix_web::HttpResponse;
use actix_web::web::Data;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde::Serialize;

/// Sessions in one list of the page; the list of sessions has them all.
const SHOWN: i64 = 10;
/// A confirmed session without follow-up is brought to mind for as long as this.
const REMEMBERED: TimeDelta = TimeDelta::days(90);

/// Who may need follow-up study (`AttendanceState::is_not_there`).
const NOT_THERE: &[AttendanceState] = &[AttendanceState::Leave, AttendanceState::StandIn, AttendanceState::Absent];

#[derive(Serialize)]
struct TodayPage {
    now: Moment,
    mail_notice: Option<MailNotice>,
    first_steps: Option<FirstSteps>,
    today: Vec<Item>,
    needs: Vec<Need>,
    drafts: Vec<Item>,
    n_drafts: i64,
    coming: Vec<Item>,
    new: &'static str,
    calls: &'static str,
    /// Requests that only HQ can decide.
    n_requests: usize,
    requests: &'static str,
    notes: Option<Notes>,
}

/// What an empty system still needs, with what there is.
#[derive(Serialize)]
struct FirstSteps {
    /// The name of the group and whom to ask, once both are set.
    contact: Option<Contact>,
    n_units: i64,
    n_people: i64,
    n_sessions: i64,
    has_units: bool,
    has_people: bool,
}

#[derive(Serialize)]
struct Contact {
    organisation: String,
    help_contact: String,
}

#[derive(Serialize)]
struct Item {
    href: String,
    session: Session,
    state: &'static str,
    next: Option<Next>,
}

/// What a session of today waits for, in the words of what it needs.
#[derive(Serialize)]
struct Next {
    what: &'static str,
    n: i64,
}

#[derive(Serialize)]
struct Need {
    href: String,
    heading: String,
    starts_at: Moment,
    /// `reply`, `close`, `reconcile`, `follow-up`, `call-overdue` or `call-to-decide`.
    what: &'static str,
    n: i64,
}

/// `GET /today`, and `/` for HQ.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer) -> Result<HttpResponse> {
    let clock = app.clock.clone();
    let content = app.db.read(move |conn| today_page(conn, &viewer, &clock)).await?;
    page::show(&app, &visit, "training/today", &content)
}

fn today_page(conn: &mut Conn, viewer: &Viewer, clock: &Clock) -> Result<TodayPage> {
    let now = clock.now();
    let tomorrow = clock.moment(clock.today() + TimeDelta::days(1), NaiveTime::MIN);
    let of_state = |state| Listing { states: vec![state], ..Listing::default() };
    let midnight = clock.moment(clock.today(), NaiveTime::MIN);
    let from_today = Listing { from: Some(midnight), ..of_state(SessionState::Published) };
    let published = queries::list_visible(conn, viewer, &from_today, Order::SoonestFirst, 0, SHOWN)?;
    let held = Listing {
        from: Some(midnight),
        until: Some(tomorrow),
        states: vec![SessionState::Closed, SessionState::Confirmed, SessionState::Archived],
        ..Listing::default()
    };
    let held = queries::list_visible(conn, viewer, &held, Order::SoonestFirst, 0, SHOWN)?;
    let drafts = queries::list_visible(conn, viewer, &of_state(SessionState::Draft), Order::SoonestFirst, 0, SHOWN)?;
    let (mut today, coming): (Vec<_>, Vec<_>) =
        published.into_iter().partition(|session| session.opens_at() < tomorrow);
    today.extend(held);
    today.sort_by_key(|session| (session.starts_at, session.id));
    let needs = needs(conn, viewer, now)?;
    let next = |href: &str| {
        let found = needs.iter().find(|need| need.href == href);
        found.map(|need| Next { what: need.what, n: need.n })
    };
    let item = |session: Session| {
        let href = page_of(&session);
        Item { next: next(&href), href, state: session.shown_state(now), session }
    };
    let today = today.into_iter().map(item).collect();
    let (drafts, coming) = (drafts.into_iter().map(item).collect(), coming.into_iter().map(item).collect());
    Ok(TodayPage {
        now,
        mail_notice: MailNotice::find(conn, viewer, now)?,
        first_steps: first_steps(conn, viewer)?,
        today,
        needs: needs.into_iter().chain(calls(conn, clock.today())?).collect(),
        drafts,
        n_drafts: queries::count_visible(conn, viewer, &of_state(SessionState::Draft))?,
        coming,
        new: links::NEW_SESSION,
        calls: links::CALLS,
        n_requests: crate::web::attendance::requests::count_waiting(conn, viewer)?,
        requests: links::REQUESTS,
        notes: Notes::find(conn, viewer)?,
    })
}

/// The three steps, until there is a session.
fn first_steps(conn: &mut Conn, viewer: &Viewer) -> Result<Option<FirstSteps>> {
    let n_sessions = queries::count_visible(conn, viewer, &Listing::default())?;
    if n_sessions > 0 {
        return Ok(None);
    }
    let n_units = organization::queries::list_units(conn)?.len() as i64;
    let n_people: i64 = queries::headcounts(conn)?.iter().map(|count| count.n).sum();
    let Settings { organisation, help_contact, .. } = settings::current(conn)?;
    let is_set = !organisation.is_empty() && !help_contact.is_empty();
    let contact = is_set.then_some(Contact { organisation, help_contact });
    // Whoever looks at the page is a person in a unit: more than that is what has been entered.
    Ok(Some(FirstSteps { contact, n_units, n_people, n_sessions, has_units: n_units > 1, has_people: n_people > 1 }))
}

/// Sessions that wait for an act of HQ: units to be reminded of their replies, to be closed, reconciled, followed up.
fn needs(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<Vec<Need>> {
    let over = Listing { until: Some(now), states: vec![SessionState::Published], ..Listing::default() };
    let closed = Listing { states: vec![SessionState::Closed], ..Listing::default() };
    let confirmed =
        Listing { from: Some(now - REMEMBERED), states: vec![SessionState::Confirmed], ..Listing::default() };
    let mut list = |listing: &Listing| queries::list_visible(conn, viewer, listing, Order::SoonestFirst, 0, SHOWN);
    let (over, closed, confirmed) = (list(&over)?, list(&closed)?, list(&confirmed)?);
    let closed_ids: Vec<SessionId> = closed.iter().map(|session| session.id).collect();
    let confirmed_ids: Vec<SessionId> = confirmed.iter().map(|session| session.id).collect();
    let expected = queries::count_rosters(conn, &closed_ids)?;
    let decided = attendance::queries::count_in_states(conn, &closed_ids, AttendanceState::ALL)?;
    let missing = attendance::queries::count_in_states(conn, &confirmed_ids, NOT_THERE)?;
    let followed = assignments::board_queries::list_followed_up(conn, &confirmed_ids)?;
    let count = |counts: &[(SessionId, i64)], id| counts.iter().find(|(of, _)| *of == id).map_or(0, |(_, n)| *n);
    let need = |session: &Session, what, n| Need {
        href: links::session(session.id),
        heading: session.title.clone(),
        starts_at: session.starts_at,
        what,
        n,
    };
    let unanswered = crate::web::attendance::replies::list_unanswered(conn, now)?;
    let to_answer = unanswered.iter().map(|(session, n)| Need {
        href: format!("{}#replies", links::session(session.id)),
        ..need(session, "reply", *n)
    });
    let to_close = over.iter().map(|session| need(session, "close", 0));
    let to_reconcile = closed
        .iter()
        .map(|session| need(session, "reconcile", count(&expected, session.id) - count(&decided, session.id)));
    let to_follow_up = confirmed
        .iter()
        .filter(|session| !followed.contains(&session.id) && count(&missing, session.id) > 0)
        .map(|session| need(session, "follow-up", count(&missing, session.id)));
    Ok(to_close.chain(to_reconcile).chain(to_follow_up).chain(to_answer).collect())
}

/// Calls with units that are overdue, or that wait for HQ to accept what they submitted.
fn calls(conn: &mut Conn, today: NaiveDate) -> Result<Vec<Need>> {
    let mut needs: Vec<(Need, UnitId)> = Vec::new();
    for (task, call) in assignments::calls::queries::list_needing_hq(conn, today)? {
        let waits = task.shown(today) == ShownUnitTask::Submitted;
        let (what, show) = if waits { ("call-to-decide", "to_decide") } else { ("call-overdue", "overdue") };
        let href = format!("{}?show={show}", links::call(call.id));
        match needs.iter_mut().find(|(need, _)| need.href == href) {
            // A unit counts once, however many of its forms it is.
            Some((need, last)) => {
                need.n += i64::from(*last != task.unit_id);
                *last = task.unit_id;
            }
            None => {
                let need = Need { href, heading: call.title, starts_at: call.given_at, what, n: 1 };
                needs.push((need, task.unit_id));
            }
        }
    }
    Ok(needs.into_iter().map(|(need, _)| need).collect())
}
