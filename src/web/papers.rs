//! Reports as files of papers: PDF to be printed and kept, DOCX to be edited. Who may see the page may have the file.

use super::finals::final_paper;
use super::study::implementation::paper::paper_of as implementation_paper;
use super::study::meetings::record_of;
use super::visit::Visit;
use super::{App, inspection};
use crate::access::Viewer;
use crate::error::Result;
use crate::links;
use crate::readings;
use crate::reports::finals::Number;
use crate::reports::paper::{self, Paper, Planned, Words};
use crate::reports::{self, docx};
use crate::store::ids::{MeetingId, PersonId, SessionId, UnitTaskId};
use crate::study_hours::record;
use crate::study_hours::year::Year;
use crate::training;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::Deserialize;

/// What a paper becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Pdf,
    Docx,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }
}

/// The file of a paper, named by what it is, its day, and its number or that it is a draft.
async fn file_of(
    app: &App,
    paper: Paper,
    day: NaiveDate,
    number: Option<&str>,
    format: Format,
) -> Result<HttpResponse> {
    let mark = number.or(paper.draft.as_deref()).map(|mark| format!("-{mark}")).unwrap_or_default();
    let name = format!("{}-{day}{mark}.{}", paper.name, format.ending()).replace(['/', '\\', '"'], "-");
    let content = match format {
        Format::Pdf => app.press.print(paper, &app.clock).await?,
        Format::Docx => docx::write(&paper)?,
    };
    let plain = format!("paper.{}", format.ending());
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", links::percent(&name));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, format.content_type()))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .body(content))
}

fn words(app: &App, visit: &Visit) -> Words {
    Words::new(visit.language, &app.clock)
}

async fn session(app: &App, visit: &Visit, viewer: Viewer, id: SessionId, format: Format) -> Result<HttpResponse> {
    let (now, reader) = (app.clock.now(), viewer.clone());
    let report = app.db.read(move |conn| reports::session_attendance::build(conn, &viewer, id, now)).await?;
    if reader.is_inspector() {
        inspection::note(app, reader, "reports.inspected", id).await?;
    }
    let day = app.clock.local(report.session.starts_at).date_naive();
    file_of(app, paper::session(&report, None, &words(app, visit))?, day, None, format).await
}

/// `GET /sessions/{id}/report.pdf`: the attendance report as it stands.
pub async fn session_pdf(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    session(&app, &visit, viewer, id.into_inner(), Format::Pdf).await
}

/// `GET /sessions/{id}/report.docx`.
pub async fn session_docx(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    session(&app, &visit, viewer, id.into_inner(), Format::Docx).await
}

/// `GET /sessions/{id}/note.docx`: a meeting note of facts alone, to go on writing.
pub async fn note_docx(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, now, language) = (id.into_inner(), app.clock.now(), visit.language);
    let (report, planned) = app
        .db
        .read(move |conn| {
            let report = reports::session_attendance::build(conn, &viewer, id, now)?;
            let titles = readings::titles(conn, language)?;
            let given = training::queries::list_planned_readings(conn, id)?;
            let mut named: Vec<String> = Vec::new();
            for title in given.iter().filter_map(|one| titles.get(&one.reading)) {
                if !named.contains(title) {
                    named.push(title.clone());
                }
            }
            Ok((report, Planned { topics: training::queries::list_topics(conn, id)?, readings: named }))
        })
        .await?;
    let day = app.clock.local(report.session.starts_at).date_naive();
    file_of(&app, paper::note(&report, &planned, &words(&app, &visit)), day, None, Format::Docx).await
}

/// Which venue's sheet is wanted; all of them when none is named.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VenueQuery {
    venue: String,
}

async fn sheet(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    id: SessionId,
    query: &VenueQuery,
    format: Format,
) -> Result<HttpResponse> {
    let (venue, now) = (query.venue.parse().ok(), app.clock.now());
    let sheet = app.db.read(move |conn| reports::sign_in_sheet::build(conn, &viewer, id, venue, now)).await?;
    let day = app.clock.local(sheet.session.starts_at).date_naive();
    let address = format!("{}{}", app.config.base_url(), links::session(id));
    file_of(app, paper::sheet(&sheet, &address, &words(app, visit)), day, None, format).await
}

/// `GET /sessions/{id}/sheet.pdf`: the sign-in sheet, page by page as it prints.
pub async fn sheet_pdf(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<VenueQuery>,
) -> Result<HttpResponse> {
    sheet(&app, &visit, viewer, id.into_inner(), &query, Format::Pdf).await
}

/// `GET /sessions/{id}/sheet.docx`.
pub async fn sheet_docx(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<VenueQuery>,
) -> Result<HttpResponse> {
    sheet(&app, &visit, viewer, id.into_inner(), &query, Format::Docx).await
}

async fn final_report(app: &App, visit: &Visit, viewer: Viewer, number: &str, format: Format) -> Result<HttpResponse> {
    let number: Number = number.parse()?;
    let address = format!("{}{}", app.config.base_url(), links::final_report(number));
    let reader = viewer.clone();
    let (report, finality) = app.db.read(move |conn| final_paper(conn, &viewer, number, address.clone())).await?;
    if reader.is_inspector() {
        inspection::note(app, reader, "reports.final_inspected", report.session.id).await?;
    }
    let day = app.clock.local(report.session.starts_at).date_naive();
    let paper = paper::session(&report, Some(&finality), &words(app, visit))?;
    file_of(app, paper, day, Some(&number.to_string()), format).await
}

/// `GET /reports/final/{number}.pdf`: the final report, with its number and what leads back to it.
pub async fn final_pdf(app: Data<App>, visit: Visit, viewer: Viewer, number: Path<String>) -> Result<HttpResponse> {
    final_report(&app, &visit, viewer, &number, Format::Pdf).await
}

/// `GET /reports/final/{number}.docx`.
pub async fn final_docx(app: Data<App>, visit: Visit, viewer: Viewer, number: Path<String>) -> Result<HttpResponse> {
    final_report(&app, &visit, viewer, &number, Format::Docx).await
}

async fn meeting(app: &App, visit: &Visit, viewer: Viewer, id: MeetingId, format: Format) -> Result<HttpResponse> {
    let (now, language) = (app.clock.now(), visit.language);
    let record = app.db.read(move |conn| record_of(conn, &viewer, id, language)).await?;
    let day = record.held_on.unwrap_or_else(|| app.clock.today());
    file_of(app, paper::exchange(&record, now, &words(app, visit)), day, None, format).await
}

/// `GET /meetings/{id}/record.pdf`: the record of a learning exchange meeting.
pub async fn meeting_pdf(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<MeetingId>) -> Result<HttpResponse> {
    meeting(&app, &visit, viewer, id.into_inner(), Format::Pdf).await
}

/// `GET /meetings/{id}/record.docx`.
pub async fn meeting_docx(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<MeetingId>) -> Result<HttpResponse> {
    meeting(&app, &visit, viewer, id.into_inner(), Format::Docx).await
}

/// `GET /unit-tasks/{id}/report/paper.pdf`: the implementation report.
pub async fn implementation_pdf(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitTaskId>,
) -> Result<HttpResponse> {
    let (id, words) = (id.into_inner(), words(&app, &visit));
    let (paper, day) = app.db.read(move |conn| implementation_paper(conn, &viewer, id, &words)).await?;
    file_of(&app, paper, day, None, Format::Pdf).await
}

/// Which year's record is wanted; this one's when none is named.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct YearQuery {
    year: String,
}

async fn record(app: &App, visit: &Visit, viewer: Viewer, person: PersonId, query: &YearQuery) -> Result<HttpResponse> {
    let (year, clock) = (Year::asked(&query.year, 0, &app.clock), app.clock.clone());
    let record = app.db.read(move |conn| record::build(conn, &viewer, person, year, &clock)).await?;
    let paper = paper::study(&record, app.clock.now(), &words(app, visit));
    file_of(app, paper, app.clock.today(), None, Format::Pdf).await
}

/// `GET /record.pdf`: one's own study record of a year.
pub async fn own_record_pdf(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    query: Query<YearQuery>,
) -> Result<HttpResponse> {
    let person = viewer.person;
    record(&app, &visit, viewer, person, &query).await
}

/// `GET /people/{id}/record.pdf`: somebody's whom the viewer leads; anybody's for HQ.
pub async fn record_pdf(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<PersonId>,
    query: Query<YearQuery>,
) -> Result<HttpResponse> {
    record(&app, &visit, viewer, id.into_inner(), &query).await
}
