//! A spot check: some people of a report drawn at random, each with the trail of what is recorded of them.

use super::compare::{Side, sides};
use crate::assignments::exchange::queries as exchange;
use crate::assignments::reflections::queries as reflections;
use crate::attendance::model::Change;
use crate::attendance::queries as attendance;
use crate::attendance::{Attendance, Method, Recorded};
use crate::audit;
use crate::clock::Moment;
use crate::error::Result;
use crate::reports::basis::Basis;
use crate::reports::session_attendance::MadeUp;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::training::{RosterRow, Session};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Who was drawn, with the names of those who recorded something of them.
#[derive(Debug, Clone)]
pub struct Draw {
    pub people: Vec<Drawn>,
    pub names: BTreeMap<PersonId, String>,
}

/// A person drawn: what the report says of them, what stands today, and how that came to be.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The number in the report's list, the paper's.
    pub number: usize,
    pub row: RosterRow,
    pub then: Side,
    /// Nothing of who is not on the list any more.
    pub now: Option<Side>,
    /// What was recorded before all changes.
    pub first: Option<Recording>,
    /// Every change, the oldest first, and by whom.
    pub changes: Vec<(Change, Option<String>)>,
    /// What was recorded anew once the last change had cleared it.
    pub again: Option<Recording>,
    pub made_up: Option<MakingUp>,
}

/// What was recorded, and as far as that is still known by whom and when.
#[derive(Debug, Clone)]
pub struct Recording {
    pub recorded: Recorded,
    pub by: Option<PersonId>,
    /// Who confirmed the session, where that is what recorded it.
    pub confirmed_by: Option<String>,
    pub at: Option<Moment>,
}

/// How somebody made up for not being there, and who recorded, handed in or accepted that.
#[derive(Debug, Clone)]
pub struct MakingUp {
    pub how: MadeUp,
    /// Of a make-up session: what it was called and when it began.
    pub session: Option<(String, Moment)>,
    /// Of a meeting.
    pub held_on: Option<NaiveDate>,
    pub by: Option<PersonId>,
    pub at: Option<Moment>,
}

/// Draws `n` people; whom, the name of the draw decides, so that the same address shows the same people again.
///
/// # Errors
/// `Broken` when the trail cannot be read.
pub fn drawn(conn: &mut Conn, report: &Basis, made_at: Moment, today: &Basis, n: usize, name: &str) -> Result<Draw> {
    let mut all: Vec<_> = report
        .numbered()
        .map(|(number, (row, kept))| {
            (Sha256::digest(format!("{name} {}", row.person_id)).to_vec(), number, row, kept.as_ref())
        })
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all.truncate(n);
    all.sort_by_key(|(_, number, ..)| *number);
    let people: Vec<PersonId> = all.iter().map(|(_, _, row, _)| row.person_id).collect();
    let mut changes: BTreeMap<PersonId, Vec<(Change, Option<String>)>> = BTreeMap::new();
    for change in attendance::list_changes_of(conn, report.session.id, &people)?.into_iter().rev() {
        changes.entry(change.0.person_id).or_default().push(change);
    }
    let confirmations = list_confirmations(conn, &today.session)?;
    let making_up = list_making_up(conn, report.session.id, &people)?;
    let recorded: BTreeMap<PersonId, &Attendance> =
        today.roll.iter().filter_map(|(row, recorded)| Some((row.person_id, recorded.as_ref()?))).collect();
    let (mut before, mut after) = (sides(report), sides(today));
    let mut drawn = Vec::with_capacity(all.len());
    for (_, number, row, kept) in all {
        let person = row.person_id;
        let Some(then) = before.remove(&person) else { continue };
        let now = after.remove(&person);
        let changes = changes.remove(&person).unwrap_or_default();
        let recorded = recorded.get(&person).copied();
        drawn.push(Drawn {
            number,
            row: row.clone(),
            first: first(&changes, kept, recorded, made_at, &confirmations),
            again: again(&changes, recorded),
            made_up: made_up(now.as_ref().unwrap_or(&then).make_up, person, &making_up),
            then,
            now,
            changes,
        });
    }
    let names = attendance::list_names(conn, &recorders(&drawn))?.into_iter().collect();
    Ok(Draw { people: drawn, names })
}

/// What was recorded before all changes: the record itself where there were none. What a change replaces is kept without
/// who had recorded it; where that was after the report was made, the report still has it. Whoever was absent because nobody
/// had said otherwise became so when the session was confirmed.
fn first(
    changes: &[(Change, Option<String>)],
    kept: Option<&Attendance>,
    recorded: Option<&Attendance>,
    made_at: Moment,
    confirmations: &[(Moment, Option<String>)],
) -> Option<Recording> {
    let Some((change, _)) = changes.first() else { return recorded.or(kept).map(Recording::of) };
    let replaced = change.before()?;
    if made_at < change.changed_at && kept.is_some() {
        return kept.map(Recording::of);
    }
    if replaced.method == Method::Confirmation {
        let before = confirmations.iter().rev().find(|(at, _)| *at <= change.changed_at);
        let (at, confirmed_by) = before.cloned().unzip();
        return Some(Recording { at, recorded: replaced, by: None, confirmed_by: confirmed_by.flatten() });
    }
    Some(Recording { at: replaced.arrived_at, recorded: replaced, by: None, confirmed_by: None })
}

fn again(changes: &[(Change, Option<String>)], recorded: Option<&Attendance>) -> Option<Recording> {
    let (last, _) = changes.last()?;
    recorded.filter(|_| last.after().is_none()).map(Recording::of)
}

fn made_up(how: MadeUp, person: PersonId, known: &BTreeMap<(PersonId, MadeUp), MakingUp>) -> Option<MakingUp> {
    match how {
        MadeUp::Session | MadeUp::ExchangeMeeting | MadeUp::AcceptedStudy | MadeUp::Done => {
            let unknown = MakingUp { how, session: None, held_on: None, by: None, at: None };
            Some(known.get(&(person, how)).cloned().unwrap_or(unknown))
        }
        MadeUp::SelfStudy | MadeUp::Due | MadeUp::None => None,
    }
}

/// When the session was confirmed and by whom, the first time first; where the trail has nothing of it, when it was last.
fn list_confirmations(conn: &mut Conn, session: &Session) -> Result<Vec<(Moment, Option<String>)>> {
    let trail = audit::list_of(conn, "session", session.id.0)?;
    let told = trail.into_iter().filter(|told| told.action == "attendance.confirmed");
    let found: Vec<_> = told.map(|told| (told.at, told.name)).collect();
    let last = session.confirmed_at.filter(|_| found.is_empty()).map(|at| (at, None));
    Ok(found.into_iter().chain(last).collect())
}

/// How these people made up: of each way the first time.
fn list_making_up(
    conn: &mut Conn,
    session: SessionId,
    people: &[PersonId],
) -> Result<BTreeMap<(PersonId, MadeUp), MakingUp>> {
    let mut found = BTreeMap::new();
    for (person, title, starts_at, by, at) in attendance::list_made_up_by_session(conn, session, people)? {
        let how = MadeUp::Session;
        let making_up = MakingUp { how, session: Some((title, starts_at)), held_on: None, by, at: Some(at) };
        found.entry((person, how)).or_insert(making_up);
    }
    for (person, held_on, by, at) in exchange::list_meetings_of(conn, session, people)? {
        let how = MadeUp::ExchangeMeeting;
        found.entry((person, how)).or_insert(MakingUp { how, session: None, held_on, by, at });
    }
    for (person, by, at) in reflections::list_acceptances(conn, session, people)? {
        let how = MadeUp::AcceptedStudy;
        found.entry((person, how)).or_insert(MakingUp { how, session: None, held_on: None, by, at });
    }
    Ok(found)
}

fn recorders(drawn: &[Drawn]) -> BTreeSet<PersonId> {
    let of = |drawn: &Drawn| {
        let recordings = [&drawn.first, &drawn.again].map(|recording| recording.as_ref().and_then(|of| of.by));
        let made_up = drawn.made_up.as_ref().and_then(|making_up| making_up.by);
        recordings.into_iter().chain([made_up]).flatten().collect::<Vec<_>>()
    };
    drawn.iter().flat_map(of).collect()
}

impl Recording {
    fn of(attendance: &Attendance) -> Self {
        let (by, at) = (attendance.recorded_by, Some(attendance.recorded_at));
        Self { recorded: attendance.recorded(), by, at, confirmed_by: None }
    }
}
