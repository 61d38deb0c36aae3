//! The form of a new session or of a draft: one page of grouped fields that works without scripts. What is stored
//! fills it (`fill`), what was typed is laid out (`layout`) and understood (`read`).

mod fill;
mod layout;
mod read;

use super::{conflict, lines, make_up};
use crate::access::Viewer;
use crate::error::{Error, Message, Result};
use crate::i18n::Language;
use crate::links;
use crate::organization::{self, Person, Unit};
use crate::readings;
use crate::settings;
use crate::store::ids::{ReadingId, SessionId};
use crate::store::{Conn, form_keys};
use crate::training::audience::Headcount;
use crate::training::{Plan, SessionState, plan, queries};
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use fill::preset;
use layout::{FormPage, form_page};
use read::first_word;
use serde::{Deserialize, Serialize};

pub(super) use fill::{PRESET_STUDY_MINUTES, form_of};
pub(super) use read::{REPLY_TIME, is_chosen};

/// The fields as they were typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct SessionForm {
    pub(super) version: String,
    pub(super) title: String,
    pub(super) purpose: String,
    pub(super) day: String,
    pub(super) starts: String,
    pub(super) ends: String,
    pub(super) opens_before_minutes: String,
    pub(super) reply_day: String,
    pub(super) reply_time: String,
    pub(super) make_up_of: String,
    pub(super) study_hours: String,
    pub(super) speaker: String,
    pub(super) organiser: String,
    pub(super) requirements: String,
    pub(super) remark: String,
    pub(super) document_title: Vec<String>,
    pub(super) document_source: Vec<String>,
    pub(super) document_date: Vec<String>,
    pub(super) document_text: Vec<String>,
    pub(super) topic: Vec<String>,
    pub(super) reading: Vec<String>,
    pub(super) reading_after: Vec<String>,
    /// The place of the row among the topics and a reading before it or after it: `1-12`.
    pub(super) topic_reading: Vec<String>,
    pub(super) topic_reading_after: Vec<String>,
    pub(super) venue_id: Vec<String>,
    pub(super) venue_name: Vec<String>,
    pub(super) venue_kind: Vec<String>,
    /// The place of the row among the venues and a way chosen there: `1-phone`.
    pub(super) venue_way: Vec<String>,
    pub(super) category: Vec<String>,
    pub(super) unit: Vec<String>,
    pub(super) added: String,
    pub(super) left_out: String,
    /// Which list gets one more row, or `count`: the form is then shown again and nothing is saved.
    pub(super) again: String,
}

/// What the form shows besides what was typed.
struct Background {
    units: Vec<Unit>,
    headcounts: Vec<Headcount>,
    readings: Vec<readings::Choice>,
    /// The people whose numbers or names were typed.
    called: Vec<Person>,
}

/// What a new session is to make up for, if anything.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewQuery {
    make_up_of: String,
}

/// `GET /sessions/new`: the form with what is usual filled in, or with what a make-up session needs.
pub async fn new(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<NewQuery>) -> Result<HttpResponse> {
    let (clock, language) = (app.clock.clone(), visit.language);
    let missed: Option<SessionId> = query.make_up_of.parse().ok();
    let content = app
        .db
        .read(move |conn| {
            let units = organization::queries::list_units(conn)?;
            let mut form = preset(&settings::current(conn)?, &viewer, &clock, units.first());
            if let Some(missed) = missed {
                form = make_up::preset(conn, missed, form, &clock, language)?;
            }
            let background = background(conn, &form, language)?;
            Ok(form_page(form, &background, None))
        })
        .await?;
    page::show(&app, &visit, "training/form", &content)
}

/// `POST /sessions/new`: keeps the draft and goes on to the check page.
pub async fn create(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<SessionForm>) -> Result<HttpResponse> {
    save(app, visit, viewer, form, None).await
}

/// `GET /sessions/{id}/edit`: the form with the draft; what is no draft any more leads to its own page.
pub async fn edit(app: Data<App>, visit: Visit, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, clock, language) = (id.into_inner(), app.clock.clone(), visit.language);
    let content = app
        .db
        .read(move |conn| {
            let session = queries::find_session(conn, id)?;
            if session.state != SessionState::Draft {
                return Ok(None);
            }
            let plan = queries::find_plan(conn, &session)?;
            let named = queries::list_named_people(conn, &plan.audience)?;
            let form = SessionForm { version: session.version.to_string(), ..form_of(&plan, &named, &clock) };
            let background = background(conn, &form, language)?;
            Ok(Some(form_page(form, &background, Some(id))))
        })
        .await?;
    match content {
        Some(content) => page::show(&app, &visit, "training/form", &content),
        None => Ok(page::go(&links::session(id))),
    }
}

/// `POST /sessions/{id}/edit`: changes the draft and goes on to the check page.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<SessionForm>,
) -> Result<HttpResponse> {
    save(app, visit, viewer, form, Some(id.into_inner())).await
}

async fn save(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    form: Form<SessionForm>,
    id: Option<SessionId>,
) -> Result<HttpResponse> {
    let Form { fields, key, switch_to } = form;
    let (asked, language) = (fields.clone(), switch_to.unwrap_or(visit.language));
    let background = app.db.read(move |conn| background(conn, &asked, language)).await?;
    let content = form_page(fields, &background, id);
    if let Some(language) = switch_to {
        return page::show(&app, &visit.speaking(language), "training/form", &content);
    }
    if !content.form.again.is_empty() {
        return page::show(&app, &visit, "training/form", &content);
    }
    let plan = match read::read(&content.form, &background, &app.clock) {
        Ok(plan) => plan,
        Err(problems) => return page::refused(&app, &visit, "training/form", &content, &problems),
    };
    match keep(&app, viewer, key, id, &content.form.version, plan).await {
        Err(Error::Refused(problems)) => page::refused(&app, &visit, "training/form", &content, &problems),
        Err(Error::Conflict) => show_both(&app, &visit, content, id).await,
        Err(other) => Err(other),
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("training-draft-kept"))),
    }
}

/// Somebody else was faster: the form again with what was typed, and at each field that differs what is stored now.
async fn show_both(app: &App, visit: &Visit, mut content: FormPage, id: Option<SessionId>) -> Result<HttpResponse> {
    let id = id.ok_or(Error::Conflict)?;
    let (clock, language, typed) = (app.clock.clone(), visit.language, content.form.clone());
    let (version, problems) = app
        .db
        .read(move |conn| {
            let session = queries::find_session(conn, id)?;
            let plan = queries::find_plan(conn, &session)?;
            let named = queries::list_named_people(conn, &plan.audience)?;
            let (stored, titles) = (form_of(&plan, &named, &clock), readings::titles(conn, language)?);
            let units = organization::queries::list_units(conn)?;
            Ok((session.version, conflict::differences_from(&typed, &stored, &titles, &units)))
        })
        .await?;
    content.form.version = version.to_string();
    page::refused(app, visit, "training/form", &content, &problems)
}

async fn keep(
    app: &App,
    viewer: Viewer,
    key: String,
    id: Option<SessionId>,
    version: &str,
    plan: Plan,
) -> Result<String> {
    let (now, version) = (app.clock.now(), version.parse().unwrap_or(0));
    app.db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                let id = match id {
                    None => plan::create(conn, &viewer.actor(), &plan, now)?,
                    Some(id) => {
                        plan::change(conn, &viewer.actor(), id, version, &plan, now)?;
                        id
                    }
                };
                Ok(links::session_part(id, "check"))
            })
        })
        .await
}

fn background(conn: &mut Conn, form: &SessionForm, language: Language) -> Result<Background> {
    // A line may be a number, a name, or a number with the name after it.
    let typed = lines(&form.added).into_iter().chain(lines(&form.left_out));
    let words: Vec<String> = typed.flat_map(|line| [first_word(&line).to_owned(), line]).collect();
    Ok(Background {
        units: organization::queries::list_units(conn)?,
        headcounts: queries::headcounts(conn)?,
        readings: readings::choices(conn, &chosen_before(form), language)?,
        called: queries::list_people_called(conn, &words)?,
    })
}

/// What is ticked: it stays in the list even when it was retired since.
fn chosen_before(form: &SessionForm) -> Vec<ReadingId> {
    let of_topics =
        form.topic_reading.iter().chain(&form.topic_reading_after).filter_map(|value| value.split_once('-'));
    let of_session = form.reading.iter().chain(&form.reading_after).map(String::as_str);
    of_session.chain(of_topics.map(|(_, id)| id)).filter_map(|id| id.parse().ok()).collect()
}
