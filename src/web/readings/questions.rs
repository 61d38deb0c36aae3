//! `/readings/{id}/questions`: HQ looks at the questions about a reading and approves them, one by one or all of them.

use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::i18n::Language;
use crate::links;
use crate::readings::questions::{self, Kind, Question};
use crate::readings::{Said, approve, queries};
use crate::store::ids::ReadingId;
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct QuestionsPage {
    href: String,
    action: String,
    heading: Said,
    questions: Vec<Shown>,
    n_awaiting: usize,
}

#[derive(Serialize)]
struct Shown {
    n: usize,
    kind: Kind,
    text: String,
    choices: Vec<ShownChoice>,
    explanation: String,
    basis: String,
    /// What is approved by the button; nothing when that is done.
    to_approve: Option<String>,
    by: Option<String>,
    at: Option<Moment>,
}

#[derive(Serialize)]
struct ShownChoice {
    /// Empty when it is true or false: the page has the words.
    text: String,
    /// `true` or `false`, when it is that.
    truth: &'static str,
    is_right: bool,
}

fn choices(question: &Question, language: Language) -> Vec<ShownChoice> {
    let is_right = |place: usize| question.right.contains(&place);
    match question.kind {
        Kind::TrueFalse => ["true", "false"]
            .into_iter()
            .enumerate()
            .map(|(place, truth)| ShownChoice { text: String::new(), truth, is_right: is_right(place) })
            .collect(),
        Kind::Single | Kind::Multiple => question
            .wording(language)
            .choices
            .iter()
            .enumerate()
            .map(|(place, text)| ShownChoice { text: text.clone(), truth: "", is_right: is_right(place) })
            .collect(),
    }
}

/// `GET /readings/{id}/questions`.
pub async fn list(app: Data<App>, visit: Visit, id: Path<ReadingId>) -> Result<HttpResponse> {
    let (id, language) = (id.into_inner(), visit.language);
    let (reading, approvals) =
        app.db.read(move |conn| Ok((queries::find(conn, id)?, queries::list_question_approvals(conn)?))).await?;
    let bank = questions::bank(&reading.row.slug).ok_or(Error::NotFound("questions"))?;
    let shown = |(place, question): (usize, &Question)| {
        let given = approvals.iter().find(|approval| {
            approval.reading_id == id && approval.question == question.id && approval.digest == question.digest
        });
        let wording = question.wording(language);
        Shown {
            n: place + 1,
            kind: question.kind,
            text: wording.question.clone(),
            choices: choices(question, language),
            explanation: wording.explanation.clone(),
            basis: wording.basis.written().to_owned(),
            to_approve: given.is_none().then(|| format!("{}:{}", question.id, question.digest)),
            by: given.map(|approval| approval.by.clone()),
            at: given.map(|approval| approval.at),
        }
    };
    let questions: Vec<Shown> = bank.questions.iter().enumerate().map(shown).collect();
    let content = QuestionsPage {
        href: links::reading(id),
        action: links::reading_part(id, "questions"),
        heading: reading.version.title(language),
        n_awaiting: questions.iter().filter(|question| question.to_approve.is_some()).count(),
        questions,
    };
    page::show(&app, &visit, "readings/questions", &content)
}

#[derive(Deserialize)]
pub struct ApproveForm {
    /// `id:digest` of each.
    #[serde(default)]
    question: Vec<String>,
}

/// `POST /readings/{id}/questions`: approves those that were sent, as they were shown.
pub async fn approve(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    form: Form<ApproveForm>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let split = |text: &String| {
        text.split_once(':').map(|(id, digest)| (id.to_owned(), digest.to_owned())).ok_or(Error::NotFound("question"))
    };
    let shown: Vec<(String, String)> = form.fields.question.iter().map(split).collect::<Result<_>>()?;
    let sentence = Message::new("library-questions-approved").with("n", shown.len() as i64);
    app.db.write(move |conn| approve::approve_questions(conn, &viewer, id, &shown, now)).await?;
    Ok(page::redirect(&app, &visit, &links::reading_part(id, "questions"), &sentence))
}
