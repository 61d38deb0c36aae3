//! The demo's learning exchange meetings: those by which people made up for a session, those that answer a call, a
//! draft of the leader's unit, and a file kept with it.

use super::DemoFiles;
use super::calls;
use super::dice::Dice;
use super::organisation::World;
use super::sessions::{self, Made};
use crate::access::{Actor, Reach};
use crate::assignments::calls::UnitTaskState;
use crate::assignments::exchange::{Agreed, Gist, MeetingPerson, Presence, Record, queries};
use crate::assignments::make_up;
use crate::attendance::queries::list_not_there;
use crate::attendance::{Attendance, MakeUp, MakeUpKind};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::files::{self, Subject};
use crate::organization::Person;
use crate::store::Conn;
use crate::store::ids::{MeetingId, PersonId, ReadingId, SessionId, UnitId};
use crate::web::App;
use anyhow::Context;
use chrono::{NaiveDate, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};

/// The session about which a unit entered its meeting late.
const ENTERED_LATE: &str = "labour-disputes";
/// The session about which the leader's unit has begun a record.
const DRAFTED: &str = "time-limits";

/// What is said at a meeting; who says it is drawn.
const GISTS: [&str; 6] = [
    "学习了办理程序和时限要求。本单位登记、告知两个环节较规范，办结答复偏慢，今后按节点倒排。",
    "结合本岗位谈了首办责任：能当面说清的当面说清，需要书面答复的按时书面答复。",
    "源头预防要靠前：制度出台前先听意见，涉及职工利益的事项先讲政策再实施。",
    "资料归卷要跟着办理走，办一步归一步，避免年底集中补材料。",
    "对照“枫桥经验”，班组是第一道关口，小问题在班组解决，不上交矛盾。",
    "领导干部接访要定时间、定地点、定责任，接访后有回音。",
];
const QUESTIONS: [&str; 4] = [
    "多个部门都有职责的事项，由谁牵头答复？",
    "15日告知期限从收到之日起算还是从登记之日起算？",
    "电子材料与纸质材料怎样一并归卷？",
    "职工匿名反映的共性问题怎样反馈？",
];
const AGREED: [(&str, &str); 4] = [
    ("梳理本单位办理流程，张贴时限对照表（示例）", "综合办公室"),
    ("组织一次班组长学习，讲清当面答复的要求（示例）", "分管负责人"),
    ("核对上半年归档目录，补齐缺项（示例）", "档案管理员"),
    ("建立接访日程，每月公布一次（示例）", "党群工作部"),
];

/// A meeting as it is to be made.
struct Held<'a> {
    unit: UnitId,
    session: SessionId,
    theme: String,
    readings: &'a [ReadingId],
    on: NaiveDate,
    /// Those who were there whatever the dice say, and those who were not.
    present: BTreeSet<PersonId>,
    missing: BTreeSet<PersonId>,
}

/// The meetings by which people made up for a session: their unit's, submitted soon after. Calls have their own.
pub(super) fn about(conn: &mut Conn, world: &World, made: &Made, rows: &[Attendance], clock: &Clock) -> Result<()> {
    if made.line.key == DRAFTED {
        draft(conn, world, made, rows, clock)?;
    }
    if made.line.key == sessions::NOTICE || made.line.key == calls::FOLLOWED || !made.session.is_confirmed() {
        return Ok(());
    }
    let mut dice = Dice::of(&format!("meetings {}", made.line.key));
    let mut by_unit: BTreeMap<UnitId, BTreeSet<PersonId>> = BTreeMap::new();
    for row in rows.iter().filter(|row| is_by_meeting(row)) {
        by_unit.entry(world.top_of(world.person(row.person_id)?.unit_id)?).or_default().insert(row.person_id);
    }
    let readings: Vec<ReadingId> =
        made.line.reading_slugs().filter_map(|slug| world.readings.get(slug).copied()).collect();
    let day = clock.local(made.session.starts_at).date_naive();
    let mut is_late = made.line.key == ENTERED_LATE;
    for (unit, present) in by_unit {
        let missing = rows.iter().filter(|row| row.state.is_not_there()).map(|row| row.person_id);
        let held = Held {
            unit,
            session: made.session.id,
            theme: format!("学习交流：{}", made.session.title),
            readings: &readings,
            on: (day + TimeDelta::days(3 + dice.below(5))).min(clock.today() - TimeDelta::days(1)),
            missing: missing.filter(|person| !present.contains(person)).collect(),
            present,
        };
        // Whoever submits has not made up by that: then it is HQ.
        let leader = world.leader_of(unit)?;
        let by = if held.present.contains(&leader) { world.of_cast("hq")? } else { leader };
        let days = if is_late { 21 } else { dice.below(3) };
        is_late = false;
        let entered_on = (held.on + TimeDelta::days(days)).min(clock.today());
        record(conn, world, clock, &held, Some((by, entered_on)), None, &mut dice)?;
    }
    Ok(())
}

/// What the leader's unit has begun to write about a session.
fn draft(conn: &mut Conn, world: &World, made: &Made, rows: &[Attendance], clock: &Clock) -> Result<()> {
    let mut dice = Dice::of("a draft");
    let held = Held {
        unit: world.top_of(world.person(world.of_cast("leader")?)?.unit_id)?,
        session: made.session.id,
        theme: format!("学习交流：{}", made.session.title),
        readings: &[],
        on: clock.today() - TimeDelta::days(1),
        present: BTreeSet::new(),
        missing: rows.iter().filter(|row| row.state.is_not_there()).map(|row| row.person_id).collect(),
    };
    record(conn, world, clock, &held, None, None, &mut dice)?;
    Ok(())
}

fn is_by_meeting(row: &Attendance) -> bool {
    row.state.is_not_there() && row.make_up == MakeUp::Done && row.make_up_kind == Some(MakeUpKind::ExchangeMeeting)
}

/// The records that answer the calls, each as its task stands; then whoever is in one has made up, and nobody else.
pub(super) fn called(conn: &mut Conn, world: &World, clock: &Clock) -> Result<()> {
    let mut dice = Dice::of("meetings of the calls");
    let mut not_there = BTreeMap::new();
    for (task, call) in queries::list_asked(conn)? {
        let (Some(session), Some(by), Some(at)) = (call.session_id, task.submitted_by, task.submitted_at) else {
            continue;
        };
        let is_handed_in = match task.state {
            UnitTaskState::Submitted | UnitTaskState::Returned | UnitTaskState::Accepted => true,
            UnitTaskState::Open | UnitTaskState::Withdrawn => false,
        };
        if !is_handed_in {
            continue;
        }
        if let std::collections::btree_map::Entry::Vacant(unknown) = not_there.entry(session) {
            unknown.insert(list_not_there(conn, session, &Reach::Group)?);
        }
        let rows = not_there.get(&session).map_or(&[][..], Vec::as_slice);
        let (present, missing) = rows.iter().map(|(_, row)| row).partition::<Vec<_>, _>(|row| is_by_meeting(row));
        let held = Held {
            unit: task.unit_id,
            session,
            theme: call.title.clone(),
            readings: &[],
            on: clock.local(at).date_naive() - TimeDelta::days(dice.below(4)),
            present: present.into_iter().map(|row| row.person_id).collect(),
            missing: missing.into_iter().map(|row| row.person_id).collect(),
        };
        record(conn, world, clock, &held, Some((by, clock.local(at).date_naive())), Some(task.id), &mut dice)?;
    }
    for (session, rows) in not_there {
        let people: Vec<PersonId> = rows.iter().map(|(_, row)| row.person_id).collect();
        make_up::settle(conn, session, &people)?;
    }
    Ok(())
}

fn record(
    conn: &mut Conn,
    world: &World,
    clock: &Clock,
    held: &Held<'_>,
    submitted: Option<(PersonId, NaiveDate)>,
    task: Option<crate::store::ids::UnitTaskId>,
    dice: &mut Dice,
) -> Result<MeetingId> {
    let mut people: Vec<(&Person, Presence)> = Vec::new();
    for person in &world.people {
        let is_own = person.unit_id == held.unit;
        let is_below = held.present.contains(&person.id)
            && world.unit(held.unit)?.path.contains(&world.unit(person.unit_id)?.path);
        if is_own || is_below {
            let presence = match () {
                () if held.present.contains(&person.id) => Presence::Present,
                () if held.missing.contains(&person.id) || dice.hits(7) => Presence::Leave,
                () if dice.hits(3) => Presence::Absent,
                () => Presence::Present,
            };
            people.push((person, presence));
        }
    }
    let listed = people.iter().enumerate().map(|(place, (person, presence))| {
        Ok(MeetingPerson {
            meeting_id: MeetingId(0),
            person_id: person.id,
            presence: *presence,
            position: place as i64 + 1,
            name: person.name.clone(),
            post: person.post.clone(),
            unit_name: world.unit(person.unit_id)?.name.clone(),
        })
    });
    let listed = listed.collect::<Result<Vec<_>>>()?;
    let there: Vec<&Person> =
        people.iter().filter(|(_, presence)| *presence == Presence::Present).map(|(person, _)| *person).collect();
    let leader = world.person(world.leader_of(held.unit)?)?;
    let recorder = there.last().map_or(leader, |person| *person);
    let n_gists = if submitted.is_some() { 2 + dice.below(3) } else { 1 };
    let first = dice.below(GISTS.len() as i64);
    let gists = there
        .iter()
        .take(usize::try_from(n_gists).unwrap_or(2))
        .enumerate()
        .map(|(place, person)| Gist { person: Some(person.id), text: of(&GISTS, first + place as i64).to_string() });
    let n_agreed = if submitted.is_some() { 1 + dice.below(2) } else { 0 };
    let agreed = (0..n_agreed).map(|place| {
        let (what, who) = *of(&AGREED, first + place);
        let due_on = (held.on + TimeDelta::days(14 + 7 * place)).to_string();
        Agreed { what: what.to_owned(), who: who.to_owned(), due_on }
    });
    let unit = world.unit(held.unit)?;
    let record = Record {
        session: Some(held.session),
        held_on: held.on.to_string(),
        place: format!("{}会议室（示例）", unit.name),
        chair: leader.name.clone(),
        recorder: recorder.name.clone(),
        theme: held.theme.clone(),
        readings: held.readings.to_vec(),
        questions: if submitted.is_some() { (*of(&QUESTIONS, first)).to_owned() } else { String::new() },
        with_below: people.iter().any(|(person, _)| person.unit_id != held.unit),
        gists: gists.collect(),
        agreed: agreed.collect(),
        ..Record::default()
    };
    let at = |day: NaiveDate| -> Moment {
        let four = chrono::NaiveTime::from_hms_opt(16, 0, 0).unwrap_or(chrono::NaiveTime::MIN);
        clock.moment(day, four).min(clock.now())
    };
    let submitted = submitted.map(|(by, entered_on)| (by, at(entered_on), entered_on));
    queries::insert_as_it_stands(conn, held.unit, task, &record, &listed, (recorder.id, at(held.on)), submitted)
}

fn of<T>(list: &[T], place: i64) -> &T {
    #[expect(clippy::indexing_slicing, reason = "no list of the demo is empty")]
    &list[usize::try_from(place).unwrap_or(0) % list.len()]
}

/// Keeps a drawing as evidence with the draft of the leader's unit, unless it has one.
pub(super) async fn keep_sample(app: &App) -> Result<()> {
    let found = app
        .db
        .read(|conn| {
            let world = World::load(conn)?;
            let unit = world.top_of(world.person(world.of_cast("leader")?)?.unit_id)?;
            let Some((meeting, ..)) = queries::list_drafts(conn, unit, 1)?.pop() else { return Ok(None) };
            let has_one = !files::queries::list_uses(conn, Subject::Meeting(meeting))?.is_empty();
            Ok((!has_one).then_some(meeting))
        })
        .await?;
    let Some(meeting) = found else { return Ok(()) };
    let drawing = DemoFiles::get("signed-sheet.png").context("the demo's signed-sheet.png is missing")?;
    let folder = app.config.files_folder();
    let received = files::receive(&app.db, &app.clock, &folder, drawing.data.into_owned(), &files::EVIDENCE).await?;
    let now = app.clock.now();
    app.db
        .write(move |conn| {
            let subject = Subject::Meeting(meeting);
            files::keep(conn, &Actor::program("demo"), subject, &received, "会议签到页（示例）.png", now)
        })
        .await
}
