//! Papers that are made of one thing: sign-in sheet, meeting, implementation report, self-check, study record. Who may see
//! the page may have the file.

use super::App;
use super::download::{self, Kind, Taken};
use super::sheets::PaperQuery;
use super::study::implementation::paper::paper_of as implementation_paper;
use super::study::meetings::record_of;
use super::study::volumes::check::paper_of as volumes_paper;
use super::training::notice::find_noticed;
use super::visit::Visit;
use crate::access::Viewer;
use crate::error::Result;
use crate::links;
use crate::readings;
use crate::reports;
use crate::reports::paper::{self, Paper, Planned, Words};
use crate::settings;
use crate::store::ids::{MeetingId, PersonId, SessionId, UnitTaskId};
use crate::study_hours::record;
use crate::study_hours::year::Year;
use crate::training;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::Deserialize;

/// What a file is called, without its ending: what it is, its day, and its number or that it is a draft.
pub(super) fn name_of(name: &str, day: NaiveDate, mark: Option<&str>) -> String {
    [name, &day.to_string()].into_iter().chain(mark).collect::<Vec<_>>().join("-")
}

/// The file of a paper.
pub(super) async fn file_of(
    app: &App,
    paper: Paper,
    day: NaiveDate,
    number: Option<&str>,
    kind: Kind,
) -> Result<HttpResponse> {
    let name = name_of(&paper.name, day, number.or(paper.mark.as_deref()));
    download::paper(app, paper, &name, kind).await
}

pub(super) fn words(app: &App, visit: &Visit) -> Words {
    Words::new(visit.language, &app.clock)
}

/// `GET /sessions/{id}/note.docx`: a meeting note of facts alone, to go on writing.
pub async fn note_docx(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, now, language, reader) = (id.into_inner(), app.clock.now(), visit.language, viewer.clone());
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
    download::note(&app, &reader, Taken::new("note", "session", id.0), Kind::Docx).await?;
    let day = app.clock.local(report.session.starts_at).date_naive();
    file_of(&app, paper::note(&report, &planned, &words(&app, &visit)), day, None, Kind::Docx).await
}

/// `GET /sessions/{id}/notice.pdf` and `.docx`: the notice of a session, for everybody who may see it.
pub async fn notice(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    id: Path<SessionId>,
) -> Result<HttpResponse> {
    let (id, now, words, reader) = (id.into_inner(), app.clock.now(), words(&app, &visit), viewer.clone());
    let (paper, published_at) = app
        .db
        .read(move |conn| {
            let session = find_noticed(conn, &viewer, id)?;
            Ok((paper::notice(conn, &session, &words, now)?, session.published_at))
        })
        .await?;
    download::note(&app, &reader, Taken::new("notice", "session", id.0), kind).await?;
    let day = app.clock.local(published_at.unwrap_or(now)).date_naive();
    file_of(&app, paper, day, None, kind).await
}

/// `GET /sessions/{id}/sheet.pdf` and `.docx`: the sign-in sheet, page by page as it prints; `.xlsx` and `.csv`: its rows.
pub async fn sheet(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    id: Path<SessionId>,
    query: Query<PaperQuery>,
) -> Result<HttpResponse> {
    let (id, venue, now, reader) = (id.into_inner(), query.venue.parse().ok(), app.clock.now(), viewer.clone());
    let (sheet, organisation) = app
        .db
        .read(move |conn| {
            let sheet = reports::sign_in_sheet::build(conn, &viewer, id, venue, now)?;
            Ok((sheet, settings::current(conn)?.organisation))
        })
        .await?;
    let (words, taken) = (words(&app, &visit), Taken::new("sheet", "session", id.0));
    match kind {
        Kind::Csv | Kind::Xlsx | Kind::Paper => {
            download::tables(&app, &visit, &reader, kind, taken, paper::sheet_tables(&sheet, organisation, &words))
                .await
        }
        Kind::Pdf | Kind::Docx => {
            download::note(&app, &reader, taken, kind).await?;
            let day = app.clock.local(sheet.session.starts_at).date_naive();
            let address = format!("{}{}", app.config.base_url(), links::session(id));
            file_of(&app, paper::sheet(&sheet, &address, &words), day, None, kind).await
        }
    }
}

/// `GET /meetings/{id}/record.pdf` and `.docx`: the record of a learning exchange meeting.
pub async fn meeting(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    id: Path<MeetingId>,
) -> Result<HttpResponse> {
    let (id, now, language, reader) = (id.into_inner(), app.clock.now(), visit.language, viewer.clone());
    let record = app.db.read(move |conn| record_of(conn, &viewer, id, language)).await?;
    download::note(&app, &reader, Taken::new("meeting", "meeting", id.0), kind).await?;
    let day = record.held_on.unwrap_or_else(|| app.clock.today());
    file_of(&app, paper::exchange(&record, now, &words(&app, &visit)), day, None, kind).await
}

/// `GET /unit-tasks/{id}/report/paper.pdf`: the implementation report.
pub async fn implementation_pdf(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitTaskId>,
) -> Result<HttpResponse> {
    let (id, words, reader) = (id.into_inner(), words(&app, &visit), viewer.clone());
    let (paper, day) = app.db.read(move |conn| implementation_paper(conn, &viewer, id, &words)).await?;
    download::note(&app, &reader, Taken::new("implementation", "unit_task", id.0), Kind::Pdf).await?;
    file_of(&app, paper, day, None, Kind::Pdf).await
}

/// `GET /unit-tasks/{id}/volumes/paper.pdf`: the volume self-check.
pub async fn volumes_pdf(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<UnitTaskId>) -> Result<HttpResponse> {
    let (id, words, reader) = (id.into_inner(), words(&app, &visit), viewer.clone());
    let (paper, day) = app.db.read(move |conn| volumes_paper(conn, &viewer, id, &words)).await?;
    download::note(&app, &reader, Taken::new("volumes", "unit_task", id.0), Kind::Pdf).await?;
    file_of(&app, paper, day, None, Kind::Pdf).await
}

/// Which year's record is wanted; this one's when none is named.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct YearQuery {
    year: String,
}

async fn record(app: &App, visit: &Visit, viewer: Viewer, person: PersonId, query: &YearQuery) -> Result<HttpResponse> {
    let (year, clock) = (Year::asked(&query.year, 0, &app.clock), app.clock.clone());
    let reader = viewer.clone();
    let record = app.db.read(move |conn| record::build(conn, &viewer, person, year, &clock)).await?;
    download::note(app, &reader, Taken::new("record", "person", person.0), Kind::Pdf).await?;
    let paper = paper::study(&record, app.clock.now(), &words(app, visit));
    file_of(app, paper, app.clock.today(), None, Kind::Pdf).await
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
