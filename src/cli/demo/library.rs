//! The demo's library: what HQ wrote itself, in two versions, retired and flagged; and a self-test in all its states.
//! Whatever HQ wrote is made up and marked 示例.

use super::dice::Dice;
use super::organisation::World;
use crate::access::{Grant, LoginKind, Role, TextSize, Viewer};
use crate::assignments::model::{AssignmentKind, NewAssignment, NewTask, TaskState};
use crate::assignments::queries as assignments;
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::i18n::Language;
use crate::organization::{Category, Person};
use crate::readings::edit::{self, Draft, TypedCitation};
use crate::readings::retire::{Use, set_use};
use crate::readings::statutes::{self, StatuteInput};
use crate::readings::{approve, marks_queries, queries, questions};
use crate::store::Conn;
use crate::store::ids::{AccountId, LoginId, ReadingId, UnitId};
use chrono::{NaiveDate, TimeDelta};

/// What HQ has approved; the rest of what ships awaits it.
const APPROVED: [&str; 3] = ["petition-regulations", "time-limits", "legalization"];
/// A rule of the group, which is fictional.
const RULE: &str = "利和集团信访事项办理规定（示例）";

/// Makes all of it.
pub(super) fn make(conn: &mut Conn, world: &World, clock: &Clock) -> Result<()> {
    let hq = hq(world)?;
    approve_some(conn, world, &hq, clock.now() - TimeDelta::days(30))?;
    write_own(conn, world, &hq, clock)?;
    give_self_tests(conn, world, clock)
}

/// HQ, as if it were signed in.
pub(super) fn hq(world: &World) -> Result<Viewer> {
    let person = world.person(world.of_cast("hq")?)?;
    Ok(Viewer {
        person: person.id,
        account: AccountId(0),
        login: LoginId(0),
        name: person.name.clone(),
        unit: person.unit_id,
        unit_name: world.unit(person.unit_id)?.name.clone(),
        language: Language::Chinese,
        text_size: TextSize::Standard,
        notice_seen: true,
        grants: vec![Grant { role: Role::Hq, unit: None, path: None, session: None }],
        login_kind: LoginKind::Full,
        signed_in_at: Moment::from_timestamp(0),
        origin: "demo".to_owned(),
        request: String::new(),
    })
}

fn approve_some(conn: &mut Conn, world: &World, hq: &Viewer, at: Moment) -> Result<()> {
    for slug in APPROVED {
        let Some(id) = world.readings.get(slug).copied() else { continue };
        let digest = queries::find(conn, id)?.version.digest;
        approve::approve(conn, hq, id, &digest, at)?;
        let all = questions::bank(slug).map_or(&[][..], |bank| bank.questions.as_slice());
        let shown: Vec<(String, String)> =
            all.iter().map(|question| (question.id.clone(), question.digest.clone())).collect();
        approve::approve_questions(conn, hq, id, &shown, at)?;
    }
    Ok(())
}

fn draft(title: &str, summary: &str, body: &str, article: &str, in_force: &str) -> Draft {
    let citation =
        TypedCitation { statute: RULE.to_owned(), article: article.to_owned(), in_force: in_force.to_owned() };
    Draft {
        title_zh: title.to_owned(),
        summary_zh: summary.to_owned(),
        issuer_zh: "利和集团信访办公室（示例）".to_owned(),
        body_zh: body.to_owned(),
        sources_zh: "示例文本，用于演示".to_owned(),
        citations: vec![citation],
        ..Draft::default()
    }
}

fn write_own(conn: &mut Conn, world: &World, hq: &Viewer, clock: &Clock) -> Result<()> {
    let (now, ago) = (clock.now(), |days| clock.now() - TimeDelta::days(days));
    let amended_on = clock.today() - TimeDelta::days(14);
    // Two versions: the second cites the rule as it is now.
    let first = draft(
        "信访工作责任分工（示例）",
        "说明登记、转送、办理、答复各环节由哪个部门负责。",
        "## 登记\n\n- 综合办公室当日登记，注明收到时间。\n\n## 办理\n\n- 不能当场告知的，自收到之日起15日内书面告知接收情况以及处理途径和程序（《信访工作条例》第二十三条）。",
        "第三条",
        "2021-01-01",
    );
    let own = edit::add(conn, hq, &first, None, ago(80))?;
    marks_queries::insert_mark(conn, world.of_cast("trainee")?, own, 1, ago(60))?;
    let mut second = draft(
        "信访工作责任分工（示例）",
        "说明登记、转送、办理、答复、归档各环节由哪个部门负责。",
        "## 登记\n\n- 综合办公室当日登记，注明收到时间。\n\n## 办理\n\n- 不能当场告知的，自收到之日起15日内书面告知接收情况以及处理途径和程序（《信访工作条例》第二十三条）。\n\n## 归档\n\n- 办结后按一件一卷归档。",
        "第三条",
        &amended_on.to_string(),
    );
    second.document_number = "利和信〔示例〕7号".to_owned();
    let version = queries::find(conn, own)?.row.version;
    edit::change(conn, hq, own, version, &second, None, ago(12))?;
    ask_about(conn, hq, own, ago(11))?;
    // Still cites the rule from before it was amended.
    let flagged = draft(
        "接待来访须知（示例）",
        "接待来访人员的礼仪和步骤。",
        "## 接待前\n\n- 提前公布接待时间和地点。\n\n## 接待中\n\n- 如实记录诉求，不作没有依据的承诺。",
        "第八条",
        "2021-01-01",
    );
    edit::add(conn, hq, &flagged, None, ago(70))?;
    let retired = draft(
        "来信登记表填写说明（示例）",
        "旧表格的填写说明，已由信息系统代替。",
        "## 填写\n\n- 逐项填写，不留空白。",
        "第五条",
        "2021-01-01",
    );
    let retired = edit::add(conn, hq, &retired, None, ago(90))?;
    let version = queries::find(conn, retired)?.row.version;
    set_use(conn, hq, retired, version, Use::Retired, ago(20))?;
    amend(conn, hq, amended_on, now)
}

/// Two questions of HQ's own, which await approval.
fn ask_about(conn: &mut Conn, hq: &Viewer, own: ReadingId, at: Moment) -> Result<()> {
    let days = questions::own::Draft {
        kind: Some(questions::Kind::Single),
        question_zh: "不能当场告知的，应当在多少日内书面告知信访人？（示例）".to_owned(),
        choices_zh: ["5日", "15日", "30日"].map(str::to_owned).to_vec(),
        right: vec![1],
        explanation_zh: "自收到之日起15日内书面告知。".to_owned(),
        statute: "信访工作条例".to_owned(),
        article: "第二十三条".to_owned(),
        ..questions::own::Draft::default()
    };
    let register = questions::own::Draft {
        kind: Some(questions::Kind::TrueFalse),
        question_zh: "收到来信可以等材料齐全后再登记。（示例）".to_owned(),
        right: vec![1],
        explanation_zh: "由综合办公室当日登记，注明收到时间。".to_owned(),
        statute: RULE.to_owned(),
        article: "第三条".to_owned(),
        ..questions::own::Draft::default()
    };
    for draft in [days, register] {
        questions::own::add(conn, hq, own, &draft, at)?;
    }
    Ok(())
}

fn amend(conn: &mut Conn, hq: &Viewer, amended_on: NaiveDate, now: Moment) -> Result<()> {
    let all = statutes::queries::list(conn)?;
    let Some(rule) = all.iter().find(|statute| statute.name == RULE) else { return Ok(()) };
    let input = StatuteInput {
        amended_on: amended_on.to_string(),
        note: "第三条、第八条有改动（示例）".to_owned(),
        ..StatuteInput::of(rule)
    };
    statutes::change(conn, hq, rule.id, &input, now)
}

/// Of the leader of the cast: one that is running, and one whose day is over.
fn give_self_tests(conn: &mut Conn, world: &World, clock: &Clock) -> Result<()> {
    let leader = world.of_cast("leader")?;
    let led = world.top_of(world.person(leader)?.unit_id)?;
    let Some(running) = world.readings.get("petition-regulations").copied() else { return Ok(()) };
    let over = world.readings.get("time-limits").copied().filter(|_| questions::bank("time-limits").is_some());
    let trainee = world.of_cast("trainee")?;
    let mut leaders = Vec::new();
    for person in world.people.iter().filter(|person| person.category == Category::EnterpriseLeadership) {
        if person.id != leader && world.top_of(person.unit_id)? == led {
            leaders.push(person);
        }
    }
    let staff: Vec<&Person> = world.staff_of(led).into_iter().take(6).collect();
    give(conn, world, clock, led, (running, 5, 6), &leaders, |person| person.id != trainee)?;
    give(conn, world, clock, led, (over.unwrap_or(running), -2, 12), &staff, |_| true)
}

/// A self-test on a reading, due so many days from today, given so many days ago; some have passed.
fn give(
    conn: &mut Conn,
    world: &World,
    clock: &Clock,
    unit: UnitId,
    (reading, due_in, given_ago): (ReadingId, i64, i64),
    people: &[&Person],
    may_have_passed: impl Fn(&Person) -> bool,
) -> Result<()> {
    let mut dice = Dice::of("self-test");
    let (given_at, due_on) = (clock.now() - TimeDelta::days(given_ago), clock.today() + TimeDelta::days(due_in));
    let assignment = assignments::insert_assignment(
        conn,
        &NewAssignment {
            kind: AssignmentKind::SelfTest,
            title: "自测：信访基础业务".to_owned(),
            note: String::new(),
            unit_id: unit,
            session_id: None,
            given_by: Some(world.of_cast("leader")?),
            given_at,
            due_on,
            study_minutes: 0,
            unit_task_id: None,
        },
    )?;
    let mut tasks = Vec::new();
    for person in people {
        let done_at =
            (may_have_passed(person) && dice.hits(55)).then(|| given_at + TimeDelta::hours(4 + dice.below(90)));
        if done_at.is_some() {
            marks_queries::insert_pass(conn, person.id, reading)?;
        }
        tasks.push(NewTask {
            assignment_id: assignment,
            kind: AssignmentKind::SelfTest,
            person_id: person.id,
            reading_id: reading,
            session_id: None,
            matter: format!("assignment:{assignment}:self_test:{reading}"),
            state: if done_at.is_some() { TaskState::Done } else { TaskState::Open },
            due_on,
            done_at,
        });
    }
    assignments::insert_tasks(conn, &tasks)?;
    Ok(())
}
