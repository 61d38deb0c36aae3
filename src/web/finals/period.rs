//! Final reports of periods: HQ is asked and makes them; the page behind their number.

use super::{ChangedSum, Linked, changed_make_up, changed_sums, redirect_to};
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::links;
use crate::reports::archive::Seal;
use crate::reports::finals::periods::{self, SessionDifference};
use crate::reports::finals::{self, Entry, Reference};
use crate::reports::paper::Finality;
use crate::reports::session_attendance::Figures;
use crate::reports::{PeriodReport, period};
use crate::store::Conn;
use crate::study_hours::queries::GivenSums;
use crate::web::download::{self, Kind, Taken};
use crate::web::form::{Button, Form};
use crate::web::papers::words;
use crate::web::period::{PeriodPaper, PeriodQuery, file_of, link};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use chrono::Datelike;
use serde::Serialize;

#[derive(Serialize)]
struct AskPage {
    heading: String,
    category: Option<crate::organization::Category>,
    n_sessions: usize,
    total: Figures,
    replaces: Option<Reference>,
    /// Held in that time, and not in the figures.
    n_unconfirmed: i64,
    is_not_over: bool,
    here: String,
    report: String,
}

/// `GET /reports/period/final`: what making the report final means, and what is still open.
pub async fn ask(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<PeriodQuery>) -> Result<HttpResponse> {
    let today = app.clock.today();
    let (filter, problems) = query.read(today);
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let clock = app.clock.clone();
    let read = move |conn: &mut Conn| {
        let report = period::build(conn, &viewer, &filter, &clock)?;
        let before = finals::queries::list_of_period(conn, &filter)?.into_iter().next();
        let (from, to) = filter.span.moments(&clock);
        Ok((report, before, finals::queries::count_unconfirmed(conn, from, to)?))
    };
    let (report, before, n_unconfirmed) = app.db.read(read).await?;
    if report.sessions.is_empty() {
        return Ok(page::go(&link(links::PERIOD, &filter)));
    }
    let unit = report.unit.as_ref().map(|unit| unit.name.as_str());
    let content = AskPage {
        heading: words(&app, &visit).period_heading(unit, &report.span),
        category: report.category,
        n_sessions: report.sessions.len(),
        total: report.total,
        replaces: before.map(|before| Reference { number: before.number().to_string(), made_at: before.made_at }),
        n_unconfirmed,
        is_not_over: filter.span.last >= today,
        here: link(links::PERIOD_FINAL, &filter),
        report: link(links::PERIOD, &filter),
    };
    page::show(&app, &visit, "reports/make-period-final", &content)
}

/// `POST /reports/period/final`: freezes the figures and gives them their number.
pub async fn make(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    query: Query<PeriodQuery>,
    _form: Form<Button>,
) -> Result<HttpResponse> {
    let today = app.clock.today();
    let (filter, problems) = query.read(today);
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let clock = app.clock.clone();
    let made = app.db.write(move |conn| periods::make(conn, &viewer, &filter, today.year(), &clock)).await?;
    Ok(redirect_to(&app, &visit, made))
}

#[derive(Serialize)]
struct FinalPage {
    #[serde(flatten)]
    paper: PeriodPaper,
    csv: String,
    pdf: String,
    xlsx: String,
    /// The file to verify, for HQ.
    file: Option<String>,
    /// The public key that it is verified with.
    key: String,
    /// Today's figures.
    live: String,
    made_by: Option<String>,
    digest: String,
    replaces: Option<Linked>,
    replaced_by: Option<Linked>,
    is_same: bool,
    differences: Vec<ShownDifference>,
    sums: Vec<ChangedSum>,
    /// Study on paper and today, when it differs.
    studies: Option<[GivenSums; 2]>,
}

#[derive(Serialize)]
struct ShownDifference {
    title: String,
    starts_at: Moment,
    href: String,
    before: Option<Figures>,
    after: Option<Figures>,
}

/// The page behind the number of a period's report.
pub(super) async fn show(app: &App, visit: &Visit, viewer: &Viewer, entry: Entry) -> Result<HttpResponse> {
    let (clock, reader, id, number) = (app.clock.clone(), viewer.clone(), entry.id, entry.number());
    let read = move |conn: &mut Conn| {
        let (replaces, replaced_by) = finals::queries::find_neighbours(conn, &entry)?;
        let made_by = match entry.made_by {
            Some(person) => crate::attendance::queries::find_name(conn, person)?,
            None => None,
        };
        let (found, today) = periods::open(conn, &reader, entry.clone(), &clock)?;
        Ok((found, today, replaces, replaced_by, made_by))
    };
    let (found, today, replaces, replaced_by, made_by) = app.db.read(read).await?;
    download::note(app, viewer, Taken::new("final", "final_report", id.0), Kind::Paper).await?;
    let here = links::final_report(number);
    let report = found.report;
    let shown = |of: SessionDifference| ShownDifference {
        title: of.title,
        starts_at: of.starts_at,
        href: links::session_report(of.id),
        before: of.before,
        after: of.after,
    };
    let filter = period::Filter { span: report.span, unit: found.entry.unit, category: found.entry.category };
    let content = FinalPage {
        csv: format!("{here}.csv"),
        pdf: format!("{here}.pdf"),
        xlsx: format!("{here}.xlsx"),
        key: Seal::of(&app.secret)?.key().to_string(),
        file: viewer.is_hq().then(|| format!("{here}.json")),
        live: link(links::PERIOD, &filter),
        made_by,
        digest: found.digest,
        replaces: replaces.clone().map(Linked::to),
        replaced_by: replaced_by.map(Linked::to),
        is_same: periods::says_the_same(&report, &today),
        differences: periods::differences(&report, &today).into_iter().map(shown).collect(),
        sums: [changed_sums(&report.total, &today.total), changed_make_up(&report.make_up, &today.make_up)].concat(),
        studies: (report.study != today.study).then_some([report.study, today.study]),
        paper: PeriodPaper::of(app, visit, report, None).numbered(format!("{}{here}", app.config.base_url()), replaces),
    };
    page::show(app, visit, "reports/final-period", &content)
}

/// Its files.
pub(super) async fn file(app: &App, visit: &Visit, viewer: &Viewer, kind: Kind, entry: Entry) -> Result<HttpResponse> {
    let (reader, id) = (viewer.clone(), entry.id);
    let address = format!("{}{}", app.config.base_url(), links::final_report(entry.number()));
    let read = move |conn: &mut Conn| {
        let (replaces, _) = finals::queries::find_neighbours(conn, &entry)?;
        Ok((periods::find(conn, &reader, entry.clone())?, Finality { address: address.clone(), replaces }))
    };
    let (found, finality) = app.db.read(read).await?;
    download::note(app, viewer, Taken::new("final", "final_report", id.0), kind).await?;
    // The paper says when the figures were frozen, which is when they were read.
    let report: PeriodReport = found.report;
    file_of(app, visit, &report, Some(&finality), kind).await
}
