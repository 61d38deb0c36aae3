//! `/assignments/{id}/hours`: what an assignment counts for once it is done or accepted. For HQ.

use super::text_fields;
use crate::access::Viewer;
use crate::assignments::queries;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::store::form_keys;
use crate::store::ids::AssignmentId;
use crate::study_hours::set_hours::set_hours;
use crate::templates::hours_text;
use crate::web::form::{Form, differences};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct HoursInput {
    hours: String,
    /// The minutes that it had when the form was shown.
    seen: String,
}

#[derive(Serialize)]
struct HoursPage {
    /// The form that the language switch belongs to, while there is one.
    form_id: &'static str,
    form: HoursInput,
    action: String,
    assignment: String,
    heading: String,
    /// It makes up for a session, and so has that session's hours.
    is_make_up: bool,
}

async fn show_form(
    app: &App,
    visit: &Visit,
    id: AssignmentId,
    typed: Option<HoursInput>,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let assignment = app.db.read(move |conn| queries::find_assignment(conn, id)).await?;
    let stored = HoursInput { hours: hours_text(assignment.study_minutes), seen: assignment.study_minutes.to_string() };
    let is_make_up = assignment.session_id.is_some();
    let content = HoursPage {
        form_id: if is_make_up { "" } else { "hours-form" },
        form: typed.unwrap_or(stored),
        action: links::assignment_hours(id),
        assignment: links::assignment(id),
        heading: assignment.title,
        is_make_up,
    };
    if problems.is_empty() {
        page::show(app, visit, "hours/assignment", &content)
    } else {
        page::refused(app, visit, "hours/assignment", &content, problems)
    }
}

/// `GET /assignments/{id}/hours`.
pub async fn form(app: Data<App>, visit: Visit, id: Path<AssignmentId>) -> Result<HttpResponse> {
    show_form(&app, &visit, id.into_inner(), None, &[]).await
}

/// `POST /assignments/{id}/hours`.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<AssignmentId>,
    form: Form<HoursInput>,
) -> Result<HttpResponse> {
    let (id, typed, key, now) = (id.into_inner(), form.fields, form.key, app.clock.now());
    if let Some(language) = form.switch_to {
        return show_form(&app, &visit.speaking(language), id, Some(typed), &[]).await;
    }
    let input = typed.clone();
    // What no form of ours sends was never seen.
    let seen = typed.seen.trim().parse().unwrap_or(-1);
    let done = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                set_hours(conn, &viewer, id, seen, &input.hours, now)?;
                Ok(links::assignment(id))
            })
        })
        .await;
    match done {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("hours-set"))),
        Err(Error::Refused(problems)) => show_form(&app, &visit, id, Some(typed), &problems).await,
        Err(Error::Conflict) => show_both(&app, &visit, id, typed).await,
        Err(other) => Err(other),
    }
}

async fn show_both(app: &App, visit: &Visit, id: AssignmentId, typed: HoursInput) -> Result<HttpResponse> {
    let assignment = app.db.read(move |conn| queries::find_assignment(conn, id)).await?;
    let problems = differences(text_fields([("hours", &typed.hours, &hours_text(assignment.study_minutes))]));
    let form = HoursInput { seen: assignment.study_minutes.to_string(), ..typed };
    show_form(app, visit, id, Some(form), &problems).await
}
