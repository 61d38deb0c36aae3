//! The study that the demo gives to people: after a session, and of the month; and what everybody has read so far.

use super::attendance::{LEADER_FOLLOWS_UP, TRAINEE_MISSED};
use super::dice::Dice;
use super::organisation::World;
use super::sessions::Made;
use crate::assignments::model::{AssignmentKind, NewAssignment, NewTask, TaskState};
use crate::assignments::queries as assignments;
use crate::attendance::model::{Attendance, MakeUp};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::organization::Category;
use crate::readings;
use crate::store::Conn;
use crate::store::ids::{AssignmentId, PersonId, ReadingId, SessionId, UnitId};
use chrono::{NaiveDate, TimeDelta};
use std::collections::{BTreeMap, HashMap};

/// What everybody has read so far: one mark for each person and reading.
pub(super) type Marks = BTreeMap<(PersonId, ReadingId), Moment>;

/// Readings for those who were not there, given by each unit's leader, and how far they have come with them.
pub(super) fn follow_up(
    conn: &mut Conn,
    world: &World,
    made: &Made,
    rows: &[Attendance],
    clock: &Clock,
    marks: &mut Marks,
) -> Result<()> {
    let Some(confirmed_at) = made.session.confirmed_at else { return Ok(()) };
    let mut dice = Dice::of(&format!("follow-up {}", made.line.key));
    let (now, today, trainee) = (clock.now(), clock.today(), world.of_cast("trainee")?);
    let given_at = confirmed_at + TimeDelta::days(1);
    if now < given_at {
        return Ok(());
    }
    let due_on = due_on(&made.line.key, clock.local(given_at).date_naive(), today);
    let state_of: HashMap<PersonId, &Attendance> = rows.iter().map(|row| (row.person_id, row)).collect();
    let mut missing: BTreeMap<UnitId, Vec<&Attendance>> = BTreeMap::new();
    for person in &made.roster {
        let row = state_of.get(&person.person_id).filter(|row| row.make_up != MakeUp::None);
        if let Some(row) = row {
            missing.entry(world.top_of(person.unit_id)?).or_default().push(row);
        }
    }
    let readings: Vec<ReadingId> =
        made.line.reading_slugs().filter_map(|slug| world.readings.get(slug).copied()).collect();
    let mut tasks = Vec::new();
    for (unit, people) in missing {
        let assignment = assignments::insert_assignment(
            conn,
            &NewAssignment {
                kind: AssignmentKind::Reading,
                title: made.session.title.clone(),
                note: String::new(),
                unit_id: unit,
                session_id: Some(made.session.id),
                given_by: Some(world.leader_of(unit)?),
                given_at,
                due_on,
                study_minutes: 0,
                unit_task_id: None,
            },
        )?;
        for row in people {
            let is_done = row.make_up == MakeUp::Done || (dice.hits(35) && row.person_id != trainee);
            for reading in &readings {
                let done_at = (given_at + TimeDelta::hours(5 + dice.below(190))).min(now);
                let matter = format!("session:{}:reading:{reading}", made.session.id);
                let done_at = is_done.then_some(done_at);
                tasks.push(task(assignment, row.person_id, *reading, Some(made.session.id), matter, due_on, done_at));
            }
        }
    }
    remember(&tasks, marks);
    assignments::insert_tasks(conn, &tasks)?;
    Ok(())
}

/// Two weeks after it was given; of the latest, the trainee's is overdue since three days and others fall due soon.
fn due_on(key: &str, given_on: NaiveDate, today: NaiveDate) -> NaiveDate {
    match key {
        TRAINEE_MISSED => today - TimeDelta::days(3),
        LEADER_FOLLOWS_UP => today + TimeDelta::days(3),
        _ => given_on + TimeDelta::days(14),
    }
}

pub(super) fn task(
    assignment_id: AssignmentId,
    person_id: PersonId,
    reading_id: ReadingId,
    session_id: Option<SessionId>,
    matter: String,
    due_on: NaiveDate,
    done_at: Option<Moment>,
) -> NewTask {
    let state = if done_at.is_some() { TaskState::Done } else { TaskState::Open };
    let kind = AssignmentKind::Reading;
    NewTask { assignment_id, kind, person_id, reading_id, session_id, matter, state, due_on, done_at }
}

/// What is done was read; what is still open was not.
pub(super) fn remember(tasks: &[NewTask], marks: &mut Marks) {
    for task in tasks {
        let Some(done_at) = task.done_at else {
            marks.remove(&(task.person_id, task.reading_id));
            continue;
        };
        let first = marks.entry((task.person_id, task.reading_id)).or_insert(done_at);
        *first = done_at.min(*first);
    }
}

/// Readings that the leader of the cast gave to the whole enterprise, due in three days and partly done.
pub(super) fn reading_of_the_month(conn: &mut Conn, world: &World, clock: &Clock, marks: &mut Marks) -> Result<()> {
    let mut dice = Dice::of("reading of the month");
    let (now, today) = (clock.now(), clock.today());
    let (leader, trainee) = (world.of_cast("leader")?, world.of_cast("trainee")?);
    let led = world.top_of(world.person(leader)?.unit_id)?;
    let (given_at, due_on) = (now - TimeDelta::days(6), today + TimeDelta::days(3));
    let new = NewAssignment {
        kind: AssignmentKind::Reading,
        title: "本月学习：《信访工作条例》及办理时限".to_owned(),
        note: "请在工作中对照学习，有问题向综合办公室反映。".to_owned(),
        unit_id: led,
        session_id: None,
        given_by: Some(leader),
        given_at,
        due_on,
        // HQ has set an hour for it.
        study_minutes: 60,
        unit_task_id: None,
    };
    let assignment = assignments::insert_assignment(conn, &new)?;
    let mut tasks = Vec::new();
    for person in world.people.iter().filter(|person| person.id != leader) {
        if person.category != Category::EnterpriseLeadership || world.top_of(person.unit_id)? != led {
            continue;
        }
        for slug in ["petition-regulations", "time-limits"] {
            let Some(reading) = world.readings.get(slug).copied() else { continue };
            let is_done = if person.id == trainee { slug == "time-limits" } else { dice.hits(55) };
            let done_at = is_done.then(|| given_at + TimeDelta::hours(3 + dice.below(120)));
            let matter = format!("assignment:{assignment}:reading:{reading}");
            tasks.push(task(assignment, person.id, reading, None, matter, due_on, done_at));
        }
    }
    remember(&tasks, marks);
    assignments::insert_tasks(conn, &tasks)?;
    Ok(())
}

/// Writes down what was read.
pub(super) fn write_marks(conn: &mut Conn, marks: &Marks) -> Result<()> {
    let marks: Vec<(PersonId, ReadingId, Moment)> =
        marks.iter().map(|((person, reading), at)| (*person, *reading, *at)).collect();
    Ok(readings::marks_queries::insert_marks(conn, &marks)?)
}
