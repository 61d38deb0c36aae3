//! `/sessions/{id}/leave` and `/sessions/{id}/correction`: what a person asks to be recorded of themselves.

use super::{Head, PersonRow};
use crate::access::Viewer;
use crate::attendance::requests::model::{may_ask_correction, may_ask_leave};
use crate::attendance::requests::{self, Asked, RequestKind};
use crate::attendance::{Attendance, AttendanceState, LeaveKind, Method, Recorded, queries};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::settings;
use crate::store::ids::SessionId;
use crate::store::{Conn, form_keys};
use crate::training;
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

/// Leave by its class, a stand-in, or exemption. There is no room for a reason, on purpose.
#[derive(Debug, Default, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct LeaveForm {
    /// A class of leave, `stand_in` or `exempt`.
    class: String,
    stand_in: String,
}

/// What should be recorded, and in one line why.
#[derive(Debug, Default, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct CorrectionForm {
    /// A word of the roll.
    state: String,
    late: String,
    left_early: String,
    stand_in: String,
    reason: String,
}

#[derive(Serialize)]
struct AskPage<F> {
    head: Head,
    action: String,
    person: PersonRow,
    is_confirmed: bool,
    /// The viewer leads the unit, so that the next one above decides.
    is_decided_above: bool,
    /// Of a correction: within how many days of confirmation it can be asked for.
    days: i64,
    form: F,
}

impl LeaveForm {
    fn read(&self) -> Result<Asked> {
        let stand_in = Some(self.stand_in.trim().to_owned()).filter(|name| !name.is_empty());
        let wrong = |field, id| Error::Refused(vec![Problem::at(field, Message::new(id))]);
        let (kind, state, leave_kind) = match self.class.as_str() {
            "stand_in" => (RequestKind::StandIn, AttendanceState::StandIn, None),
            "exempt" => (RequestKind::Exempt, AttendanceState::Exempt, None),
            class => {
                let class: LeaveKind = class.parse().map_err(|_| wrong("class", "request-class-missing"))?;
                (RequestKind::Leave, AttendanceState::Leave, Some(class))
            }
        };
        if stand_in.is_some() && kind != RequestKind::StandIn {
            return Err(wrong("stand_in", "request-stand-in-alone"));
        }
        let value = Recorded { leave_kind, stand_in, ..Recorded::plain(state, Method::Request) };
        Ok(Asked { kind, value: Some(value), reason: String::new() })
    }
}

impl CorrectionForm {
    /// As it is recorded now, to be changed.
    fn of(recorded: Option<&Attendance>) -> Self {
        let tick = |is_set: bool| if is_set { "1".to_owned() } else { String::new() };
        Self {
            state: recorded.map_or(String::new(), |_| super::roll::word(recorded)),
            late: tick(recorded.is_some_and(|of| of.late)),
            left_early: tick(recorded.is_some_and(|of| of.left_early)),
            stand_in: recorded.and_then(|of| of.stand_in.clone()).unwrap_or_default(),
            reason: String::new(),
        }
    }

    fn read(&self) -> Result<Asked> {
        let unknown = || Error::Refused(vec![Problem::at("state", Message::new("attendance-state-missing"))]);
        let (late, left_early) = (!self.late.is_empty(), !self.left_early.is_empty());
        let value = super::roll::recorded(&self.state, late, left_early, &self.stand_in).flatten();
        let mut value = value.ok_or_else(unknown)?;
        let is_present = value.state == AttendanceState::Present;
        value.late &= is_present;
        value.left_early &= is_present;
        value.stand_in = value.stand_in.filter(|_| value.state == AttendanceState::StandIn);
        Ok(Asked { kind: RequestKind::Correction, value: Some(value), reason: self.reason.trim().to_owned() })
    }
}

/// The page of a form, as far as the viewer is on the roster and may still ask.
fn ask_page<F>(
    conn: &mut Conn,
    viewer: &Viewer,
    id: SessionId,
    part: &str,
    now: Moment,
    form: impl FnOnce(Option<&Attendance>) -> F,
) -> Result<AskPage<F>> {
    let session = training::queries::find_visible(conn, viewer, id)?;
    let case = queries::find_case(conn, id, viewer.person)?;
    let recorded = queries::find(conn, id, viewer.person)?;
    let days = settings::current(conn)?.correction_days;
    let verdict = match part {
        "leave" => may_ask_leave(&session, recorded.as_ref(), now, days),
        _ => may_ask_correction(&session, recorded.as_ref(), now, days),
    };
    verdict.map_err(|refusal| Error::refused(refusal.message()))?;
    Ok(AskPage {
        head: Head::of(&session, now),
        action: links::session_part(id, part),
        is_confirmed: session.is_confirmed(),
        is_decided_above: case.decided_at != case.path,
        days,
        form: form(recorded.as_ref()),
        person: PersonRow::of(&session, case.row, recorded.as_ref()),
    })
}

/// `GET /sessions/{id}/leave`.
pub async fn leave_form(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let content = app.db.read(move |conn| ask_page(conn, &viewer, id, "leave", now, |_| LeaveForm::default())).await?;
    page::show(&app, &visit, "attendance/ask-leave", &content)
}

/// `POST /sessions/{id}/leave`: asks for leave, a stand-in or exemption.
pub async fn leave(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<LeaveForm>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let (fields, key) = (form.fields, form.key);
    if let Some(language) = form.switch_to {
        let content = app.db.read(move |conn| ask_page(conn, &viewer, id, "leave", now, |_| fields)).await?;
        return page::show(&app, &visit.speaking(language), "attendance/ask-leave", &content);
    }
    match keep(&app, &viewer, id, fields.read(), key).await {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("request-sent"))),
        Err(Error::Refused(problems)) => {
            let content = app.db.read(move |conn| ask_page(conn, &viewer, id, "leave", now, |_| fields)).await?;
            page::refused(&app, &visit, "attendance/ask-leave", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}

/// `GET /sessions/{id}/correction`.
pub async fn correction_form(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let content = app.db.read(move |conn| ask_page(conn, &viewer, id, "correction", now, CorrectionForm::of)).await?;
    page::show(&app, &visit, "attendance/ask-correction", &content)
}

/// `POST /sessions/{id}/correction`: asks for what is recorded to be corrected.
pub async fn correction(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<CorrectionForm>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let (fields, key) = (form.fields, form.key);
    let done = keep(&app, &viewer, id, fields.read(), key).await;
    match done {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("request-sent"))),
        Err(Error::Refused(problems)) => {
            let content =
                app.db.read(move |conn| ask_page(conn, &viewer, id, "correction", now, |_| fields.clone())).await?;
            page::refused(&app, &visit, "attendance/ask-correction", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}

/// Keeps what the viewer asks for themselves, once for each showing of the form.
async fn keep(app: &App, viewer: &Viewer, id: SessionId, asked: Result<Asked>, key: String) -> Result<String> {
    let (asked, viewer, now) = (asked?, viewer.clone(), app.clock.now());
    app.db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                requests::ask(conn, &viewer, id, viewer.person, &asked, now)?;
                Ok(links::session(id))
            })
        })
        .await
}
