//! The audit trail: chained, verified, searched, exported.

use crate::commands::run;
use crate::support::TestApp;
use chrono::TimeDelta;
use diesel::prelude::*;
use xuefa::access::Actor;
use xuefa::audit::heads::CopiedHead;
use xuefa::audit::{self, Action, Chain, Fault, Verdict};
use xuefa::store::schema::{audit_chain, audit_checkpoints, audit_entries, audit_seals, audit_values, people};

const TRIED: Action = Action::new("demo.tried", "demo");

/// So many more entries, each with values; gives the id of the last.
async fn given_entries(site: &TestApp, n: i64) -> i64 {
    let now = site.app.clock.now();
    let made = site.write(move |conn| {
        for number in 0..n {
            audit::record(conn, &Actor::program("test"), now, TRIED, number, &number)?;
        }
        Ok(audit::find_newest(conn)?.expect("just added").id)
    });
    made.await.expect("entries")
}

async fn seal(site: &TestApp) -> usize {
    audit::seal(&site.app.db, &site.app.secret).await.expect("the trail is chained")
}

async fn verified(site: &TestApp, heads: Vec<CopiedHead>) -> Verdict {
    let chain = Chain::new(&site.app.secret);
    site.app.db.read(move |conn| audit::verify(conn, &chain, &heads)).await.expect("the trail is read")
}

/// Copies the head as each day does, and gives what stands in the file.
async fn copied(site: &TestApp) -> Vec<CopiedHead> {
    let (file, today) = (site.app.config.audit_heads(), site.app.clock.today());
    let read = file.clone();
    site.app.db.read(move |conn| audit::copy_head(conn, &file, today)).await.expect("the head is copied");
    audit::heads::read(&read).expect("the file is read")
}

/// `xuefa audit verify`, as an operator runs it.
fn verify_command(site: &TestApp) -> (String, Option<i32>) {
    verify_command_with(site, &[])
}

fn verify_command_with(site: &TestApp, settings: &[(&str, &str)]) -> (String, Option<i32>) {
    run(site, "C", &["audit", "verify"], settings)
}

#[actix_web::test]
async fn a_folder_without_a_key_is_named_and_gets_none() {
    let site = TestApp::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().display().to_string();

    let (said, code) = verify_command_with(&site, &[("XUEFA_DATA", &data)]);

    assert!(code == Some(1) && said.contains("has no secret.key"), "{said}");
    assert!(!folder.path().join("secret.key").exists());
}

/// L-02: every entry is chained, however many instances do it at once while others write.
#[actix_web::test]
async fn several_sealers_at_once_chain_each_entry_once_and_in_order() {
    let site = TestApp::start().await;
    let mut writing = Vec::new();
    for number in 0..60_i64 {
        let (db, now) = (site.app.db.clone(), site.app.clock.now());
        writing.push(actix_web::rt::spawn(async move {
            db.write(move |conn| audit::record(conn, &Actor::program("test"), now, TRIED, number, &number)).await
        }));
        if number % 15 == 0 {
            let (db, secret) = (site.app.db.clone(), site.app.secret.clone());
            writing.push(actix_web::rt::spawn(async move { audit::seal_if_free(&db, &secret).await.map(drop) }));
        }
    }
    for done in writing {
        done.await.expect("no panic").expect("written");
    }
    seal(&site).await;

    let verdict = verified(&site, Vec::new()).await;
    let (n_entries, n_seals): (i64, i64) = site
        .app
        .db
        .read(|conn| Ok((audit_entries::table.count().get_result(conn)?, audit_seals::table.count().get_result(conn)?)))
        .await
        .expect("a read");

    assert_eq!((verdict.n_faults, verdict.n_open), (0, 0), "{verdict:?}");
    assert_eq!(n_entries, n_seals);
    assert!(n_entries >= 60);
    assert_eq!(seal(&site).await, 0);
}

/// L-02: `verify` finds a changed byte, a deleted row, changed values and a slipped-in row, and says where.
#[actix_web::test]
async fn what_was_changed_taken_away_or_slipped_in_is_found() {
    let site = TestApp::start().await;
    let last = given_entries(&site, 9).await;
    seal(&site).await;
    assert_eq!(verified(&site, Vec::new()).await.n_faults, 0);

    let tampered = site.write(move |conn| {
        let entry = |id: i64| audit_entries::table.filter(audit_entries::id.eq(id));
        diesel::update(entry(last - 8)).set(audit_entries::origin.eq("tesu")).execute(conn)?;
        diesel::update(audit_values::table.filter(audit_values::entry_id.eq(last - 6)))
            .set(audit_values::details.eq("7"))
            .execute(conn)?;
        diesel::delete(audit_values::table.filter(audit_values::entry_id.eq(last - 4))).execute(conn)?;
        diesel::delete(entry(last - 4)).execute(conn)?;
        // Entry and seal together: the one after it no longer follows.
        diesel::delete(audit_values::table.filter(audit_values::entry_id.eq(last - 2))).execute(conn)?;
        diesel::delete(entry(last - 2)).execute(conn)?;
        diesel::delete(audit_seals::table.filter(audit_seals::entry_id.eq(last - 2))).execute(conn)?;
        Ok(())
    });
    tampered.await.expect("tampered with");
    let found = verified(&site, Vec::new()).await;
    let (said, code) = verify_command(&site);

    let expected =
        [Fault::Changed(last - 8), Fault::ValuesChanged(last - 6), Fault::Missing(last - 4), Fault::Changed(last - 1)];
    assert_eq!(found.faults, expected);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&format!("entry {} was taken away", last - 4)), "{said}");
    assert!(said.contains("faults: 4") && !said.contains("Whole"), "{said}");
}

/// A backup put back where the old key is not: nothing was tampered with, and that is not what is said.
#[actix_web::test]
async fn a_trail_that_another_key_sealed_is_told_as_such_and_not_called_whole() {
    let site = TestApp::start().await;
    let last = given_entries(&site, 9).await;
    seal(&site).await;
    let other = Chain::new(&xuefa::secret::Secret::fleeting());

    let (strange, same) = (other.clone(), Chain::new(&site.app.secret));
    let looked = site
        .app
        .db
        .read(move |conn| Ok((audit::begins_with_key(conn, &strange)?, audit::begins_with_key(conn, &same)?)));
    assert_eq!(looked.await.expect("the trail is read"), (false, true));
    let found = site.app.db.read(move |conn| audit::verify(conn, &other, &[])).await.expect("the trail is read");
    let (said, code) = verify_command_with(&site, &[("XUEFA_SECRET", "another key of more than 32 characters")]);

    assert!(matches!(found.faults[..], [Fault::OtherKey { last: found, .. }] if found == last), "{found:?}");
    assert_eq!((found.n_faults, found.n_whole, code), (1, 0, Some(1)), "{said}");
    assert!(said.contains("sealed with another key") && said.contains("old secret.key"), "{said}");
    assert!(said.contains("If a backup was restored here, its old key is missing"), "{said}");
    assert!(!said.contains("Whole"), "{said}");
}

/// L-02: an end that was cut off with its seals and its head is found by the head that was copied the day before.
#[actix_web::test]
async fn an_end_that_was_cut_off_is_found_by_the_copied_head() {
    let site = TestApp::start().await;
    let kept = given_entries(&site, 3).await;
    seal(&site).await;
    let last = given_entries(&site, 3).await;
    seal(&site).await;
    let heads = copied(&site).await;
    let again = copied(&site).await;
    let (said_before, code_before) = verify_command(&site);
    assert!(said_before.contains("sealed entries are as they were written"), "{said_before}");
    assert!(said_before.contains("compared with the daily copy"), "{said_before}");

    let cut = site.write(move |conn| {
        diesel::delete(audit_values::table.filter(audit_values::entry_id.gt(kept))).execute(conn)?;
        diesel::delete(audit_entries::table.filter(audit_entries::id.gt(kept))).execute(conn)?;
        diesel::delete(audit_seals::table.filter(audit_seals::entry_id.gt(kept))).execute(conn)?;
        let hash: String =
            audit_seals::table.filter(audit_seals::entry_id.eq(kept)).select(audit_seals::hash).get_result(conn)?;
        diesel::update(audit_chain::table)
            .set((audit_chain::sealed_to.eq(kept), audit_chain::hash.eq(hash)))
            .execute(conn)?;
        Ok(())
    });
    cut.await.expect("cut");
    let (said, code) = verify_command(&site);

    assert_eq!((heads.len(), heads[0].entry), (1, last));
    assert_eq!(heads, again, "once a day");
    assert_eq!(code_before, Some(0), "{said_before}");
    assert_eq!(verified(&site, Vec::new()).await.n_faults, 0, "without the copy it looks whole");
    assert_eq!(verified(&site, heads).await.faults, [Fault::Cut(last)]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&format!("the trail once reached entry {last}")), "{said}");
}

/// L-02: whoever can write to every table still has no key to make seals with.
#[actix_web::test]
async fn a_chain_made_with_another_key_is_no_chain() {
    let site = TestApp::start().await;
    given_entries(&site, 2).await;
    audit::seal(&site.app.db, &xuefa::secret::Secret::fleeting()).await.expect("sealed by a stranger");

    assert!(verified(&site, Vec::new()).await.n_faults > 0);
}

/// L-02, P-02: values can be erased, and the chain stays whole.
#[actix_web::test]
async fn erased_values_leave_the_chain_whole_and_are_counted() {
    let site = TestApp::start().await;
    let last = given_entries(&site, 4).await;
    seal(&site).await;
    let erased = site.write(move |conn| {
        Ok(diesel::delete(audit_values::table.filter(audit_values::entry_id.eq(last))).execute(conn)?)
    });
    erased.await.expect("erased");

    let verdict = verified(&site, Vec::new()).await;

    assert_eq!((verdict.n_faults, verdict.n_erased), (0, 1));
}

/// L-03: six months are kept whatever is asked for; what is older leaves a signed checkpoint.
#[actix_web::test]
async fn older_entries_leave_a_signed_checkpoint_and_younger_ones_stay() {
    let site = TestApp::start().await;
    let last = given_entries(&site, 3).await;
    let old = site.app.clock.now();
    site.app.clock.set(old + TimeDelta::days(400));
    let young = given_entries(&site, 2).await;
    seal(&site).await;
    let (chain, now) = (Chain::new(&site.app.secret), site.app.clock.now());
    let prune = |before| {
        let chain = chain.clone();
        site.write(move |conn| audit::prune(conn, &chain, before, now))
    };

    let too_young = prune(now - audit::LEAST_KEPT + TimeDelta::seconds(1)).await;
    let n_pruned = prune(now - audit::LEAST_KEPT).await.expect("pruned");
    let n_again = prune(now - audit::LEAST_KEPT).await.expect("nothing more");
    seal(&site).await;
    let whole = verified(&site, Vec::new()).await;
    let forged = site.write(move |conn| {
        Ok(diesel::update(audit_checkpoints::table).set(audit_checkpoints::n_entries.eq(0)).execute(conn)?)
    });
    forged.await.expect("forged");

    assert!(too_young.is_err());
    assert!(n_pruned >= 3);
    assert_eq!(n_again, 0);
    assert_eq!((whole.n_faults, whole.begins_after, whole.n_open), (0, last, 0), "{whole:?}");
    assert!(whole.n_whole >= usize::try_from(young - last).expect("a number"));
    assert_eq!(verified(&site, Vec::new()).await.faults, [Fault::CheckpointForged(last)]);
}

/// L-01: an entry says who, what, when, from where and in which request; before and after stand with it.
#[actix_web::test]
async fn the_audit_duty_finds_who_did_what_and_from_where() {
    let site = TestApp::start().await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    trainee.post("/me/profile", &[("text_size", "large")]).await;
    let mut auditor = site.signed_in_as(site.cast.admin).await;

    let name = xuefa::links::percent("杜维平");
    let by_name = auditor.get(format!("/audit?actor={name}&action=profile_changed")).await;
    let by_number = auditor.get("/audit?actor=TRAINEE&area=accounts&kind=account").await;
    let other_day = auditor.get(format!("/audit?actor={name}&until=2024-07-04")).await;
    let same_day = auditor.get("/audit?action=profile_changed&from=2024-07-05&until=2024-07-05").await;
    let nobody = auditor.get("/audit?actor=%25").await;
    let wrong = auditor.get("/audit?from=yesterday&object=x").await;

    assert!(by_name.says("One entry, the newest first"), "{}", by_name.text());
    for words in ["杜维平", "accounts.profile_changed", "203.0.113.7", "large"] {
        assert!(by_name.says(words), "{words}: {}", by_name.text());
    }
    let request: Vec<String> = site
        .app
        .db
        .read(|conn| {
            let changed = audit_entries::table.filter(audit_entries::action.eq("accounts.profile_changed"));
            Ok(changed.select(audit_entries::request).load(conn)?)
        })
        .await
        .expect("a read");
    assert_eq!((request.len(), request[0].len()), (1, 16));
    assert!(by_number.says("accounts.profile_changed"));
    assert!(other_day.says("No entry matches") && nobody.says("No entry matches"));
    assert!(same_day.says("One entry, the newest first"));
    let by_word = auditor.get("/audit?area=accounts&action=changed+own+profile").await;
    assert!(by_word.says("accounts.profile_changed") && !by_word.body.contains("value=\"demo\""), "{}", by_word.text());
    assert_eq!(wrong.status, 422);
    assert!(wrong.says("Enter the day as 2024-07-05") && wrong.says("Enter a number"));
}

/// Whose attendance was changed is asked by name: the entry holds a number alone.
#[actix_web::test]
async fn entries_are_found_by_whom_they_are_about_and_name_them() {
    let site = TestApp::start().await;
    let (now, person, stranger) = (site.app.clock.now(), site.cast.trainee.person, site.cast.stranger.person);
    let recorded = site.write(move |conn| {
        for people in [vec![person, stranger], vec![stranger]] {
            let people: Vec<_> = people.iter().map(|person| serde_json::json!({ "person": person })).collect();
            let details = serde_json::json!({ "reason": "", "people": people });
            audit::record(
                conn,
                &Actor::program("test"),
                now,
                Action::new("attendance.recorded", "session"),
                1_i64,
                &details,
            )?;
        }
        audit::record(conn, &Actor::program("test"), now, Action::new("reminders.paused", "person"), person.0, &())
    });
    recorded.await.expect("entries");
    let mut auditor = site.signed_in_as(site.cast.admin).await;

    let by_name = auditor.get(format!("/audit?affected={}", xuefa::links::percent("杜维平"))).await;
    let recorded = auditor.get("/audit?affected=TRAINEE&action=attendance.recorded").await;
    let nobody = auditor.get("/audit?affected=%25").await;

    assert!(by_name.says("attendance.recorded") && by_name.says("reminders.paused"), "{}", by_name.text());
    assert!(recorded.says("One entry") && recorded.says("杜维平"), "{}", recorded.text());
    assert!(recorded.says("Recorded or corrected attendance Session 1 杜维平"), "{}", recorded.text());
    assert!(nobody.says("No entry matches"), "{}", nobody.text());
}

/// L-03: nobody but the audit duty reads the trail; the page has as many queries as it has entries on it, or one more.
#[actix_web::test]
async fn nobody_but_the_audit_duty_reads_the_trail() {
    let site = TestApp::start().await;
    given_entries(&site, 60).await;

    for member in [site.cast.hq, site.cast.leader_of_first_unit, site.cast.trainee] {
        let mut browser = site.signed_in_as(member).await;
        assert_eq!(browser.get("/audit").await.status, 404);
        assert_eq!(browser.get("/audit.csv").await.status, 404);
    }
    let mut auditor = site.signed_in_as(site.cast.admin).await;
    let (first, second) = (auditor.get("/audit?area=demo").await, auditor.get("/audit?area=demo&page=2").await);
    assert!(first.says("60 entries") && second.says("60 entries"));
    assert_eq!(first.body.matches("<tr id=\"entry-").count(), 50);
    assert_eq!(second.body.matches("<tr id=\"entry-").count(), 10);
}

/// L-01, L-03: an export is an entry itself; no name makes a line of its own, or speaks to a terminal.
#[actix_web::test]
async fn an_export_is_audited_and_no_name_forges_a_line() {
    let site = TestApp::start().await;
    let forged = "李四\r\n99,2024-07-05,hq,settings.changed\u{1b}[2J";
    let person = site.cast.trainee.person;
    let named = site.write(move |conn| {
        Ok(diesel::update(people::table.filter(people::id.eq(person))).set(people::name.eq(forged)).execute(conn)?)
    });
    named.await.expect("named");
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    trainee.post("/me/profile", &[("text_size", "large")]).await;
    let mut auditor = site.signed_in_as(site.cast.admin).await;

    let file = auditor.get("/audit.csv?action=profile_changed").await;
    let exported = auditor.get("/audit?action=exported").await;

    assert_eq!(file.status, 200);
    assert_eq!(file.body.trim_end().lines().count(), 2, "{}", file.body);
    assert!(!file.body.contains('\u{1b}'));
    assert!(file.body.contains("2024-07-05T09:00:00+08:00"), "{}", file.body);
    assert!(exported.says("One entry, the newest first") && exported.says("profile_changed"), "{}", exported.text());
}
