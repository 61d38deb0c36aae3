//! `/calls`: what HQ asks of units, how it is answered, and what that adds up to this year.

use crate::assignments::calls::Call;
use crate::assignments::calls::figures::{self, Figures};
use crate::assignments::calls::queries::{self, Asked};
use crate::clock::Clock;
use crate::error::Result;
use crate::links;
use crate::store::Conn;
use crate::store::ids::CallId;
use crate::study_hours::year::Year;
use crate::web::paging::Paging;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// Calls on one page.
const ON_A_PAGE: i64 = 20;

#[derive(Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct ListPage {
    new: &'static str,
    n: i64,
    year: String,
    asked: Asked,
    forms_a_unit: String,
    tasks_a_person: String,
    rows: Vec<Row>,
    paging: Paging,
}

#[derive(Serialize)]
struct Row {
    href: String,
    call: Call,
    figures: Figures,
}

/// `GET /calls`.
pub async fn show(app: Data<App>, visit: Visit, query: Query<ListQuery>) -> Result<HttpResponse> {
    let (clock, asked_page) = (app.clock.clone(), query.into_inner().page);
    let content = app.db.read(move |conn| list_page(conn, &clock, &asked_page)).await?;
    page::show(&app, &visit, "calls/list", &content)
}

fn list_page(conn: &mut Conn, clock: &Clock, asked_page: &str) -> Result<ListPage> {
    let today = clock.today();
    let n = queries::count_calls(conn)?;
    let paging = Paging::of(asked_page, n, ON_A_PAGE, links::CALLS);
    let calls = queries::page_of_calls(conn, ON_A_PAGE, paging.offset)?;
    let ids: Vec<CallId> = calls.iter().map(|call| call.id).collect();
    let tasks = queries::list_given_by_hq(conn, &ids)?;
    let year = Year::asked("", 0, clock);
    let asked = queries::count_asked(conn, year.from, year.to)?;
    let row = |call: Call| Row {
        href: links::call(call.id),
        figures: figures::count(tasks.iter().filter(|task| task.call_id == call.id), today),
        call,
    };
    Ok(ListPage {
        new: links::NEW_CALL,
        n,
        year: today.year().to_string(),
        forms_a_unit: one_decimal(asked.n_forms, asked.n_units),
        tasks_a_person: one_decimal(asked.n_tasks, asked.n_people),
        asked,
        rows: calls.into_iter().map(row).collect(),
        paging,
    })
}

/// How many come to one, with at most one decimal.
fn one_decimal(n: i64, of: i64) -> String {
    let tenths = if of == 0 { 0 } else { (n * 20 + of) / (of * 2) };
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_to_one_is_rounded_to_a_tenth_and_nothing_of_nothing_is_0() {
        assert_eq!(one_decimal(10, 4), "2.5");
        assert_eq!(one_decimal(8, 4), "2");
        assert_eq!(one_decimal(2, 3), "0.7");
        assert_eq!(one_decimal(0, 0), "0");
    }
}
