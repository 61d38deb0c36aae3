//! HQ makes a call: one task for each unit and form, after a look at what that puts on everybody.

use super::model::{NewCall, NewUnitTask, UnitTaskKind};
use super::queries;
use crate::access::Viewer;
use crate::assignments::giving::{self, MANY_OPEN_TASKS, MOST_STUDY_MINUTES, NOTE_LENGTH};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::organization::{self, Unit};
use crate::readings;
use crate::store::Conn;
use crate::store::ids::{CallId, ReadingId, SessionId, UnitId};
use crate::training::{self, Session};
use chrono::NaiveDate;
use serde_json::json;

/// The longest title, in characters.
pub const TITLE_LENGTH: usize = 80;

/// A call as somebody wants it.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub title: String,
    pub note: String,
    pub session: Option<SessionId>,
    pub units: Vec<UnitId>,
    /// Besides readings, which are asked for by choosing some.
    pub forms: Vec<UnitTaskKind>,
    pub readings: Vec<ReadingId>,
    /// Nothing when it was not a date.
    pub due_on: Option<NaiveDate>,
    /// Nothing when it was not a number.
    pub study_minutes: Option<i64>,
}

/// A call that may be sent: everything checked, nothing written.
#[derive(Debug, Clone)]
pub struct Planned {
    pub title: String,
    pub note: String,
    pub session: Option<Session>,
    /// In their fixed order.
    pub units: Vec<Unit>,
    /// In their order, readings among them.
    pub kinds: Vec<UnitTaskKind>,
    pub readings: Vec<ReadingId>,
    pub due_on: NaiveDate,
    pub study_minutes: i64,
}

/// What a call would put on units and people (`product.md` 7).
#[derive(Debug, Clone, PartialEq)]
pub struct Burden {
    pub n_units: i64,
    /// People of those units and all below, each once.
    pub n_people: i64,
    /// Forms to be filled in, over all units.
    pub n_forms: i64,
    /// Readings for people, when every unit passes them on to everybody.
    pub n_tasks: i64,
    /// Leaders of those units whom the next daily mail can tell of it (`reminders` finds that out by itself).
    pub n_mails: i64,
    /// Units with [`MANY_OPEN_TASKS`] or more that they have not handed in, with how many.
    pub busy: Vec<(String, i64)>,
    /// Units that nobody leads, themselves or from above.
    pub without_leader: Vec<String>,
}

/// Checks a call without writing anything.
///
/// # Errors
/// `Forbidden` for anybody but HQ; `NotFound` when a unit, reading or session does not exist; `Refused` with a problem
/// at each field.
pub fn plan(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, today: NaiveDate) -> Result<Planned> {
    viewer.require_hq()?;
    let mut units = organization::queries::list_units(conn)?;
    if !wanted.units.iter().all(|id| units.iter().any(|unit| unit.id == *id)) {
        return Err(Error::NotFound("unit"));
    }
    units.retain(|unit| wanted.units.contains(&unit.id));
    let session = wanted.session.map(|id| training::queries::find_visible(conn, viewer, id)).transpose()?;
    let library = readings::queries::list(conn)?;
    let may_be_asked = |id: &ReadingId| library.iter().any(|heading| heading.id == *id && heading.retired_at.is_none());
    if !wanted.readings.iter().all(may_be_asked) {
        return Err(Error::NotFound("reading"));
    }
    let is_asked = |kind: &UnitTaskKind| match kind {
        UnitTaskKind::Readings => !wanted.readings.is_empty(),
        UnitTaskKind::ExchangeMeeting | UnitTaskKind::ImplementationReport | UnitTaskKind::VolumeCheck => {
            wanted.forms.contains(kind)
        }
    };
    let kinds: Vec<UnitTaskKind> = UnitTaskKind::ALL.iter().copied().filter(is_asked).collect();
    let problems = problems(wanted, &units, &kinds, today);
    match (wanted.due_on, wanted.study_minutes) {
        (Some(due_on), Some(study_minutes)) if problems.is_empty() => Ok(Planned {
            title: wanted.title.trim().to_owned(),
            note: wanted.note.trim().to_owned(),
            session,
            units,
            kinds,
            readings: wanted.readings.clone(),
            due_on,
            study_minutes,
        }),
        _ => Err(Error::Refused(problems)),
    }
}

/// What is wrong, at the fields `title`, `note`, `unit`, `form`, `due_on`, `study_hours`.
fn problems(wanted: &Wanted, units: &[Unit], kinds: &[UnitTaskKind], today: NaiveDate) -> Vec<Problem> {
    let mut problems = Vec::new();
    let n_title = wanted.title.trim().chars().count();
    if n_title == 0 {
        problems.push(Problem::at("title", Message::new("call-problem-title-missing")));
    }
    if n_title > TITLE_LENGTH {
        problems.push(Problem::at("title", Message::new("call-problem-title-long").with("n", TITLE_LENGTH as i64)));
    }
    if wanted.note.trim().chars().count() > NOTE_LENGTH {
        problems.push(Problem::at("note", Message::new("tasks-problem-note-long").with("n", NOTE_LENGTH as i64)));
    }
    if kinds.is_empty() {
        problems.push(Problem::at("form", Message::new("call-problem-nothing-asked")));
    }
    problems.extend(giving::due_problem(wanted.due_on, today));
    if !wanted.study_minutes.is_some_and(|minutes| (0..=MOST_STUDY_MINUTES).contains(&minutes)) {
        problems.push(Problem::at("study_hours", Message::new("training-study-hours-range")));
    }
    if units.is_empty() {
        problems.push(Problem::at("unit", Message::new("call-problem-no-unit")));
    }
    problems
}

/// What it would put on units and people, for the page before it is sent.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn burden(conn: &mut Conn, planned: &Planned) -> Result<Burden> {
    let ids: Vec<UnitId> = planned.units.iter().map(|unit| unit.id).collect();
    let all = organization::queries::list_units(conn)?;
    let headcounts = organization::queries::count_people_by_unit(conn)?;
    let is_covered = |id: UnitId| {
        all.iter().any(|one| one.id == id && planned.units.iter().any(|asked| asked.path.contains(&one.path)))
    };
    let n_people: i64 = headcounts.iter().filter(|(unit, _)| is_covered(*unit)).map(|(_, n)| n).sum();
    let n_forms = planned.kinds.iter().filter(|kind| kind.needs_acceptance()).count() as i64;
    let open = queries::count_open_by_unit(conn, &ids)?;
    let busy = planned.units.iter().filter_map(|unit| {
        let n_open = open.iter().find(|(id, _)| *id == unit.id).map_or(0, |(_, n)| *n);
        (n_open >= MANY_OPEN_TASKS).then(|| (unit.name.clone(), n_open))
    });
    let busy: Vec<(String, i64)> = busy.collect();
    let led = queries::list_led(conn)?;
    let without = planned.units.iter().filter(|unit| !led.iter().any(|path| path.contains(&unit.path)));
    let n_units = planned.units.len() as i64;
    Ok(Burden {
        n_units,
        n_people,
        n_forms: n_forms * n_units,
        n_tasks: n_people * planned.readings.len() as i64,
        n_mails: queries::count_leaders_with_address(conn, &ids)?,
        busy,
        without_leader: without.map(|unit| unit.name.clone()).collect(),
    })
}

/// Sends a call: it is there for its units.
///
/// # Errors
/// As [`plan`].
pub fn send(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, now: Moment, today: NaiveDate) -> Result<CallId> {
    let planned = plan(conn, viewer, wanted, today)?;
    let call = queries::insert_call(
        conn,
        &NewCall {
            title: planned.title.clone(),
            note: planned.note.clone(),
            session_id: planned.session.as_ref().map(|session| session.id),
            given_by: Some(viewer.person),
            given_at: now,
            due_on: planned.due_on,
            study_minutes: planned.study_minutes,
        },
        &planned.readings,
    )?;
    let new = planned.units.iter().flat_map(|unit| {
        planned.kinds.iter().map(|kind| NewUnitTask {
            call_id: call,
            unit_id: unit.id,
            parent_id: None,
            kind: *kind,
            due_on: planned.due_on,
        })
    });
    let n_tasks = queries::insert_unit_tasks(conn, &new.collect::<Vec<_>>())?;
    let ids: Vec<UnitId> = planned.units.iter().map(|unit| unit.id).collect();
    let details = json!({
        "title": planned.title, "units": ids, "kinds": planned.kinds, "readings": planned.readings,
        "due_on": planned.due_on, "study_minutes": planned.study_minutes, "tasks": n_tasks,
    });
    audit::record(conn, &viewer.actor(), now, Action::new("calls.sent", "call"), call.0, &details)?;
    Ok(call)
}
