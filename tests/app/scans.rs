//! Scans of the signed sheet: what is taken, who finds it, and what is swept.

use crate::support::facts::lying;
use crate::support::{Answer, Browser, TestApp};
use chrono::TimeDelta;
use xuefa::files::{self, FileUse, SCANS, Subject};
use xuefa::store::ids::SessionId;
use xuefa::training::{SessionState, queries};

const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\0\0\0\0\0\0\0\0\0\0CRC.\0\0\0\0IENDCRC.";
const PDF: &[u8] = b"%PDF-1.7\nscan\nstartxref\n9\n%%EOF\n";

async fn given_session(site: &TestApp) -> SessionId {
    site.given_session("2024-07-05", SessionState::Closed, &[(site.cast.trainee, None)]).await
}

async fn scans(site: &TestApp, id: SessionId) -> Vec<FileUse> {
    let subject = Subject::SignedSheet(id);
    site.app.db.read(move |conn| Ok(files::queries::list_uses(conn, subject)?)).await.expect("the scans")
}

/// Uploads with a key of its own for each.
async fn upload(browser: &mut Browser, id: SessionId, name: &str, content: &[u8]) -> Answer {
    browser.upload(format!("/sessions/{id}/scans"), "file", name, content).await
}

/// O-04.
#[actix_web::test]
async fn a_scan_is_kept_and_downloaded_as_what_it_is_whatever_it_was_called() {
    let site = TestApp::start().await;
    let id = given_session(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let added = upload(&mut hq, id, "../../签到表.html", PNG).await;
    let kept = scans(&site, id).await;
    let page = hq.get(format!("/sessions/{id}")).await;
    let file = hq.get(xuefa::links::scan(id, kept[0].id)).await;

    assert_eq!((added.status, kept.len(), file.status), (303, 1, 200));
    assert!(page.says("签到表.png") && page.says("1 KB"), "{}", page.text());
    assert_eq!(file.bytes, PNG);
    assert_eq!(file.header("content-type"), Some("image/png"));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(file.header("content-security-policy"), Some("default-src 'none'; sandbox"));
    let disposition = file.header("content-disposition").unwrap_or_default();
    assert!(disposition.starts_with("attachment; ") && disposition.ends_with("''%E7%AD%BE%E5%88%B0%E8%A1%A8.png"));
    assert!(!disposition.contains(".."), "{disposition}");
}

#[actix_web::test]
async fn hq_is_led_to_the_signed_sheet_on_the_way_to_confirming() {
    let site = TestApp::start().await;
    let id = given_session(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let (session, step) = (hq.get(format!("/sessions/{id}")).await, hq.get(format!("/sessions/{id}/confirm")).await);
    upload(&mut hq, id, "签到表.png", PNG).await;
    let (scans, after) =
        (hq.get(format!("/sessions/{id}/scans")).await, hq.get(format!("/sessions/{id}/confirm")).await);

    assert!(session.says("Upload scans of the sheet"), "{}", session.text());
    assert!(step.says("No scans yet") && step.body.contains(&format!("/sessions/{id}/scans\"")), "{}", step.text());
    assert!(scans.body.contains(&format!("/sessions/{id}/confirm\"")), "{}", scans.body);
    assert!(after.says("Scans: 1"), "{}", after.text());
}

#[actix_web::test]
async fn what_is_too_large_empty_or_neither_pdf_jpeg_nor_png_is_refused_and_not_kept() {
    let site = TestApp::start().await;
    let id = given_session(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut large = PDF.to_vec();
    large.resize(SCANS.most_bytes + 1, 0);

    let mut said = Vec::new();
    for (name, content) in [("a.pdf", &b"<script>"[..]), ("a.pdf", &large), ("a.pdf", b"")] {
        let refused = upload(&mut hq, id, name, content).await;
        said.push((
            refused.status,
            refused.says("Only PDF"),
            refused.says("larger than 10 MB"),
            refused.says("Choose a"),
        ));
    }

    assert_eq!(said[0], (422, true, false, false));
    assert_eq!(said[1], (422, false, true, false));
    assert_eq!((said[2].0, said[2].3), (422, true));
    assert_eq!((scans(&site, id).await.len(), lying(&site)), (0, 0));
}

#[actix_web::test]
async fn hq_and_the_clerk_find_a_scan_and_nobody_else_does() {
    let site = TestApp::start().await;
    let id = given_session(&site).await;
    let clerk = site.cast.colleague;
    let appointed = site.write(move |conn| {
        let venue = queries::list_venues(conn, id)?[0].id;
        Ok(queries::insert_clerk(conn, id, venue, clerk.person)?)
    });
    appointed.await.expect("a clerk");

    let added = upload(&mut site.signed_in_as(clerk).await, id, "a.pdf", PDF).await;
    let address = xuefa::links::scan(id, scans(&site, id).await[0].id);
    let elsewhere = site.given_session("2024-07-04", SessionState::Closed, &[(site.cast.trainee, None)]).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let of_other = hq.get(xuefa::links::scan(elsewhere, scans(&site, id).await[0].id)).await;

    assert_eq!((added.status, hq.get(&address).await.status, of_other.status), (303, 200, 404));
    for member in [site.cast.trainee, site.cast.leader_of_first_unit, site.cast.stranger, site.cast.admin] {
        let mut other = site.signed_in_as(member).await;
        let uploaded = upload(&mut other, id, "a.pdf", PDF).await;
        let removed = other.post(format!("{address}/remove"), &[("reason", "x")]).await;
        assert_eq!((other.get(&address).await.status, uploaded.status, removed.status), (404, 404, 404));
    }
    assert_eq!(scans(&site, id).await.len(), 1);
}

#[actix_web::test]
async fn the_same_file_lies_once_and_is_swept_a_day_after_nothing_uses_it() {
    let site = TestApp::start().await;
    let first = given_session(&site).await;
    let second = site.given_session("2024-07-04", SessionState::Closed, &[(site.cast.trainee, None)]).await;
    // Each in a browser of its own: the forms of one have the same key.
    for (id, name) in [(first, "a.png"), (second, "a.png"), (first, "b.png")] {
        upload(&mut site.signed_in_as(site.cast.hq).await, id, name, PNG).await;
    }
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let sweep = async |days| {
        site.app.clock.set(site.app.clock.now() + TimeDelta::days(days) + TimeDelta::seconds(1));
        xuefa::web::background::sweep(&site.app).await.expect("a sweep")
    };

    let (of_first, of_second) = (scans(&site, first).await, scans(&site, second).await);
    let one = lying(&site);
    hq.post(format!("{}/remove", xuefa::links::scan(first, of_first[0].id)), &[("reason", "扫描不清")]).await;
    let while_used = sweep(2).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let without = hq.post(format!("{}/remove", xuefa::links::scan(second, of_second[0].id)), &[("reason", " ")]).await;
    hq.post(format!("{}/remove", xuefa::links::scan(second, of_second[0].id)), &[("reason", "扫描不清")]).await;
    let at_once = sweep(0).await;
    let a_day_later = sweep(1).await;

    assert_eq!((of_first.len(), of_second.len(), one, without.status), (1, 1, 1, 422));
    assert_eq!((while_used, at_once, a_day_later, lying(&site)), (0, 0, 1, 0));
}

#[actix_web::test]
async fn who_removed_a_scan_and_why_is_kept() {
    let site = TestApp::start().await;
    let id = given_session(&site).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    upload(&mut hq, id, "a.pdf", PDF).await;
    let scan = scans(&site, id).await[0].id;

    let removed = hq.post(xuefa::links::remove_scan(id, scan), &[("reason", "上传到了别的场次")]).await;

    let details: Vec<String> = site
        .app
        .db
        .read(|conn| {
            use diesel::prelude::*;
            use xuefa::store::schema::{audit_entries, audit_values};
            Ok(audit_values::table
                .inner_join(audit_entries::table)
                .filter(audit_entries::action.eq("file.taken_away"))
                .order(audit_entries::id)
                .select(audit_values::details)
                .load(conn)?)
        })
        .await
        .expect("the log");
    assert_eq!((removed.status, scans(&site, id).await.len(), details.len()), (303, 0, 1));
    assert!(details[0].contains("上传到了别的场次") && details[0].contains("a.pdf"), "{}", details[0]);
}
