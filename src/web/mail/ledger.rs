//! The ledger of reminders: who was told of what, and why somebody was not.

use super::Tab;
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::mail::OutboxState;
use crate::reminders::model::{Kind, NotSentReason, Outcome};
use crate::reminders::queries::{self, LedgerFilter, LedgerRow};
use crate::store::Conn;
use crate::web::paging::Paging;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

const ROWS_A_PAGE: i64 = 50;
/// A mail that left so long after it was planned is said to have been late.
const LATE: TimeDelta = TimeDelta::hours(24);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LedgerQuery {
    kind: String,
    outcome: String,
    pub(in crate::web) page: String,
}

/// A row of the ledger as a page lays it out.
#[derive(Serialize)]
pub(in crate::web) struct Row {
    name: String,
    person: String,
    kind: Kind,
    about_on: NaiveDate,
    planned_at: Moment,
    /// The word of its state.
    state: &'static str,
    look: &'static str,
    reason: Option<NotSentReason>,
    /// The mail, for HQ.
    mail: Option<String>,
}

impl Row {
    fn of(row: LedgerRow, is_hq: bool) -> Self {
        let is_late = row.sent_at.is_some_and(|sent| sent - row.planned_at >= LATE);
        let (state, look) = match (row.outcome, row.mail_state) {
            (Outcome::NotSent, _) | (Outcome::Queued, None) => ("not_sent", "withdrawn"),
            (Outcome::Queued, Some(OutboxState::Waiting)) => ("planned", "planned"),
            (Outcome::Queued, Some(OutboxState::Sent)) if is_late => ("late", "late"),
            (Outcome::Queued, Some(OutboxState::Sent)) => ("sent", "done"),
            (Outcome::Queued, Some(OutboxState::Failed)) => ("failed", "failed"),
            (Outcome::Queued, Some(OutboxState::Dropped)) => ("dropped", "withdrawn"),
        };
        Self {
            name: row.name,
            person: links::reminders_of(row.person),
            kind: row.kind,
            about_on: row.about_on,
            planned_at: row.planned_at,
            state,
            look,
            reason: row.reason,
            mail: row.outbox.filter(|_| is_hq).map(links::mail),
        }
    }
}

/// One page of the ledger, with how many rows there are in all.
pub(in crate::web) fn page_of(
    conn: &mut Conn,
    filter: LedgerFilter,
    (asked, address): (&str, &str),
    is_hq: bool,
) -> Result<(Vec<Row>, i64, Paging)> {
    let n_rows = queries::count_ledger(conn, filter)?;
    let paging = Paging::of(asked, n_rows, ROWS_A_PAGE, address);
    let rows = queries::list_ledger(conn, filter, paging.offset, ROWS_A_PAGE)?;
    Ok((rows.into_iter().map(|row| Row::of(row, is_hq)).collect(), n_rows, paging))
}

#[derive(Serialize)]
struct LedgerPage {
    tabs: Vec<Tab>,
    kinds: Vec<&'static str>,
    kind: &'static str,
    outcomes: Vec<&'static str>,
    outcome: &'static str,
    action: &'static str,
    with_names: bool,
    n_rows: i64,
    rows: Vec<Row>,
    paging: Paging,
}

/// `GET /mail/ledger`: everything that anybody was to be told of, the newest first.
pub async fn list(app: Data<App>, visit: Visit, query: Query<LedgerQuery>) -> Result<HttpResponse> {
    let query = query.into_inner();
    let (kind, outcome) = (query.kind.parse::<Kind>().ok(), query.outcome.parse::<Outcome>().ok());
    let (kind_word, outcome_word) = (kind.map_or("", Kind::as_str), outcome.map_or("", Outcome::as_str));
    let filter = LedgerFilter { person: None, outcome, kind };
    let (rows, n_rows, paging) = app
        .db
        .read(move |conn| page_of(conn, filter, (&query.page, &links::ledger_of(kind_word, outcome_word)), true))
        .await?;
    let content = LedgerPage {
        tabs: super::tabs("ledger"),
        kinds: Kind::ALL.iter().map(|kind| kind.as_str()).collect(),
        kind: kind_word,
        outcomes: Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect(),
        outcome: outcome_word,
        action: links::LEDGER,
        with_names: true,
        n_rows,
        rows,
        paging,
    };
    page::show(&app, &visit, "outbox/ledger", &content)
}
