//! What the demo's units answered: implementation reports whose rows live on, and volume self-checks, in every state that
//! a unit's task can have.

use super::dice::Dice;
use super::organisation::World;
use super::rows;
use crate::assignments::calls::{OwnTask, UnitTask, UnitTaskKind, UnitTaskState, queries as calls};
use crate::assignments::implementation::{self, Content, ContentRow, Report, Row, RowState, Snapshot, queries};
use crate::assignments::volumes::{self, Answer, Check, List};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::organization::{Person, Unit};
use crate::store::Conn;
use crate::store::ids::VolumeItemId;
use anyhow::Context;
use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;
use std::collections::BTreeMap;

/// More calls than the demo has.
const CALLS: i64 = 100;
/// Of what was called for longer ago than this, everything is done by now.
const SETTLED_AFTER: TimeDelta = TimeDelta::days(200);

#[derive(Debug, Clone, Deserialize)]
struct Measure {
    problem: String,
    measure: String,
}

const STUDIED: [&str; 4] = [
    "班子会前学法一次，结合本单位业务讨论受理和告知两个环节。",
    "",
    "项目部以班前会形式学习，重点讲清办理期限。",
    "中层干部分组讨论，梳理出本单位最常见的三类诉求。",
];
const NEXT_STEPS: [&str; 4] = [
    "按上列时限逐项落实，季度末在班子会上通报进展。",
    "将信访法规学习列入下季度学习计划，新任干部补课。",
    "",
    "与法务部门建立会商机制，重要事项先听取法律意见。",
];
const NOTES: [&str; 3] =
    ["新登记表已印发，各部门开始使用。", "已完成第一轮核对，问题较上季度减少。", "等待集团统一格式，稍后启用。"];

/// Fills in the reports and checks of every call, as far as its unit's task has come.
pub(super) fn make(conn: &mut Conn, world: &World, clock: &Clock) -> Result<()> {
    let measures: Vec<Measure> = rows("measures.csv")?;
    let list = volumes::list::current(conn)?;
    let mut dice = Dice::of("what units answer");
    for call in calls::page_of_calls(conn, CALLS, 0)? {
        for (task, unit) in calls::list_tasks(conn, call.id)? {
            let own = OwnTask { task, call: call.clone(), unit, may_hand_in: true };
            match own.task.kind {
                UnitTaskKind::ImplementationReport => report(conn, world, clock, &own, &measures, &mut dice)?,
                UnitTaskKind::VolumeCheck => check(conn, world, clock, &own, &list, &mut dice)?,
                UnitTaskKind::Readings | UnitTaskKind::ExchangeMeeting => {}
            }
        }
    }
    Ok(())
}

/// When it was last written, and whether it was handed in; nothing where nobody has begun.
fn written(task: &UnitTask, clock: &Clock, dice: &mut Dice) -> Option<(Moment, bool)> {
    match (task.state, task.submitted_at) {
        (UnitTaskState::Submitted | UnitTaskState::Accepted | UnitTaskState::Returned, Some(at)) => Some((at, true)),
        // Every second unit that has not handed in has a draft.
        (UnitTaskState::Open, _) if dice.hits(50) => Some((clock.now() - TimeDelta::hours(20), false)),
        _ => None,
    }
}

fn report(
    conn: &mut Conn,
    world: &World,
    clock: &Clock,
    own: &OwnTask,
    measures: &[Measure],
    dice: &mut Dice,
) -> Result<()> {
    let Some((at, is_handed_in)) = written(&own.task, clock, dice) else { return Ok(()) };
    let on = clock.local(at).date_naive();
    let people = people_of(world, &own.unit);
    let mut content = content(own, &people, measures, on, dice)?;
    let figures = implementation::figures(conn, own, clock, at)?;
    let handed_in = match is_handed_in {
        true => Some(kept(&Snapshot { content: content.clone(), figures })?),
        false => {
            // A draft is not finished yet.
            content.next_steps = String::new();
            content.rows.truncate(2);
            content.rows.iter_mut().skip(1).for_each(|row| row.due_on = None);
            None
        }
    };
    let id = own.task.id;
    let report = Report {
        unit_task_id: id,
        studied: content.studied.clone(),
        next_steps: content.next_steps.clone(),
        contact: content.contact.clone(),
        handed_in,
        written_by: own.task.submitted_by,
        written_at: at,
        version: 1,
    };
    queries::store_report(conn, &report)?;
    for (position, row) in (1..).zip(&content.rows) {
        queries::insert_row(conn, id, position, row)?;
    }
    if is_handed_in {
        let is_settled = at + SETTLED_AFTER < clock.now();
        for row in queries::list_rows(conn, id)? {
            live_on(conn, own, &row, at, is_settled, clock, dice)?;
        }
    }
    Ok(())
}

fn content(own: &OwnTask, people: &[&Person], measures: &[Measure], on: NaiveDate, dice: &mut Dice) -> Result<Content> {
    let responsible = |dice: &mut Dice| dice.pick(people).map(|person| person.name.clone()).unwrap_or_default();
    let n = 2 + dice.below(3);
    let first = dice.below(i64::try_from(measures.len()).unwrap_or(1));
    let mut rows = Vec::new();
    for place in 0..n {
        let place = usize::try_from(first + place * 7).unwrap_or(0) % measures.len().max(1);
        let chosen = measures.get(place).context("the demo has no measures")?;
        // The nearest day may be behind us by now; those in a report just handed in are not.
        let days = if rows.is_empty() { 3 + dice.below(8) } else { 20 + dice.below(90) };
        rows.push(ContentRow {
            id: None,
            problem: chosen.problem.clone(),
            measure: chosen.measure.clone(),
            responsible: responsible(dice),
            due_on: Some(on + TimeDelta::days(days)),
            state: if dice.hits(25) { RowState::InProgress } else { RowState::Open },
        });
    }
    let contact = people.last().map_or_else(|| own.unit.name.clone(), |person| person.name.clone());
    let text = |texts: &[&str], dice: &mut Dice| dice.pick(texts).copied().unwrap_or_default().to_owned();
    Ok(Content { studied: text(&STUDIED, dice), next_steps: text(&NEXT_STEPS, dice), contact, rows })
}

/// What became of a row since: by now all of what is old is done, of what is new some.
fn live_on(
    conn: &mut Conn,
    own: &OwnTask,
    row: &Row,
    at: Moment,
    is_settled: bool,
    clock: &Clock,
    dice: &mut Dice,
) -> Result<()> {
    let Some(due_on) = row.due_on else { return Ok(()) };
    let by = own.task.submitted_by;
    let change = |conn: &mut Conn, row: &Row, state, due_on, note: &str, when: Moment| -> Result<Row> {
        queries::update_standing(conn, row, state, Some(due_on))?;
        queries::insert_change(conn, row, (state, Some(due_on)), note, by, when)?;
        Ok(Row { state, due_on: Some(due_on), version: row.version + 1, ..row.clone() })
    };
    let note = dice.pick(&NOTES).copied().unwrap_or_default();
    let begun = at + TimeDelta::days(1 + dice.below(2));
    if is_settled {
        let row = match row.state {
            RowState::Open => change(conn, row, RowState::InProgress, due_on, "", begun)?,
            RowState::InProgress | RowState::Done => row.clone(),
        };
        let nine = chrono::NaiveTime::from_hms_opt(9, 30, 0).unwrap_or(chrono::NaiveTime::MIN);
        change(conn, &row, RowState::Done, due_on, note, clock.moment(due_on - TimeDelta::days(dice.below(3)), nine))?;
    } else if begun < clock.now() && dice.hits(45) {
        match row.state {
            RowState::Open if dice.hits(30) => {
                change(conn, row, RowState::Open, due_on + TimeDelta::days(14), NOTES[2], begun)?;
            }
            RowState::Open => {
                change(conn, row, RowState::InProgress, due_on, note, begun)?;
            }
            RowState::InProgress | RowState::Done => {
                change(conn, row, RowState::Done, due_on, NOTES[1], begun)?;
            }
        }
    }
    Ok(())
}

fn check(conn: &mut Conn, world: &World, clock: &Clock, own: &OwnTask, list: &List, dice: &mut Dice) -> Result<()> {
    let Some((at, is_handed_in)) = written(&own.task, clock, dice) else { return Ok(()) };
    let mut answers: BTreeMap<VolumeItemId, Answer> = BTreeMap::new();
    for item in list.used() {
        // A hearing, an agreement, an extension, a supervision: many a unit has had none.
        let is_rare = matches!(item.shipped, Some(12 | 13 | 14 | 20));
        if is_rare && dice.hits(45) {
            answers.insert(item.id, Answer::NotApplicable);
        } else if dice.hits(9) {
            answers.insert(item.id, Answer::Completing);
        }
    }
    let note = if dice.hits(25) { "送达凭证的日期填写不统一，建议集团统一样式。" } else { "" };
    let check = Check {
        unit_task_id: own.task.id,
        note: note.to_owned(),
        n_reviewed: None,
        n_complete: None,
        n_completing: None,
        handed_in: is_handed_in.then(|| kept(&volumes::Snapshot::of(list, note, &answers))).transpose()?,
        written_by: own.task.submitted_by.or(people_of(world, &own.unit).first().map(|person| person.id)),
        written_at: at,
        version: 1,
    };
    volumes::queries::store_check(conn, &check)?;
    let answers: Vec<(VolumeItemId, Answer)> = answers.into_iter().collect();
    volumes::queries::store_answers(conn, own.task.id, &answers)?;
    Ok(())
}

fn kept(snapshot: &impl serde::Serialize) -> Result<String> {
    Ok(serde_json::to_string(snapshot).context("a form of the demo")?)
}

fn people_of<'a>(world: &'a World, unit: &Unit) -> Vec<&'a Person> {
    world.people.iter().filter(|person| person.unit_id == unit.id).collect()
}
