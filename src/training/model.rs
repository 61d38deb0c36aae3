//! A session, its venues and its frozen roster; the rules of its states.

use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::organization::Category;
use crate::store::ids::{PersonId, SessionId, UnitId, VenueId};
use chrono::TimeDelta;
use diesel::prelude::Queryable;
use serde::{Deserialize, Serialize};

crate::choices! {
    /// The stored states (`rules.md` 1). That a session is open is derived: [`Session::is_open`].
    pub enum SessionState {
        Draft = "draft",
        Published = "published",
        /// 待核: check-in has ended, paper, leave and the units' word are being entered.
        Closed = "closed",
        Confirmed = "confirmed",
        Archived = "archived",
        Cancelled = "cancelled",
    }
}

impl SessionState {
    /// Whether a session may go from this state to another (`rules.md` 1).
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Draft => matches!(next, Self::Published | Self::Cancelled),
            Self::Published => matches!(next, Self::Closed | Self::Cancelled),
            Self::Closed => matches!(next, Self::Confirmed | Self::Published),
            Self::Confirmed => matches!(next, Self::Archived | Self::Closed),
            Self::Archived | Self::Cancelled => false,
        }
    }

    /// The state that reopening leads back to, if it may be reopened.
    pub fn reopened(self) -> Option<Self> {
        match self {
            Self::Closed => Some(Self::Published),
            Self::Confirmed => Some(Self::Closed),
            Self::Draft | Self::Published | Self::Archived | Self::Cancelled => None,
        }
    }
}

/// Refuses a step that the session's life does not have.
///
/// # Errors
/// `Refused`, in words that name the present state.
pub fn check_step(from: SessionState, to: SessionState) -> Result<()> {
    if from.may_become(to) { Ok(()) } else { Err(refused_step(from)) }
}

/// The refusal of a step from a state.
pub(super) fn refused_step(from: SessionState) -> Error {
    Error::refused(Message::new(match from {
        SessionState::Draft => "training-step-from-draft",
        SessionState::Published => "training-step-from-published",
        SessionState::Closed => "training-step-from-closed",
        SessionState::Confirmed => "training-step-from-confirmed",
        SessionState::Archived => "training-step-from-archived",
        SessionState::Cancelled => "training-step-from-cancelled",
    }))
}

crate::choices! {
    pub enum VenueKind {
        Main = "main",
        Branch = "branch",
        Online = "online",
    }
}

crate::choices! {
    /// A person named besides the rule of an audience.
    pub enum AudienceChoice {
        Added = "added",
        LeftOut = "left_out",
    }
}

/// A dated training event. Columns in the order of the table. Final reports keep it as JSON: a new field has a serde default.
#[derive(Debug, Clone, Queryable, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub title: String,
    pub purpose: String,
    pub speaker: String,
    pub organiser: String,
    /// What the meeting asked of the units, a line each.
    pub requirements: String,
    /// Shown beside everything else: in the demo, what is only an example.
    pub remark: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub opens_before_minutes: i64,
    pub study_minutes: i64,
    pub state: SessionState,
    /// Goes up when a published session moves, so that notices are sent anew.
    pub revision: i64,
    pub created_by: Option<PersonId>,
    pub published_at: Option<Moment>,
    pub closed_at: Option<Moment>,
    pub confirmed_at: Option<Moment>,
    pub cancelled_at: Option<Moment>,
    /// Why it was cancelled or reopened.
    pub state_reason: Option<String>,
    pub version: i64,
    /// Until when units answer who comes; nothing when they are not asked.
    pub reply_by: Option<Moment>,
    /// The session that this one makes up for.
    pub make_up_of: Option<SessionId>,
}

impl Session {
    pub fn opens_at(&self) -> Moment {
        self.starts_at - TimeDelta::minutes(self.opens_before_minutes)
    }

    /// Whether people can check in: published, and inside the window from opening to the end. Both limits are inside.
    pub fn is_open(&self, now: Moment) -> bool {
        self.state == SessionState::Published && self.opens_at() <= now && now <= self.ends_at
    }

    /// The word of its state as it is shown: `open` is derived.
    pub fn shown_state(&self, now: Moment) -> &'static str {
        if self.is_open(now) { "open" } else { self.state.as_str() }
    }

    /// Whether those not there are settled, so that follow-up, mail and a final report may be made.
    pub fn is_confirmed(&self) -> bool {
        match self.state {
            SessionState::Confirmed | SessionState::Archived => true,
            SessionState::Draft | SessionState::Published | SessionState::Closed | SessionState::Cancelled => false,
        }
    }
}

crate::choices! {
    /// How people can be recorded at a venue.
    pub enum Way {
        Phone = "phone",
        Kiosk = "kiosk",
        Paper = "paper",
    }
}

/// The ways that a venue has chosen: at least one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Ways {
    pub phone: bool,
    pub kiosk: bool,
    pub paper: bool,
}

impl Ways {
    /// What is usual: phones, and paper for whoever has none.
    pub fn usual() -> Self {
        Self { phone: true, kiosk: false, paper: true }
    }

    pub fn has(self, way: Way) -> bool {
        match way {
            Way::Phone => self.phone,
            Way::Kiosk => self.kiosk,
            Way::Paper => self.paper,
        }
    }

    pub fn is_empty(self) -> bool {
        self.chosen().is_empty()
    }

    /// Those chosen, in their order.
    pub fn chosen(self) -> Vec<Way> {
        Way::ALL.iter().copied().filter(|way| self.has(*way)).collect()
    }
}

impl FromIterator<Way> for Ways {
    fn from_iter<T: IntoIterator<Item = Way>>(ways: T) -> Self {
        let mut chosen = Self::default();
        for way in ways {
            match way {
                Way::Phone => chosen.phone = true,
                Way::Kiosk => chosen.kiosk = true,
                Way::Paper => chosen.paper = true,
            }
        }
        chosen
    }
}

/// A place of a session. Columns in the order of the table.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Venue {
    pub id: VenueId,
    pub session_id: SessionId,
    pub position: i64,
    pub name: String,
    pub kind: VenueKind,
    pub by_phone: bool,
    pub by_kiosk: bool,
    pub by_paper: bool,
}

impl Venue {
    pub fn ways(&self) -> Ways {
        Ways { phone: self.by_phone, kiosk: self.by_kiosk, paper: self.by_paper }
    }
}

/// Somebody who is expected, as they were on the day of publishing. Columns in the order of the table.
#[derive(Debug, Clone, PartialEq, Queryable, Serialize, Deserialize)]
pub struct RosterRow {
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub position: i64,
    pub unit_id: UnitId,
    pub unit_name: String,
    pub name: String,
    pub post: String,
    pub category: Category,
    pub venue_id: VenueId,
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use chrono::{NaiveDate, NaiveTime};

    pub fn at(time: &str) -> Moment {
        let day = NaiveDate::from_ymd_opt(2024, 7, 5).expect("a date");
        Moment::from_utc(day.and_time(NaiveTime::parse_from_str(time, "%H:%M").expect("a time")))
    }

    /// Published, and open for check-in half an hour before.
    pub fn session_from(start: &str, end: &str) -> Session {
        Session {
            id: SessionId(1),
            title: "培训会".to_owned(),
            purpose: String::new(),
            speaker: String::new(),
            organiser: String::new(),
            requirements: String::new(),
            remark: String::new(),
            starts_at: at(start),
            ends_at: at(end),
            opens_before_minutes: 30,
            study_minutes: 120,
            state: SessionState::Published,
            revision: 0,
            created_by: None,
            published_at: None,
            closed_at: None,
            confirmed_at: None,
            cancelled_at: None,
            state_reason: None,
            version: 1,
            reply_by: None,
            make_up_of: None,
        }
    }

    #[test]
    fn a_session_goes_forward_step_by_step_back_one_step_at_a_time_and_ends_archived_or_cancelled() {
        use SessionState::{Archived, Cancelled, Closed, Confirmed, Draft, Published};
        let allowed = [
            (Draft, Published),
            (Draft, Cancelled),
            (Published, Closed),
            (Published, Cancelled),
            (Closed, Confirmed),
            (Closed, Published),
            (Confirmed, Archived),
            (Confirmed, Closed),
        ];

        for from in SessionState::ALL {
            for to in SessionState::ALL {
                assert_eq!(from.may_become(*to), allowed.contains(&(*from, *to)), "{from:?} to {to:?}");
            }
            if let Some(back) = from.reopened() {
                assert!(back.may_become(*from), "{from:?} was never reached from {back:?}");
            }
        }
    }
}
