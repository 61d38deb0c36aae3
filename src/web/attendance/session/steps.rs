//! Where a session stands in its day, and what the viewer can do next.

use crate::access::Viewer;
use crate::clock::Moment;
use crate::links;
use crate::training::{Session, SessionState, Way};
use crate::web::attendance::Standing;
use crate::web::training::Facts;
use chrono::TimeDelta;
use serde::Serialize;

/// A screen is put up on the day: this long before check-in opens, and from then on.
const SCREEN_BEFORE: TimeDelta = TimeDelta::hours(12);

/// What has been done after a session was confirmed.
#[derive(Clone, Copy)]
pub(super) struct Done {
    /// Make-up study was given, or nobody needs any.
    pub(super) is_followed_up: bool,
    /// The report was made final.
    pub(super) is_final: bool,
}

/// A step of the session's day; its words come by its name.
#[derive(Serialize)]
pub(super) struct Step {
    name: &'static str,
    /// done, now, waiting (for its day) or todo.
    status: &'static str,
    href: Option<String>,
}

#[derive(Serialize)]
pub(super) struct ActionLink {
    name: &'static str,
    href: String,
}

/// Whether the day of a session has come, so that its screen is what comes next.
pub(super) fn is_near(session: &Session, now: Moment) -> bool {
    session.opens_at() - SCREEN_BEFORE <= now
}

/// The one action that comes next, by its name: the present step's; before the day the notice.
pub(super) fn main_action(
    session: &Session,
    steps: &[Step],
    actions: &[ActionLink],
    n_screens: usize,
    now: Moment,
) -> &'static str {
    let first = || actions.first().map_or("", |action| action.name);
    match steps.iter().find(|step| ["now", "waiting"].contains(&step.status)).map(|step| step.name) {
        Some("check-in") if !is_near(session, now) => "notice",
        Some("check-in") | None if n_screens > 0 => "screen",
        Some("check-in") => first(),
        Some(name) => name,
        None if steps.is_empty() => first(),
        None => "",
    }
}

/// ① check-in ② close ③ reconcile and confirm ④ follow-up ⑤ report.
pub(super) fn steps(session: &Session, done: Done, now: Moment) -> Vec<Step> {
    let part = |part| Some(links::session_part(session.id, part));
    let reached = match session.state {
        SessionState::Draft | SessionState::Cancelled => 0,
        SessionState::Published if now <= session.ends_at => 1,
        SessionState::Published => 2,
        SessionState::Closed => 3,
        SessionState::Confirmed | SessionState::Archived => match (done.is_followed_up, done.is_final) {
            (false, _) => 4,
            (true, false) => 5,
            (true, true) => 6,
        },
    };
    let status = |place: i64| match place.cmp(&reached) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal => "now",
        std::cmp::Ordering::Greater => "todo",
    };
    let check_in = if reached == 1 && !is_near(session, now) { "waiting" } else { status(1) };
    vec![
        Step { name: "check-in", status: check_in, href: part("roll").filter(|_| reached <= 3) },
        Step {
            name: "close",
            status: status(2),
            href: part("close").filter(|_| session.state == SessionState::Published && session.opens_at() <= now),
        },
        Step { name: "confirm", status: status(3), href: part("confirm").filter(|_| reached == 3) },
        Step { name: "follow-up", status: status(4), href: part("follow-up").filter(|_| session.is_confirmed()) },
        Step { name: "report", status: if done.is_final { "done" } else { status(5) }, href: part("report") },
    ]
}

pub(super) fn actions(standing: &Standing, viewer: &Viewer, facts: &Facts, now: Moment) -> Vec<ActionLink> {
    let session = &standing.session;
    let link = |name: &'static str, part: &str| ActionLink { name, href: links::session_part(session.id, part) };
    let mut actions = Vec::new();
    if standing.is_hq && session.state == SessionState::Published && !is_near(session, now) {
        actions.push(link("notice", "notice"));
    }
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
            // Before the end it stands among the steps alone: ending early is rare.
            SessionState::Published if session.ends_at < now => actions.push(link("close", "close")),
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
pub(super) fn planning(standing: &Standing, now: Moment) -> Vec<ActionLink> {
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
