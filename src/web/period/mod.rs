//! The list of reports, and the report of a period by unit: page and paper, workbook, file of text, and the people behind
//! its figures.

mod files;
mod people;
mod people_files;
mod trend;

pub use files::file;
pub(super) use files::{figures_sheet, file_of};
pub use people::people;
pub use people_files::{
    ask as ask_people_file, file as people_file, list as people_list, list_file as people_list_file,
};

use self::trend::{Trend, trend};
use super::finals::{ShownFinal, shown};
use super::hours::category_key;
use super::papers::words;
use super::visit::Visit;
use super::{App, page};
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Message, Problem, Result};
use crate::links;
use crate::organization::Category;
use crate::reports::finals::{self, Entry, Reference};
use crate::reports::period::{self, Filter, PeriodReport};
use crate::reports::session_attendance::Figures;
use crate::reports::span::{Span, SpanKind};
use crate::store::Conn;
use crate::store::ids::UnitId;
use crate::study_hours::queries::GivenSums;
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What stands in the address of a period's report, as it was typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct PeriodQuery {
    pub first: String,
    pub last: String,
    pub unit: String,
    pub category: String,
    /// For the people behind a figure: which figure.
    pub show: String,
    /// Without the units below.
    pub own: String,
    /// Of this session alone.
    pub session: String,
    pub page: String,
}

impl PeriodQuery {
    /// What is asked for, this year unless it says otherwise; and what cannot be understood of it.
    pub(super) fn read(&self, today: NaiveDate) -> (Filter, Vec<Problem>) {
        let year = Span::around(SpanKind::Year, today);
        let mut problems = Vec::new();
        let mut day = |field: &'static str, text: &str, otherwise: NaiveDate| {
            if text.trim().is_empty() {
                return otherwise;
            }
            text.trim().parse().unwrap_or_else(|_| {
                problems.push(Problem::at(field, Message::new("period-day-wrong")));
                otherwise
            })
        };
        let (first, last) = (day("first", &self.first, year.first), day("last", &self.last, year.last));
        let span = Span::between(first, last);
        if span.is_none() && problems.is_empty() {
            problems.push(Problem::at("last", Message::new("period-days-wrong")));
        }
        let filter =
            Filter { span: span.unwrap_or(year), unit: self.unit.parse().ok(), category: self.category.parse().ok() };
        (filter, problems)
    }
}

#[derive(Serialize)]
struct ListPage {
    period: &'static str,
    finals: &'static str,
    hours_href: Option<String>,
    unreachable: Option<&'static str>,
}

/// `GET /reports`: the reports there are, and where each is found.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer) -> Result<HttpResponse> {
    let content = ListPage {
        period: links::PERIOD,
        finals: links::FINAL_REPORTS,
        hours_href: viewer.led_units().next().map(links::unit_hours),
        unreachable: viewer.is_hq().then_some(links::UNREACHABLE),
    };
    page::show(&app, &visit, "reports/list", &content)
}

#[derive(Serialize)]
struct PeriodPage {
    query: PeriodQuery,
    /// The days that the form shows.
    first: String,
    last: String,
    spans: Vec<Choice>,
    categories: Vec<CategoryChoice>,
    previous: Option<String>,
    next: Option<String>,
    csv: String,
    xlsx: String,
    pdf: String,
    up: Option<String>,
    /// What of this period was made final, and where HQ makes it.
    finals: Vec<ShownFinal>,
    make_final: Option<String>,
    #[serde(flatten)]
    paper: PeriodPaper,
}

/// A period's report as a paper.
#[derive(Serialize)]
pub(super) struct PeriodPaper {
    heading: String,
    scope: String,
    organisation: String,
    number: Option<String>,
    /// Where its number leads.
    address: Option<String>,
    /// The final report that it replaces.
    before: Option<Reference>,
    made_at: Moment,
    narrowed_to: Vec<String>,
    total: Row,
    make_up: crate::attendance::MakeUpFigures,
    units: Vec<Row>,
    by_category: Vec<Row>,
    months: Vec<MonthRow>,
    trend: Option<Trend>,
    n_sessions: usize,
    sessions: Vec<SessionRow>,
    /// The last two share a part of the table with the signature, so that it never stands alone on a page.
    last_sessions: Vec<SessionRow>,
    study: Option<Study>,
}

/// Study that was given by itself.
#[derive(Serialize)]
struct Study {
    lines: Vec<StudyRow>,
    total: GivenSums,
}

#[derive(Serialize)]
struct StudyRow {
    name: String,
    #[serde(flatten)]
    sums: GivenSums,
}

#[derive(Serialize)]
struct Choice {
    text: String,
    href: String,
    current: bool,
}

#[derive(Serialize)]
struct CategoryChoice {
    category: Category,
    selected: bool,
}

/// A line of figures with the people behind them.
#[derive(Serialize)]
struct Row {
    name: String,
    is_own: bool,
    href: Option<String>,
    /// The address of the people, to which the figure's word is added; none of what is frozen.
    people: Option<String>,
    /// The participation rate, of a bar that is 100 long.
    width: String,
    #[serde(flatten)]
    figures: Figures,
}

#[derive(Serialize)]
struct MonthRow {
    name: String,
    n_sessions: i64,
    people: Option<String>,
    #[serde(flatten)]
    figures: Figures,
}

#[derive(Serialize)]
struct SessionRow {
    title: String,
    starts_at: Moment,
    href: String,
    people: Option<String>,
    #[serde(flatten)]
    figures: Figures,
}

/// `GET /reports/period`: the report, which prints as it stands.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<PeriodQuery>) -> Result<HttpResponse> {
    let (query, today) = (query.into_inner(), app.clock.today());
    let (filter, problems) = query.read(today);
    let (clock, is_hq) = (app.clock.clone(), viewer.is_hq());
    let read = move |conn: &mut Conn| {
        let report = period::build(conn, &viewer, &filter, &clock)?;
        let finals = if is_hq { finals::queries::list_of_period(conn, &filter)? } else { Vec::new() };
        Ok((report, finals))
    };
    let (report, finals) = app.db.read(read).await?;
    let content = page_of(&app, &visit, query, &filter, today, (report, finals, is_hq));
    if problems.is_empty() {
        page::show(&app, &visit, "reports/period", &content)
    } else {
        page::refused(&app, &visit, "reports/period", &content, &problems)
    }
}

/// Where something of a period is, narrowed as a report is.
pub(super) fn link(base: &str, filter: &Filter) -> String {
    let days = (filter.span.first, filter.span.last);
    links::period(base, days, filter.unit, filter.category.map(Category::as_str))
}

fn page_of(
    app: &App,
    visit: &Visit,
    query: PeriodQuery,
    filter: &Filter,
    today: NaiveDate,
    (report, finals, is_hq): (PeriodReport, Vec<Entry>, bool),
) -> PeriodPage {
    let words = words(app, visit);
    let with_span = |span| link(links::PERIOD, &Filter { span, ..*filter });
    let kinds = [SpanKind::Month, SpanKind::Quarter, SpanKind::HalfYear, SpanKind::Year];
    let spans = kinds.map(|kind| {
        let span = Span::around(kind, today.min(filter.span.last).max(filter.span.first));
        Choice { text: words.span_name(&span), href: with_span(span), current: span == filter.span }
    });
    let unit_of = |id: UnitId| Filter { unit: Some(id), ..*filter };
    PeriodPage {
        first: if query.first.is_empty() { filter.span.first.to_string() } else { query.first.clone() },
        last: if query.last.is_empty() { filter.span.last.to_string() } else { query.last.clone() },
        spans: spans.into(),
        categories: Category::ALL
            .iter()
            .map(|category| CategoryChoice { category: *category, selected: filter.category == Some(*category) })
            .collect(),
        previous: filter.span.before().map(with_span),
        next: filter.span.after().filter(|span| span.first <= today).map(with_span),
        csv: link(links::PERIOD_CSV, filter),
        xlsx: link(links::PERIOD_XLSX, filter),
        pdf: link(links::PERIOD_PDF, filter),
        up: report.unit.as_ref().and_then(|unit| unit.above).map(|id| link(links::PERIOD, &unit_of(id))),
        finals: shown(finals.into_iter().map(|entry| (entry, String::new())).collect()),
        make_final: (is_hq && !report.sessions.is_empty()).then(|| link(links::PERIOD_FINAL, filter)),
        paper: PeriodPaper::of(app, visit, report, Some(filter)),
        query,
    }
}

impl PeriodPaper {
    /// The paper; what is still open to change leads to the people behind its figures, by the filter it was made by.
    pub(super) fn of(app: &App, visit: &Visit, report: PeriodReport, live: Option<&Filter>) -> Self {
        let say = |message: &Message| page::word(app, visit, message);
        let words = words(app, visit);
        let people = |narrow: &dyn Fn(&Filter) -> Filter, more: &str| {
            live.map(|filter| format!("{}{more}", link(links::PERIOD_PEOPLE, &narrow(filter))))
        };
        let row = |name: String, figures: &Figures, people: Option<String>| Row {
            name,
            is_own: false,
            href: None,
            people,
            width: width(figures),
            figures: figures.clone(),
        };
        let whose = report.unit.as_ref().map_or_else(|| report.organisation.clone(), |unit| unit.name.clone());
        let units = report.units.iter().map(|unit| {
            let own = |filter: &Filter| Filter { unit: Some(unit.id), ..*filter };
            let href = live.filter(|_| unit.has_below).map(|filter| link(links::PERIOD, &own(filter)));
            let people = people(&own, if unit.is_own { "&own=1" } else { "" });
            Row { href, is_own: unit.is_own, ..row(unit.name.clone(), &unit.figures, people) }
        });
        let by_category = report.categories.iter().map(|line| {
            let name = say(&Message::new(category_key(line.category)));
            let of = |filter: &Filter| Filter { category: Some(line.category), ..*filter };
            row(name, &line.figures, people(&of, ""))
        });
        let months = report.months.iter().map(|month| MonthRow {
            name: words.month(month.first),
            n_sessions: month.n_sessions,
            people: people(&|filter| Filter { span: Span::around(SpanKind::Month, month.first), ..*filter }, ""),
            figures: month.figures.clone(),
        });
        let mut sessions: Vec<SessionRow> = report
            .sessions
            .iter()
            .map(|session| SessionRow {
                title: session.title.clone(),
                starts_at: session.starts_at,
                href: links::session_report(session.id),
                people: people(&|filter| *filter, &format!("&session={}", session.id)),
                figures: session.figures.clone(),
            })
            .collect();
        let last_sessions = sessions.split_off(sessions.len().saturating_sub(2));
        let study = (report.study.n_tasks > 0).then(|| Study {
            lines: report
                .study_units
                .iter()
                .map(|line| StudyRow { name: words.unit_line(&line.name, line.is_own), sums: line.sums })
                .collect(),
            total: report.study,
        });
        Self {
            heading: words.period_heading(report.unit.as_ref().map(|unit| unit.name.as_str()), &report.span),
            scope: report.category.map_or_else(String::new, |category| say(&Message::new(category_key(category)))),
            total: row(whose, &report.total, people(&|filter| *filter, "")),
            units: units.collect(),
            by_category: by_category.collect(),
            months: months.collect(),
            trend: trend(&report.months),
            n_sessions: report.sessions.len(),
            sessions,
            last_sessions,
            study,
            made_at: report.made_at,
            make_up: report.make_up,
            organisation: report.organisation,
            narrowed_to: report.narrowed_to,
            number: report.number,
            address: None,
            before: None,
        }
    }

    /// The paper of a final report: where its number leads, and the one that it replaces.
    pub(super) fn numbered(self, address: String, before: Option<Reference>) -> Self {
        Self { address: Some(address), before, ..self }
    }
}

/// How long a bar of 100 is.
fn width(figures: &Figures) -> String {
    let tenths = if figures.n_due == 0 { 0 } else { figures.n_took_part * 1000 / figures.n_due };
    format!("{}.{}", tenths / 10, tenths % 10)
}
