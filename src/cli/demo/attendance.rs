//! Who came to the demo's sessions, how it was recorded and corrected, and the study that followed.

use super::dice::Dice;
use super::organisation::World;
use super::sessions::Made;
use crate::assignments::model::{AssignmentKind, NewAssignment, NewTask, TaskState};
use crate::assignments::queries as assignments;
use crate::attendance::Rotation;
use crate::attendance::guests::{NewGuest, queries as guests};
use crate::attendance::model::{Attendance, AttendanceState, LeaveKind, MakeUp, MakeUpKind, Method, Recorded};
use crate::attendance::queries::{self, By, NewChange};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::organization::{Category, UnitKind};
use crate::readings;
use crate::store::Conn;
use crate::store::ids::{AssignmentId, PersonId, ReadingId, SessionId, UnitId};
use crate::training::{RosterRow, SessionState};
use chrono::{NaiveDate, TimeDelta};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The session whose absentees the leader of the cast has yet to follow up.
const LEADER_FOLLOWS_UP: &str = "one-case-one-volume";
/// The session that the trainee of the cast has still to make up for.
const TRAINEE_MISSED: &str = "pujiang";

/// Lets people come to a session, or not, in the proportions of its profile.
pub(super) fn make(conn: &mut Conn, world: &World, made: &Made, now: Moment) -> Result<Vec<Attendance>> {
    let mut dice = Dice::of(&format!("attendance {}", made.line.key));
    let mut states = draw_states(world, made, &mut dice)?;
    cast_plays_its_part(world, made, &mut states)?;
    let expected: HashSet<PersonId> = made.roster.iter().map(|row| row.person_id).collect();
    let mut rows = Vec::with_capacity(made.roster.len());
    for person in &made.roster {
        if let Some(state) = states.get(&person.person_id).copied() {
            rows.push(row(world, made, &expected, person, state, &mut dice, now)?);
        }
    }
    mark(made, &mut rows, &mut dice, now);
    share_a_device(world, made, &mut rows)?;
    make_up(world, made, &mut rows, &mut dice)?;
    let changes = corrections(world, made, &mut rows, &mut dice)?;
    queries::insert_rows(conn, &rows)?;
    for change in changes {
        let new = NewChange {
            session: made.session.id,
            person: change.person,
            before: Some(&change.before),
            after: Some(&change.after),
            reason: change.reason,
            after_confirmation: change.after_confirmation,
        };
        queries::insert_change(conn, &new, change.by)?;
    }
    Ok(rows)
}

fn share(n: usize, percent: Option<&i64>) -> usize {
    let n = i64::try_from(n).unwrap_or(0);
    usize::try_from((n * percent.copied().unwrap_or(0) + 50) / 100).unwrap_or(0)
}

/// Gives everybody a state in the proportions of the profile; who is left over stays pending. Some enterprises
/// find it harder to come than others, and the group's own departments come most.
fn draw_states(world: &World, made: &Made, dice: &mut Dice) -> Result<HashMap<PersonId, AttendanceState>> {
    let n = made.roster.len();
    let mut order: Vec<(i64, PersonId)> = Vec::with_capacity(n);
    for person in &made.roster {
        let top = world.unit(world.top_of(person.unit_id)?)?;
        let hardship = match top.kind {
            UnitKind::Enterprise => 100 + top.position * 7 % 5 * 90,
            UnitKind::Group | UnitKind::Department | UnitKind::Branch => 0,
        };
        order.push((dice.below(1000) + hardship, person.person_id));
    }
    order.sort_by(|a, b| b.cmp(a));
    let mut shares = vec![
        (AttendanceState::Absent, share(n, made.profile.get("absent"))),
        (AttendanceState::Leave, share(n, made.profile.get("leave"))),
        (AttendanceState::StandIn, share(n, made.profile.get("stand_in"))),
    ];
    let n_exempt = share(n, made.profile.get("exempt"));
    let n_present = match made.session.state {
        // Confirmed: everybody is decided about, so those who came are all the others.
        SessionState::Confirmed | SessionState::Archived => n - n_exempt - shares.iter().map(|(_, n)| n).sum::<usize>(),
        SessionState::Draft | SessionState::Published | SessionState::Closed | SessionState::Cancelled => {
            share(n, made.profile.get("present"))
        }
    };
    let n_pending = n.saturating_sub(n_exempt + n_present + shares.iter().map(|(_, n)| n).sum::<usize>());
    let mut drawn = order.into_iter().map(|(_, person)| person);
    let mut states = HashMap::with_capacity(n);
    drawn.by_ref().take(n_pending).for_each(drop);
    shares.push((AttendanceState::Exempt, n_exempt));
    shares.push((AttendanceState::Present, n_present));
    for (state, n) in shares {
        states.extend(drawn.by_ref().take(n).map(|person| (person, state)));
    }
    Ok(states)
}

/// The cast has something to do: the trainee is expected today and has not come yet, and missed a session; the
/// leader has people who missed one.
fn cast_plays_its_part(world: &World, made: &Made, states: &mut HashMap<PersonId, AttendanceState>) -> Result<()> {
    let (trainee, leader) = (world.of_cast("trainee")?, world.of_cast("leader")?);
    let is_on_roster = |person: PersonId| made.roster.iter().any(|row| row.person_id == person);
    match made.session.state {
        SessionState::Confirmed | SessionState::Archived => {
            for person in [trainee, leader, world.of_cast("hq")?] {
                if is_on_roster(person) {
                    states.insert(person, AttendanceState::Present);
                }
            }
        }
        SessionState::Draft | SessionState::Published | SessionState::Closed | SessionState::Cancelled => {
            states.remove(&trainee);
        }
    }
    if made.line.key == TRAINEE_MISSED && is_on_roster(trainee) {
        states.insert(trainee, AttendanceState::Leave);
    }
    if made.line.key == LEADER_FOLLOWS_UP {
        let led = world.top_of(world.person(leader)?.unit_id)?;
        let mut missing = [
            AttendanceState::Absent,
            AttendanceState::Absent,
            AttendanceState::Leave,
            AttendanceState::StandIn,
            AttendanceState::Absent,
        ]
        .into_iter();
        for person in made.roster.iter().filter(|row| row.person_id != trainee && row.person_id != leader).rev() {
            if world.top_of(person.unit_id)? == led {
                states.insert(person.person_id, missing.next().unwrap_or(AttendanceState::Present));
            }
        }
    }
    Ok(())
}

/// What is recorded of one person who is in this state.
pub(super) fn row(
    world: &World,
    made: &Made,
    expected: &HashSet<PersonId>,
    person: &RosterRow,
    state: AttendanceState,
    dice: &mut Dice,
    now: Moment,
) -> Result<Attendance> {
    let (session, hq) = (&made.session, world.of_cast("hq")?);
    let mut row = Attendance {
        session_id: session.id,
        person_id: person.person_id,
        state,
        late: false,
        left_early: false,
        method: Method::UnitWord,
        venue_id: None,
        leave_kind: None,
        stand_in: None,
        make_up: MakeUp::None,
        make_up_kind: None,
        arrived_at: None,
        recorded_by: Some(hq),
        recorded_at: (session.starts_at - TimeDelta::minutes(60 + dice.below(2000))).min(now),
        version: 1,
        device: None,
        code_until: None,
    };
    match state {
        AttendanceState::Present => {
            // Most come in the last quarter of an hour.
            let before = TimeDelta::seconds(60 + dice.below(840) + dice.below(840));
            let arrived_at = (session.starts_at - before).min(now - TimeDelta::seconds(1 + dice.below(300)));
            row.arrived_at = Some(arrived_at);
            row.venue_id = Some(person.venue_id);
            (row.method, row.recorded_by, row.recorded_at) = match dice.below(100) {
                0..68 => {
                    let rotation = Rotation::default();
                    row.code_until = Some(rotation.ends_at(rotation.step(arrived_at)));
                    // As a digest looks, and of each their own.
                    row.device = Some(format!("{:032x}", person.person_id.0.wrapping_mul(0x5851_f42d_4c95_7f2d)));
                    (Method::Code, Some(person.person_id), arrived_at)
                }
                68..88 => (Method::RollCall, Some(hq), arrived_at),
                // Paper is entered after the end, which a session in progress has not reached yet.
                _ if session.ends_at < now => (Method::Paper, Some(hq), session.ends_at + TimeDelta::minutes(15)),
                _ => (Method::RollCall, Some(hq), arrived_at),
            };
        }
        AttendanceState::Leave => {
            row.leave_kind = Some(match dice.below(10) {
                0..6 => LeaveKind::Public,
                6..8 => LeaveKind::Sick,
                _ => LeaveKind::Private,
            });
        }
        AttendanceState::StandIn => row.stand_in = Some(stand_in_for(world, expected, person, dice)?),
        AttendanceState::Exempt => {}
        AttendanceState::Absent => {
            row.method = Method::Confirmation;
            row.recorded_at = session.confirmed_at.unwrap_or(now);
        }
    }
    Ok(row)
}

/// Somebody of the same department or enterprise who is not expected themselves; of the group's office when all are.
fn stand_in_for(world: &World, expected: &HashSet<PersonId>, person: &RosterRow, dice: &mut Dice) -> Result<String> {
    for top in [world.top_of(person.unit_id)?, world.unit_of_code("D01")?.id] {
        let staff = world.staff_of(top);
        let tries = (0..20).filter_map(|_| dice.pick(&staff)).find(|other| !expected.contains(&other.id));
        if let Some(other) = tries {
            return Ok(other.name.clone());
        }
    }
    Ok("办公室工作人员".to_owned())
}

/// Marks some of those present as late or gone early, as a person at the door would have.
fn mark(made: &Made, rows: &mut [Attendance], dice: &mut Dice, now: Moment) {
    let n = made.roster.len();
    let (mut n_late, mut n_left) = (share(n, made.profile.get("late")), share(n, made.profile.get("left_early")));
    for row in rows.iter_mut().filter(|row| row.state == AttendanceState::Present).rev() {
        if n_late > 0 && dice.hits(8) {
            let arrived_at = made.session.starts_at + TimeDelta::minutes(4 + dice.below(9));
            if row.method == Method::Paper || now < arrived_at {
                continue;
            }
            n_late -= 1;
            row.late = true;
            (row.arrived_at, row.recorded_at) = (Some(arrived_at), arrived_at);
        } else if n_left > 0 && dice.hits(6) {
            n_left -= 1;
            row.left_early = true;
        }
    }
}

/// In the session in progress two people of the cast's leader have checked in with one phone, which is to be verified.
fn share_a_device(world: &World, made: &Made, rows: &mut [Attendance]) -> Result<()> {
    if !made.line.is_in_progress() {
        return Ok(());
    }
    let leader = world.of_cast("leader")?;
    let led = world.top_of(world.person(leader)?.unit_id)?;
    let mut n_shared = 0;
    for row in rows.iter_mut().filter(|row| row.method == Method::Code && row.person_id != leader) {
        if n_shared < 2 && world.top_of(world.person(row.person_id)?.unit_id)? == led {
            row.device = Some(crate::secret::hash_token("the demo's shared phone"));
            n_shared += 1;
        }
    }
    Ok(())
}

/// Those who have made up for not being there; the leader of the cast has not asked anybody to yet.
fn make_up(world: &World, made: &Made, rows: &mut [Attendance], dice: &mut Dice) -> Result<()> {
    if !made.session.is_confirmed() {
        return Ok(());
    }
    let trainee = world.of_cast("trainee")?;
    let left_out = left_to_leader(world, made)?;
    let n_missing = rows.iter().filter(|row| row.state.is_not_there()).count();
    let mut n_done = share(n_missing, made.profile.get("made_up"));
    for row in rows.iter_mut().filter(|row| row.state.is_not_there()) {
        let is_left_out = left_out.contains(&row.person_id);
        if n_done == 0 || is_left_out || row.person_id == trainee {
            row.make_up = if is_left_out { MakeUp::None } else { MakeUp::Due };
            continue;
        }
        n_done -= 1;
        row.make_up = MakeUp::Done;
        row.make_up_kind = Some(if dice.hits(70) { MakeUpKind::ExchangeMeeting } else { MakeUpKind::Session });
    }
    Ok(())
}

/// The people of a session whom the leader of the cast has yet to follow up.
fn left_to_leader(world: &World, made: &Made) -> Result<BTreeSet<PersonId>> {
    let mut people = BTreeSet::new();
    if made.line.key == LEADER_FOLLOWS_UP {
        let led = world.top_of(world.person(world.of_cast("leader")?)?.unit_id)?;
        for row in &made.roster {
            if world.top_of(row.unit_id)? == led {
                people.insert(row.person_id);
            }
        }
    }
    Ok(people)
}

/// What was corrected, and what it was before.
struct Correction {
    person: PersonId,
    before: Recorded,
    after: Recorded,
    reason: &'static str,
    after_confirmation: bool,
    by: By,
}

/// Some records were wrong at first: paper turned up, or leave that had been asked for.
fn corrections(world: &World, made: &Made, rows: &mut [Attendance], dice: &mut Dice) -> Result<Vec<Correction>> {
    let Some(confirmed_at) = made.session.confirmed_at else { return Ok(Vec::new()) };
    let (hq, trainee) = (world.of_cast("hq")?, world.of_cast("trainee")?);
    let mut changes = Vec::new();
    for row in rows.iter_mut().filter(|row| row.person_id != trainee) {
        let (reason, after_confirmation) = match row.state {
            AttendanceState::Present if row.method == Method::Paper && dice.hits(25) => {
                ("核对纸质签到表，本人已签到", dice.hits(50))
            }
            AttendanceState::Leave if dice.hits(15) => ("会前已向本单位请假，补登记", true),
            AttendanceState::Present
            | AttendanceState::Leave
            | AttendanceState::StandIn
            | AttendanceState::Absent
            | AttendanceState::Exempt => continue,
        };
        let changed_at = if after_confirmation {
            confirmed_at + TimeDelta::hours(3 + dice.below(40))
        } else {
            confirmed_at - TimeDelta::hours(4 + dice.below(30))
        };
        (row.method, row.recorded_by, row.recorded_at, row.version) = (Method::Correction, Some(hq), changed_at, 2);
        changes.push(Correction {
            person: row.person_id,
            before: Recorded::plain(AttendanceState::Absent, Method::Confirmation),
            after: row.recorded(),
            reason,
            after_confirmation,
            by: By { person: Some(hq), at: changed_at },
        });
    }
    Ok(changes)
}

/// What everybody has read so far: one mark for each person and reading.
pub(super) type Marks = BTreeMap<(PersonId, ReadingId), Moment>;

/// Two who were not expected today: one asks at the clerk's venue, one was added at the main one.
pub(super) fn guests_of_today(conn: &mut Conn, world: &World, made: &Made, now: Moment) -> Result<()> {
    let venues = crate::training::queries::list_venues(conn, made.session.id)?;
    let (Some(main), Some(branch)) = (venues.first(), venues.get(1)) else { return Ok(()) };
    let expected: HashSet<PersonId> = made.roster.iter().map(|row| row.person_id).collect();
    let is_unexpected =
        |person: &&crate::organization::Person| person.category == Category::Staff && !expected.contains(&person.id);
    if let Some(person) = world.people.iter().rev().find(is_unexpected) {
        let new = NewGuest { name: person.name.clone(), unit_name: world.unit(person.unit_id)?.name.clone() };
        guests::insert_asked_once(conn, made.session.id, branch.id, person.id, &new, now)?;
    }
    let new = NewGuest { name: "汪清源".to_owned(), unit_name: "属地信访局（示例）".to_owned() };
    guests::insert_confirmed(conn, made.session.id, main.id, &new, world.of_cast("hq")?, now)?;
    Ok(())
}

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
                title: format!("补课：{}", made.session.title),
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
    Ok(readings::queries::insert_marks(conn, &marks)?)
}
