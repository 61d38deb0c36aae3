//! What a unit puts into practice: the rows of its reports on its board, and all of them at `/units/{id}/implementation`.

use crate::access::Viewer;
use crate::assignments::implementation::model::{days_overdue, shown};
use crate::assignments::implementation::queries::{self, LiveCounts, Which};
use crate::assignments::implementation::{Row, RowState, ShownRow};
use crate::error::Result;
use crate::links;
use crate::organization::{self, Unit};
use crate::store::Conn;
use crate::store::ids::{ImplementationRowId, UnitId};
use crate::web::paging::Paging;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How many rows a board names.
const ON_BOARD: i64 = 6;
/// How many rows a page of the list has.
const ON_PAGE: i64 = 20;

/// A row as it is listed, with what may be done about it at once.
#[derive(Debug, Serialize)]
pub(super) struct ListedRow {
    pub id: ImplementationRowId,
    pub href: String,
    // Not `problem`: in a template that is what is wrong with a field.
    pub what: String,
    pub measure: String,
    pub responsible: String,
    pub unit_name: String,
    pub due_on: Option<NaiveDate>,
    pub state: ShownRow,
    pub days_overdue: i64,
    pub version: i64,
    /// The states it can be given with one tap.
    pub next: Vec<RowState>,
    /// Where the tap comes back to.
    pub back: String,
}

/// The part of a unit's board.
#[derive(Debug, Serialize)]
pub struct BoardPart {
    n_unfinished: i64,
    n_overdue: i64,
    n_done: i64,
    rows: Vec<ListedRow>,
    /// Rows that the board does not name.
    n_more: i64,
    href: String,
}

impl BoardPart {
    /// The rows of a unit that the viewer may see; nothing when no report was handed in yet.
    ///
    /// # Errors
    /// `Broken` when they cannot be read.
    pub fn find(conn: &mut Conn, viewer: &Viewer, unit: &Unit, today: NaiveDate) -> Result<Option<Self>> {
        let counts = queries::count_live(conn, &unit.path, today)?;
        if counts == LiveCounts::default() {
            return Ok(None);
        }
        let found = queries::list_live(conn, &unit.path, Which::Unfinished, today, (ON_BOARD, 0))?;
        let rows = found.into_iter().map(|row| listed(viewer, row, today, &format!("board-{}", unit.id)));
        Ok(Some(Self {
            n_unfinished: counts.n_unfinished,
            n_overdue: counts.n_overdue,
            n_done: counts.n_done,
            n_more: (counts.n_unfinished - ON_BOARD).max(0),
            rows: rows.collect(),
            href: links::implementation(unit.id),
        }))
    }
}

fn listed(viewer: &Viewer, (row, unit): (Row, Unit), today: NaiveDate, back: &str) -> ListedRow {
    let may_change = viewer.reach_of_decisions().covers(&unit.path);
    ListedRow {
        id: row.id,
        href: links::implementation_row(row.id),
        state: shown(row.state, row.due_on, today),
        days_overdue: days_overdue(row.state, row.due_on, today),
        what: row.problem,
        measure: row.measure,
        responsible: row.responsible,
        unit_name: unit.name,
        due_on: row.due_on,
        version: row.version,
        next: if may_change { next(row.state) } else { Vec::new() },
        back: back.to_owned(),
    }
}

/// The states that a row can be given with one tap. Opening a finished one again is done on its own page.
fn next(state: RowState) -> Vec<RowState> {
    match state {
        RowState::Open => vec![RowState::InProgress, RowState::Done],
        RowState::InProgress => vec![RowState::Done],
        RowState::Done => Vec::new(),
    }
}

/// Where a tap came from, and where it goes back to; the row's own page when it says nothing else.
pub(super) fn back_to(word: &str, row: ImplementationRowId) -> String {
    let unit = |beginning| word.strip_prefix(beginning).and_then(|id| id.parse::<UnitId>().ok());
    match (unit("board-"), unit("list-")) {
        (Some(unit), _) => format!("{}#implementation", links::unit(unit)),
        (None, Some(unit)) => links::implementation(unit),
        (None, None) => links::implementation_row(row),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    show: String,
    page: String,
}

#[derive(Serialize)]
struct ListPage {
    unit_name: String,
    unit_href: String,
    /// `unfinished`, `overdue` or `done`.
    show: &'static str,
    tabs: Vec<Tab>,
    n: i64,
    rows: Vec<ListedRow>,
    paging: Paging,
}

#[derive(Serialize)]
struct Tab {
    word: &'static str,
    n: i64,
    href: String,
    is_current: bool,
}

/// `GET /units/{id}/implementation`: all rows of a unit and those below it.
pub async fn list(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitId>,
    query: Query<ListQuery>,
) -> Result<HttpResponse> {
    let (id, query, today) = (id.into_inner(), query.into_inner(), app.clock.today());
    let content = app.db.read(move |conn| list_page(conn, &viewer, id, &query, today)).await?;
    page::show(&app, &visit, "implementation/list", &content)
}

fn list_page(conn: &mut Conn, viewer: &Viewer, id: UnitId, query: &ListQuery, today: NaiveDate) -> Result<ListPage> {
    let unit = organization::queries::find_unit(conn, &viewer.reach(), id)?;
    let counts = queries::count_live(conn, &unit.path, today)?;
    let shows = [
        ("unfinished", Which::Unfinished, counts.n_unfinished),
        ("overdue", Which::Overdue, counts.n_overdue),
        ("done", Which::Done, counts.n_done),
    ];
    let (word, which, n) = shows.into_iter().find(|(word, ..)| *word == query.show).unwrap_or(shows[0]);
    let address = |word: &str| format!("{}?show={word}", links::implementation(id));
    let paging = Paging::of(&query.page, n, ON_PAGE, &address(word));
    let found = queries::list_live(conn, &unit.path, which, today, (ON_PAGE, paging.offset))?;
    let rows = found.into_iter().map(|row| listed(viewer, row, today, &format!("list-{id}")));
    let tab = |(of, _, n): (&'static str, Which, i64)| Tab { word: of, n, href: address(of), is_current: of == word };
    Ok(ListPage {
        unit_name: unit.name,
        unit_href: links::unit(id),
        show: word,
        tabs: shows.into_iter().map(tab).collect(),
        n,
        rows: rows.collect(),
        paging,
    })
}
