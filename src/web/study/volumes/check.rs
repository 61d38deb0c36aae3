//! `/unit-tasks/{id}/volumes`: a unit goes through its volumes; what is not marked is complete.

use crate::access::Viewer;
use crate::assignments::calls::UnitTaskState;
use crate::assignments::volumes::articles;
use crate::assignments::volumes::edit_list::{ITEMS, ItemFields};
use crate::assignments::volumes::model::SnapshotLine;
use crate::assignments::volumes::write::{self, Found, Wanted};
use crate::assignments::volumes::{Answer, Counted, Item, Snapshot};
use crate::clock::{Clock, Moment};
use crate::error::{Argument, Error, Message, Problem, Result};
use crate::i18n::Language;
use crate::links;
use crate::reports::paper::{Align, Block, Column, Layout, Paper, Sheet, Signature, Table, Words};
use crate::store::ids::{UnitTaskId, VolumeItemId};
use crate::store::{Conn, form_keys};
use crate::web::form::{Form, differences, text_field};
use crate::web::study::fields::Fields;
use crate::web::study::unit_form::{Head, writer};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

const TEMPLATE: &str = "volumes/form";

/// The check as it was typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    version: i64,
    list_version: i64,
    answers: BTreeMap<VolumeItemId, Answer>,
    n_reviewed: String,
    n_complete: String,
    n_completing: String,
    note: String,
}

#[derive(Serialize)]
struct FormPage {
    head: Head,
    action: String,
    paper_href: String,
    list_href: &'static str,
    version: i64,
    list_version: i64,
    written_at: Option<Moment>,
    written_by: Option<String>,
    items: Vec<ItemRow>,
    asks_counts: bool,
    n_reviewed: String,
    n_complete: String,
    n_completing: String,
    note: String,
}

#[derive(Serialize)]
struct ItemRow {
    number: usize,
    fields: ItemFields,
    id: VolumeItemId,
    wording: String,
    /// Of the wording, where that is not the page's language.
    lang: Option<&'static str>,
    articles: String,
    /// What can be marked: complete is what nothing is marked of, which the button says.
    answers: Vec<Choice>,
    /// Something else than complete is said of it.
    is_exception: bool,
}

#[derive(Serialize)]
struct Choice {
    word: Answer,
    selected: bool,
}

impl Typed {
    fn of(found: &Found) -> Self {
        let counted = found.check.as_ref().map(|check| check.counted()).unwrap_or_default();
        let text = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        Self {
            version: found.check.as_ref().map_or(0, |check| check.version),
            list_version: found.list.version,
            answers: found.answers.clone(),
            n_reviewed: text(counted.n_reviewed),
            n_complete: text(counted.n_complete),
            n_completing: text(counted.n_completing),
            note: found.check.as_ref().map(|check| check.note.clone()).unwrap_or_default(),
        }
    }

    fn read(fields: &Fields) -> Self {
        let answer = |names: &ItemFields| {
            let answer: Answer = fields.text(names.answer).parse().ok()?;
            Some((fields.text(names.id).parse().ok()?, answer))
        };
        Self {
            version: fields.text("version").parse().unwrap_or(0),
            list_version: fields.text("list_version").parse().unwrap_or(0),
            answers: ITEMS.iter().filter_map(answer).collect(),
            n_reviewed: fields.text("n_reviewed").to_owned(),
            n_complete: fields.text("n_complete").to_owned(),
            n_completing: fields.text("n_completing").to_owned(),
            note: fields.text("note").to_owned(),
        }
    }

    fn wanted(&self, task: UnitTaskId) -> Wanted {
        // What is no number is out of every range, and refused as such.
        let number = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap_or(-1));
        Wanted {
            task,
            version: self.version,
            list_version: self.list_version,
            answers: self.answers.clone(),
            counted: Counted {
                n_reviewed: number(&self.n_reviewed),
                n_complete: number(&self.n_complete),
                n_completing: number(&self.n_completing),
            },
            note: self.note.clone(),
        }
    }
}

/// The check as it is stored, and who wrote in it last.
fn find(conn: &mut Conn, viewer: &Viewer, id: UnitTaskId) -> Result<(Found, Option<String>)> {
    let found = write::find(conn, viewer, id)?;
    let by = writer(conn, found.check.as_ref().and_then(|check| check.written_by))?;
    Ok((found, by))
}

fn form_page(
    (found, written_by): &(Found, Option<String>),
    typed: Typed,
    language: Language,
    today: NaiveDate,
) -> FormPage {
    let row = |((number, item), fields): ((usize, &Item), &ItemFields)| {
        let (wording, of) = item.wording(language);
        let answer = typed.answers.get(&item.id).copied().unwrap_or(Answer::Complete);
        ItemRow {
            number,
            fields: *fields,
            id: item.id,
            wording: wording.to_owned(),
            lang: (of != language).then_some(of.as_str()),
            articles: articles::words(&item.articles, language),
            answers: Answer::ALL
                .iter()
                .filter(|word| **word != Answer::Complete)
                .map(|word| Choice { word: *word, selected: *word == answer })
                .collect(),
            is_exception: answer != Answer::Complete,
        }
    };
    let id = found.own.task.id;
    FormPage {
        head: Head::of(&found.own, today),
        action: links::unit_task_part(id, "volumes"),
        paper_href: links::unit_task_part(id, "volumes/paper"),
        list_href: links::VOLUME_LIST,
        version: typed.version,
        list_version: typed.list_version,
        written_at: found.check.as_ref().map(|check| check.written_at),
        written_by: written_by.clone(),
        items: (1..).zip(found.list.used()).zip(ITEMS).map(row).collect(),
        asks_counts: found.list.asks_counts,
        n_reviewed: typed.n_reviewed,
        n_complete: typed.n_complete,
        n_completing: typed.n_completing,
        note: typed.note,
    }
}

/// `GET /unit-tasks/{id}/volumes`.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<UnitTaskId>) -> Result<HttpResponse> {
    let (id, today) = (id.into_inner(), app.clock.today());
    let found = app.db.read(move |conn| find(conn, &viewer, id)).await?;
    if !found.0.own.task.state.is_editable() {
        return Ok(page::go(&links::unit_task_part(id, "volumes/paper")));
    }
    let content = form_page(&found, Typed::of(&found.0), visit.language, today);
    page::show(&app, &visit, TEMPLATE, &content)
}

/// `POST /unit-tasks/{id}/volumes`: keeps a draft, or hands the check in.
pub async fn send(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitTaskId>,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (id, key, fields) = (id.into_inner(), form.key, Fields::of(form.fields));
    let typed = Typed::read(&fields);
    if let Some(language) = form.switch_to {
        let found = app.db.read(move |conn| find(conn, &viewer, id)).await?;
        let content = form_page(&found, typed, language, app.clock.today());
        return page::show(&app, &visit.speaking(language), TEMPLATE, &content);
    }
    let hands_in = fields.text("step") == "hand_in";
    let (now, wanted, asking) = (app.clock.now(), typed.wanted(id), viewer.clone());
    let written = app.db.write(move |conn| {
        form_keys::once(conn, &key, now, |conn| {
            match hands_in {
                true => write::hand_in(conn, &asking, &wanted, now)?,
                false => write::save_draft(conn, &asking, &wanted, now)?,
            }
            Ok(links::unit_task_part(id, if hands_in { "volumes/paper" } else { "volumes" }))
        })
    });
    match written.await {
        Ok(to) => {
            let said = if hands_in { "volumes-handed-in" } else { "volumes-drafted" };
            Ok(page::redirect(&app, &visit, &to, &Message::new(said)))
        }
        Err(Error::Refused(problems)) => again(&app, &visit, viewer, id, typed, |_, _| problems).await,
        Err(Error::Conflict) => again(&app, &visit, viewer, id, typed, differing).await,
        Err(other) => Err(other),
    }
}

/// The form with what was typed, refused, by the list and the version that are stored now.
async fn again(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    id: UnitTaskId,
    typed: Typed,
    problems: impl FnOnce(&Typed, &Found) -> Vec<Problem>,
) -> Result<HttpResponse> {
    let found = app.db.read(move |conn| find(conn, &viewer, id)).await?;
    let problems = problems(&typed, &found.0);
    let stored = Typed::of(&found.0);
    let typed = Typed { version: stored.version, list_version: stored.list_version, ..typed };
    let content = form_page(&found, typed, visit.language, app.clock.today());
    page::refused(app, visit, TEMPLATE, &content, &problems)
}

/// Somebody else was faster: what is stored now at each field that differs.
fn differing(typed: &Typed, found: &Found) -> Vec<Problem> {
    let stored = Typed::of(found);
    let answer = |of: &Typed, item: &Item| of.answers.get(&item.id).copied().unwrap_or(Answer::Complete);
    let items = found.list.used().zip(ITEMS).map(|(item, names)| {
        let now = answer(&stored, item);
        let word = format!("volumes-answer-{}", now.as_str().replace('_', "-"));
        (names.answer, answer(typed, item) != now, Argument::Texts(vec![word]))
    });
    let mut fields: Vec<_> = items.collect();
    if found.list.asks_counts {
        fields.push(text_field("n_reviewed", &typed.n_reviewed, &stored.n_reviewed));
        fields.push(text_field("n_complete", &typed.n_complete, &stored.n_complete));
        fields.push(text_field("n_completing", &typed.n_completing, &stored.n_completing));
    }
    fields.push(text_field("note", &typed.note, &stored.note));
    differences(fields)
}

#[derive(Serialize)]
struct PaperPage {
    head: Head,
    form_href: String,
    pdf: String,
    is_draft: bool,
    lines: Vec<PaperLine>,
    /// The last two share a part of the table with the signature, so that it never stands alone on a page.
    last_lines: Vec<PaperLine>,
    n_completing: usize,
    n_not_applicable: usize,
    n_lines: usize,
    note: String,
    signed_on: NaiveDate,
    /// On the screen alone, and only where HQ asks for them.
    counted: Option<Counted>,
}

#[derive(Serialize)]
struct PaperLine {
    number: usize,
    wording: String,
    lang: Option<&'static str>,
    articles: String,
    answer: Answer,
}

fn paper_page(
    conn: &mut Conn,
    viewer: &Viewer,
    id: UnitTaskId,
    language: Language,
    clock: &Clock,
) -> Result<PaperPage> {
    let found = write::find(conn, viewer, id)?;
    let handed_in = found.check.as_ref().map(|check| check.snapshot()).transpose()?.flatten();
    let is_draft = match found.own.task.state {
        UnitTaskState::Submitted | UnitTaskState::Accepted => handed_in.is_none(),
        UnitTaskState::Open | UnitTaskState::Returned | UnitTaskState::Withdrawn => true,
    };
    let note = found.check.as_ref().map(|check| check.note.clone()).unwrap_or_default();
    let snapshot = handed_in.filter(|_| !is_draft).unwrap_or_else(|| Snapshot::of(&found.list, &note, &found.answers));
    let n = |answer| snapshot.lines.iter().filter(|line| line.answer == answer).count();
    let (n_completing, n_not_applicable) = (n(Answer::Completing), n(Answer::NotApplicable));
    let numbered = (1..).zip(&snapshot.lines);
    let mut lines: Vec<PaperLine> = numbered.map(|(number, line)| paper_line(number, line, language)).collect();
    let n_lines = lines.len();
    let last_lines = lines.split_off(n_lines.saturating_sub(2));
    let submitted_on = found.own.task.submitted_at.filter(|_| !is_draft);
    Ok(PaperPage {
        head: Head::of(&found.own, clock.today()),
        form_href: links::unit_task_part(id, "volumes"),
        pdf: links::unit_task_part(id, "volumes/paper.pdf"),
        is_draft,
        lines,
        last_lines,
        n_completing,
        n_not_applicable,
        n_lines,
        note: snapshot.note,
        signed_on: submitted_on.map_or_else(|| clock.today(), |at| clock.local(at).date_naive()),
        counted: found.check.as_ref().map(|check| check.counted()).filter(|_| found.list.asks_counts),
    })
}

/// `GET /unit-tasks/{id}/volumes/paper`: the check as it is printed.
pub async fn print(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<UnitTaskId>) -> Result<HttpResponse> {
    let (id, language, clock) = (id.into_inner(), visit.language, app.clock.clone());
    let content = app.db.read(move |conn| paper_page(conn, &viewer, id, language, &clock)).await?;
    page::show(&app, &visit, "volumes/paper", &content)
}

/// The check as a paper, without the counts, and its day.
pub(in crate::web) fn paper_of(
    conn: &mut Conn,
    viewer: &Viewer,
    id: UnitTaskId,
    words: &Words,
) -> Result<(Paper, NaiveDate)> {
    let page = paper_page(conn, viewer, id, words.language, &words.clock)?;
    let title = words.say("volumes-paper-title");
    let facts = [
        words.fact("implementation-unit", &page.head.unit_name),
        words.fact("volumes-checked-on", &words.date(page.signed_on)),
        words.fact("implementation-call", &page.head.call_title),
    ];
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let figures = Message::new("volumes-paper-figures")
        .with("n", count(page.n_lines))
        .with("completing", count(page.n_completing))
        .with("none", count(page.n_not_applicable));
    let mut blocks: Vec<Block> = facts.into_iter().map(Block::paragraph).collect();
    blocks.push(Block::paragraph(words.word(&figures)));
    blocks.push(Block::Table(table(&page, words)));
    if !page.note.is_empty() {
        let note = Message::new("volumes-paper-note").with("note", page.note.as_str());
        blocks.push(Block::paragraph(words.word(&note)));
    }
    blocks.push(Block::Note { text: words.say("volumes-paper-foot") });
    let signature = Signature {
        lines: vec![words.say("report-filled-in-by"), words.say("implementation-head-line")],
        seal: Some(words.say("report-seal")),
        unit: page.head.unit_name.clone(),
        date: words.date(page.signed_on),
        code: None,
    };
    let paper = Paper {
        language: words.language,
        layout: Layout::OnePage,
        name: format!("{}{title}", page.head.unit_name),
        mark: page.is_draft.then(|| words.say("report-draft")),
        sheets: vec![Sheet {
            title,
            ending: String::new(),
            lines: Vec::new(),
            blocks,
            signature: Some(signature),
            foot: Vec::new(),
        }],
        made_at: words.clock.now(),
    };
    Ok((paper, page.signed_on))
}

fn table(page: &PaperPage, words: &Words) -> Table {
    let column = |key, width: Option<f64>, align| Column::new(words.say(key), width, align);
    let columns = vec![
        column("report-column-number", Some(12.0), Align::Right),
        column("volumes-item", None, Align::Left),
        column("volumes-article", Some(30.0), Align::Left),
        column("volumes-answer", Some(24.0), Align::Centre),
    ];
    let cells = |line: &PaperLine| {
        let articles = if line.articles.is_empty() { "—".to_owned() } else { line.articles.clone() };
        let answer = words.choice("volumes-answer-", line.answer.as_str());
        vec![line.number.to_string(), line.wording.clone(), articles, answer]
    };
    Table::new(columns, page.lines.iter().chain(&page.last_lines).map(cells).collect())
}

fn paper_line(number: usize, line: &SnapshotLine, language: Language) -> PaperLine {
    let is_foreign = language == Language::English && line.wording_en.is_empty();
    let chinese = match language {
        Language::Chinese => true,
        Language::English => is_foreign,
    };
    PaperLine {
        number,
        wording: if chinese { line.wording_zh.clone() } else { line.wording_en.clone() },
        lang: is_foreign.then_some(Language::Chinese.as_str()),
        articles: articles::words(&line.articles, language),
        answer: line.answer,
    }
}
