//! The people behind a figure as a file: a short list at once, a long one made beside the pages.

use super::PeriodQuery;
use super::people::{address, read};
use crate::access::Viewer;
use crate::error::{Error, Message, Result};
use crate::files;
use crate::links;
use crate::reports::Tables;
use crate::reports::book::Sheet;
use crate::reports::people_list::{self, AT_ONCE, KEPT, PeopleList, queries};
use crate::reports::period;
use crate::settings;
use crate::store::Conn;
use crate::store::form_keys;
use crate::store::ids::PeopleListId;
use crate::web::download::{self, Kind, Taken};
use crate::web::form::{Button, Form};
use crate::web::papers::words;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Serialize;

/// What the list is called: the report, and of which figure.
fn title_of(
    app: &App,
    visit: &Visit,
    span: &crate::reports::span::Span,
    unit: Option<&str>,
    figure: period::Figure,
) -> String {
    let words = words(app, visit);
    let figure = words.choice("period-figure-", figure.behind.as_str());
    let heading = words.period_heading(unit, span);
    words.word(&Message::new("people-list-title").with("heading", heading).with("figure", figure))
}

/// `GET /reports/period/people.csv` and `.xlsx`; of a long list on to its page, where it is asked for.
pub async fn file(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    query: Query<PeriodQuery>,
) -> Result<HttpResponse> {
    let (filter, figure) = read(&app, &query)?;
    let (clock, reader) = (app.clock.clone(), viewer.clone());
    let reading = move |conn: &mut Conn| {
        let found = period::people(conn, &reader, &filter, figure, AT_ONCE, |_| 0, &clock)?;
        Ok((found, settings::current(conn)?.organisation))
    };
    let (found, organisation) = app.db.read(reading).await?;
    if found.n > AT_ONCE {
        return Ok(page::go(&address(links::PERIOD_PEOPLE, &filter, figure)));
    }
    let words = words(&app, &visit);
    let (columns, rows) = people_list::rows_of(&found.people, &words);
    let tables = Tables {
        title: title_of(&app, &visit, &filter.span, found.unit.as_deref(), figure),
        unit: found.unit.unwrap_or_else(|| organisation.clone()),
        organisation,
        facts: Vec::new(),
        sheets: vec![Sheet { name: words.say("period-people"), columns, rows }],
        formulas: vec![words.say("report-formulas"), words.say("period-once")],
        made_at: app.clock.now(),
    };
    let taken = Taken::new("period_people", "unit", filter.unit.map(|unit| unit.0));
    download::tables(&app, &visit, &viewer, kind, taken, tables).await
}

/// `POST /reports/period/people/file`: has the list made.
pub async fn ask(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    query: Query<PeriodQuery>,
    form: Form<Button>,
) -> Result<HttpResponse> {
    let (filter, figure) = read(&app, &query)?;
    let (clock, now, key, language) = (app.clock.clone(), app.clock.now(), form.key.clone(), visit.language);
    let reader = viewer.clone();
    let read_clock = clock.clone();
    let (asked, unit) = app.db.read(move |conn| period::asked(conn, &reader, &filter, figure, &read_clock)).await?;
    let title = title_of(&app, &visit, &filter.span, unit.as_deref(), figure);
    let started = app.db.write(move |conn| {
        form_keys::once(conn, &key, now, |conn| {
            Ok(links::job(people_list::start(conn, &viewer, &asked, &title, language, now)?))
        })
    });
    Ok(page::go(&started.await?))
}

#[derive(Serialize)]
struct ListPage {
    title: String,
    n_rows: i64,
    n_kilobytes: i64,
    kept_until: crate::clock::Moment,
    /// Nothing until it was made.
    href: Option<String>,
}

/// `GET /reports/lists/{id}`: for who asked for it.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<PeopleListId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let list: PeopleList = app.db.read(move |conn| queries::find_own(conn, &viewer, id)).await?;
    let content = ListPage {
        href: list.digest.is_some().then(|| format!("{}/file", links::people_list(id))),
        n_rows: list.n_rows,
        n_kilobytes: download::kilobytes(list.size_bytes.unwrap_or(0)),
        kept_until: list.asked_at + KEPT,
        title: list.title,
    };
    page::show(&app, &visit, "reports/people-list", &content)
}

/// `GET /reports/lists/{id}/file`.
pub async fn list_file(app: Data<App>, viewer: Viewer, id: Path<PeopleListId>) -> Result<HttpResponse> {
    let (id, reader) = (id.into_inner(), viewer.clone());
    let list = app.db.read(move |conn| queries::find_own(conn, &reader, id)).await?;
    let digest = list.digest.ok_or(Error::NotFound("list"))?;
    // A backup does not hold it.
    if !files::model::path(&app.config.files_folder(), &digest).exists() {
        return Err(Error::refused(Message::new("people-list-missing")));
    }
    let content = files::load(&app.config.files_folder(), &digest).await?;
    download::note(&app, &viewer, Taken::new("people_list", "people_list", id.0), Kind::Xlsx).await?;
    Ok(download::made(&list.title, Kind::Xlsx, content))
}
