//! `/readings/{id}/questions`: HQ looks at the questions about a reading, approves them, one by one or all of them, and takes
//! them out of use and back.

use crate::access::Viewer;
use crate::assignments::self_test::ASKED;
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::i18n::Language;
use crate::links;
use crate::readings::questions::{self, Kind, Listed, Question, own};
use crate::readings::retire::Use;
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
    new: String,
    change_use: String,
    questions: Vec<Shown>,
    n_asked: usize,
    /// There are fewer than a test has.
    asks_all: bool,
    n_awaiting: usize,
}

#[derive(Serialize)]
struct Shown {
    n: usize,
    id: String,
    kind: Kind,
    text: String,
    /// Of the words, when it is another than the page's.
    lang: Option<&'static str>,
    choices: Vec<ShownChoice>,
    explanation: String,
    basis: String,
    basis_lang: Option<&'static str>,
    is_own: bool,
    is_retired: bool,
    /// Where HQ changes its own.
    edit: Option<String>,
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
    let (reading, listed, approvals) = app
        .db
        .read(move |conn| {
            let reading = queries::find(conn, id)?;
            let listed = questions::list(conn, &reading.row)?;
            Ok((reading, listed, questions::queries::list_approvals(conn)?))
        })
        .await?;
    let shown = |(place, Listed { question, is_retired }): (usize, Listed)| {
        let given = approvals.iter().find(|approval| {
            approval.reading_id == id && approval.question == question.id && approval.digest == question.digest
        });
        let wording = question.wording(language);
        let awaits = given.is_none() && !is_retired;
        Shown {
            n: place + 1,
            kind: question.kind,
            text: wording.question.clone(),
            lang: question.lang(language),
            choices: choices(&question, language),
            explanation: wording.explanation.clone(),
            basis: wording.basis.written().to_owned(),
            basis_lang: question.basis_lang(language),
            is_own: question.own.is_some(),
            is_retired,
            edit: question.own.filter(|_| !is_retired).map(|own| links::edit_question(id, own)),
            to_approve: awaits.then(|| format!("{}:{}", question.id, question.digest)),
            by: given.map(|approval| approval.by.clone()),
            at: given.map(|approval| approval.at),
            id: question.id,
        }
    };
    let questions: Vec<Shown> = listed.into_iter().enumerate().map(shown).collect();
    let n_asked = questions.iter().filter(|question| !question.is_retired).count();
    let content = QuestionsPage {
        href: links::reading(id),
        action: links::reading_part(id, "questions"),
        heading: reading.version.title(language),
        new: links::reading_part(id, "questions/new"),
        change_use: links::reading_part(id, "questions/use"),
        n_asked,
        asks_all: (1..ASKED).contains(&n_asked),
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

#[derive(Deserialize)]
pub struct UseForm {
    #[serde(default)]
    question: String,
    /// `retired` or `brought_back`.
    #[serde(default)]
    to: String,
}

/// `POST /readings/{id}/questions/use`: a question is no longer asked, or again.
pub async fn change_use(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    form: Form<UseForm>,
) -> Result<HttpResponse> {
    let (id, now, question) = (id.into_inner(), app.clock.now(), form.fields.question);
    let (to, sentence) = match form.fields.to.as_str() {
        "retired" => (Use::Retired, "question-retired"),
        "brought_back" => (Use::BroughtBack, "question-brought-back"),
        _ => return Err(Error::NotFound("page")),
    };
    app.db.write(move |conn| own::set_use(conn, &viewer, id, &question, to, now)).await?;
    Ok(page::redirect(&app, &visit, &links::reading_part(id, "questions"), &Message::new(sentence)))
}
