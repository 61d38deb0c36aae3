//! What everybody is told: what is held about them and why, and in a demo what to try.

use crate::access::Viewer;
use crate::accounts::{notice, notice_queries};
use crate::clock::Moment;
use crate::error::{Message, Result};
use crate::i18n::{self, Language};
use crate::links;
use crate::readings::markdown;
use crate::settings::{self, Settings};
use crate::web::attendance::screen::has_demo_screen;
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub struct NextFields {
    #[serde(default)]
    next: String,
}

/// The form under the notice.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ReadFields {
    next: String,
    /// The version that was shown.
    version: i64,
}

#[derive(Serialize)]
struct NoticePage {
    html: String,
    version: i64,
    /// When HQ wrote it; nothing for the text that ships.
    written_at: Option<Moment>,
    kept_months: i64,
    evidence_months: i64,
    next: String,
    /// Set for somebody who has not confirmed yet that they read it.
    asks: bool,
    /// They have read an earlier text.
    has_changed: bool,
    /// Where HQ changes it.
    edit: Option<&'static str>,
    /// Where HQ says whom to ask, as long as nobody is named.
    set_contact: Option<&'static str>,
}

/// The text that ships, in Markdown. How long what is kept is not in it: the page says that itself, as it is done.
pub(super) fn shipped(app: &App, language: Language, settings: &Settings) -> String {
    let say = |message: Message| i18n::word(language, &app.clock, &message);
    let text = |id: &'static str| say(Message::new(id));
    let head = |id: &'static str| format!("## {}", text(id));
    let (contact, rights_how) = match settings.help_contact.as_str() {
        "" => (String::new(), text("notice-rights-how-alone")),
        contact => {
            let with_contact = |id: &'static str| say(Message::new(id).with("contact", contact));
            (with_contact("notice-contact"), with_contact("notice-rights-how"))
        }
    };
    let who = if settings.organisation.is_empty() { text("notice-who-unset") } else { settings.organisation.clone() };
    let held = ["notice-what-person", "notice-what-attendance", "notice-what-study", "notice-what-account"];
    [
        text("notice-lead"),
        head("notice-who"),
        format!("{who}{}{contact}", text("notice-who-office")),
        head("notice-what"),
        held.map(|id| format!("- {}", text(id))).join("\n"),
        text("notice-what-not"),
        head("notice-why"),
        text("notice-why-text"),
        head("notice-how"),
        text("notice-how-text"),
        head("notice-rights"),
        text("notice-rights-text"),
        rights_how,
        text("notice-source"),
    ]
    .join("\n\n")
}

/// `GET /welcome`: what is held about people, why, for how long, and what they may ask for (PIPL Art. 17). For anybody.
pub async fn show(app: Data<App>, visit: Visit, query: Query<NextFields>) -> Result<HttpResponse> {
    let asked = visit.viewer.as_ref().filter(|viewer| !viewer.notice_seen).map(|viewer| viewer.account);
    let read = app.db.read(move |conn| {
        let has_seen_one = asked.map(|account| notice_queries::has_seen_one(conn, account)).transpose()?;
        Ok((settings::current(conn)?, notice_queries::find(conn)?, has_seen_one == Some(true)))
    });
    let (settings, found, has_changed) = read.await?;
    let version = found.as_ref().map_or(0, |found| found.version);
    let own = found.filter(|found| !found.is_shipped());
    let next = query.into_inner().next;
    let text = match (&own, visit.language) {
        (None, language) => shipped(&app, language, &settings),
        (Some(own), Language::Chinese) => own.text_zh.clone(),
        (Some(own), Language::English) => own.text_en.clone(),
    };
    let title = page::word(&app, &visit, &Message::new("notice-title"));
    let is_hq = visit.viewer.as_ref().is_some_and(Viewer::is_hq);
    let content = NoticePage {
        html: markdown::render(&text, &title),
        version,
        written_at: own.map(|own| own.written_at),
        kept_months: settings.kept_months,
        evidence_months: settings.evidence_months,
        next: if links::is_own(&next) { next } else { String::new() },
        asks: asked.is_some(),
        has_changed,
        edit: is_hq.then_some(links::EDIT_NOTICE),
        set_contact: (is_hq && settings.help_contact.is_empty()).then_some(links::SETTINGS),
    };
    page::show(&app, &visit, "accounts/notice", &content)
}

/// `POST /welcome`: the notice was read; on to where one wanted to be, or to the newer text that HQ has written meanwhile.
pub async fn read(app: Data<App>, visit: Visit, form: Form<ReadFields>) -> Result<HttpResponse> {
    let (viewer, now) = (visit.viewer()?.clone(), app.clock.now());
    let ReadFields { next, version } = form.fields;
    let stands = app.db.write(move |conn| notice::note(conn, &viewer, version, now)).await?;
    let next = if links::is_own(&next) { next } else { links::HOME.to_owned() };
    Ok(page::go(if stands { next } else { links::notice_then(&next) }.as_str()))
}

#[derive(Serialize)]
struct DemoPage {
    steps: &'static [DemoStep],
    /// Where the hall's screen is, while a session is in progress.
    screen: Option<&'static str>,
}

#[derive(Serialize)]
struct DemoStep {
    role: &'static str,
    next: &'static str,
}

const STEPS: &[DemoStep] = &[
    DemoStep { role: "trainee", next: "/" },
    DemoStep { role: "clerk", next: "/" },
    DemoStep { role: "leader", next: "/" },
    DemoStep { role: "hq", next: "/sessions" },
    DemoStep { role: "admin", next: "/accounts" },
];

/// `GET /demo`: in a demo on this machine, five things to try, each with a button that signs in.
pub async fn demo(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    let now = app.clock.now();
    let has_screen = app.db.read(move |conn| has_demo_screen(conn, now)).await?;
    page::show(
        &app,
        &visit,
        "accounts/demo",
        &DemoPage { steps: STEPS, screen: has_screen.then_some(links::DEMO_SCREEN) },
    )
}
