//! Final reports: made final by HQ, found again by the number on their paper, held against today's figures.

mod period;
mod session;

pub use period::{ask as ask_period, make as make_period};
pub use session::{ShowQuery, ask, make};

use super::download::Kind;
use super::papers::words;
use super::visit::Visit;
use super::{App, page};
use crate::access::Viewer;
use crate::attendance::MakeUpFigures;
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::reports::finals::{self, Entry, Made, Number, Reference};
use crate::reports::session_attendance::Figures;
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::templates::percent;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Final reports on HQ's list.
const LISTED: i64 = 100;

/// A final report on a list.
#[derive(Serialize)]
pub(super) struct ShownFinal {
    number: String,
    href: String,
    made_at: Moment,
    title: String,
    /// Another has replaced it.
    is_replaced: bool,
}

/// What a session's page says of its newest final report: how many people's records have moved on since, and where HQ makes
/// another.
#[derive(Serialize)]
pub(super) struct Since {
    number: String,
    href: String,
    n: usize,
    make_final: Option<String>,
}

impl Since {
    pub(super) fn of(entry: &Entry, n: usize, viewer: &Viewer) -> Self {
        let make_final = entry.session.filter(|_| viewer.is_hq()).map(links::make_final);
        Self { number: entry.number().to_string(), href: links::final_report(entry.number()), n, make_final }
    }

    pub(super) fn is_corrected(&self) -> bool {
        self.n > 0
    }
}

/// The newest of a session's final reports, which come first, with how many people's records were corrected since.
fn corrected_since(conn: &mut Conn, viewer: &Viewer, found: &[Entry]) -> Result<Option<Since>> {
    let Some(newest) = found.first() else { return Ok(None) };
    let corrected = finals::count_corrected(conn, viewer, std::slice::from_ref(newest))?;
    Ok(Some(Since::of(newest, corrected.into_values().next().unwrap_or(0), viewer)))
}

/// The newest final report of a session with how many people's records were corrected since; nothing when there is none.
pub(super) fn found_since(conn: &mut Conn, viewer: &Viewer, session: SessionId) -> Result<Option<Since>> {
    let found = finals::queries::list_of_session(conn, session)?;
    corrected_since(conn, viewer, &found)
}

/// The final reports of a session, the newest first, and whether records were corrected after it.
pub(super) fn shown_finals(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
) -> Result<(Vec<ShownFinal>, Option<Since>)> {
    let found = finals::queries::list_of_session(conn, session)?;
    let since = corrected_since(conn, viewer, &found)?.filter(Since::is_corrected);
    Ok((shown_of_session(found), since))
}

pub(super) fn shown_of_session(found: Vec<Entry>) -> Vec<ShownFinal> {
    shown(found.into_iter().map(|entry| (entry, String::new())).collect())
}

pub(super) fn shown(found: Vec<(Entry, String)>) -> Vec<ShownFinal> {
    let replaced: BTreeSet<_> = found.iter().filter_map(|(entry, _)| entry.replaces).collect();
    found
        .into_iter()
        .map(|(entry, title)| ShownFinal {
            number: entry.number().to_string(),
            href: links::final_report(entry.number()),
            made_at: entry.made_at,
            title,
            is_replaced: replaced.contains(&entry.id),
        })
        .collect()
}

/// A sum that is no longer what stands on paper.
#[derive(Clone, Serialize)]
struct ChangedSum {
    /// The end of its message's name: `report-{figure}`.
    figure: &'static str,
    before: String,
    after: String,
}

/// A figure on paper and today: the end of its message's name, then both.
type Sum = (&'static str, String, String);

/// The sums that differ, in the order in which a report has them.
fn changed_sums(paper: &Figures, today: &Figures) -> Vec<ChangedSum> {
    let (before, after) = (&paper.counts, &today.counts);
    let counts = [
        count("n-roster", before.n_roster, after.n_roster),
        count("n-exempt", before.n_exempt, after.n_exempt),
        count("n-due", paper.n_due, today.n_due),
        count("n-present", before.n_present, after.n_present),
        count("n-leave", before.n_leave, after.n_leave),
        count("n-stand-in", before.n_stand_in, after.n_stand_in),
        count("n-absent", before.n_absent, after.n_absent),
        count("n-pending", before.n_pending, after.n_pending),
        count("n-made-up", before.n_made_up, after.n_made_up),
        count("late", before.n_late, after.n_late),
        count("left-early", before.n_left_early, after.n_left_early),
    ];
    let make_up_rate = |of: &Figures| percent(of.counts.n_made_up, of.n_not_there);
    let rates = [
        ("attendance-rate", paper.attendance_rate.clone(), today.attendance_rate.clone()),
        ("participation-rate", paper.participation_rate.clone(), today.participation_rate.clone()),
        ("make-up-rate", make_up_rate(paper), make_up_rate(today)),
    ];
    changed(counts.into_iter().chain(rates))
}

/// The same of how those who were not there made up.
fn changed_make_up(paper: &MakeUpFigures, today: &MakeUpFigures) -> Vec<ChangedSum> {
    changed([
        count("make-up-session", paper.n_session, today.n_session),
        count("make-up-exchange-meeting", paper.n_exchange_meeting, today.n_exchange_meeting),
        count("make-up-accepted-study", paper.n_accepted_study, today.n_accepted_study),
        count("make-up-otherwise", paper.n_otherwise, today.n_otherwise),
        count("make-up-outstanding", paper.n_outstanding, today.n_outstanding),
        count("make-up-self-study", paper.n_self_study, today.n_self_study),
    ])
}

fn count(figure: &'static str, before: i64, after: i64) -> Sum {
    (figure, before.to_string(), after.to_string())
}

fn changed(sums: impl IntoIterator<Item = Sum>) -> Vec<ChangedSum> {
    let differing = sums.into_iter().filter(|(_, before, after)| before != after);
    differing.map(|(figure, before, after)| ChangedSum { figure, before, after }).collect()
}

/// On to the report that was made final, or that stands.
fn redirect_to(app: &App, visit: &Visit, made: Made) -> HttpResponse {
    let (number, said) = match made {
        Made::New(number) => (number, "final-made"),
        Made::Stands(number) => (number, "final-stands"),
    };
    let message = Message::new(said).with("number", number.to_string());
    page::redirect(app, visit, &links::final_report(number), &message)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FindQuery {
    number: String,
}

#[derive(Serialize)]
struct FindPage {
    number: String,
    /// For HQ.
    newest: Option<Vec<ShownFinal>>,
}

/// `GET /reports/final`: finds a report by the number on its paper; HQ sees the newest.
pub async fn find(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<FindQuery>) -> Result<HttpResponse> {
    let typed = query.into_inner().number;
    let is_hq = viewer.is_hq();
    let wanted = typed.parse::<Number>().ok();
    let (is_there, newest) = app
        .db
        .read(move |conn| {
            let is_there = match wanted {
                Some(number) => reaches(conn, &viewer, number).or_else(|error| match error {
                    Error::NotFound(_) => Ok(false),
                    other => Err(other),
                })?,
                None => false,
            };
            let newest = if is_hq { Some(finals::queries::list_newest(conn, LISTED)?) } else { None };
            Ok((is_there, newest))
        })
        .await?;
    let words = words(&app, &visit);
    let title = |entry: &Entry, title: Option<String>, unit: Option<String>| match entry.span() {
        Some(span) => words.period_heading(unit.as_deref(), &span),
        None => title.unwrap_or_default(),
    };
    let newest = newest.map(|newest| {
        let named = newest.into_iter().map(|(entry, of, unit)| {
            let title = title(&entry, of, unit);
            (entry, title)
        });
        shown(named.collect())
    });
    match wanted {
        Some(number) if is_there => Ok(page::go(&links::final_report(number))),
        _ if typed.is_empty() => page::show(&app, &visit, "reports/finals", &FindPage { number: typed, newest }),
        _ => {
            let why = if wanted.is_some() { "final-not-found" } else { "final-number-unreadable" };
            let problem = Problem::at("number", Message::new(why));
            page::refused(&app, &visit, "reports/finals", &FindPage { number: typed, newest }, &[problem])
        }
    }
}

/// Whether the viewer may see the report of this number.
fn reaches(conn: &mut Conn, viewer: &Viewer, number: Number) -> Result<bool> {
    let entry = finals::queries::find_entry(conn, number)?;
    match entry.session {
        Some(_) => session::open(conn, viewer, number).map(|_| true),
        None => finals::periods::find(conn, viewer, entry).map(|_| true),
    }
}

#[derive(Serialize)]
struct Linked {
    #[serde(flatten)]
    reference: Reference,
    href: String,
}

impl Linked {
    fn to(reference: Reference) -> Self {
        Self { href: links::final_report(&reference.number), reference }
    }
}

/// `GET /reports/final/{number}`: what was made final, of a session or a period; where there is none, the form to find one.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    number: Path<String>,
    query: Query<ShowQuery>,
) -> Result<HttpResponse> {
    let number: Number = number.parse()?;
    let shown = match app.db.read(move |conn| finals::queries::find_entry(conn, number)).await {
        Ok(entry) if entry.session.is_some() => session::show(&app, &visit, &viewer, number, query.into_inner()).await,
        Ok(entry) => period::show(&app, &visit, &viewer, entry).await,
        Err(error) => Err(error),
    };
    match shown {
        // Whoever scanned a paper is told what that means, and can type the number.
        Err(Error::NotFound(_)) => {
            let content = FindPage { number: number.to_string(), newest: None };
            let problem = Problem::at("number", Message::new("final-not-found"));
            page::not_found(&app, &visit, "reports/finals", &content, problem)
        }
        other => other,
    }
}

/// `GET /reports/final/{number}.csv`, `.xlsx`, `.pdf` and `.docx`: the final report, on paper with its number and what
/// leads back to it.
pub async fn file(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    number: Path<String>,
) -> Result<HttpResponse> {
    let number: Number = number.parse()?;
    let entry = app.db.read(move |conn| finals::queries::find_entry(conn, number)).await?;
    match entry.session {
        Some(_) => session::file(&app, &visit, &viewer, kind, number).await,
        None => period::file(&app, &visit, &viewer, kind, entry).await,
    }
}
