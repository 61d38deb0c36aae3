//! What every answer carries, what no request gets past, and what is shown of hostile words.

use crate::support::TestApp;
use diesel::prelude::*;
use xuefa::attendance::AttendanceState::Present;
use xuefa::links;
use xuefa::store::schema::{meetings, people, sessions, units};
use xuefa::training::SessionState;
use xuefa::web::ROUTES;

/// S-01, O-01, P-03: the walls around every page, signed in or not, found or not.
#[actix_web::test]
async fn every_page_carries_the_headers_that_hold_a_browser_to_this_program() {
    let site = TestApp::start().await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let mut visitor = site.signed_out();

    let answers = [
        trainee.get("/").await,
        trainee.get("/me").await,
        trainee.get("/no-such-page").await,
        trainee.get(links::OWN_DATA).await,
        visitor.get("/login").await,
        visitor.get("/me").await,
    ];

    for answer in &answers {
        let policy = answer.header("content-security-policy").unwrap_or_default();
        let words: Vec<&str> = policy.split(';').map(str::trim).collect();
        assert!(words.contains(&"default-src 'none'") && words.contains(&"frame-ancestors 'none'"), "{policy}");
        assert!(words.contains(&"script-src 'self'") && words.contains(&"style-src 'self'"), "{policy}");
        assert!(words.contains(&"form-action 'self'") && words.contains(&"base-uri 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-request-id").map(str::len), Some(16));
    }
    assert_ne!(answers[0].header("x-request-id"), answers[1].header("x-request-id"));
}

/// S-01: over TLS a name that browsers tie to this host, and never a script's.
#[actix_web::test]
async fn over_https_the_login_is_a_host_cookie() {
    let site = TestApp::start_with(|app| {
        let mut config = (*app.config).clone();
        config.base_url = Some("https://xuefa.test".to_owned());
        app.config = config.into();
    })
    .await;
    let fields = [("user_name", "trainee"), ("password", crate::support::PASSWORD)];

    let signed_in = site.signed_out().post("/login", &fields).await;

    let set = signed_in.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, cookie)| cookie);
    let login = set.clone().find(|cookie| cookie.starts_with("__Host-xuefa_login=")).expect("the login's cookie");
    for word in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(login.split("; ").any(|part| part == word), "{login}");
    }
    assert!(!login.contains("Domain"), "{login}");
    assert!(set.clone().all(|cookie| cookie.contains("Secure") && cookie.contains("HttpOnly")), "{signed_in:?}");
}

/// O-06: addresses are made from the configured base, and nothing leads elsewhere.
#[actix_web::test]
async fn neither_a_host_header_nor_a_next_address_leads_anybody_away() {
    let site = TestApp::start().await;
    let mut visitor = site.signed_out();
    visitor.headers = vec![("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")];

    let page = visitor.get("/login").await;
    let fields = |next| [("user_name", "trainee"), ("password", crate::support::PASSWORD), ("next", next)];

    assert!(!page.body.contains("evil.example"));
    for next in
        ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
    {
        let signed_in = site.signed_out().post("/login", &fields(next)).await;
        let to = signed_in.location.unwrap_or_default();
        assert!(signed_in.status == 303 && to.starts_with('/') && !to.contains("evil"), "{next}: {to}");
    }
}

/// Z-03: another way to write an address or a method is no way in.
#[actix_web::test]
async fn odd_spellings_methods_and_overrides_open_nothing() {
    let site = TestApp::start().await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let closed: Vec<&str> = ROUTES
        .iter()
        .filter(|route| route.method == "GET" && ["hq", "settings", "accounts"].contains(&route.permission.name()))
        .filter(|route| !route.path.contains('{'))
        .map(|route| route.path)
        .collect();
    assert!(closed.len() > 10, "{closed:?}");

    let mut open = Vec::new();
    for path in closed {
        let upper = path.to_uppercase();
        let encoded = path.replacen('s', "%73", 1);
        let spellings = [
            path.to_owned(),
            format!("{path}/"),
            format!("/{path}"),
            format!("{path}.json"),
            format!("{path}?role=hq"),
            format!("/readings/..{path}"),
            format!("/./{}", path.trim_start_matches('/')),
            format!("{path}%2f"),
            format!("{path};x"),
            upper,
            encoded,
        ];
        for spelling in spellings {
            let statuses = [trainee.get(&spelling).await.status, trainee.head(&spelling).await.status];
            if statuses.iter().any(|status| *status < 400) {
                open.push((spelling, statuses));
            }
        }
    }
    trainee.headers =
        vec![("x-http-method-override", "POST"), ("x-original-url", "/settings"), ("x-rewrite-url", "/settings")];
    let overridden = trainee.get("/settings").await;
    let post_as_get = trainee.get("/feedback?_method=POST&kind=complaint&text=x").await;

    assert!(open.is_empty(), "{open:#?}");
    assert_eq!(overridden.status, 404);
    assert!(post_as_get.says("Write to the Office") && !post_as_get.says("Not answered yet"));
}

/// S-05: a page of another site changes nothing, whatever token it has.
#[actix_web::test]
async fn a_change_that_another_site_asks_for_is_refused_on_every_route() {
    let site = TestApp::start().await;
    let mut hq = site.signed_in_as(site.cast.hq).await;
    let mut answers = Vec::new();
    for (header, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        hq.headers = vec![(header, value)];
        let changing = ROUTES.iter().filter(|route| route.method != "GET" && route.permission.name() != "demo");
        // A mail program unsubscribes from elsewhere, with the link's own proof.
        for route in changing.filter(|route| !route.path.starts_with("/reminders/pause/")) {
            let path = route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
            let answer = hq.post(path.collect::<Vec<_>>().join("/"), &[]).await;
            answers.push((route.path, value, answer.status));
        }
    }

    answers.retain(|(_, _, status)| *status != 403);
    assert!(answers.is_empty(), "{answers:#?}");
}

/// Z-05: fields that no form has change nothing.
#[actix_web::test]
async fn extra_fields_of_a_form_change_nothing() {
    let site = TestApp::start().await;
    let mut trainee = site.signed_in_as(site.cast.trainee).await;
    let extra = [
        ("role", "hq"),
        ("roles", "hq"),
        ("is_admin", "1"),
        ("is_hq", "true"),
        ("id", "1"),
        ("person_id", "1"),
        ("unit_id", "1"),
        ("written_by", "1"),
        ("answer", "yes"),
        ("answered_by", "1"),
        ("category", "group_leadership"),
    ];

    let profile =
        trainee.post("/me/profile", &[&[("language", "en"), ("text_size", "large")], &extra[..]].concat()).await;
    let written = trainee.post("/feedback", &[&[("kind", "suggestion"), ("text", "建议")], &extra[..]].concat()).await;
    let shown = trainee.get("/feedback").await;

    assert_eq!((profile.status, written.status), (303, 303));
    assert_eq!(trainee.get("/settings").await.status, 404);
    assert!(trainee.get("/me").await.says("Member of an affiliated enterprise"), "{}", trainee.get("/me").await.text());
    assert!(shown.says("建议") && shown.says("Not answered yet"), "{}", shown.text());
}

const PAYLOADS: [&str; 14] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "{{#each this}}{{this}}{{/each}}",
    "</title><svg onload=alert(1)>",
    "javascript:alert(1)//",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "</textarea><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<style>@import '//evil.example'</style><base href=//evil.example>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
];

/// What of them must never stand on a page as it is.
const RAW: [&str; 9] = [
    "<script>alert",
    "<ScRiPt",
    "<img src=x",
    "<svg onload",
    "<iframe srcdoc",
    "<style>@import",
    "<base href=//",
    "<math><mtext>",
    "' onmouseover='",
];

/// O-01: hostile names, posts, titles and words stand on pages as words.
#[actix_web::test]
async fn hostile_words_are_shown_and_never_run() {
    let site = TestApp::start().await;
    let session =
        site.given_session("2024-07-05", SessionState::Published, &[(site.cast.trainee, Some(Present))]).await;
    let hostile = PAYLOADS.concat();
    let (trainee, unit, words) = (site.cast.trainee.person, site.cast.first_unit, hostile.clone());
    let set = site.write(move |conn| {
        diesel::update(people::table.find(trainee))
            .set((people::name.eq(&words), people::post.eq(&words)))
            .execute(conn)?;
        diesel::update(units::table.find(unit)).set(units::name.eq(&words)).execute(conn)?;
        diesel::update(sessions::table.find(session))
            .set((
                (sessions::title.eq(&words), sessions::purpose.eq(&words), sessions::speaker.eq(&words)),
                (sessions::organiser.eq(&words), sessions::requirements.eq(&words), sessions::remark.eq(&words)),
            ))
            .execute(conn)?;
        diesel::update(xuefa::store::schema::roster::table)
            .set((xuefa::store::schema::roster::name.eq(&words), xuefa::store::schema::roster::post.eq(&words)))
            .execute(conn)?;
        diesel::insert_into(meetings::table)
            .values((
                (meetings::unit_id.eq(unit), meetings::state.eq("draft"), meetings::theme.eq(&words)),
                (meetings::place.eq(&words), meetings::chair.eq(&words), meetings::recorder.eq(&words)),
                (meetings::other_readings.eq(&words), meetings::questions.eq(&words), meetings::with_below.eq(false)),
                meetings::begun_at.eq(xuefa::clock::Moment::from_utc(chrono::NaiveDateTime::default())),
            ))
            .execute(conn)?;
        Ok(())
    });
    set.await.expect("hostile words");
    let mut own = site.signed_in_as(site.cast.trainee).await;
    own.post("/feedback", &[("kind", "complaint"), ("text", &hostile)]).await;
    let mut hq = site.signed_in_as(site.cast.hq).await;

    let mut n_shown = 0;
    for path in ROUTES.iter().filter(|route| route.method == "GET").map(|route| route.path) {
        let place = |part: &str| match part {
            "{id}" if path.starts_with("/people") => trainee.to_string(),
            "{id}" if path.starts_with("/units") => unit.to_string(),
            "{id}" if path.starts_with("/sessions") => session.to_string(),
            part if part.starts_with('{') => "1".to_owned(),
            part => part.to_owned(),
        };
        let address = path.split('/').map(place).collect::<Vec<_>>().join("/");
        for browser in [&mut own, &mut hq] {
            let page = browser.get(&address).await;
            assert!(page.status < 500, "{address}: {}", page.status);
            if page.header("content-type").is_none_or(|kind| !kind.starts_with("text/html")) {
                continue;
            }
            n_shown += usize::from(page.body.contains("&lt;script&gt;alert(1)"));
            for raw in RAW {
                assert!(!page.body.contains(raw), "{address}: {raw}");
            }
            assert!(!page.body.contains("href=\"javascript:"), "{address}");
        }
    }
    assert!(n_shown > 20, "{n_shown} pages showed the words");
}

/// O-01, M-08: in a mail hostile words are words in both its parts, and no line of its head.
#[actix_web::test]
async fn hostile_words_in_a_mail_are_words() {
    let site = TestApp::start().await;
    let session = site.given_session("2024-07-08", SessionState::Published, &[(site.cast.trainee, None)]).await;
    let hostile = format!("{}\r\nBcc: evil@evil.example", PAYLOADS.concat());
    let (trainee, words) = (site.cast.trainee.person, hostile.clone());
    let set = site.write(move |conn| {
        diesel::update(people::table.find(trainee)).set(people::name.eq(&words)).execute(conn)?;
        diesel::update(sessions::table.find(session)).set(sessions::title.eq(&words)).execute(conn)?;
        Ok(())
    });
    set.await.expect("hostile words");
    let (delivery, memory) = site.in_memory();

    site.tick(&delivery).await;

    let mails = memory.posted();
    assert!(!mails.is_empty(), "{:?}", site.outbox().await);
    for mail in &mails {
        let head = mail.content.split("\r\n\r\n").next().unwrap_or_default();
        assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
        assert_eq!(mail.to.len(), 1);
        let all = crate::reminders::decoded(mail);
        let (_, html) = all.split_once("<html").expect("a part in HTML");
        let html = html.split_once("</html>").map_or(html, |(html, _)| html);
        assert!(html.contains("&lt;script&gt;alert(1)"), "{html}");
        for raw in RAW {
            assert!(!html.contains(raw), "{raw}");
        }
    }
}
