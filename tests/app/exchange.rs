//! Learning exchange meetings: who records them, what counts, who has made up by them.

use crate::support::facts::{first_reading, made_up};
use crate::support::{Browser, Member, TestApp};
use diesel::prelude::*;
use xuefa::assignments::calls::{UnitTaskState, own_task};
use xuefa::assignments::exchange;
use xuefa::assignments::implementation::figures;
use xuefa::attendance::AttendanceState::{Absent, Leave, Present};
use xuefa::attendance::{MakeUp, MakeUpKind};
use xuefa::store::ids::{CallId, MeetingId, PersonId, SessionId, UnitId, UnitTaskId};
use xuefa::store::schema::{calls, meetings, unit_tasks};
use xuefa::training::SessionState;

pub async fn given_task(site: &TestApp, unit: UnitId, session: Option<SessionId>) -> UnitTaskId {
    let (now, today) = (site.app.clock.now(), site.app.clock.today());
    let made = site.write(move |conn| {
        let call: CallId = diesel::insert_into(calls::table)
            .values((
                calls::title.eq("贯彻落实信访工作法治化培训会"),
                calls::note.eq(""),
                calls::session_id.eq(session),
                calls::given_at.eq(now),
                calls::due_on.eq(today),
            ))
            .returning(calls::id)
            .get_result(conn)?;
        Ok(diesel::insert_into(unit_tasks::table)
            .values((
                unit_tasks::call_id.eq(call),
                unit_tasks::unit_id.eq(unit),
                unit_tasks::kind.eq("exchange_meeting"),
                unit_tasks::state.eq("open"),
                unit_tasks::due_on.eq(today),
            ))
            .returning(unit_tasks::id)
            .get_result(conn)?)
    });
    made.await.expect("a task")
}

/// What became of the task, whoever decided so; and what that means is settled.
async fn task_is(site: &TestApp, task: UnitTaskId, state: UnitTaskState) {
    let set = site.write(move |conn| {
        diesel::update(unit_tasks::table.filter(unit_tasks::id.eq(task)))
            .set(unit_tasks::state.eq(state))
            .execute(conn)?;
        exchange::settle_task(conn, task)
    });
    set.await.expect("the task's state");
}

async fn state_of(site: &TestApp, task: UnitTaskId) -> String {
    let read = site.app.db.read(move |conn| {
        Ok(unit_tasks::table.filter(unit_tasks::id.eq(task)).select(unit_tasks::state).first(conn)?)
    });
    read.await.expect("a read")
}

async fn missed(site: &TestApp) -> SessionId {
    let cast = &site.cast;
    let roll = [
        (cast.leader_of_first_unit, Some(Absent)),
        (cast.liaison_of_first_unit, Some(Present)),
        (cast.trainee, Some(Absent)),
        (cast.colleague, Some(Leave)),
        (cast.stranger, Some(Absent)),
    ];
    site.given_session("2024-07-04", SessionState::Confirmed, &roll).await
}

const MADE_UP: (MakeUp, Option<MakeUpKind>) = (MakeUp::Done, Some(MakeUpKind::ExchangeMeeting));
const NOT: (MakeUp, Option<MakeUpKind>) = (MakeUp::None, None);

/// The fields of a whole record; the first of `people` speaks.
pub(crate) fn fields(session: Option<SessionId>, people: &[(PersonId, &str)]) -> Vec<(&'static str, String)> {
    let mut fields: Vec<(&'static str, String)> = [
        ("theme", "信访工作法治化"),
        ("held_on", "2024-07-05"),
        ("place", "二楼会议室"),
        ("chair", "王强"),
        ("recorder", "李敏"),
        ("questions", "时限从哪天起算\n\n材料怎样归卷"),
        ("agreed_what", "核对台账"),
        ("agreed_who", "综合办公室"),
        ("agreed_due_on", "2024-07-20"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec();
    fields.push(("session", session.map_or(String::new(), |id| id.to_string())));
    fields.extend(people.iter().map(|(person, word)| ("presence", format!("{person}:{word}"))));
    fields.push(("gist_person", people[0].0.to_string()));
    fields.push(("gist_text", "谈了程序和时限。".to_owned()));
    fields
}

async fn send(
    browser: &mut Browser,
    address: &str,
    step: &str,
    fields: &[(&'static str, String)],
) -> crate::support::Answer {
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.push(("step", step));
    browser.post(address, &all).await
}

fn new_address(site: &TestApp) -> String {
    format!("/units/{}/meetings/new", site.cast.first_unit)
}

/// A record that the leader submitted; tells where it is.
pub(crate) async fn submitted(site: &TestApp, fields: &[(&'static str, String)]) -> String {
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;
    let sent = send(&mut leader, &new_address(site), "submit", fields).await;
    let said = sent.text();
    sent.location.expect(&said)
}

async fn version(site: &TestApp, address: &str) -> String {
    let id = MeetingId(address.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id"));
    let read = site.app.db.read(move |conn| {
        Ok(meetings::table.filter(meetings::id.eq(id)).select(meetings::version).first::<i64>(conn)?)
    });
    read.await.expect("a read").to_string()
}

#[actix_web::test]
async fn everybody_of_the_unit_is_preset_as_present_and_the_sub_unit_only_when_wanted() {
    let site = TestApp::start().await;
    let cast = &site.cast;
    let mut liaison = site.signed_in_as(cast.liaison_of_first_unit).await;

    let form = liaison.get(new_address(&site)).await;
    let with_below = send(&mut liaison, &new_address(&site), "people", &[("whom", "all".to_owned())]).await;

    let preset = |body: &str, member: Member| body.contains(&format!("value=\"{}:present\" selected", member.person));
    assert!(preset(&form.body, cast.trainee) && preset(&form.body, cast.leader_of_first_unit), "{}", form.text());
    assert!(!form.body.contains(&format!("\"{}:present\"", cast.colleague.person)));
    assert_eq!(with_below.status, 200);
    assert!(preset(&with_below.body, cast.colleague));
}

#[actix_web::test]
async fn whoever_missed_the_session_and_was_present_has_made_up_when_the_record_is_submitted() {
    let site = TestApp::start().await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    let people = [(cast.trainee.person, "present"), (cast.colleague.person, "leave")];
    let mut record = fields(Some(session), &people);
    record.push(("whom", "all".to_owned()));
    let mut liaison = site.signed_in_as(cast.liaison_of_first_unit).await;

    let drafted = send(&mut liaison, &new_address(&site), "draft", &record).await;
    let address = drafted.location.expect("a draft");
    let after_draft = made_up(&site, session, cast.trainee).await;
    record.push(("version", version(&site, &address).await));
    let by_liaison = send(&mut liaison, &format!("{address}/edit"), "submit", &record).await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let by_leader = send(&mut leader, &format!("{address}/edit"), "submit", &record).await;
    let after = (made_up(&site, session, cast.trainee).await, made_up(&site, session, cast.colleague).await);
    let report = site.signed_in_as(cast.hq).await.get(format!("/sessions/{session}/report")).await;

    assert_eq!((after_draft, by_liaison.status, by_leader.status), (NOT, 403, 303));
    assert_eq!(after, (MADE_UP, NOT));
    assert!(report.says("exchange meeting 1"), "{}", report.text());
}

#[actix_web::test]
async fn taking_the_record_back_or_changing_who_was_there_takes_the_make_up_back() {
    let site = TestApp::start().await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    let mut record = fields(
        Some(session),
        &[
            (cast.liaison_of_first_unit.person, "present"),
            (cast.trainee.person, "present"),
            (cast.colleague.person, "present"),
        ],
    );
    record.push(("whom", "all".to_owned()));
    let address = submitted(&site, &record).await;
    let before = made_up(&site, session, cast.trainee).await;

    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let back = leader.post(format!("{address}/take-back"), &[("version", &version(&site, &address).await)]).await;
    let after_back = (made_up(&site, session, cast.trainee).await, made_up(&site, session, cast.colleague).await);
    let mut changed: Vec<_> = record.iter().filter(|(name, _)| *name != "presence").cloned().collect();
    changed.push(("presence", format!("{}:present", cast.liaison_of_first_unit.person)));
    changed.push(("presence", format!("{}:absent", cast.trainee.person)));
    changed.push(("presence", format!("{}:present", cast.colleague.person)));
    changed.push(("version", version(&site, &address).await));
    let again = send(&mut leader, &format!("{address}/edit"), "submit", &changed).await;
    let after = (made_up(&site, session, cast.trainee).await, made_up(&site, session, cast.colleague).await);

    assert_eq!((before, back.status, after_back), (MADE_UP, 303, (NOT, NOT)));
    assert_eq!((again.status, after), (303, (NOT, MADE_UP)));
}

#[actix_web::test]
async fn another_meeting_about_the_same_session_still_counts_when_one_is_taken_back() {
    let site = TestApp::start().await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    let record = fields(Some(session), &[(cast.trainee.person, "present")]);
    let first = submitted(&site, &record).await;
    submitted(&site, &record).await;

    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    leader.post(format!("{first}/take-back"), &[("version", &version(&site, &first).await)]).await;

    assert_eq!(made_up(&site, session, cast.trainee).await, MADE_UP);
}

#[actix_web::test]
async fn the_report_counts_the_meetings_held_in_its_time_and_none_that_came_back() {
    let site = TestApp::start().await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    let task = given_task(&site, cast.first_unit, Some(session)).await;
    let other = fields(Some(session), &[(cast.trainee.person, "present")]);
    let mut record = fields(None, &[(cast.trainee.person, "present")]);
    let counted = async || {
        let (viewer, clock) = (site.viewer(site.cast.hq).await, site.app.clock.clone());
        let counted = site.app.db.read(move |conn| {
            let own = own_task(conn, &viewer, task)?;
            Ok(figures(conn, &own, &clock, clock.now())?.n_meetings)
        });
        counted.await.expect("a count")
    };

    submitted(&site, &other).await;
    let of_itself = counted().await;
    record.push(("task", task.to_string()));
    submitted(&site, &record).await;
    let with_the_answer = counted().await;
    task_is(&site, task, UnitTaskState::Returned).await;
    let returned = counted().await;

    assert_eq!((of_itself, with_the_answer, returned), (1, 2, 1));
}

#[actix_web::test]
async fn whoever_submits_does_not_make_up_by_their_own_word_until_hq_accepts() {
    let site = TestApp::start().await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    let task = given_task(&site, cast.first_unit, Some(session)).await;
    let leader = cast.leader_of_first_unit;
    let mut record = fields(None, &[(leader.person, "present"), (cast.trainee.person, "present")]);
    record.push(("task", task.to_string()));

    submitted(&site, &record).await;
    let by_own_word = (made_up(&site, session, leader).await, made_up(&site, session, cast.trainee).await);
    task_is(&site, task, UnitTaskState::Accepted).await;
    let accepted = made_up(&site, session, leader).await;

    assert_eq!((by_own_word, accepted), ((NOT, MADE_UP), MADE_UP));
}

#[actix_web::test]
async fn a_units_task_leads_to_its_record_which_hands_it_in_and_comes_back_with_it() {
    let site = TestApp::start().await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    let task = given_task(&site, cast.first_unit, Some(session)).await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;

    let before = leader.get(format!("/unit-tasks/{task}/meeting")).await.location.expect("to the form");
    let form = leader.get(&before).await;
    let free = leader.get(new_address(&site)).await;
    let mut record = fields(None, &[(cast.trainee.person, "present")]);
    record.push(("task", task.to_string()));
    let address = submitted(&site, &record).await;
    let after = leader.get(format!("/unit-tasks/{task}/meeting")).await.location;
    let handed_in = (state_of(&site, task).await, made_up(&site, session, cast.trainee).await);
    task_is(&site, task, UnitTaskState::Returned).await;
    let returned = made_up(&site, session, cast.trainee).await;
    let to_write = leader.get(format!("/unit-tasks/{task}/meeting")).await.location;
    let read_by_hq = site.signed_in_as(cast.hq).await.get(format!("/unit-tasks/{task}/meeting")).await.location;
    let shown = leader.get(&address).await;
    record.push(("version", version(&site, &address).await));
    let again = send(&mut leader, &format!("{address}/edit"), "submit", &record).await;

    assert!(
        form.says("贯彻落实信访工作法治化培训会") && form.says("信访工作法治化培训会 2024-07-04"),
        "{}",
        form.text()
    );
    assert!(free.body.contains(&format!("href=\"/unit-tasks/{task}/meeting\"")), "{}", free.text());
    assert!(!form.says("does not answer it"), "{}", form.text());
    assert_eq!(after.as_deref(), Some(address.as_str()));
    assert_eq!(to_write, Some(format!("{address}/edit")), "what came back opens to be written");
    assert_eq!(read_by_hq.as_deref(), Some(address.as_str()));
    assert_eq!((handed_in, returned), (("submitted".to_owned(), MADE_UP), NOT));
    assert!(shown.says("Returned") && shown.says("Go on writing"), "{}", shown.text());
    assert_eq!((again.status, state_of(&site, task).await.as_str()), (303, "submitted"));
    assert_eq!(made_up(&site, session, cast.trainee).await, MADE_UP);
}

#[actix_web::test]
async fn a_second_record_for_the_same_task_sees_the_first() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let task = given_task(&site, cast.first_unit, None).await;
    let mut record = fields(None, &[(cast.trainee.person, "present")]);
    record.push(("task", task.to_string()));
    let mut liaison = site.signed_in_as(cast.liaison_of_first_unit).await;
    let first = send(&mut liaison, &new_address(&site), "draft", &record).await.location.expect("a draft");

    let mut other: Vec<_> = record.iter().filter(|(name, _)| *name != "place").cloned().collect();
    other.push(("place", "三楼".to_owned()));
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let second = send(&mut leader, &new_address(&site), "submit", &other).await;

    assert_eq!(second.status, 422);
    assert!(second.says("二楼会议室") && second.body.contains("value=\"三楼\""), "{}", second.text());
    assert!(second.body.contains(&format!("action=\"{first}/edit\"")), "what was typed goes on in the first record");
}

/// C-04.
#[actix_web::test]
async fn of_two_editors_the_second_sees_both_and_nothing_is_lost() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let record = fields(None, &[(cast.trainee.person, "present")]);
    let mut liaison = site.signed_in_as(cast.liaison_of_first_unit).await;
    let address = send(&mut liaison, &new_address(&site), "draft", &record).await.location.expect("a draft");
    let seen = version(&site, &address).await;
    let with = |theme: &str, word: &str| {
        let mut other: Vec<_> =
            record.iter().filter(|(name, _)| !["theme", "presence"].contains(name)).cloned().collect();
        other.push(("theme", theme.to_owned()));
        other.push(("presence", format!("{}:{word}", cast.trainee.person)));
        other.push(("version", seen.clone()));
        other
    };

    let first = send(&mut liaison, &format!("{address}/edit"), "draft", &with("甲的主题", "absent")).await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let second = send(&mut leader, &format!("{address}/edit"), "draft", &with("乙的主题", "present")).await;

    assert_eq!((first.status, second.status), (303, 422));
    assert!(second.says("甲的主题") && second.body.contains("value=\"乙的主题\""), "{}", second.text());
    assert!(second.says("0/1（杜维平）"), "the attendance that the other stored is said: {}", second.text());
}

#[actix_web::test]
async fn the_second_editor_sees_every_field_that_the_first_has_changed_and_no_other() {
    let site = TestApp::start().await;
    let (session, cast) = (missed(&site).await, site.cast.clone());
    let reading = first_reading(&site).await;
    let record = fields(None, &[(cast.trainee.person, "present")]);
    let mut liaison = site.signed_in_as(cast.liaison_of_first_unit).await;
    let address = send(&mut liaison, &new_address(&site), "draft", &record).await.location.expect("a draft");
    let seen = version(&site, &address).await;
    let with = |changed: &[(&'static str, String)]| {
        let is_kept = |name: &str| !changed.iter().any(|(changed, _)| *changed == name);
        let mut other: Vec<_> = record.iter().filter(|(name, _)| is_kept(name)).cloned().collect();
        other.extend(changed.to_vec());
        other.push(("version", seen.clone()));
        other
    };
    let first = [
        ("agreed_who", "档案室".to_owned()),
        ("agreed_due_on", "2024-07-25".to_owned()),
        ("session", session.to_string()),
        ("reading", reading.to_string()),
    ];

    send(&mut liaison, &format!("{address}/edit"), "draft", &with(&first)).await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let second = send(&mut leader, &format!("{address}/edit"), "draft", &with(&[])).await;

    let summary = second.body.split("class=\"error-summary").nth(1).and_then(|rest| rest.split("</ul>").next());
    let said = summary.expect("a summary").matches("href=\"#").count();
    assert_eq!((second.status, said), (422, 3), "{}", second.text());
    assert!(second.says("核对台账 档案室 2024-07-25"), "who and when: {}", second.text());
    for field in ["#agreed", "#session", "#reading"] {
        assert!(second.body.contains(&format!("href=\"{field}\"")), "{field}: {}", second.body);
    }
}

#[actix_web::test]
async fn somebody_who_has_left_since_the_form_was_opened_is_named_and_nothing_is_lost() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let gone = site.given_people(cast.first_unit, "已调走", 1).await[0];
    let record = fields(None, &[(gone.person, "present"), (cast.trainee.person, "present")]);
    crate::assignments::leaves(&site, gone).await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;

    let refused = send(&mut leader, &new_address(&site), "submit", &record).await;
    let unknown =
        send(&mut leader, &new_address(&site), "submit", &fields(None, &[(cast.stranger.person, "present")])).await;

    assert_eq!((refused.status, unknown.status), (422, 404));
    assert!(refused.says("已调走1: no longer of this unit"), "{}", refused.text());
    assert!(refused.body.contains("谈了程序和时限。") && refused.body.contains("value=\"二楼会议室\""));
}

#[actix_web::test]
async fn a_unit_none_of_whose_people_were_at_the_session_answers_a_call_that_follows_it() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let session = site.given_session("2024-07-04", SessionState::Confirmed, &[(cast.stranger, Some(Absent))]).await;
    let task = given_task(&site, cast.first_unit, Some(session)).await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let mut record = fields(Some(session), &[(cast.trainee.person, "present")]);

    let of_no_call = send(&mut leader, &new_address(&site), "submit", &record).await;
    let form = leader.get(new_address(&site)).await;
    record.push(("task", task.to_string()));
    let sent = send(&mut leader, &new_address(&site), "submit", &record).await;
    let page = leader.get(sent.location.as_deref().unwrap_or("/nowhere")).await;

    assert!(!form.body.contains(&format!("<option value=\"{session}\"")), "it is not offered: {}", form.body);
    assert_eq!((of_no_call.status, sent.status, page.status), (404, 303, 200), "{}", sent.text());
    assert!(!page.body.contains(&format!("href=\"/sessions/{session}\"")), "a link would lead nowhere: {}", page.body);
    assert_eq!(state_of(&site, task).await, "submitted");
}

#[actix_web::test]
async fn whoever_is_of_a_sub_unit_is_left_out_once_only_the_units_own_people_are_wanted() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let mut record = fields(None, &[(cast.trainee.person, "present"), (cast.colleague.person, "present")]);
    record.push(("whom", "own".to_owned()));

    let address = submitted(&site, &record).await;
    let page = site.signed_in_as(cast.leader_of_first_unit).await.get(&address).await;

    assert!(page.says("Expected 1, present 1"), "{}", page.text());
}

#[actix_web::test]
async fn a_record_sent_twice_is_there_once() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let record = fields(None, &[(cast.trainee.person, "present")]);
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let csrf = leader.csrf.clone();
    let mut all: Vec<(&str, &str)> = record.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend([("step", "submit"), ("csrf", csrf.as_str()), ("form_key", "the same")]);

    let first = leader.post_raw(new_address(&site), &all).await;
    let second = leader.post_raw(new_address(&site), &all).await;

    let n: i64 = site.app.db.read(|conn| Ok(meetings::table.count().get_result(conn)?)).await.expect("a count");
    assert_eq!((first.status, second.location, n), (303, first.location, 1));
}

#[actix_web::test]
async fn a_leader_of_another_unit_a_trainee_and_the_duties_do_not_find_it_and_those_above_do() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let address = submitted(&site, &fields(None, &[(cast.trainee.person, "present")])).await;
    let seen = version(&site, &address).await;

    for member in [cast.leader_of_second_unit, cast.trainee, cast.stranger, cast.admin] {
        let mut other = site.signed_in_as(member).await;
        let read = [
            other.get(&address).await.status,
            other.get(format!("{address}/edit")).await.status,
            other.get(new_address(&site)).await.status,
            other.get(format!("/units/{}/meetings", cast.first_unit)).await.status,
        ];
        let changed = other.post(format!("{address}/take-back"), &[("version", &seen)]).await.status;
        let written = send(&mut other, &new_address(&site), "draft", &[]).await.status;
        assert_eq!((read, changed, written), ([404; 4], 404, 404));
    }
    for member in [cast.leader_of_first_unit, cast.liaison_of_first_unit, cast.hq] {
        assert_eq!(site.signed_in_as(member).await.get(&address).await.status, 200);
    }
    let by_liaison = site
        .signed_in_as(cast.liaison_of_first_unit)
        .await
        .post(format!("{address}/take-back"), &[("version", &seen)])
        .await;
    assert_eq!(by_liaison.status, 404, "a liaison decides nothing");
}

#[actix_web::test]
async fn nobody_of_another_unit_can_be_listed() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;

    let foreign =
        send(&mut leader, &new_address(&site), "submit", &fields(None, &[(cast.stranger.person, "present")])).await;

    assert_eq!(foreign.status, 404);
}

#[actix_web::test]
async fn what_is_missing_is_said_at_its_field_and_what_was_typed_stays() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let mut record = fields(None, &[(cast.trainee.person, "leave")]);
    record.retain(|(name, _)| !["theme", "agreed_who"].contains(name));
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;

    let refused = send(&mut leader, &new_address(&site), "submit", &record).await;
    let more = send(&mut leader, &new_address(&site), "gist", &record).await;

    assert_eq!(refused.status, 422);
    for said in
        ["Enter the theme", "at least one person who was present", "not listed as present", "Enter who does action 1"]
    {
        assert!(refused.says(said), "{said}: {}", refused.text());
    }
    assert!(refused.body.contains("谈了程序和时限。") && refused.body.contains("value=\"二楼会议室\""));
    assert!(refused.body.contains(&format!("value=\"{}:leave\" selected", cast.trainee.person)));
    assert_eq!((more.status, more.body.matches("name=\"gist_text\"").count()), (200, 3), "a row more, without scripts");
    assert!(more.body.contains("谈了程序和时限。"));
}

#[actix_web::test]
async fn what_is_entered_late_says_so_and_the_day_of_the_first_submission_stays() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let record = fields(None, &[(cast.trainee.person, "present")]);
    site.set_clock("2024-07-20", "10:00");
    let in_time = submitted(&site, &record).await;
    site.set_clock("2024-07-21", "10:00");
    let late = submitted(&site, &record).await;

    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let (first, second) = (leader.get(&in_time).await, leader.get(&late).await);
    leader.post(format!("{in_time}/take-back"), &[("version", &version(&site, &in_time).await)]).await;
    let mut again = record.clone();
    again.push(("version", version(&site, &in_time).await));
    send(&mut leader, &format!("{in_time}/edit"), "submit", &again).await;
    // Neither the day it was first handed in nor the day it is printed.
    site.set_clock("2024-07-22", "10:00");
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let after = leader.get(&in_time).await;
    let list = leader.get(format!("/units/{}/meetings", cast.first_unit)).await;

    assert!(!first.says("entered late") && first.says("20 July 2024"), "{}", first.text());
    assert!(second.says("entered late"), "{}", second.text());
    assert!(!after.says("entered late"), "taken back and submitted again, it was entered when it first was");
    assert!(after.says("Entered on 20 July 2024"), "{}", after.text());
    assert!(after.body.contains("<p>21 July 2024</p>"), "signed on the day of the last submission: {}", after.body);
    assert!(list.says("2 records") && list.says("Entered late") && list.says("1/1"), "{}", list.text());
}

#[actix_web::test]
async fn a_unit_that_met_before_hq_confirmed_the_session_has_made_up_with_the_confirmation() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let roll = [(cast.trainee, None), (cast.liaison_of_first_unit, Some(Present))];
    let session = site.given_session("2024-07-04", SessionState::Closed, &roll).await;
    submitted(&site, &fields(Some(session), &[(cast.trainee.person, "present")])).await;

    let confirmed =
        site.signed_in_as(cast.hq).await.post(format!("/sessions/{session}/confirm"), &[("version", "1")]).await;

    assert_eq!(confirmed.status, 303, "{}", confirmed.text());
    assert_eq!(made_up(&site, session, cast.trainee).await, MADE_UP);
}

#[actix_web::test]
async fn a_draft_can_be_deleted_and_what_was_submitted_cannot() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let record = fields(None, &[(cast.trainee.person, "present")]);
    let mut liaison = site.signed_in_as(cast.liaison_of_first_unit).await;
    let draft = send(&mut liaison, &new_address(&site), "draft", &record).await.location.expect("a draft");
    let kept = submitted(&site, &record).await;

    let asked = liaison.get(format!("{draft}/remove")).await;
    let removed = liaison.post(format!("{draft}/remove"), &[("version", &version(&site, &draft).await)]).await;
    let refused = liaison.post(format!("{kept}/remove"), &[("version", &version(&site, &kept).await)]).await;

    assert!(asked.says("Delete the draft"), "{}", asked.text());
    assert_eq!((removed.status, liaison.get(&draft).await.status, refused.status), (303, 404, 422));
    assert_eq!(liaison.get(&kept).await.status, 200);
}

#[actix_web::test]
async fn an_empty_list_says_what_to_do_and_the_paper_has_all_parts() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let empty = leader.get(format!("/units/{}/meetings", cast.first_unit)).await;
    let address = submitted(
        &site,
        &fields(None, &[(cast.trainee.person, "present"), (cast.liaison_of_first_unit.person, "leave")]),
    )
    .await;

    let paper = leader.get(&address).await;

    assert!(empty.says("No learning exchange meeting has been recorded yet"), "{}", empty.text());
    for said in [
        "Expected 2, present 1, on leave 1",
        "谈了程序和时限。",
        "时限从哪天起算",
        "材料怎样归卷",
        "核对台账",
        "综合办公室",
        "20 July 2024",
        "王强",
    ] {
        assert!(paper.says(said), "{said}: {}", paper.text());
    }
}

#[actix_web::test]
async fn a_new_record_presets_who_writes_it_and_names_the_drafts_that_are_there() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let mut liaison = site.signed_in_as(cast.liaison_of_first_unit).await;
    let record = fields(None, &[(cast.trainee.person, "present")]);
    let draft = send(&mut liaison, &new_address(&site), "draft", &record).await.location.expect("a draft");
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;

    let new = leader.get(new_address(&site)).await;
    let edited = leader.get(format!("{draft}/edit")).await;

    let recorder = new.body.split("id=\"recorder\"").nth(1).and_then(|rest| rest.split('>').next());
    assert!(recorder.is_some_and(|field| field.contains("程诚")), "{}", new.body);
    assert!(new.says("go on with its draft: 信访工作法治化 5 July 2024"), "{}", new.text());
    assert!(new.body.contains(&format!("href=\"{draft}/edit\"")), "{}", new.body);
    assert!(!edited.says("go on with its draft"), "{}", edited.text());
}
