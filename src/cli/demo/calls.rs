//! The demo's calls: the one after the notice's meeting, answered by every unit, and one that is running, with every
//! state that a unit's answer can have.

use super::dice::Dice;
use super::organisation::World;
use super::sessions::Made;
use super::study::{Marks, remember, task};
use crate::assignments::calls::model::{NewCall, UnitTask, UnitTaskKind, UnitTaskState};
use crate::assignments::calls::{Call, queries};
use crate::assignments::model::{AssignmentKind, NewAssignment};
use crate::assignments::queries as assignments;
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::organization::{Category, Person, Unit};
use crate::store::Conn;
use crate::store::ids::{PersonId, ReadingId, SessionId, UnitTaskId};
use anyhow::Context;
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};

/// What was asked for, in the order of the letters below.
const KINDS: [UnitTaskKind; 4] = [
    UnitTaskKind::Readings,
    UnitTaskKind::ExchangeMeeting,
    UnitTaskKind::ImplementationReport,
    UnitTaskKind::VolumeCheck,
];
/// How the units stand with the running call: `a` accepted, `s` submitted, `r` returned, `o` open and overdue, `e`
/// extended, `w` withdrawn; a unit that is not named has everything accepted.
const RUNNING: [(&str, &str); 13] = [
    ("G00", "wwww"),
    ("D03", "ssss"),
    ("D04", "sara"),
    ("D05", "oooo"),
    ("D06", "sass"),
    ("D07", "saoo"),
    ("D08", "ssss"),
    ("E01", "sree"),
    ("E04", "seee"),
    ("E06", "ssos"),
    ("E09", "oooo"),
    ("E10", "ssas"),
    ("E12", "eeee"),
];
/// Those to which E01 passed it on.
const PASSED_ON: [(&str, &str); 4] = [("E0101", "soaa"), ("E0102", "sssa"), ("E0103", "oooo"), ("E0104", "sroo")];
const EVERYTHING_ACCEPTED: &str = "saaa";
/// The session that the running call follows.
pub(super) const FOLLOWED: &str = "one-case-one-volume";

/// A call with its days.
struct Given {
    call: Call,
    readings: Vec<ReadingId>,
    now: Moment,
    today: NaiveDate,
}

/// What the notice asks of every unit: to hold an exchange meeting, to report how it is carried out, to improve its
/// volumes, and to read. All of it was done and accepted.
pub(super) fn notice(conn: &mut Conn, world: &World, made: &Made, clock: &Clock, marks: &mut Marks) -> Result<()> {
    let given_on = clock.local(made.session.starts_at).date_naive() + TimeDelta::days(5);
    let given = give(conn, world, clock, made, weekday(given_on), TimeDelta::days(21), &["legalization", "pujiang"])?;
    if given.now < given.call.given_at + TimeDelta::days(21) {
        return Ok(());
    }
    let mut dice = Dice::of("the notice's call");
    for unit in world.units.iter().filter(|unit| unit.depth() == 1) {
        let ids = tasks(conn, world, &given, unit, None, EVERYTHING_ACCEPTED, &mut dice)?;
        let people: Vec<&Person> = people_of(world, unit)?;
        pass_on(conn, world, &given, unit, (first(&ids)?, 100), &people, &mut dice, marks)?;
    }
    Ok(())
}

/// A call of two weeks ago that fell due two days ago, with some units given more time.
pub(super) fn running(conn: &mut Conn, world: &World, made: &Made, clock: &Clock, marks: &mut Marks) -> Result<()> {
    let given_on = weekday(clock.today() - TimeDelta::days(16));
    let length = weekday(clock.today() - TimeDelta::days(2)) - given_on;
    let given = give(conn, world, clock, made, given_on, length, &["one-case-one-volume"])?;
    let mut dice = Dice::of("the running call");
    let letters = |unit: &Unit| {
        let named = RUNNING.iter().chain(&PASSED_ON).find(|(code, _)| *code == unit.code);
        named.map_or(EVERYTHING_ACCEPTED, |(_, letters)| letters)
    };
    for unit in world.units.iter().filter(|unit| unit.depth() == 1) {
        let ids = tasks(conn, world, &given, unit, None, letters(unit), &mut dice)?;
        let below: Vec<&Unit> = world.units.iter().filter(|one| one.parent_id == Some(unit.id)).collect();
        let is_passed_on = |one: &&&Unit| PASSED_ON.iter().any(|(code, _)| *code == one.code);
        for child in below.iter().filter(is_passed_on) {
            let of_child = tasks(conn, world, &given, child, Some(&ids), letters(child), &mut dice)?;
            if letters(child).starts_with('s') {
                let people: Vec<&Person> = people_of(world, child)?;
                pass_on(conn, world, &given, child, (first(&of_child)?, 45), &people, &mut dice, marks)?;
            }
        }
        if letters(unit).starts_with('s') {
            let branches: Vec<_> = below.iter().filter(is_passed_on).map(|branch| branch.id).collect();
            let own = |person: &&Person| person.category != Category::Staff && !branches.contains(&person.unit_id);
            let people: Vec<&Person> = people_of(world, unit)?.into_iter().filter(own).collect();
            pass_on(conn, world, &given, unit, (first(&ids)?, 70), &people, &mut dice, marks)?;
        }
    }
    Ok(())
}

/// Never at a weekend.
fn weekday(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => day - TimeDelta::days(1),
        Weekday::Sun => day - TimeDelta::days(2),
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => day,
    }
}

fn give(
    conn: &mut Conn,
    world: &World,
    clock: &Clock,
    made: &Made,
    given_on: NaiveDate,
    length: TimeDelta,
    slugs: &[&str],
) -> Result<Given> {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or(NaiveTime::MIN);
    let (given_at, due_on) = (clock.moment(given_on, nine), given_on + length);
    let new = NewCall {
        title: format!("学习贯彻：{}", made.session.title),
        note: note(made),
        session_id: Some(made.session.id),
        given_by: Some(world.of_cast("hq")?),
        given_at,
        due_on,
        study_minutes: 0,
    };
    let readings = slugs
        .iter()
        .map(|slug| Ok(*world.readings.get(*slug).with_context(|| format!("no reading {slug}"))?))
        .collect::<Result<Vec<ReadingId>>>()?;
    let id = queries::insert_call(conn, &new, &readings)?;
    Ok(Given { call: queries::find_call(conn, id)?, readings, now: clock.now(), today: clock.today() })
}

/// What the session asks for, else what is usual.
fn note(made: &Made) -> String {
    match made.session.requirements.as_str() {
        "" => "请各单位组织学习交流，对照参考清单开展自查，结合实际抓好落实。".to_owned(),
        asked => asked.lines().collect::<Vec<_>>().join("；") + "。",
    }
}

fn first(tasks: &[UnitTaskId]) -> Result<UnitTaskId> {
    Ok(tasks.first().copied().context("a call of the demo asks a unit for nothing")?)
}

/// The four tasks of a unit, as the letters have it.
fn tasks(
    conn: &mut Conn,
    world: &World,
    given: &Given,
    unit: &Unit,
    parents: Option<&[UnitTaskId]>,
    letters: &str,
    dice: &mut Dice,
) -> Result<Vec<UnitTaskId>> {
    let letters: Vec<char> = letters.chars().collect();
    let leader = answerer(world, unit)?;
    let hq = world.of_cast("hq")?;
    // Nobody decides their own: what HQ's own office hands in, its deputy accepts.
    let decider = match parents {
        Some(_) => world.of_cast("leader")?,
        None if leader == hq => world.deputy_of_hq()?,
        None => hq,
    };
    let mut ids = Vec::with_capacity(KINDS.len());
    for (place, (kind, letter)) in KINDS.iter().zip(&letters).enumerate() {
        let submitted_at = submitted_at(given, dice);
        let decided_at = (submitted_at + TimeDelta::hours(20 + dice.below(30))).min(given.now);
        let (state, comment) = match letter {
            'a' if dice.hits(8) => (UnitTaskState::Accepted, "请补充措施的责任人和时限。\n"),
            'a' => (UnitTaskState::Accepted, ""),
            's' => (UnitTaskState::Submitted, ""),
            'r' => (UnitTaskState::Returned, "请写明下一步措施、责任人和完成时限后再报。\n"),
            'e' => (UnitTaskState::Open, "年中检查任务集中，同意延期。\n"),
            'w' => (UnitTaskState::Withdrawn, "集团领导班子随中心组学习安排，不单独报送。\n"),
            _ => (UnitTaskState::Open, ""),
        };
        let is_extended = *letter == 'e' || *letter == 'r';
        let is_submitted =
            matches!(state, UnitTaskState::Accepted | UnitTaskState::Submitted | UnitTaskState::Returned);
        let is_decided = matches!(state, UnitTaskState::Accepted | UnitTaskState::Returned | UnitTaskState::Withdrawn);
        let task = UnitTask {
            id: UnitTaskId(0),
            call_id: given.call.id,
            unit_id: unit.id,
            parent_id: parents.and_then(|parents| parents.get(place).copied()),
            kind: *kind,
            state,
            due_on: if is_extended { given.today + TimeDelta::days(5) } else { given.call.due_on },
            submitted_by: is_submitted.then_some(leader),
            submitted_at: is_submitted.then_some(submitted_at),
            decided_by: is_decided.then_some(decider),
            decided_at: is_decided.then_some(decided_at),
            comment: comment.to_owned(),
            version: 1 + i64::from(is_submitted) + i64::from(is_decided),
        };
        ids.push(queries::insert_as_it_stands(conn, &task)?);
    }
    Ok(ids)
}

/// Some days after it was given, in time, by day.
fn submitted_at(given: &Given, dice: &mut Dice) -> Moment {
    let n_days = (given.call.due_on - given.call.given_at.utc().date()).num_days().max(2);
    let days = TimeDelta::days(1 + dice.below(n_days - 1));
    (given.call.given_at + days + TimeDelta::minutes(dice.below(480))).min(given.now - TimeDelta::hours(1))
}

/// Whoever stands first in a unit: HQ itself for its own office.
fn answerer(world: &World, unit: &Unit) -> Result<PersonId> {
    world.leader_of(unit.id)
}

fn people_of<'a>(world: &'a World, unit: &Unit) -> Result<Vec<&'a Person>> {
    let mut people = Vec::new();
    for person in &world.people {
        if unit.path.contains(&world.unit(person.unit_id)?.path) {
            people.push(person);
        }
    }
    Ok(people)
}

/// Gives the readings of a call to people of a unit, of whom so many in a hundred have read them; the trainee of the
/// cast has not. Whoever was given them by a unit below is left out.
#[expect(clippy::too_many_arguments, reason = "what a unit passes on, to whom, and how far they have come")]
fn pass_on(
    conn: &mut Conn,
    world: &World,
    given: &Given,
    unit: &Unit,
    (unit_task, percent): (UnitTaskId, i64),
    people: &[&Person],
    dice: &mut Dice,
    marks: &mut Marks,
) -> Result<()> {
    let given_at = given.call.given_at + TimeDelta::hours(24);
    let due_on = if percent == 100 { given.call.due_on } else { given.today + TimeDelta::days(4) };
    let new = NewAssignment {
        kind: AssignmentKind::Reading,
        title: given.call.title.clone(),
        note: String::new(),
        unit_id: unit.id,
        session_id: None,
        given_by: Some(answerer(world, unit)?),
        given_at,
        due_on,
        study_minutes: given.call.study_minutes,
        unit_task_id: Some(unit_task),
    };
    let assignment = assignments::insert_assignment(conn, &new)?;
    let trainee = world.of_cast("trainee")?;
    let mut tasks = Vec::new();
    for person in people {
        let is_done = percent == 100 || (person.id != trainee && dice.hits(percent));
        for reading in &given.readings {
            let done_at = (given_at + TimeDelta::hours(4 + dice.below(200))).min(given.now);
            let matter = format!("call:{}:reading:{reading}", given.call.id);
            tasks.push(task(
                assignment,
                person.id,
                *reading,
                None::<SessionId>,
                matter,
                due_on,
                is_done.then_some(done_at),
            ));
        }
    }
    remember(&tasks, marks);
    assignments::insert_tasks(conn, &tasks)?;
    Ok(())
}
