//! What somebody was refused stands in the trail, once an hour.

use crate::support::TestApp;
use chrono::TimeDelta;
use diesel::prelude::*;
use xuefa::store::schema::{audit_entries, audit_values};

/// Who was refused what: the person, the id of the thing, and the values.
async fn noted(site: &TestApp) -> Vec<(Option<i64>, Option<i64>, String)> {
    let read = site.app.db.read(|conn| {
        Ok(audit_entries::table
            .inner_join(audit_values::table)
            .filter(audit_entries::action.eq("access.refused"))
            .order(audit_entries::id)
            .select((audit_entries::person_id, audit_entries::subject_id, audit_values::details))
            .load(conn)?)
    });
    read.await.expect("the trail")
}

/// L-01: a refusal is an entry of its own write: who, what, where, when, in which request.
#[actix_web::test]
async fn what_somebody_was_refused_stands_in_the_trail() {
    let site = TestApp::start().await;
    let (trainee, stranger) = (site.cast.trainee.person.0, site.cast.stranger.person.0);
    let mut browser = site.signed_in_as(site.cast.trainee).await;

    let page = browser.get("/settings").await;
    let foreign = browser.get(format!("/people/{stranger}")).await;
    let csrf = browser.post_raw("/me/profile", &[("language", "en")]).await;
    let change = browser.post(format!("/people/{stranger}/account/disable"), &[]).await;
    let nowhere = browser.get("/no-such-page").await;

    let statuses = [page.status, foreign.status, csrf.status, change.status, nowhere.status];
    assert_eq!(statuses, [404, 404, 403, 404, 404]);
    let said = |subject: Option<i64>, route: &str, status: u16| {
        (Some(trainee), subject, format!("{{\"route\":\"{route}\",\"status\":{status}}}"))
    };
    assert_eq!(
        noted(&site).await,
        [
            said(None, "GET /settings", 404),
            said(Some(stranger), "GET /people/{id}", 404),
            said(None, "POST /me/profile", 403),
            said(Some(stranger), "POST /people/{id}/account/disable", 404),
        ]
    );
    let mut auditor = site.signed_in_as(site.cast.admin).await;
    let trail = auditor.get("/audit?area=access").await;
    assert!(trail.says("Refused access") && trail.says("203.0.113.7"), "{}", trail.text());
    assert!(trail.says(page.header("x-request-id").expect("an id")), "{}", trail.text());
}

/// L-01: the same refusal again and again is one entry an hour; another person's is one more. Nobody who is not signed in
/// adds any.
#[actix_web::test]
async fn nobody_floods_the_trail_with_refusals() {
    let site = TestApp::start().await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let mut colleague = site.signed_in_as(site.cast.colleague).await;

    for id in 1..=30 {
        trainee.get(format!("/sessions/{}", 1000 + id)).await;
        site.signed_out().get(format!("/sessions/{}", 1000 + id)).await;
    }
    colleague.get("/sessions/1000").await;
    let n_at_once = noted(&site).await.len();
    site.app.clock.set(site.app.clock.now() + TimeDelta::hours(1));
    trainee.get("/sessions/1000").await;

    assert_eq!((n_at_once, noted(&site).await.len()), (2, 3));
}
