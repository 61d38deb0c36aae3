//! Where HQ writes what everybody is told about their data.

use super::notice::shipped;
use crate::accounts::{notice, notice_queries};
use crate::error::{Error, Message, Problem, Result};
use crate::i18n::Language;
use crate::links;
use crate::settings;
use crate::web::form::{Form, differences, text_field};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};

/// Both languages as typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct NoticeInput {
    text_zh: String,
    text_en: String,
    /// The version that was open when the form was shown.
    version: i64,
}

#[derive(Serialize)]
struct EditPage {
    form: NoticeInput,
    action: &'static str,
    notice: &'static str,
    settings: &'static str,
    /// The text that ships stands.
    is_shipped: bool,
}

async fn show(app: &App, visit: &Visit, typed: Option<NoticeInput>, problems: &[Problem]) -> Result<HttpResponse> {
    let (found, settings) = app.db.read(|conn| Ok((notice_queries::find(conn)?, settings::current(conn)?))).await?;
    let is_shipped = found.as_ref().is_none_or(notice::Notice::is_shipped);
    let version = found.as_ref().map_or(0, |found| found.version);
    let standing = match found.filter(|_| !is_shipped) {
        Some(found) => NoticeInput { text_zh: found.text_zh, text_en: found.text_en, version },
        None => NoticeInput {
            text_zh: shipped(app, Language::Chinese, &settings),
            text_en: shipped(app, Language::English, &settings),
            version,
        },
    };
    let form = typed.unwrap_or(standing);
    let content =
        EditPage { form, action: links::EDIT_NOTICE, notice: links::NOTICE, settings: links::SETTINGS, is_shipped };
    if problems.is_empty() {
        return page::show(app, visit, "accounts/edit-notice", &content);
    }
    page::refused(app, visit, "accounts/edit-notice", &content, problems)
}

/// `GET /settings/notice`: the text that stands, in both languages, to be changed.
pub async fn form(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    show(&app, &visit, None, &[]).await
}

/// `POST /settings/notice`: a new version; of two who edit at once the second sees both.
pub async fn change(app: Data<App>, visit: Visit, form: Form<NoticeInput>) -> Result<HttpResponse> {
    let (viewer, now, typed) = (visit.viewer()?.clone(), app.clock.now(), form.fields);
    if let Some(language) = form.switch_to {
        return show(&app, &visit.speaking(language), Some(typed), &[]).await;
    }
    let new = typed.clone();
    let changed =
        app.db.write(move |conn| notice::change(conn, &viewer, new.version, [&new.text_zh, &new.text_en], now)).await;
    match changed {
        Ok(()) => Ok(page::redirect(&app, &visit, links::EDIT_NOTICE, &Message::new("notice-changed"))),
        Err(Error::Refused(problems)) => show(&app, &visit, Some(typed), &problems).await,
        Err(Error::Conflict) => {
            let found = app.db.read(|conn| Ok(notice_queries::find(conn)?)).await?;
            let found = found.ok_or(Error::Conflict)?;
            let problems = differences([
                text_field("text_zh", &typed.text_zh, &found.text_zh),
                text_field("text_en", &typed.text_en, &found.text_en),
            ]);
            show(&app, &visit, Some(NoticeInput { version: found.version, ..typed }), &problems).await
        }
        Err(other) => Err(other),
    }
}
