//! Reports as pages to be printed and as files.

use super::download::{self, Kind, Taken};
use super::finals::{ShownFinal, Since, shown_of_session};
use super::period::figures_sheet;
use super::visit::Visit;
use super::{App, page, papers};
use crate::access::Viewer;
use crate::error::{Message, Result};
use crate::links;
use crate::organization::Category;
use crate::reports::book::{Book, Sheet};
use crate::reports::finals::{self, Reference};
use crate::reports::paper::{self, Finality, Words};
use crate::reports::{self, SessionReport, csv};
use crate::store::Conn;
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
    /// Where an inspector came from.
    inspection: Option<&'static str>,
    csv: String,
    pdf: String,
    docx: String,
    /// The facts to go on writing from; an inspector reads reports and writes none.
    note: Option<String>,
    xlsx: String,
    sheet: Option<String>,
    /// What of this session was made final, and where HQ makes it.
    finals: Vec<ShownFinal>,
    /// Of how many people the newest of them says something else.
    since: Option<Since>,
    make_final: Option<String>,
}

/// An attendance report as a paper.
#[derive(Serialize)]
pub(super) struct Paper {
    report: SessionReport,
    /// The last two people share a part of the table with the signature, so that it never stands alone on a page.
    people: Vec<Vec<String>>,
    last_people: Vec<Vec<String>>,
    has_pending: bool,
    /// Where its number leads.
    address: Option<String>,
    /// The final report that it replaces.
    before: Option<Reference>,
}

impl Paper {
    pub(super) fn of(mut report: SessionReport, address: Option<String>, words: &Words) -> Self {
        let mut people = paper::session_rows(&report, words);
        report.people.clear();
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

/// The attendance report as it stands, for every file: who takes it away, or looks at it as an inspector, is noted.
async fn report_of(app: &App, viewer: &Viewer, id: SessionId, kind: Kind) -> Result<SessionReport> {
    let (now, reader) = (app.clock.now(), viewer.clone());
    let report = app.db.read(move |conn| reports::session_attendance::build(conn, &reader, id, now)).await?;
    note_session(app, viewer, id, kind).await?;
    Ok(report)
}

async fn note_session(app: &App, viewer: &Viewer, id: SessionId, kind: Kind) -> Result<()> {
    download::note(app, viewer, Taken::new("session", "session", id.0), kind).await
}

/// `GET /sessions/{id}/report`: the attendance report, which prints as it stands.
pub async fn session_report(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, is_hq, now, reader) = (id.into_inner(), viewer.is_hq(), app.clock.now(), viewer.clone());
    let read = move |conn: &mut Conn| {
        let basis = reports::session_attendance::gather(conn, &reader, id)?;
        let found = finals::queries::list_of_session(conn, id)?;
        let since = match found.first() {
            Some(newest) => {
                let n = finals::count_different(conn, newest, &basis, &reader.reach_of_reports(id))?;
                Some(Since::of(newest, n, &reader))
            }
            None => None,
        };
        Ok((SessionReport::of_today(basis, &reader, now)?, shown_of_session(found), since))
    };
    let (report, finals, since) = app.db.read(read).await?;
    note_session(&app, &viewer, id, Kind::Paper).await?;
    let content = ReportPage {
        head: Crumb { title: report.session.title.clone(), href: links::session(id) },
        inspection: viewer.is_inspector().then_some(links::INSPECTION),
        csv: links::session_report_csv(id),
        pdf: links::session_part(id, "report.pdf"),
        docx: links::session_part(id, "report.docx"),
        note: (!viewer.is_inspector()).then(|| links::session_part(id, "note.docx")),
        xlsx: links::session_report_xlsx(id),
        sheet: (is_hq && report.session.state == SessionState::Published).then(|| links::sign_in_sheet(id)),
        make_final: (is_hq && report.session.is_confirmed()).then(|| links::make_final(id)),
        finals,
        since,
        paper: Paper::of(report, None, &papers::words(&app, &visit)),
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
    let mut rows = paper::session_list(report, &papers::words(app, visit));
    rows.extend(guest_rows(app, visit, report));
    Ok(download::made(&file_name(app, visit, report), Kind::Csv, csv::write(&rows)?))
}

/// The report as a workbook: its list, its figures by unit and by category, and how they are computed.
async fn xlsx_of(app: &App, visit: &Visit, report: &SessionReport) -> Result<HttpResponse> {
    let words = papers::words(app, visit);
    let mut sheets = vec![Sheet::of_texts(&words.say("period-people"), paper::session_list(report, &words), &[0])];
    let total = || std::iter::once((words.say("report-sum"), &report.total));
    let units = report.units.iter().map(|unit| (unit.name.clone(), &unit.figures));
    sheets.push(figures_sheet(app, visit, "period-units", "report-column-unit", units.chain(total()).collect()));
    let category = |category: Category| words.choice("report-category-", category.as_str());
    let categories = report.categories.iter().map(|line| (category(line.category), &line.figures));
    sheets.push(figures_sheet(
        app,
        visit,
        "period-categories",
        "report-column-category",
        categories.chain(total()).collect(),
    ));
    let mut guests = guest_rows(app, visit, report).into_iter().skip(1);
    if let Some(count) = guests.next() {
        sheets.push(Sheet::of_texts(&count.concat(), guests.collect(), &[0]));
    }
    let number = report.number.as_deref();
    let excerpt = words.excerpt(&report.narrowed_to);
    let title = words.word(&Message::new("report-heading-attendance").with("title", report.session.title.as_str()));
    let title = format!("{title}{excerpt}");
    let mut about = words.about(title, &report.organisation, report.made_at, number);
    if let Some(mark) = about.last_mut() {
        mark.push_str(&excerpt);
    }
    about.extend(paper::session_about(report, &words));
    about.push(words.say("report-formulas"));
    let book = Book { about: (words.say("period-about"), about), sheets };
    Ok(download::made(&file_name(app, visit, report), Kind::Xlsx, download::aside(move || book.xlsx()).await?))
}

/// What a file of the report is called, without its ending: its number, or that it is a draft.
fn file_name(app: &App, visit: &Visit, report: &SessionReport) -> String {
    let (words, number) = (papers::words(app, visit), report.number.as_deref());
    let day = app.clock.local(report.session.starts_at).date_naive();
    let heading = Message::new("report-heading-attendance").with("title", report.session.title.as_str());
    let name = format!("{}{}", words.word(&heading), words.excerpt(&report.narrowed_to));
    papers::name_of(&name, day, Some(number.unwrap_or(&words.say("report-draft"))))
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
