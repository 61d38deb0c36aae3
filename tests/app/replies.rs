//! The units' answer to the notice: who comes, by a deadline.

use crate::support::facts::recorded;
use crate::support::{Member, TestApp};
use diesel::prelude::*;
use xuefa::access::Role;
use xuefa::attendance::requests::{self, RequestState};
use xuefa::attendance::{AttendanceState, LeaveKind, Method};
use xuefa::links;
use xuefa::store::ids::{SessionId, VenueId};
use xuefa::store::schema::{audit_entries, sessions, venues};
use xuefa::training::{self, SessionState, VenueKind};

/// A session on Wednesday with two venues; replies end on Monday, 17:30. Friday is today.
async fn given(site: &TestApp) -> (SessionId, VenueId, VenueId) {
    let cast = &site.cast;
    let roll = [
        (cast.hq, None),
        (cast.leader_of_first_unit, None),
        (cast.trainee, None),
        (cast.colleague, None),
        (cast.stranger, None),
    ];
    let session = site.given_session("2024-07-10", SessionState::Published, &roll).await;
    let reply_by = site.moment("2024-07-08", "17:30");
    let asked = site.write(move |conn| {
        diesel::update(sessions::table.filter(sessions::id.eq(session)))
            .set(sessions::reply_by.eq(reply_by))
            .execute(conn)?;
        let branch: VenueId = diesel::insert_into(venues::table)
            .values((
                venues::session_id.eq(session),
                venues::position.eq(2),
                venues::name.eq("分会场"),
                venues::kind.eq(VenueKind::Branch),
            ))
            .returning(venues::id)
            .get_result(conn)?;
        Ok((training::queries::list_venues(conn, session)?[0].id, branch))
    });
    let (main, branch) = asked.await.expect("two venues");
    (session, main, branch)
}

/// The fields of one row: `word`, stand-in, venue, and the version that was shown.
fn row(member: Member, word: &str, name: &str, venue: VenueId, seen: i64) -> Vec<(String, String)> {
    let of = |field: &str| format!("{field}-{}", member.person);
    vec![
        (of("word"), word.to_owned()),
        (of("name"), name.to_owned()),
        (of("venue"), venue.to_string()),
        (of("seen"), seen.to_string()),
    ]
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn form(rows: &[Vec<(String, String)>], version: i64, step: &str) -> Vec<(String, String)> {
    let mut fields = rows.concat();
    fields.push(("version".to_owned(), version.to_string()));
    fields.push(("step".to_owned(), step.to_owned()));
    fields
}

#[actix_web::test]
async fn a_liaison_prepares_and_the_leader_sends_and_only_exceptions_are_recorded() {
    let site = TestApp::start().await;
    let (session, main, branch) = given(&site).await;
    let cast = site.cast.clone();
    let at = links::reply(session, cast.first_unit);
    let rows = [
        row(cast.leader_of_first_unit, "coming", "", main, 0),
        row(cast.trainee, "leave_sick", "", main, 0),
        row(cast.colleague, "coming", "", branch, 0),
    ];
    let mut liaison = site.signed_in_as(cast.liaison_of_first_unit).await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let mut hq = site.signed_in_as(cast.hq).await;
    let board = leader.get(links::unit(cast.first_unit)).await;

    let by_liaison = liaison.post(&at, &borrowed(&form(&rows, 0, "send"))).await;
    let drafted = liaison.post(&at, &borrowed(&form(&rows, 0, "draft"))).await;
    let untouched = recorded(&site, session, cast.trainee).await.is_none();
    let prefilled = leader.get(&at).await;
    let sent = leader.post(&at, &borrowed(&form(&rows, 1, "send"))).await;

    assert_eq!((by_liaison.status, drafted.status, sent.status), (404, 303, 303), "{}", sent.text());
    assert!(board.says("Reply to be sent") && untouched, "{}", board.text());
    assert!(prefilled.says("Prepared by 何联"), "{}", prefilled.text());
    assert!(prefilled.body.contains("value=\"leave_sick\" selected"), "{}", prefilled.body);
    let of_trainee = recorded(&site, session, cast.trainee).await.expect("recorded");
    assert_eq!((of_trainee.state, of_trainee.leave_kind), (AttendanceState::Leave, Some(LeaveKind::Sick)));
    assert_eq!(of_trainee.method, Method::UnitWord);
    assert!(recorded(&site, session, cast.colleague).await.is_none());
    let moved =
        site.app.db.read(move |conn| Ok(training::queries::find_roster_row(conn, session, cast.colleague.person)?));
    assert_eq!(moved.await.expect("a read").expect("on the roster").venue_id, branch);
    let page = hq.get(links::session(session)).await;
    assert!(page.says("Replies 33.3% (1/3)") || page.says("Replies 50% (1/2)"), "{}", page.text());
    assert!(page.says("第一工程公司 Sent") && page.says("66.7% (2/3)"), "{}", page.text());
    assert!(!leader.get(links::unit(site.cast.first_unit)).await.says("Reply to be sent"));
}

#[actix_web::test]
async fn a_reply_may_be_sent_again_until_the_deadline_and_not_after_it() {
    let site = TestApp::start().await;
    let (session, main, _) = given(&site).await;
    let cast = site.cast.clone();
    let at = links::reply(session, cast.first_unit);
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let first = [row(cast.trainee, "stand_in", "何联", main, 0)];
    leader.post(&at, &borrowed(&form(&first, 0, "send"))).await;
    let recorded_first = recorded(&site, session, cast.trainee).await.expect("recorded");
    let second = [row(cast.trainee, "coming", "", main, recorded_first.stamp())];
    let stood_in = recorded_first.stand_in;

    site.set_clock("2024-07-08", "17:31");
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let late = leader.post(&at, &borrowed(&form(&second, 1, "send"))).await;
    site.set_clock("2024-07-08", "17:30");
    let in_time = leader.post(&at, &borrowed(&form(&second, 1, "send"))).await;

    assert_eq!(stood_in.as_deref(), Some("何联"));
    assert_eq!((late.status, in_time.status), (422, 303), "{}", in_time.text());
    assert!(late.says("Replies have closed"), "{}", late.text());
    assert!(recorded(&site, session, cast.trainee).await.is_none());
}

#[actix_web::test]
async fn nobody_lets_themselves_off_by_a_reply_and_a_foreign_unit_is_not_found() {
    let site = TestApp::start().await;
    let (session, main, _) = given(&site).await;
    let cast = site.cast.clone();
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let mut foreign = site.signed_in_as(cast.leader_of_second_unit).await;
    let own = [row(cast.leader_of_first_unit, "leave_public", "", main, 0)];
    let at = links::reply(session, cast.first_unit);

    let by_foreigner = foreign.post(&at, &borrowed(&form(&own, 0, "send"))).await;
    let done = leader.post(&at, &borrowed(&form(&own, 0, "send"))).await;

    assert_eq!((by_foreigner.status, done.status), (404, 303));
    assert!(recorded(&site, session, cast.leader_of_first_unit).await.is_none());
}

#[actix_web::test]
async fn leave_that_was_asked_for_stands_in_the_reply_and_is_granted_by_sending_it() {
    let site = TestApp::start().await;
    let (session, main, _) = given(&site).await;
    let cast = site.cast.clone();
    let mut phone = site.signed_in_as(cast.trainee).await;
    phone.post(links::session_part(session, "leave"), &[("class", "private")]).await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let at = links::reply(session, cast.first_unit);
    let page = leader.get(&at).await;

    let sent = leader.post(&at, &borrowed(&form(&[row(cast.trainee, "leave_private", "", main, 0)], 0, "send"))).await;

    assert!(page.says("has asked") && page.body.contains("value=\"leave_private\" selected"), "{}", page.text());
    assert_eq!(sent.status, 303, "{}", sent.text());
    let asked =
        site.app.db.read(move |conn| Ok(requests::queries::list_of_person(conn, session, cast.trainee.person)?));
    let asked = asked.await.expect("a read").remove(0);
    assert_eq!(asked.state, RequestState::Granted);
    let entries = site.app.db.read(move |conn| {
        let granted = audit_entries::table
            .filter(audit_entries::action.eq("attendance.request_granted"))
            .filter(audit_entries::subject_id.eq(asked.id.0));
        let n: i64 = granted.count().get_result(conn)?;
        Ok(n)
    });
    assert_eq!(entries.await.expect("a count"), 1, "who granted it stands in the audit log");
}

#[actix_web::test]
async fn a_reply_says_nothing_of_who_leads_the_unit_beside_the_one_who_sends_it() {
    let site = TestApp::start().await;
    let (session, main, branch) = given(&site).await;
    let (cast, now) = (site.cast.clone(), site.app.clock.now());
    let (account, unit) = (cast.trainee.account, cast.first_unit);
    let granted = site.write(move |conn| {
        Ok(xuefa::accounts::queries::insert_grant(conn, account, Role::Leader, Some(unit), None, now)?)
    });
    granted.await.expect("a second leader");
    let mut phone = site.signed_in_as(cast.trainee).await;
    phone.post(links::session_part(session, "leave"), &[("class", "private")]).await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let mut hq = site.signed_in_as(cast.hq).await;
    let at = links::reply(session, cast.first_unit);
    let (page, of_hq) = (leader.get(&at).await, hq.get(&at).await);
    let rows = [row(cast.trainee, "leave_private", "", branch, 0), row(cast.colleague, "leave_sick", "", main, 0)];

    let sent = leader.post(&at, &borrowed(&form(&rows, 0, "send"))).await;

    let word = format!("name=\"word-{}\" aria-label", cast.trainee.person);
    assert!(page.says("Leads the unit: the next leader above or the Office records"), "{}", page.text());
    assert!(!page.body.contains(&word) && of_hq.body.contains(&word), "{}", page.body);
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert!(recorded(&site, session, cast.trainee).await.is_none());
    assert!(recorded(&site, session, cast.colleague).await.is_some());
    let asked =
        site.app.db.read(move |conn| Ok(requests::queries::list_of_person(conn, session, cast.trainee.person)?));
    assert_eq!(asked.await.expect("a read")[0].state, RequestState::Asked);
}

#[actix_web::test]
async fn hq_asks_for_replies_later_gives_more_time_and_sees_today_who_has_not_answered() {
    let site = TestApp::start().await;
    let cast = site.cast.clone();
    let roll = [(cast.trainee, None), (cast.colleague, None), (cast.stranger, None)];
    let session = site.given_session("2024-07-10", SessionState::Published, &roll).await;
    let at = links::session_part(session, "reply-by");
    let mut hq = site.signed_in_as(cast.hq).await;
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let (before, today) = (leader.get(links::reply(session, cast.first_unit)).await, hq.get("/today").await);
    let form = hq.get(&at).await;

    let past = hq.post(&at, &[("reply_day", "2024-07-01"), ("version", "1")]).await;
    let too_late = hq.post(&at, &[("reply_day", "2024-07-10"), ("reply_time", "08:31"), ("version", "1")]).await;
    let by_leader = leader.post(&at, &[("reply_day", "2024-07-08"), ("version", "1")]).await;
    let set = hq.post(&at, &[("reply_day", "2024-07-08"), ("version", "1")]).await;
    let stale = hq.post(&at, &[("reply_day", "2024-07-09"), ("version", "1")]).await;
    let (asked, board) = (hq.get("/today").await, leader.get(links::unit(cast.first_unit)).await);

    assert_eq!((before.status, form.status), (404, 200));
    assert!(!today.says("have not replied") && form.says("No replies are asked for so far"), "{}", form.text());
    assert_eq!((past.status, too_late.status, by_leader.status), (422, 422, 404));
    assert!(past.says("must be later than now") && too_late.says("must not be later than check-in opens"));
    assert_eq!((set.status, stale.status), (303, 422), "{}", set.text());
    assert!(stale.body.contains("2024-07-08") && stale.body.contains("value=\"2024-07-09\""), "{}", stale.body);
    assert!(asked.says("2 units have not replied"), "{}", asked.text());
    assert!(asked.body.contains(&format!("href=\"{}#replies\"", links::session(session))), "{}", asked.body);
    assert!(board.says("Reply to be sent"), "{}", board.text());

    let sent = leader.post(links::reply(session, cast.first_unit), &borrowed(&form_of_nobody())).await;
    site.set_clock("2024-07-08", "17:31");
    let mut hq = site.signed_in_as(cast.hq).await;
    let over = hq.get(links::session(session)).await;
    let extended = hq.post(&at, &[("reply_day", "2024-07-09"), ("version", "2")]).await;
    let again = hq.get(links::session(session)).await;
    let left = hq.get("/today").await;

    assert_eq!((sent.status, extended.status), (303, 303), "{} {}", sent.text(), extended.text());
    assert!(over.says("Give more time") && over.says("Closed on"), "{}", over.text());
    assert!(again.says("Send it by"), "{}", again.text());
    assert!(left.says("1 unit has not replied"), "{}", left.text());
}

#[actix_web::test]
async fn the_seating_order_follows_what_the_units_reply() {
    let site = TestApp::start().await;
    let (session, main, branch) = given(&site).await;
    let cast = site.cast.clone();
    let mut leader = site.signed_in_as(cast.leader_of_first_unit).await;
    let mut hq = site.signed_in_as(cast.hq).await;
    let at = links::seating(session);
    let rows = [row(cast.trainee, "stand_in", "何联", main, 0), row(cast.colleague, "coming", "", branch, 0)];
    leader.post(links::reply(session, cast.first_unit), &borrowed(&form(&rows, 0, "send"))).await;

    let page = hq.get(&at).await;
    let of_branch = hq.get(format!("{at}?venue={branch}")).await;
    let file = hq.get(format!("{at}.csv?venue={main}")).await;
    let of_trainee = site.signed_in_as(cast.trainee).await.get(&at).await;

    assert!(page.says("4 seats (4 on the roster)") && page.says("1 seat (1 on the roster)"), "{}", page.text());
    assert!(page.says("1 unit has not replied") || page.says("2 units have not replied"), "{}", page.text());
    assert!(of_branch.says("李敏") && !of_branch.says("何联"), "{}", of_branch.text());
    let lines: Vec<&str> = file.body.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 5, "{}", file.body);
    assert!(lines[3].starts_with("主会场,3,何联,第一工程公司,,for 杜维平"), "{}", file.body);
    assert_eq!(of_trainee.status, 404);
}

/// A reply in which everybody comes.
fn form_of_nobody() -> Vec<(String, String)> {
    form(&[], 0, "send")
}
