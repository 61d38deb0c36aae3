//! `/sessions/{id}/reply-by`: until when the units of a published session answer, set or moved by HQ.

use super::{read_moment, typed};
use crate::access::Viewer;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::store::ids::SessionId;
use crate::training::reply_by::set_reply_by;
use crate::training::{Session, SessionState, queries};
use crate::web::form::{Form, differences, text_field};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

/// As it is typed.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ReplyByForm {
    version: String,
    reply_day: String,
    reply_time: String,
}

#[derive(Serialize)]
struct ReplyByPage {
    session: Session,
    action: String,
    back: String,
    form: ReplyByForm,
}

/// `GET /sessions/{id}/reply-by`.
pub async fn form(app: Data<App>, visit: Visit, id: Path<SessionId>) -> Result<HttpResponse> {
    let content = reply_by_page(&app, id.into_inner(), None).await?;
    page::show(&app, &visit, "training/reply-by", &content)
}

/// `POST /sessions/{id}/reply-by`.
pub async fn set(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<ReplyByForm>,
) -> Result<HttpResponse> {
    let (id, now, fields) = (id.into_inner(), app.clock.now(), form.fields);
    if let Some(language) = form.switch_to {
        let content = reply_by_page(&app, id, Some(fields)).await?;
        return page::show(&app, &visit.speaking(language), "training/reply-by", &content);
    }
    let version = fields.version.parse().unwrap_or(0);
    let done = match read_moment(&app.clock, &fields.reply_day, time(&fields)) {
        None => Err(Error::Refused(vec![Problem::at("reply_day", Message::new("training-time-unreadable"))])),
        Some(by) => app.db.write(move |conn| set_reply_by(conn, &viewer.actor(), id, version, by, now)).await,
    };
    match done {
        Err(Error::Refused(problems)) => {
            let content = reply_by_page(&app, id, Some(fields)).await?;
            page::refused(&app, &visit, "training/reply-by", &content, &problems)
        }
        Err(Error::Conflict) => {
            let stored = reply_by_page(&app, id, None).await?.form;
            let problems = differences([
                text_field("reply_day", &fields.reply_day, &stored.reply_day),
                text_field("reply_time", &fields.reply_time, &stored.reply_time),
            ]);
            let content = reply_by_page(&app, id, Some(ReplyByForm { version: stored.version, ..fields })).await?;
            page::refused(&app, &visit, "training/reply-by", &content, &problems)
        }
        Err(other) => Err(other),
        Ok(()) => Ok(page::redirect(&app, &visit, &links::session(id), &Message::new("training-reply-by-set"))),
    }
}

fn time(form: &ReplyByForm) -> &str {
    if form.reply_time.trim().is_empty() { super::form::REPLY_TIME } else { &form.reply_time }
}

async fn reply_by_page(app: &App, id: SessionId, typed_form: Option<ReplyByForm>) -> Result<ReplyByPage> {
    let session = app.db.read(move |conn| queries::find_session(conn, id)).await?;
    if session.state != SessionState::Published {
        return Err(Error::NotFound("session"));
    }
    let (reply_day, reply_time) = session.reply_by.map(|by| typed(&app.clock, by)).unwrap_or_default();
    let shown = ReplyByForm { version: session.version.to_string(), reply_day, reply_time };
    Ok(ReplyByPage {
        action: links::session_part(id, "reply-by"),
        back: links::session(id),
        form: typed_form.unwrap_or(shown),
        session,
    })
}
