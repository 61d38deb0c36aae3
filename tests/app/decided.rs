//! People are told what became of what they handed in or asked for: once, in the mail of the day.

use crate::reminders::decoded;
use crate::support::TestApp;
use diesel::prelude::*;
use xuefa::attendance::requests::{self, Decision, Verdict};
use xuefa::links;
use xuefa::reminders::model::Kind;
use xuefa::store::ids::{SessionId, TaskId};
use xuefa::store::schema::{reflections, tasks, unit_tasks};
use xuefa::training::SessionState;

impl TestApp {
    /// The trainee asks for leave, and their leader decides.
    async fn leave_is_decided(&self, session: SessionId, verdict: Verdict) {
        let (cast, now) = (self.cast.clone(), self.app.clock.now());
        let mut phone = self.signed_in_as(cast.trainee).await;
        let fields = [("class", "sick"), ("stand_in", "")];
        let asked = phone.post(links::session_part(session, "leave"), &fields).await;
        assert_eq!(asked.status, 303, "{}", asked.text());
        let leader = self.viewer(cast.leader_of_first_unit).await;
        let decided = self.write(move |conn| {
            let request = requests::queries::list_of_person(conn, session, cast.trainee.person)?.remove(0);
            let decision = Decision { request: request.id, version: request.version, seen: 0 };
            requests::decide(conn, &leader, &[decision], verdict, "当天有紧急任务", now)
        });
        decided.await.expect("decided");
    }

    /// A note that was handed in for a task comes back.
    async fn note_is_returned(&self, task: TaskId) {
        let now = self.app.clock.now();
        let returned = self.write(move |conn| {
            let row = tasks::table.filter(tasks::id.eq(task));
            diesel::update(row).set((tasks::kind.eq("reflection"), tasks::state.eq("returned"))).execute(conn)?;
            diesel::delete(reflections::table.filter(reflections::task_id.eq(task))).execute(conn)?;
            diesel::insert_into(reflections::table)
                .values((
                    (reflections::task_id.eq(task), reflections::title.eq(""), reflections::text.eq("心得正文")),
                    (reflections::written_at.eq(now), reflections::decided_at.eq(now)),
                    reflections::comment.eq("请补充案例"),
                ))
                .execute(conn)?;
            Ok(())
        });
        returned.await.expect("returned");
    }

    async fn noted(&self, kind: Kind) -> usize {
        self.ledger().await.iter().filter(|row| row.0 == kind).count()
    }
}

#[actix_web::test]
async fn who_asked_for_leave_is_told_once_what_was_decided_and_not_why() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let session = site.given_session("2024-07-19", SessionState::Published, &[(site.cast.trainee, None)]).await;
    site.leave_is_decided(session, Verdict::Refuse).await;

    site.tick(&delivery).await;
    site.set_clock("2024-07-08", "09:00");
    site.tick(&delivery).await;

    let mails: Vec<String> = memory.posted().iter().map(decoded).collect();
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert!(
        mails[0].contains("提出的申请未批准") && mails[0].contains(&format!("/sessions/{session}")),
        "{}",
        mails[0]
    );
    assert!(!mails[0].contains("当天有紧急任务"), "{}", mails[0]);
    assert_eq!(site.noted(Kind::RequestDecided).await, 1);
}

#[actix_web::test]
async fn what_was_decided_long_ago_is_told_to_nobody() {
    let site = TestApp::start().await;
    let session = site.given_session("2024-08-19", SessionState::Published, &[(site.cast.trainee, None)]).await;
    site.leave_is_decided(session, Verdict::Grant).await;

    site.set_clock("2024-07-22", "09:00");
    site.plan().await;

    assert_eq!(site.noted(Kind::RequestDecided).await, 0);
    assert_eq!(site.noted(Kind::SessionNotice).await, 1);
}

#[actix_web::test]
async fn a_returned_note_is_told_of_each_time_it_is_returned_and_not_when_it_was_handed_in_again() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let task = site.given_due_task(site.cast.trainee, "2024-07-31").await;

    site.note_is_returned(task).await;
    site.tick(&delivery).await;
    site.tick(&delivery).await;
    site.set_clock("2024-07-08", "09:00");
    site.note_is_returned(task).await;
    site.plan().await;
    site.task_is(task, "submitted").await;
    site.tick(&delivery).await;

    assert_eq!(site.noted(Kind::TaskReturned).await, 2);
    let mails: Vec<String> = memory.posted().iter().map(decoded).collect();
    assert_eq!(mails.len(), 1, "the second was handed in again before its mail was sent: {mails:#?}");
    assert!(mails[0].contains("提交的材料已退回") && mails[0].contains(&format!("/tasks/{task}")), "{}", mails[0]);
    assert!(!mails[0].contains("请补充案例") && !mails[0].contains("心得正文"), "{}", mails[0]);
}

#[actix_web::test]
async fn a_returned_task_falls_due_like_one_that_was_never_handed_in() {
    let site = TestApp::start().await;
    let task = site.given_due_task(site.cast.trainee, "2024-07-08").await;
    site.task_is(task, "returned").await;

    site.plan().await;

    assert_eq!(site.noted(Kind::TaskSoon).await, 1);
}

#[actix_web::test]
async fn the_leaders_of_a_unit_are_told_what_of_its_answer_was_returned() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    site.given_call("2024-07-31").await;
    site.tick(&delivery).await;
    site.set_clock("2024-07-08", "09:00");
    let now = site.app.clock.now();
    let returned = site.write(move |conn| {
        Ok(diesel::update(unit_tasks::table)
            .set((unit_tasks::state.eq("returned"), unit_tasks::decided_at.eq(now)))
            .execute(conn)?)
    });
    returned.await.expect("both forms returned");

    site.tick(&delivery).await;
    site.set_clock("2024-07-09", "09:00");
    site.tick(&delivery).await;

    assert_eq!(site.noted(Kind::CallReturned).await, 1, "two forms of one call are one matter");
    let told = memory.posted().iter().filter(|mail| decoded(mail).contains("报送的材料已退回")).count();
    assert_eq!(told, 1);
}
