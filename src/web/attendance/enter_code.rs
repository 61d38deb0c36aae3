//! `/c`: the six digits typed by hand, for phones without a camera.

use super::check_in::keep_scan;
use super::result::Named;
use crate::access::Viewer;
use crate::attendance::model::{self, CodeHit};
use crate::attendance::{Typed, judge_typed};
use crate::error::{Message, Problem, Result};
use crate::links;
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};

/// What was typed.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Digits {
    #[serde(default)]
    code: String,
}

/// `GET /c`: room to type a code; `?code=` has it typed already.
pub async fn form(app: Data<App>, visit: Visit, typed: Query<Digits>) -> Result<HttpResponse> {
    page::show(&app, &visit, "attendance/enter-code", &typed.into_inner())
}

#[derive(Serialize)]
struct ChoosePage {
    choices: Vec<Choice>,
}

#[derive(Serialize)]
struct Choice {
    href: String,
    of: Named,
}

/// `POST /c`: judges the digits when they arrive, and goes on to the page of their code.
pub async fn judge(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<Digits>) -> Result<HttpResponse> {
    let typed = form.fields.code;
    let Some(digits) = model::read_code(&typed) else {
        return wrong(&app, &visit, typed, Message::new("attendance-code-shape"));
    };
    let (codes, at, now) = (app.codes(), app.clock.steady(), app.clock.now());
    let judging = codes.clone();
    let judged = app.db.write(move |conn| judge_typed(conn, &viewer, &judging, &digits, at, now)).await?;
    let hits = match judged {
        Typed::Means(hits) => hits,
        // What was typed is of no more use: the next code goes into an empty field.
        Typed::Wrong => return wrong(&app, &visit, String::new(), Message::new("attendance-code-wrong")),
        Typed::Paused { until } => {
            return wrong(&app, &visit, typed, Message::new("attendance-code-paused").with("until", until));
        }
    };
    let token = |hit: &CodeHit| codes.token(hit.session.id, hit.venue, hit.step);
    let mut response = match hits.as_slice() {
        [hit] => page::go(&links::code(&token(hit).to_string())),
        several => {
            let choice = |hit: &CodeHit| Choice {
                href: links::code(&token(hit).to_string()),
                of: Named::of(&hit.session, Some(hit.venue_name.clone())),
            };
            let choices = ChoosePage { choices: several.iter().map(choice).collect() };
            page::show(&app, &visit, "attendance/choose-session", &choices)?
        }
    };
    for hit in &hits {
        keep_scan(&app, &mut response, &codes, &token(hit), at, hit.session.opens_at());
    }
    Ok(response)
}

fn wrong(app: &App, visit: &Visit, code: String, message: Message) -> Result<HttpResponse> {
    page::refused(app, visit, "attendance/enter-code", &Digits { code }, &[Problem::at("code", message)])
}
