//! One unmistakable page for what came of a check-in.

use crate::access::Viewer;
use crate::attendance::guests::GuestState;
use crate::attendance::model::CheckInRefusal;
use crate::clock::Moment;
use crate::error::Message;
use crate::i18n::dates;
use crate::links;
use crate::training::Session;
use crate::web::visit::Visit;
use crate::web::{App, page};
use serde::Serialize;

/// A session as the pages of check-in name it.
#[derive(Serialize)]
pub(super) struct Named {
    title: String,
    href: String,
    starts_at: Moment,
    ends_at: Moment,
    venue: Option<String>,
}

impl Named {
    pub(super) fn of(session: &Session, venue: Option<String>) -> Self {
        Self {
            title: session.title.clone(),
            href: links::session(session.id),
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            venue,
        }
    }
}

/// What came of it.
#[derive(Clone, Copy)]
pub(super) enum Outcome {
    Done(Option<Moment>),
    Again(Option<Moment>),
    Exempt,
    Refused(CheckInRefusal),
    /// Not on the roster, and has asked to be a guest.
    Guest(GuestState),
    /// The code is none of ours.
    Forged,
}

#[derive(Serialize)]
pub(super) struct ResultPage {
    class: &'static str,
    heading: String,
    text: String,
    /// Who it is about, once somebody has signed in.
    who: Option<Who>,
    /// Which session, for who has signed in.
    of: Option<Named>,
    /// Whether the session's page, with its materials, is within reach.
    pub leads_on: bool,
    /// Where to take it back, for five minutes.
    pub undo: Option<String>,
    /// Where to ask to be listed as a guest.
    pub ask_as_guest: Option<String>,
    /// Whether to lead to where the digits are typed.
    may_type: bool,
}

#[derive(Serialize)]
struct Who {
    name: String,
    unit: String,
}

/// How an outcome looks, and the names of its two messages.
fn words(outcome: Outcome) -> (&'static str, &'static str, &'static str) {
    match outcome {
        Outcome::Done(None) => ("result-done", "attendance-result-done", "attendance-result-text-by-hand"),
        Outcome::Done(Some(_)) => ("result-done", "attendance-result-done", "attendance-result-text-done"),
        Outcome::Again(Some(_)) => ("result-already", "attendance-result-again", "attendance-result-text-again"),
        Outcome::Again(None) => ("result-already", "attendance-result-done", "attendance-result-text-by-hand"),
        Outcome::Exempt => ("result-already", "attendance-result-exempt", "attendance-result-text-exempt"),
        Outcome::Guest(GuestState::Asked) => {
            ("result-already", "attendance-result-guest-asked", "attendance-result-text-guest-asked")
        }
        Outcome::Guest(GuestState::Confirmed) => {
            ("result-done", "attendance-result-guest-confirmed", "attendance-result-text-guest-confirmed")
        }
        Outcome::Guest(GuestState::Refused) => {
            ("result-needs", "attendance-result-not-on-roster", "attendance-result-text-guest-refused")
        }
        Outcome::Forged => ("result-needs", "attendance-result-forged", "attendance-result-text-forged"),
        Outcome::Refused(refusal) => match refusal {
            CheckInRefusal::NotOpenYet { .. } => {
                ("result-needs", "attendance-result-early", "attendance-result-text-early")
            }
            CheckInRefusal::Over => ("result-needs", "attendance-result-over", "attendance-result-text-over"),
            CheckInRefusal::Cancelled => {
                ("result-needs", "attendance-result-cancelled", "attendance-result-text-cancelled")
            }
            CheckInRefusal::NotOnRoster => {
                ("result-needs", "attendance-result-not-on-roster", "attendance-result-text-not-on-roster")
            }
            CheckInRefusal::Replaced => {
                ("result-needs", "attendance-result-replaced", "attendance-result-text-replaced")
            }
        },
    }
}

impl ResultPage {
    pub(super) fn of(app: &App, visit: &Visit, viewer: Option<&Viewer>, of: Option<Named>, outcome: Outcome) -> Self {
        let at = match outcome {
            Outcome::Done(at) | Outcome::Again(at) => at,
            Outcome::Refused(CheckInRefusal::NotOpenYet { opens_at }) => Some(opens_at),
            Outcome::Refused(_) | Outcome::Exempt | Outcome::Guest(_) | Outcome::Forged => None,
        };
        let local = at.map(|at| app.clock.local(at).naive_local());
        let time = local.map_or(String::new(), |at| dates::time(at.time()));
        let short = local.map_or(String::new(), |at| dates::short(visit.language, at));
        let word =
            |id| page::word(app, visit, &Message::new(id).with("time", time.as_str()).with("at", short.as_str()));
        let (class, heading, text) = words(outcome);
        let scans_again = matches!(outcome, Outcome::Forged | Outcome::Refused(CheckInRefusal::Replaced));
        Self {
            class,
            heading: word(heading),
            text: word(text),
            who: viewer.map(|viewer| Who { name: viewer.name.clone(), unit: viewer.unit_name.clone() }),
            of: of.filter(|_| viewer.is_some()),
            leads_on: false,
            undo: None,
            ask_as_guest: None,
            may_type: scans_again && viewer.is_some(),
        }
    }
}
