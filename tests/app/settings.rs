//! What HQ decides, and what stands at the foot of every page.

use crate::support::TestApp;

const FIELDS: &[(&str, &str)] = &[
    ("organisation", "利和集团"),
    ("help_contact", "信访办 8012"),
    ("opens_before_minutes", "45"),
    ("code_seconds", "20"),
    ("code_previous_steps", "0"),
    ("kept_months", "36"),
    ("correction_days", "15"),
    ("remembered_days", "400"),
    ("mail_from_hour", "8"),
    ("mail_to_hour", "20"),
    ("evidence_months", "24"),
    ("study_unit", "hours"),
    ("study_day_hours", "7.5"),
    ("marked_hours", "count"),
];

#[actix_web::test]
async fn the_help_contact_stands_at_the_foot_of_every_page_once_it_is_set() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut visitor = site.signed_out();
    let before = visitor.get("/login").await;

    let saved = hq.post("/settings", &[FIELDS, &[("version", "0")]].concat()).await;

    assert_eq!(saved.status, 303, "{}", saved.text());
    assert!(!before.says("8012"));
    assert!(visitor.get("/login").await.says("利和集团 Help: 信访办 8012"), "{}", visitor.get("/login").await.text());
}

#[actix_web::test]
async fn of_two_who_edit_the_settings_at_once_the_second_sees_both_versions() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut admin = site.signed_in_as(site.cast.admin).await;
    hq.post("/settings", &[FIELDS, &[("version", "0")]].concat()).await;

    let second = admin
        .post(
            "/settings",
            &[
                ("organisation", "利和集团"),
                ("help_contact", "信访办 9999"),
                ("opens_before_minutes", "45"),
                ("code_seconds", "20"),
                ("code_previous_steps", "0"),
                ("kept_months", "36"),
                ("correction_days", "15"),
                ("remembered_days", "400"),
                ("mail_from_hour", "8"),
                ("mail_to_hour", "20"),
                ("evidence_months", "24"),
                ("reflections", "on"),
                ("factor_roles", "hq"),
                ("study_unit", "days"),
                ("study_day_hours", "7.5"),
                ("marked_hours", "count"),
                ("version", "0"),
            ],
        )
        .await;

    assert_eq!(second.status, 422);
    assert!(second.body.contains("信访办 9999") && second.says("Now stored: “信访办 8012”"), "{}", second.text());
    assert!(second.says("Now stored: “Hours”"), "{}", second.text());
    assert!(second.says("Now stored: “no”") && second.says("Now stored: “—”"), "{}", second.text());
}

#[actix_web::test]
async fn settings_that_make_no_sense_are_refused_at_their_fields_and_others_do_not_find_them() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut leader = site.signed_in_as(site.cast.leader_of_first_unit).await;

    let refused = hq
        .post(
            "/settings",
            &[
                ("opens_before_minutes", "soon"),
                ("code_seconds", "4"),
                ("code_previous_steps", "5"),
                ("kept_months", "5"),
                ("remembered_days", "401"),
                ("mail_from_hour", "8"),
                ("mail_to_hour", "20"),
                ("evidence_months", "24"),
                ("study_day_hours", "7.4"),
                ("version", "0"),
            ],
        )
        .await;

    assert_eq!(refused.status, 422);
    for field in [
        "organisation",
        "help_contact",
        "opens_before_minutes",
        "code_seconds",
        "code_previous_steps",
        "kept_months",
        "remembered_days",
        "study_day_hours",
    ] {
        assert!(refused.body.contains(&format!("id=\"{field}-error\"")), "{field}: {}", refused.text());
    }
    assert!(refused.body.contains("value=\"soon\""));
    assert_eq!(leader.get("/settings").await.status, 404);
}

/// Whom to ask is the first thing that an empty system wants; until then the notice names nobody instead of "the above".
#[actix_web::test]
async fn whom_to_ask_is_asked_for_first_and_the_notice_names_nobody_before() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;

    let before = [hq.get("/today").await, hq.get("/welcome").await, trainee.get("/welcome").await];
    let set = site.write(|conn| {
        let now = xuefa::settings::current(conn)?;
        let settings = xuefa::settings::Settings {
            organisation: "利和集团".to_owned(),
            help_contact: "信访办 8012".to_owned(),
            ..now
        };
        xuefa::settings::establish(conn, &settings)
    });
    set.await.expect("set");
    let after = [hq.get("/today").await, hq.get("/welcome").await];

    assert!(before[0].says("Missing Name of the group and contact"), "{}", before[0].text());
    assert!(before[0].body.contains("<a href=\"/settings\">Name of the group"), "{}", before[0].body);
    assert!(before[1].says("No contact has been entered"), "{}", before[1].text());
    assert!(!before[2].says("No contact has been entered") && !before[2].says("the contact"), "{}", before[2].text());
    assert!(after[0].says("Entered Name of the group and contact"), "{}", after[0].text());
    assert!(after[1].says("or 信访办 8012. A refusal"), "{}", after[1].text());
}

/// What only this machine reaches, nobody else reads.
#[actix_web::test]
async fn plain_http_on_this_machine_alone_is_no_alarm() {
    let mut alarms = Vec::new();
    for (base_url, listen) in [
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://localhost:8080", "[::1]:8080"),
        ("http://127.0.0.1:8080", "0.0.0.0:8080"),
        ("http://localhost.evil.example", "127.0.0.1:8080"),
    ] {
        let site = TestApp::start_with(|app| {
            let (base_url, listen) = (Some(base_url.to_owned()), listen.parse().expect("an address"));
            app.config = std::sync::Arc::new(xuefa::config::Config { base_url, listen, ..(*app.config).clone() });
        })
        .await;
        let page = site.signed_in_as(site.cast.admin).await.get("/settings").await;
        alarms.push(page.says("anybody on the same network can read passwords"));
    }

    assert_eq!(alarms, [false, false, true, true]);
}

#[actix_web::test]
async fn the_system_page_says_loudly_that_plain_http_can_be_read_by_others() {
    let site = TestApp::start().await;
    let mut admin = site.signed_in_as(site.cast.admin).await;

    let page = admin.get("/settings").await;

    assert!(page.says("anybody on the same network can read passwords"), "{}", page.text());
    assert!(page.says("no mail server is set"), "{}", page.text());
    assert!(page.says("SQLite") || page.says("PostgreSQL"), "{}", page.text());
}
