//! A reply, and the rules of who answers until when.

use crate::attendance::model::{Attendance, AttendanceState, Recorded};
use crate::clock::Moment;
use crate::organization::Unit;
use crate::store::ids::{PersonId, SessionId, UnitId, VenueId};
use crate::training::{Session, SessionState};
use diesel::prelude::Queryable;
use serde::{Deserialize, Serialize};

/// What a unit has answered so far. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Reply {
    pub session_id: SessionId,
    pub unit_id: UnitId,
    draft: Option<String>,
    pub drafted_by: Option<PersonId>,
    pub drafted_at: Option<Moment>,
    pub sent_by: Option<PersonId>,
    pub sent_at: Option<Moment>,
    pub version: i64,
}

impl Reply {
    /// What somebody filled in and nobody has sent yet; nothing when it cannot be read any more.
    pub fn draft(&self) -> Option<Vec<Line>> {
        self.draft.as_deref().and_then(|draft| serde_json::from_str(draft).ok())
    }
}

/// What is said of one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub person: PersonId,
    /// Nothing: they come.
    pub exception: Option<Recorded>,
    pub venue: VenueId,
    /// The stamp of what was recorded of them, as it was shown; 0 when nothing was.
    #[serde(skip)]
    pub seen: i64,
}

/// Whether units can still answer. The deadline itself is still in time; once check-in has opened it is over anyhow.
pub fn is_open(session: &Session, now: Moment) -> bool {
    session.state == SessionState::Published
        && now < session.opens_at()
        && session.reply_by.is_some_and(|reply_by| now <= reply_by)
}

/// The units that answer, in their fixed order: those right below the group that have people on the roster.
pub fn answering<'a>(units: &'a [Unit], on_roster: &[UnitId]) -> Vec<&'a Unit> {
    let paths: Vec<_> = units.iter().filter(|unit| on_roster.contains(&unit.id)).map(|unit| &unit.path).collect();
    let has_people = |unit: &&Unit| paths.iter().any(|path| unit.path.contains(path));
    units.iter().filter(|unit| unit.depth() == 1).filter(has_people).collect()
}

/// Whether a reply can say anything of somebody: not once they were there, or were let off, or found absent.
pub fn can_be_said(recorded: Option<&Attendance>) -> bool {
    match recorded.map(|recorded| recorded.state) {
        None | Some(AttendanceState::Leave | AttendanceState::StandIn) => true,
        Some(AttendanceState::Present | AttendanceState::Absent | AttendanceState::Exempt) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::UnitPath;
    use crate::attendance::model::tests::in_state;
    use crate::organization::UnitKind;
    use chrono::TimeDelta;

    #[test]
    fn units_answer_until_the_deadline_and_not_a_minute_longer_nor_once_check_in_has_opened() {
        let asked = in_state(SessionState::Published);
        let deadline = asked.opens_at() - TimeDelta::hours(2);
        let session = Session { reply_by: Some(deadline), ..asked.clone() };
        let late = Session { reply_by: Some(asked.starts_at), ..asked.clone() };

        assert!(is_open(&session, deadline));
        assert!(!is_open(&session, deadline + TimeDelta::minutes(1)));
        assert!(!is_open(&late, asked.opens_at()));
        assert!(!is_open(&asked, deadline));
        assert!(!is_open(&Session { state: SessionState::Cancelled, ..session }, deadline));
    }

    #[test]
    fn the_units_right_below_the_group_answer_for_their_branches_too() {
        let unit = |id: i64, path: &str| Unit {
            id: UnitId(id),
            parent_id: None,
            code: id.to_string(),
            name: id.to_string(),
            kind: UnitKind::Enterprise,
            position: id,
            path: UnitPath(path.to_owned()),
            sort_key: String::new(),
            version: 1,
        };
        let units = [unit(1, "/1/"), unit(2, "/1/2/"), unit(3, "/1/2/3/"), unit(4, "/1/4/"), unit(5, "/1/5/")];

        let answering = answering(&units, &[UnitId(1), UnitId(3), UnitId(5)]);

        assert_eq!(answering.iter().map(|unit| unit.id).collect::<Vec<_>>(), [UnitId(2), UnitId(5)]);
    }
}
