//! Signing in and out.

use crate::support::{PASSWORD, TestApp};

#[actix_web::test]
async fn the_right_password_signs_in_and_leads_to_where_one_wanted_to_be() {
    let site = TestApp::start().await;
    let mut browser = site.signed_out();

    let wrong = browser.post("/login", &[("user_name", "hq"), ("password", "wrong")]).await;
    let right =
        browser.post("/login", &[("user_name", " HQ "), ("password", PASSWORD), ("next", "/sessions?page=2")]).await;

    assert_eq!((wrong.status, right.status), (422, 303));
    assert!(wrong.says("The user name or the password is not right"), "{}", wrong.text());
    assert_eq!(right.location.as_deref(), Some("/sessions?page=2"));
}

#[actix_web::test]
async fn a_form_without_its_token_changes_nothing() {
    let site = TestApp::start().await;
    let mut browser = site.signed_out();

    let answer = browser.post_raw("/login", &[("user_name", "hq"), ("password", PASSWORD)]).await;

    assert_eq!(answer.status, 403);
}
