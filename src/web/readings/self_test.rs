//! `/readings/{id}/self-test`: ten questions on one page, answered as often as one likes, each explained afterwards.

use crate::access::Viewer;
use crate::assignments::self_test::{self, ASKED, Answer, FIELDS, PASS_PERCENT};
use crate::error::{Error, Message, Problem, Result};
use crate::i18n::Language;
use crate::links;
use crate::readings::marks_queries;
use crate::readings::questions::queries::Approval;
use crate::readings::questions::{self, Kind, Question};
use crate::readings::{Reading, Said, queries};
use crate::secret::random_token;
use crate::store::ids::ReadingId;
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Deserialize)]
pub struct TryQuery {
    #[serde(default)]
    draw: String,
    /// The answers, on the page that explains them.
    #[serde(default)]
    a: String,
}

#[derive(Serialize)]
struct TestPage {
    href: String,
    action: String,
    again: String,
    heading: Said,
    pass_percent: usize,
    has_passed: bool,
    questions: Vec<Asked>,
    /// There are fewer than a test has.
    asks_all: bool,
    /// On the page that explains: whether this try is passed.
    passes: bool,
    reading_retired: bool,
}

#[derive(Serialize)]
struct Asked {
    n: usize,
    field: &'static str,
    kind: Kind,
    text: String,
    /// Of the words, when it is another than the page's.
    lang: Option<&'static str>,
    choices: Vec<Choice>,
    awaits_approval: bool,
    /// On the page that explains.
    is_right: bool,
    explanation: String,
    basis: String,
    basis_lang: Option<&'static str>,
}

#[derive(Serialize)]
struct Choice {
    id: String,
    value: usize,
    /// Empty when it is true or false: the page has the words.
    text: String,
    truth: &'static str,
    chosen: bool,
    is_right: bool,
}

fn asked(
    (place, field): (usize, &'static str),
    question: &Question,
    chosen: &[usize],
    language: Language,
    approved: &BTreeSet<(String, String)>,
) -> Asked {
    let wording = question.wording(language);
    let texts: Vec<(String, &'static str)> = match question.kind {
        Kind::TrueFalse => vec![(String::new(), "true"), (String::new(), "false")],
        Kind::Single | Kind::Multiple => wording.choices.iter().map(|text| (text.clone(), "")).collect(),
    };
    let choice = |(value, (text, truth)): (usize, (String, &'static str))| Choice {
        // A problem leads to the first of them.
        id: if value == 0 { field.to_owned() } else { format!("{field}-{}", value + 1) },
        value,
        text,
        truth,
        chosen: chosen.contains(&value),
        is_right: question.right.contains(&value),
    };
    Asked {
        n: place + 1,
        field,
        kind: question.kind,
        text: wording.question.clone(),
        lang: question.lang(language),
        choices: texts.into_iter().enumerate().map(choice).collect(),
        awaits_approval: !approved.contains(&(question.id.clone(), question.digest.clone())),
        is_right: self_test::is_right(question, &chosen.to_vec()),
        explanation: wording.explanation.clone(),
        basis: wording.basis.written().to_owned(),
        basis_lang: question.basis_lang(language),
    }
}

/// What every page of a test needs.
async fn load(app: &App, viewer: Viewer, id: ReadingId) -> Result<(Reading, Vec<Question>, bool, Vec<Approval>)> {
    app.db
        .read(move |conn| {
            let reading = queries::find(conn, id)?;
            let questions = questions::of(conn, &reading.row)?;
            if questions.is_empty() {
                return Err(Error::NotFound("self-test"));
            }
            let has_passed = marks_queries::has_passed(conn, viewer.person, id)?;
            Ok((reading, questions, has_passed, questions::queries::list_approvals(conn)?))
        })
        .await
}

async fn test_page(
    app: &App,
    viewer: Viewer,
    id: ReadingId,
    draw: &str,
    answers: &[Answer],
    language: Language,
) -> Result<TestPage> {
    let (reading, questions, has_passed, approvals) = load(app, viewer, id).await?;
    let approved: BTreeSet<(String, String)> = approvals
        .into_iter()
        .filter(|approval| approval.reading_id == id)
        .map(|approval| (approval.question, approval.digest))
        .collect();
    let (drawn, asks_all) = (self_test::drawn(&questions, draw), questions.len() < ASKED);
    let none = Answer::new();
    let questions: Vec<Asked> = drawn
        .iter()
        .zip(FIELDS)
        .enumerate()
        .map(|(place, (question, field))| {
            asked((place, field), question, answers.get(place).unwrap_or(&none), language, &approved)
        })
        .collect();
    let n_right = questions.iter().filter(|question| question.is_right).count();
    Ok(TestPage {
        href: links::reading(id),
        action: format!("{}?draw={draw}", links::self_test(id)),
        again: links::self_test(id),
        heading: reading.version.title(language),
        pass_percent: PASS_PERCENT,
        has_passed,
        passes: self_test::passes(n_right, questions.len()),
        questions,
        asks_all,
        reading_retired: !reading.row.is_active(),
    })
}

/// `GET /readings/{id}/self-test`: a try; without a name it gets one, so that the page can be shown again.
pub async fn form(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    query: Query<TryQuery>,
) -> Result<HttpResponse> {
    let (id, draw) = (id.into_inner(), query.into_inner().draw);
    let questions = load(&app, viewer.clone(), id).await?.1;
    if !self_test::is_draw(&draw, &questions) {
        return Ok(page::go(&fresh(id, &questions)));
    }
    let content = test_page(&app, viewer, id, &draw, &[], visit.language).await?;
    page::show(&app, &visit, "readings/self-test", &content)
}

/// Where a new try of these questions begins.
fn fresh(id: ReadingId, questions: &[Question]) -> String {
    format!("{}?draw={}", links::self_test(id), self_test::named(&random_token(), questions))
}

/// What was sent at each question, choices in order.
fn answers(sent: &[(String, String)]) -> Vec<Answer> {
    let at = |field: &&str| {
        let chosen: BTreeSet<usize> =
            sent.iter().filter(|(name, _)| name == field).filter_map(|(_, value)| value.parse().ok()).collect();
        chosen.into_iter().collect()
    };
    FIELDS.iter().map(at).collect()
}

/// `POST /readings/{id}/self-test`: judged here; what is kept is only that it was passed.
pub async fn hand_in(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    query: Query<TryQuery>,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (id, draw, now) = (id.into_inner(), query.into_inner().draw, app.clock.now());
    let questions = load(&app, viewer.clone(), id).await?.1;
    if !self_test::is_draw(&draw, &questions) {
        return Ok(page::redirect(&app, &visit, &fresh(id, &questions), &Message::new("self-test-changed")));
    }
    let given = answers(&form.fields);
    if let Some(language) = form.switch_to {
        let content = test_page(&app, viewer, id, &draw, &given, language).await?;
        return page::show(&app, &visit.speaking(language), "readings/self-test", &content);
    }
    let given: Vec<Answer> = given.into_iter().take(questions.len()).collect();
    let (by, judged, name) = (viewer.clone(), given.clone(), draw.clone());
    match app.db.write(move |conn| self_test::hand_in(conn, &by, id, &name, &judged, now)).await {
        Ok(passed) => {
            let result = links::reading_part(id, "self-test/result");
            let to = format!("{result}?draw={draw}&a={}", self_test::written(&given));
            if passed {
                return Ok(page::redirect(&app, &visit, &to, &Message::new("self-test-passed")));
            }
            // That it is not passed yet is the page's heading.
            Ok(page::go(&to))
        }
        Err(Error::Refused(problems)) => refuse(&app, &visit, viewer, id, &draw, &given, &problems).await,
        Err(other) => Err(other),
    }
}

async fn refuse(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    id: ReadingId,
    draw: &str,
    given: &[Answer],
    problems: &[Problem],
) -> Result<HttpResponse> {
    let content = test_page(app, viewer, id, draw, given, visit.language).await?;
    page::refused(app, visit, "readings/self-test", &content, problems)
}

/// `GET /readings/{id}/self-test/result`: each answer with its explanation. The answers stand in the address and nowhere else.
pub async fn result(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    query: Query<TryQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.into_inner());
    let questions = load(&app, viewer.clone(), id).await?.1;
    if !self_test::is_draw(&query.draw, &questions) {
        return Ok(page::redirect(&app, &visit, &fresh(id, &questions), &Message::new("self-test-changed")));
    }
    let drawn = self_test::drawn(&questions, &query.draw);
    let answers = self_test::read(&query.a, &drawn).ok_or(Error::NotFound("page"))?;
    let content = test_page(&app, viewer, id, &query.draw, &answers, visit.language).await?;
    page::show(&app, &visit, "readings/self-test-result", &content)
}
