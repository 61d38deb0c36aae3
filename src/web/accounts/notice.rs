//! What everybody is told: what is held about them and why, help by role, and in a demo what to try.

use crate::access::Role;
use crate::accounts;
use crate::error::Result;
use crate::links;
use crate::settings;
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

#[derive(Serialize)]
struct NoticePage {
    organisation: String,
    help_contact: String,
    kept_months: i64,
    evidence_months: i64,
    next: String,
    /// Set for somebody who has not confirmed yet that they read it.
    asks: bool,
}

/// `GET /welcome`: what is held about people, why, for how long, and what they may ask for (PIPL Art. 17). For anybody.
pub async fn show(app: Data<App>, visit: Visit, query: Query<NextFields>) -> Result<HttpResponse> {
    let settings = app.db.read(settings::current).await?;
    let next = query.into_inner().next;
    let content = NoticePage {
        organisation: settings.organisation,
        help_contact: settings.help_contact,
        kept_months: settings.kept_months,
        evidence_months: settings.evidence_months,
        next: if links::is_own(&next) { next } else { String::new() },
        asks: visit.viewer.as_ref().is_some_and(|viewer| !viewer.notice_seen),
    };
    page::show(&app, &visit, "accounts/notice", &content)
}

/// `POST /welcome`: the notice was read; on to where one wanted to be.
pub async fn read(app: Data<App>, visit: Visit, form: Form<NextFields>) -> Result<HttpResponse> {
    let (viewer, now) = (visit.viewer()?.clone(), app.clock.now());
    app.db.write(move |conn| accounts::note_notice(conn, &viewer, now)).await?;
    let next = form.fields.next;
    Ok(page::go(if links::is_own(&next) { &next } else { links::HOME }))
}

#[derive(Serialize)]
struct HelpPage {
    help_contact: String,
    notice: &'static str,
    is_leader: bool,
    is_hq: bool,
    is_administrator: bool,
}

/// `GET /help`: short help by role, whom to ask, and what this program does not do. For anybody.
pub async fn help(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    let settings = app.db.read(settings::current).await?;
    let has = |roles: &[Role]| visit.viewer.as_ref().is_some_and(|viewer| roles.iter().any(|role| viewer.has(*role)));
    let content = HelpPage {
        help_contact: settings.help_contact,
        notice: links::NOTICE,
        is_leader: has(&[Role::Leader, Role::Liaison]),
        is_hq: has(&[Role::Hq]),
        is_administrator: has(&[Role::System, Role::Security, Role::Audit]),
    };
    page::show(&app, &visit, "accounts/help", &content)
}

#[derive(Serialize)]
struct DemoPage {
    steps: &'static [DemoStep],
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
    page::show(&app, &visit, "accounts/demo", &DemoPage { steps: STEPS })
}
