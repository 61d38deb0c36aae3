//! `/feedback`: what people write to HQ, and what HQ answers.

use super::form::Form;
use super::paging::Paging;
use super::visit::Visit;
use super::{App, page};
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::feedback::queries::Answered;
use crate::feedback::{self, Feedback, FeedbackKind, queries};
use crate::links;
use crate::store::Conn;
use crate::store::form_keys;
use crate::store::ids::{FeedbackId, PersonId, SessionId};
use crate::training;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

/// Own pieces shown, the newest.
const OWN_SHOWN: i64 = 50;
const ROWS_A_PAGE: i64 = 50;

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct FeedbackInput {
    kind: String,
    text: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct FeedbackQuery {
    /// `answered`, or what waits.
    show: String,
    page: String,
    /// A kind that is chosen already: from one's own account.
    kind: String,
    /// The session that it is about, named in the text already: from that session's page.
    session: Option<SessionId>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AnswerInput {
    answer: String,
    version: i64,
    /// The list where it was typed, as in [`FeedbackQuery`].
    show: String,
    page: String,
}

#[derive(Serialize)]
struct FeedbackPage {
    action: &'static str,
    form: FeedbackInput,
    kinds: Vec<Kind>,
    own: Vec<Row>,
    /// What everybody wrote, for HQ.
    desk: Option<Desk>,
}

#[derive(Serialize)]
struct Kind {
    word: &'static str,
    chosen: bool,
}

#[derive(Serialize)]
struct Desk {
    rows: Vec<Row>,
    n_waiting: i64,
    n_answered: i64,
    shows_answered: bool,
    waiting: &'static str,
    answered: String,
    paging: Paging,
}

#[derive(Serialize)]
struct Row {
    name: String,
    kind: FeedbackKind,
    text: Vec<String>,
    written_at: Moment,
    answer: Vec<String>,
    answered_at: Option<Moment>,
    version: i64,
    /// Where it is answered, by anybody but the one who wrote it.
    reply: Option<String>,
    /// What was typed for an answer that was refused, or the answer.
    typed: String,
    was_refused: bool,
}

fn row((piece, name): (Feedback, String), viewer: PersonId, refused: Option<&(FeedbackId, String)>) -> Row {
    let typed = refused.filter(|(id, _)| *id == piece.id).map(|(_, typed)| typed.clone());
    Row {
        name,
        kind: piece.kind,
        was_refused: typed.is_some(),
        typed: typed.unwrap_or_else(|| piece.answer.clone()),
        text: lines(&piece.text),
        written_at: piece.written_at,
        answer: lines(&piece.answer),
        answered_at: piece.answered_at,
        version: piece.version,
        reply: (piece.written_by != viewer).then(|| links::answer_feedback(piece.id)),
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

async fn show_page(
    app: &App,
    visit: &Visit,
    form: FeedbackInput,
    query: FeedbackQuery,
    refused: Option<(FeedbackId, String)>,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let viewer = visit.viewer()?.clone();
    let asked: Option<FeedbackKind> = form.kind.parse().ok().or_else(|| query.kind.parse().ok());
    let chosen = asked.unwrap_or(FeedbackKind::Suggestion);
    let (own, desk) = app
        .db
        .read(move |conn| {
            let own = queries::list_of(conn, viewer.person, OWN_SHOWN)?;
            let desk = if viewer.is_hq() { Some(desk(conn, &viewer, &query, refused.as_ref())?) } else { None };
            Ok((own.into_iter().map(|piece| row(piece, viewer.person, None)).collect(), desk))
        })
        .await?;
    let kinds = FeedbackKind::ALL.iter().map(|kind| Kind { word: kind.as_str(), chosen: *kind == chosen }).collect();
    let content = FeedbackPage { action: links::FEEDBACK, form, kinds, own, desk };
    if problems.is_empty() {
        return page::show(app, visit, "feedback/show", &content);
    }
    page::refused(app, visit, "feedback/show", &content, problems)
}

fn desk(
    conn: &mut Conn,
    viewer: &Viewer,
    query: &FeedbackQuery,
    refused: Option<&(FeedbackId, String)>,
) -> Result<Desk> {
    let (n_waiting, n_answered) = queries::count(conn)?;
    let answered = format!("{}?show=answered", links::FEEDBACK);
    let (which, n, address) = match query.show.as_str() {
        "answered" => (Answered::Yes, n_answered, answered.as_str()),
        _ => (Answered::No, n_waiting, links::FEEDBACK),
    };
    let paging = Paging::of(&query.page, n, ROWS_A_PAGE, address);
    let rows = queries::list(conn, which, paging.offset, ROWS_A_PAGE)?;
    Ok(Desk {
        rows: rows.into_iter().map(|piece| row(piece, viewer.person, refused)).collect(),
        n_waiting,
        n_answered,
        shows_answered: which == Answered::Yes,
        waiting: links::FEEDBACK,
        answered: answered.clone(),
        paging,
    })
}

/// `GET /feedback`: write to HQ, and see one's own with their answers; HQ sees everybody's.
pub async fn show(app: Data<App>, visit: Visit, query: Query<FeedbackQuery>) -> Result<HttpResponse> {
    let (query, viewer) = (query.into_inner(), visit.viewer()?.clone());
    let text = match query.session {
        None => String::new(),
        Some(session) => {
            let found = app.db.read(move |conn| training::queries::find_visible(conn, &viewer, session)).await?;
            let about = Message::new("feedback-about-session").with("title", found.title).with("at", found.starts_at);
            page::word(&app, &visit, &about)
        }
    };
    show_page(&app, &visit, FeedbackInput { text, ..FeedbackInput::default() }, query, None, &[]).await
}

/// `POST /feedback`: writes to HQ.
pub async fn write(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<FeedbackInput>) -> Result<HttpResponse> {
    let typed = form.fields.clone();
    if let Some(language) = form.switch_to {
        return show_page(&app, &visit.speaking(language), typed, FeedbackQuery::default(), None, &[]).await;
    }
    let (input, key, now) = (form.fields, form.key, app.clock.now());
    let kind: FeedbackKind = input.kind.parse().unwrap_or(FeedbackKind::Suggestion);
    let written = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                feedback::write(conn, &viewer, kind, &input.text, now).map(|_| links::FEEDBACK.to_owned())
            })
        })
        .await;
    match written {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("feedback-written"))),
        Err(Error::Refused(problems)) => {
            show_page(&app, &visit, typed, FeedbackQuery::default(), None, &problems).await
        }
        Err(other) => Err(other),
    }
}

/// `POST /feedback/{id}/answer`: HQ answers.
pub async fn answer(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<FeedbackId>,
    form: Form<AnswerInput>,
) -> Result<HttpResponse> {
    let (id, AnswerInput { answer, version, show, page }, now) = (id.into_inner(), form.fields, app.clock.now());
    let typed = answer.clone();
    let (query, problems) =
        match app.db.write(move |conn| feedback::answer(conn, &viewer, id, version, &answer, now)).await {
            Ok(()) => {
                return Ok(page::redirect(&app, &visit, links::FEEDBACK, &Message::new("feedback-answered")));
            }
            // Said above the list: a field of the same name stands in each row.
            Err(Error::Refused(problems)) => {
                let problems = problems.into_iter().map(|problem| Problem { field: "", ..problem }).collect();
                (FeedbackQuery { show, page, ..FeedbackQuery::default() }, problems)
            }
            // Whoever was faster has answered: it stands among the answered now.
            Err(Error::Conflict) => {
                let page = if show == "answered" { page } else { String::new() };
                let answered = FeedbackQuery { show: "answered".to_owned(), page, ..FeedbackQuery::default() };
                (answered, vec![Problem::at("", Message::new("changed-meanwhile"))])
            }
            Err(other) => return Err(other),
        };
    show_page(&app, &visit, FeedbackInput::default(), query, Some((id, typed)), &problems).await
}
