//! `/readings/{id}/questions/new` and `/readings/{id}/questions/{question}`: HQ writes a question about a reading.

use crate::access::Viewer;
use crate::error::{Argument, Error, Message, Problem, Result};
use crate::links;
use crate::readings::questions::own::{self, CHOICES, Draft};
use crate::readings::questions::{Kind, queries as questions};
use crate::readings::{Said, queries};
use crate::store::form_keys;
use crate::store::ids::{OwnQuestionId, ReadingId};
use crate::web::form::{Form, differences, suffix, text_field};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct QuestionForm {
    version: String,
    kind: String,
    question_zh: String,
    question_en: String,
    choice_zh: Vec<String>,
    choice_en: Vec<String>,
    /// The places of the right choices, counted from 0.
    right: Vec<String>,
    /// `0` when what is said is true, `1` when it is false.
    truth: String,
    explanation_zh: String,
    explanation_en: String,
    statute: String,
    article: String,
    source: String,
}

#[derive(Serialize)]
struct FormPage {
    action: String,
    back: String,
    reading: String,
    reading_heading: Said,
    heading: &'static str,
    form: QuestionForm,
    kinds: Vec<KindChoice>,
    choices: Vec<ChoiceRow>,
    statutes: Vec<String>,
    sources: Vec<Source>,
}

#[derive(Serialize)]
struct KindChoice {
    kind: Kind,
    suffix: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct ChoiceRow {
    n: usize,
    place: usize,
    suffix: String,
    chinese: String,
    english: String,
    is_right: bool,
}

#[derive(Serialize)]
struct Source {
    text: String,
    is_chosen: bool,
}

impl QuestionForm {
    fn of(draft: &Draft, version: i64) -> Self {
        let is_truth = draft.kind == Some(Kind::TrueFalse);
        let right: Vec<String> = draft.right.iter().map(ToString::to_string).collect();
        Self {
            version: version.to_string(),
            kind: draft.kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
            question_zh: draft.question_zh.clone(),
            question_en: draft.question_en.clone(),
            choice_zh: draft.choices_zh.clone(),
            choice_en: draft.choices_en.clone(),
            truth: if is_truth { right.concat() } else { String::new() },
            right: if is_truth { Vec::new() } else { right },
            explanation_zh: draft.explanation_zh.clone(),
            explanation_en: draft.explanation_en.clone(),
            statute: draft.statute.clone(),
            article: draft.article.clone(),
            source: draft.source.clone(),
        }
    }

    fn draft(&self) -> Draft {
        let kind = self.kind.parse().ok();
        let right: Vec<usize> = match kind {
            Some(Kind::TrueFalse) => self.truth.parse().ok().into_iter().collect(),
            Some(Kind::Single | Kind::Multiple) | None => {
                self.right.iter().filter_map(|place| place.parse().ok()).filter(|place| *place < CHOICES).collect()
            }
        };
        let choices = |column: &[String]| column.iter().take(CHOICES).cloned().collect();
        Draft {
            kind,
            question_zh: self.question_zh.clone(),
            question_en: self.question_en.clone(),
            choices_zh: choices(&self.choice_zh),
            choices_en: choices(&self.choice_en),
            right,
            explanation_zh: self.explanation_zh.clone(),
            explanation_en: self.explanation_en.clone(),
            statute: self.statute.clone(),
            article: self.article.clone(),
            source: self.source.clone(),
        }
    }

    /// The choices of one language, to be compared; those that are right with a mark.
    fn joined(&self, column: &[String]) -> String {
        let is_right = |place: usize| self.right.contains(&place.to_string());
        let choice = |(place, text): (usize, &String)| {
            format!("{}{}", text.trim(), if is_right(place) && !text.trim().is_empty() { " ✓" } else { "" })
        };
        let all: Vec<String> = column.iter().enumerate().map(choice).filter(|text| !text.is_empty()).collect();
        all.join("；")
    }
}

/// `GET /readings/{id}/questions/new`.
pub async fn new_form(app: Data<App>, visit: Visit, id: Path<ReadingId>) -> Result<HttpResponse> {
    show_form(&app, &visit, id.into_inner(), None, QuestionForm::default(), &[]).await
}

/// `GET /readings/{id}/questions/{question}`.
pub async fn edit_form(app: Data<App>, visit: Visit, of: Path<(ReadingId, OwnQuestionId)>) -> Result<HttpResponse> {
    let (id, question) = of.into_inner();
    let form = stored(&app, id, question).await?;
    show_form(&app, &visit, id, Some(question), form, &[]).await
}

async fn stored(app: &App, id: ReadingId, question: OwnQuestionId) -> Result<QuestionForm> {
    let row = app.db.read(move |conn| questions::find(conn, id, question)).await?;
    Ok(QuestionForm::of(&Draft::of(&row), row.version))
}

async fn show_form(
    app: &App,
    visit: &Visit,
    id: ReadingId,
    question: Option<OwnQuestionId>,
    form: QuestionForm,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let (reading, citations) = app
        .db
        .read(move |conn| {
            let reading = queries::find(conn, id)?;
            let citations = queries::list_citations(conn, id, reading.version.number)?;
            Ok((reading, citations))
        })
        .await?;
    let mut statutes: Vec<String> = citations.into_iter().map(|citation| citation.statute).collect();
    statutes.dedup();
    let at = |column: &[String], n: usize| column.get(n).cloned().unwrap_or_default();
    let row = |n: usize| ChoiceRow {
        n: n + 1,
        place: n,
        suffix: suffix(n),
        chinese: at(&form.choice_zh, n),
        english: at(&form.choice_en, n),
        is_right: form.right.contains(&n.to_string()),
    };
    let kind = |(n, kind): (usize, &Kind)| KindChoice {
        kind: *kind,
        suffix: suffix(n),
        is_chosen: form.kind == kind.as_str(),
    };
    let source = |text: &str| Source { text: text.to_owned(), is_chosen: form.source.trim() == text };
    let content = FormPage {
        action: match question {
            None => links::reading_part(id, "questions/new"),
            Some(question) => links::edit_question(id, question),
        },
        back: links::reading_part(id, "questions"),
        reading: links::reading(id),
        reading_heading: reading.version.title(visit.language),
        heading: if question.is_none() { "question-new" } else { "question-edit" },
        kinds: Kind::ALL.iter().enumerate().map(kind).collect(),
        choices: (0..CHOICES).map(row).collect(),
        statutes,
        sources: reading.version.sources_zh.lines().map(source).collect(),
        form,
    };
    if problems.is_empty() {
        return page::show(app, visit, "readings/question-form", &content);
    }
    page::refused(app, visit, "readings/question-form", &content, problems)
}

/// `POST /readings/{id}/questions/new`.
pub async fn add(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    form: Form<QuestionForm>,
) -> Result<HttpResponse> {
    keep(&app, &visit, viewer, id.into_inner(), None, form).await
}

/// `POST /readings/{id}/questions/{question}`.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    of: Path<(ReadingId, OwnQuestionId)>,
    form: Form<QuestionForm>,
) -> Result<HttpResponse> {
    let (id, question) = of.into_inner();
    keep(&app, &visit, viewer, id, Some(question), form).await
}

async fn keep(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    id: ReadingId,
    question: Option<OwnQuestionId>,
    form: Form<QuestionForm>,
) -> Result<HttpResponse> {
    let Form { fields: typed, key, switch_to } = form;
    if let Some(language) = switch_to {
        return show_form(app, &visit.speaking(language), id, question, typed, &[]).await;
    }
    let (draft, now) = (typed.draft(), app.clock.now());
    let version = match question {
        None => 0,
        Some(_) => typed.version.parse().map_err(|_| Error::Conflict)?,
    };
    let done = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                match question {
                    None => own::add(conn, &viewer, id, &draft, now).map(|_| ())?,
                    Some(question) => own::change(conn, &viewer, (id, question), version, &draft, now)?,
                }
                Ok(links::reading_part(id, "questions"))
            })
        })
        .await;
    match (done, question) {
        (Ok(to), _) => Ok(page::redirect(app, visit, &to, &Message::new("question-saved"))),
        (Err(Error::Refused(problems)), _) => show_form(app, visit, id, question, typed, &problems).await,
        (Err(Error::Conflict), Some(question)) => {
            let now = stored(app, id, question).await?;
            let problems = differences_from(&typed, &now);
            show_form(app, visit, id, Some(question), QuestionForm { version: now.version, ..typed }, &problems).await
        }
        (Err(other), _) => Err(other),
    }
}

fn differences_from(typed: &QuestionForm, stored: &QuestionForm) -> Vec<Problem> {
    let kind = stored.draft().kind.map(|kind| format!("question-kind-{}", kind.as_str().replace('_', "-")));
    let truth = if stored.truth == "0" { "self-test-true" } else { "self-test-false" };
    let both = |column: fn(&QuestionForm) -> &Vec<String>| [typed, stored].map(|form| form.joined(column(form)));
    let ([typed_zh, stored_zh], [typed_en, stored_en]) = (both(|form| &form.choice_zh), both(|form| &form.choice_en));
    differences([
        ("kind", typed.kind != stored.kind, Argument::Texts(kind.into_iter().collect())),
        text_field("question_zh", &typed.question_zh, &stored.question_zh),
        text_field("question_en", &typed.question_en, &stored.question_en),
        text_field("choice_zh", &typed_zh, &stored_zh),
        text_field("choice_en", &typed_en, &stored_en),
        ("truth", typed.truth != stored.truth && !stored.truth.is_empty(), Argument::Texts(vec![truth.to_owned()])),
        text_field("explanation_zh", &typed.explanation_zh, &stored.explanation_zh),
        text_field("explanation_en", &typed.explanation_en, &stored.explanation_en),
        text_field("statute", &typed.statute, &stored.statute),
        text_field("article", &typed.article, &stored.article),
        text_field("source", &typed.source, &stored.source),
    ])
}
