//! Reports as pages to be printed and as files.

use super::download::{self, Kind, Taken};
use super::finals::{ShownFinal, shown_finals};
use super::period::figures_sheet;
use super::visit::Visit;
use super::{App, page, papers};
use crate::access::Viewer;
use crate::error::{Message, Result};
use crate::links;
use crate::organization::Category;
use crate::reports::book::{Book, Sheet};
use crate::reports::finals::Reference;
use crate::reports::paper::{self, Finality};
use crate::reports::{self, SessionReport, csv, session_attendance::PersonLine};
use crate::store::ids::SessionId;
use crate::training::SessionState;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

#[derive(Serialize)]
struct ReportPage {
    #[serde(flatten)]
    paper: Paper,
    head: Crumb,
    csv: String,
    pdf: String,
    docx: String,
    /// The facts to go on writing from; an inspector reads reports and writes none.
    note: Option<String>,
    xlsx: String,
    sheet: Option<String>,
    /// What of this session was made final, and where HQ makes it.
    finals: Vec<ShownFinal>,
    make_final: Option<String>,
}

/// An attendance report as a paper.
#[derive(Serialize)]
pub(super) struct Paper {
    report: SessionReport,
    /// The last two people share a part of the table with the signature, so that it never stands alone on a page.
    people: Vec<PersonLine>,
    last_people: Vec<PersonLine>,
    has_pending: bool,
    /// Where its number leads.
    address: Option<String>,
    /// The final report that it replaces.
    before: Option<Reference>,
}

impl Paper {
    pub(super) fn of(mut report: SessionReport, address: Option<String>) -> Self {
        let mut people = std::mem::take(&mut report.people);
        let last_people = people.split_off(people.len().saturating_sub(2));
        Self { people, last_people, has_pending: report.total.counts.n_pending > 0, report, address, before: None }
    }

    /// The paper of a report that names the one it replaces.
    pub(super) fn replacing(self, before: Option<Reference>) -> Self {
        Self { before, ..self }
    }
}

/// The session as the breadcrumbs show it.
#[derive(Serialize)]
pub(super) struct Crumb {
    pub title: String,
    pub href: String,
}

/// The attendance report as it stands, for every format: who takes it away, or looks at it as an inspector, is noted.
async fn report_of(app: &App, viewer: &Viewer, id: SessionId, kind: Kind) -> Result<SessionReport> {
    let (now, reader) = (app.clock.now(), viewer.clone());
    let report = app.db.read(move |conn| reports::session_attendance::build(conn, &reader, id, now)).await?;
    download::note(app, viewer, Taken::new("session", "session", id.0), kind).await?;
    Ok(report)
}

/// `GET /sessions/{id}/report`: the attendance report, which prints as it stands.
pub async fn session_report(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, is_hq) = (id.into_inner(), viewer.is_hq());
    let report = report_of(&app, &viewer, id, Kind::Paper).await?;
    let finals = app.db.read(move |conn| shown_finals(conn, id)).await?;
    let mut head = Crumb { title: report.session.title.clone(), href: links::session(id) };
    if viewer.is_inspector() {
        head.href = links::INSPECTION.to_owned();
    }
    let content = ReportPage {
        head,
        csv: links::session_report_csv(id),
        pdf: links::session_part(id, "report.pdf"),
        docx: links::session_part(id, "report.docx"),
        note: (!viewer.is_inspector()).then(|| links::session_part(id, "note.docx")),
        xlsx: links::session_report_xlsx(id),
        sheet: (is_hq && report.session.state == SessionState::Published).then(|| links::sign_in_sheet(id)),
        make_final: (is_hq && report.session.is_confirmed()).then(|| links::make_final(id)),
        finals,
        paper: Paper::of(report, None),
    };
    page::show(&app, &visit, "reports/session-attendance", &content)
}

/// `GET /sessions/{id}/report.csv`, `.xlsx`, `.pdf` and `.docx`.
pub async fn session_file(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    id: Path<SessionId>,
) -> Result<HttpResponse> {
    let report = report_of(&app, &viewer, id.into_inner(), kind).await?;
    file_of(&app, &visit, report, None, kind).await
}

/// The report as a file: a draft, unless it is said what makes it final.
pub(super) async fn file_of(
    app: &App,
    visit: &Visit,
    report: SessionReport,
    finality: Option<&Finality>,
    kind: Kind,
) -> Result<HttpResponse> {
    match kind {
        Kind::Csv => csv_of(app, visit, &report),
        Kind::Xlsx => xlsx_of(app, visit, &report).await,
        Kind::Pdf | Kind::Docx | Kind::Paper => {
            let day = app.clock.local(report.session.starts_at).date_naive();
            let paper = paper::session(&report, finality, &papers::words(app, visit))?;
            papers::file_of(app, paper, day, report.number.as_deref(), kind).await
        }
    }
}

/// The list as a file, whose name says its number, or that it is a draft.
fn csv_of(app: &App, visit: &Visit, report: &SessionReport) -> Result<HttpResponse> {
    let say = |key: &'static str| page::word(app, visit, &Message::new(key));
    let mut rows: Vec<Vec<String>> = vec![COLUMNS.iter().map(|key| say(key)).collect()];
    rows.extend(report.people.iter().map(|person| cells(app, visit, person)));
    rows.extend(guest_rows(app, visit, report));
    Ok(download::made(&file_name(app, visit, report), Kind::Csv, csv::write(&rows)?))
}

/// The report as a workbook: its list, its figures by unit and by category, and how they are computed.
async fn xlsx_of(app: &App, visit: &Visit, report: &SessionReport) -> Result<HttpResponse> {
    let say = |key: &'static str| page::word(app, visit, &Message::new(key));
    let mut rows: Vec<Vec<String>> = vec![COLUMNS.iter().map(|key| say(key)).collect()];
    rows.extend(report.people.iter().map(|person| cells(app, visit, person)));
    let mut sheets = vec![Sheet::of_texts(&say("period-people"), rows, &[0])];
    let total = || std::iter::once((say("report-sum"), &report.total));
    let units = report.units.iter().map(|unit| (unit.name.clone(), &unit.figures));
    sheets.push(figures_sheet(app, visit, "period-units", units.chain(total()).collect()));
    let category = |category: Category| word_of(app, visit, CATEGORIES, category.as_str());
    let categories = report.categories.iter().map(|line| (category(line.category), &line.figures));
    sheets.push(figures_sheet(app, visit, "period-categories", categories.chain(total()).collect()));
    let mut guests = guest_rows(app, visit, report).into_iter().skip(1);
    if let Some(count) = guests.next() {
        sheets.push(Sheet::of_texts(&count.concat(), guests.collect(), &[0]));
    }
    let title =
        page::word(app, visit, &Message::new("report-heading-attendance").with("title", report.session.title.as_str()));
    let made_at = page::word(app, visit, &Message::new("report-made-at").with("at", report.made_at));
    let mark = report.number.clone().unwrap_or_else(|| say("report-draft"));
    let mut about = vec![title, report.organisation.clone(), made_at, mark];
    about.extend(report.narrowed_to.iter().cloned());
    about.push(say("report-formulas"));
    let book = Book { about: (say("period-about"), about), sheets };
    Ok(download::made(&file_name(app, visit, report), Kind::Xlsx, download::aside(move || book.xlsx()).await?))
}

/// What a file of the report is called, without its ending: its number, or that it is a draft.
fn file_name(app: &App, visit: &Visit, report: &SessionReport) -> String {
    let say = |key: &'static str| page::word(app, visit, &Message::new(key));
    let day = app.clock.local(report.session.starts_at).date_naive();
    let mark = report.number.clone().unwrap_or_else(|| say("report-draft"));
    format!("{}{}-{day}-{mark}", report.session.title, say("report-title-attendance"))
}

/// The guests, apart from the list and under their count: they are in no figure.
fn guest_rows(app: &App, visit: &Visit, report: &SessionReport) -> Vec<Vec<String>> {
    let n = report.guests.len();
    if n == 0 {
        return Vec::new();
    }
    let say = |message: Message| page::word(app, visit, &message);
    let count = say(Message::new("report-guests-title").with("n", i64::try_from(n).unwrap_or(i64::MAX)));
    let columns = ["report-column-number", "report-column-unit", "report-column-name"];
    let head = columns.iter().map(|key| say(Message::new(key))).collect();
    let guests = report.guests.iter().zip(1..);
    let guests =
        guests.map(|(guest, number): (_, i64)| vec![number.to_string(), guest.unit.clone(), guest.name.clone()]);
    [vec![String::new()], vec![count], head].into_iter().chain(guests).collect()
}

/// The columns of the list, on the page and in the file.
const COLUMNS: &[&str] = &[
    "report-column-number",
    "report-column-unit",
    "report-column-name",
    "report-column-post",
    "report-column-category",
    "report-column-arrived",
    "report-column-state",
    "report-column-make-up",
    "report-column-remark",
];

fn cells(app: &App, visit: &Visit, person: &PersonLine) -> Vec<String> {
    let text = |message: &Message| page::word(app, visit, message);
    let of = |words: &'static [(&'static str, &'static str)], word: &str| word_of(app, visit, words, word);
    let mut remark = Vec::new();
    if person.late {
        remark.push(text(&Message::new("report-late")));
    }
    if person.left_early {
        remark.push(text(&Message::new("report-left-early")));
    }
    if let Some(kind) = person.leave_kind {
        remark.push(of(LEAVE_KINDS, kind.as_str()));
    }
    if let Some(name) = &person.stand_in {
        remark.push(text(&Message::new("report-stood-in").with("name", name.as_str())));
    }
    vec![
        person.number.to_string(),
        person.unit.clone(),
        person.name.clone(),
        person.post.clone(),
        of(CATEGORIES, person.category.as_str()),
        person.arrived_at.map_or(String::new(), |at| app.clock.local(at).format("%H:%M").to_string()),
        of(STATES, person.state.as_str()),
        of(MAKE_UPS, person.make_up.as_str()),
        remark.join("; "),
    ]
}

const LEAVE_KINDS: &[(&str, &str)] =
    &[("public", "report-leave-public"), ("sick", "report-leave-sick"), ("private", "report-leave-private")];
const CATEGORIES: &[(&str, &str)] = &[
    ("group_leadership", "report-category-group-leadership"),
    ("enterprise_leadership", "report-category-enterprise-leadership"),
    ("hq_middle", "report-category-hq-middle"),
    ("staff", "report-category-staff"),
];
pub(super) const STATES: &[(&str, &str)] = &[
    ("present", "attendance-state-present"),
    ("leave", "attendance-state-leave"),
    ("stand_in", "attendance-state-stand-in"),
    ("absent", "attendance-state-absent"),
    ("exempt", "attendance-state-exempt"),
    ("pending", "attendance-state-pending"),
    ("to_check", "attendance-state-to-check"),
];
pub(super) const MAKE_UPS: &[(&str, &str)] = &[
    ("session", "report-make-up-session"),
    ("exchange_meeting", "report-make-up-exchange-meeting"),
    ("accepted_study", "report-make-up-accepted-study"),
    ("done", "report-make-up-done"),
    ("self_study", "report-make-up-self-study"),
    ("due", "report-make-up-due"),
    ("none", "report-make-up-none"),
];

/// What a choice is called in a file.
pub(super) fn word_of(
    app: &App,
    visit: &Visit,
    words: &'static [(&'static str, &'static str)],
    choice: &str,
) -> String {
    let found = words.iter().find(|(known, _)| *known == choice);
    found.map_or(String::new(), |(_, key)| page::word(app, visit, &Message::new(key)))
}
