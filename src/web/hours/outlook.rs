//! `/units/{id}/hours`: who of a unit needs help to reach the year's hours, for its leader and HQ; on paper and as a
//! file, too.

use super::requirements::Document;
use super::{category_key, head, standing_key};
use crate::access::Viewer;
use crate::assignments;
use crate::clock::Moment;
use crate::error::{Message, Result};
use crate::links;
use crate::organization::{Category, Unit};
use crate::reports::Tables;
use crate::reports::book::Sheet;
use crate::store::ids::UnitId;
use crate::study_hours::outlook::{self, Outlook, PersonOutlook};
use crate::study_hours::year::Year;
use crate::study_hours::{Amount, Standing};
use crate::templates::hours_text;
use crate::web::download::{self, Kind, Taken};
use crate::web::paging::Paging;
use crate::web::papers::words;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

const ROWS_A_PAGE: i64 = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OutlookQuery {
    year: String,
    /// Whom to show: a standing, `all`, or who needs help.
    show: String,
    /// The page for paper.
    paper: String,
    page: String,
}

/// Whom the list is narrowed to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shown {
    NeedHelp,
    Everybody,
    Only(Standing),
}

impl Shown {
    fn read(word: &str) -> Self {
        match word {
            "all" => Self::Everybody,
            other => other.parse().map_or(Self::NeedHelp, Self::Only),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::NeedHelp => "help",
            Self::Everybody => "all",
            Self::Only(standing) => standing.as_str(),
        }
    }

    fn has(self, standing: Standing) -> bool {
        match self {
            Self::NeedHelp => standing.needs_help(),
            Self::Everybody => true,
            Self::Only(only) => standing == only,
        }
    }
}

/// Where a unit's outlook stands, narrowed.
fn address(unit: UnitId, year: i32, shown: Shown) -> String {
    format!("{}?year={year}&show={}", links::unit_hours(unit), shown.word())
}

#[derive(Serialize)]
struct OutlookPage {
    organisation: String,
    unit_name: String,
    unit_href: String,
    year: String,
    previous: Option<String>,
    next: Option<String>,
    csv: String,
    xlsx: String,
    pdf: String,
    paper: String,
    here: String,
    is_hq: bool,
    required: String,
    requirements: Vec<RequirementRow>,
    shown: &'static str,
    all: Figure,
    help: Figure,
    standings: Vec<Figure>,
    n_without: i64,
    parts: Vec<PartRow>,
    n_rows: usize,
    rows: Vec<Row>,
    paging: Paging,
    made_at: Moment,
}

/// A count that opens to its people.
#[derive(Serialize)]
struct Figure {
    standing: &'static str,
    n: i64,
    href: String,
}

#[derive(Serialize)]
struct RequirementRow {
    category: Category,
    amount: Amount,
    document: Document,
}

#[derive(Serialize)]
struct PartRow {
    name: String,
    /// Nothing for the unit's own people.
    href: Option<String>,
    n_help: usize,
    n: usize,
}

#[derive(Serialize)]
struct Row {
    number: usize,
    name: String,
    href: String,
    unit_name: String,
    post: String,
    category: Category,
    done: Amount,
    to_come: Amount,
    required: Amount,
    /// Nothing when what is planned suffices.
    short_by: Option<Amount>,
    standing: Standing,
}

/// `GET /hours`: on to the viewer's unit; to the whole group for HQ.
pub async fn of_own_unit(app: Data<App>, viewer: Viewer) -> Result<HttpResponse> {
    let led = viewer.led_units().next().filter(|_| !viewer.is_hq());
    let unit = match led {
        Some(unit) => unit,
        None => app.db.read(assignments::queries::find_root_unit).await?.id,
    };
    Ok(page::go(&links::unit_hours(unit)))
}

/// `GET /units/{id}/hours`.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitId>,
    query: Query<OutlookQuery>,
) -> Result<HttpResponse> {
    let (id, year, clock) = (id.into_inner(), Year::asked(&query.year, 0, &app.clock), app.clock.clone());
    let is_hq = viewer.is_hq();
    let outlook = app.db.read(move |conn| outlook::build(conn, &viewer, id, year, &clock)).await?;
    let content = outlook_page(&app, outlook, &query, is_hq);
    let template = if query.paper.is_empty() { "hours/outlook" } else { "hours/outlook-paper" };
    page::show(&app, &visit, template, &content)
}

fn outlook_page(app: &App, outlook: Outlook, query: &OutlookQuery, is_hq: bool) -> OutlookPage {
    let (unit, year, shown) = (outlook.unit.id, outlook.year.number, Shown::read(&query.show));
    let figure = |of: Shown| Figure {
        standing: of.word(),
        n: outlook.people.iter().filter(|person| of.has(person.standing())).count() as i64,
        href: address(unit, year, of),
    };
    let here = address(unit, year, shown);
    let wanted: Vec<&PersonOutlook> = outlook.people.iter().filter(|one| shown.has(one.standing())).collect();
    let n_rows = wanted.len();
    let is_paper = !query.paper.is_empty();
    let paging = Paging::of(&query.page, n_rows as i64, ROWS_A_PAGE, &here);
    let (skipped, taken) =
        if is_paper { (0, n_rows) } else { (usize::try_from(paging.offset).unwrap_or(0), ROWS_A_PAGE as usize) };
    let rows = (1..).zip(wanted).skip(skipped).take(taken).map(|(number, person)| row(number, person, &outlook));
    OutlookPage {
        organisation: outlook.settings.organisation.clone(),
        unit_href: links::unit(unit),
        year: year.to_string(),
        previous: outlook.year.before().map(|year| address(unit, year, shown)),
        next: outlook.year.after(0, &app.clock).map(|year| address(unit, year, shown)),
        csv: format!("{}.csv?year={year}&show={}", links::unit_hours(unit), shown.word()),
        xlsx: format!("{}.xlsx?year={year}&show={}", links::unit_hours(unit), shown.word()),
        pdf: format!("{}.pdf?year={year}&show={}", links::unit_hours(unit), shown.word()),
        paper: format!("{here}&paper=1"),
        is_hq,
        required: links::required_hours(year),
        requirements: outlook
            .requirements
            .iter()
            // Only what is asked of somebody here.
            .filter(|one| {
                outlook.people.is_empty() || outlook.people.iter().any(|person| person.who.category == one.category)
            })
            .map(|one| RequirementRow {
                category: one.category,
                amount: Amount::of(one.minutes.unwrap_or(0), &outlook.settings),
                document: Document::of(one),
            })
            .collect(),
        shown: shown.word(),
        all: figure(Shown::Everybody),
        help: figure(Shown::NeedHelp),
        standings: Standing::ALL.iter().map(|standing| figure(Shown::Only(*standing))).collect(),
        n_without: outlook.n_without,
        parts: parts(&outlook),
        n_rows,
        rows: rows.collect(),
        paging,
        made_at: app.clock.now(),
        unit_name: outlook.unit.name.clone(),
        here,
    }
}

/// The unit's own people, then the units right below it, in their fixed order; nothing when it has none.
fn parts(outlook: &Outlook) -> Vec<PartRow> {
    if outlook.below.is_empty() {
        return Vec::new();
    }
    let part = |name: &str, href: Option<String>, is_of: &dyn Fn(&PersonOutlook) -> bool| {
        let people = || outlook.people.iter().filter(|person| is_of(person));
        PartRow {
            name: name.to_owned(),
            href,
            n_help: people().filter(|person| person.standing().needs_help()).count(),
            n: people().count(),
        }
    };
    let own = part(&outlook.unit.name, None, &|person| person.who.unit_id == outlook.unit.id);
    let of_child = |child: &Unit| {
        let href = address(child.id, outlook.year.number, Shown::NeedHelp);
        part(&child.name, Some(href), &|person| child.path.contains(&person.who.path))
    };
    let parts: Vec<PartRow> =
        std::iter::once(own).chain(outlook.below.iter().map(of_child)).filter(|part| part.n > 0).collect();
    // One part is the whole.
    if parts.len() > 1 { parts } else { Vec::new() }
}

fn row(number: usize, person: &PersonOutlook, outlook: &Outlook) -> Row {
    let amount = |minutes| Amount::of(minutes, &outlook.settings);
    let short_by = person.short_by();
    Row {
        number,
        name: person.who.name.clone(),
        href: format!("{}?year={}", links::record_of(person.who.person), outlook.year.number),
        unit_name: person.who.unit_name.clone(),
        post: person.who.post.clone(),
        category: person.who.category,
        done: amount(person.hours.done),
        to_come: amount(person.hours.to_come),
        required: amount(person.required),
        short_by: (short_by > 0).then(|| amount(short_by)),
        standing: person.standing(),
    }
}

/// The columns of the list; hours are hours there, whatever the pages state.
const COLUMNS: &[&str] = &[
    "report-column-number",
    "board-unit",
    "board-name",
    "board-post",
    "report-column-category",
    "hours-column-done",
    "hours-column-to-come",
    "hours-column-required",
    "hours-column-short-by",
    "hours-column-standing",
];

/// `GET /units/{id}/hours.csv`, `.xlsx` and `.pdf`: the people of the list as it is narrowed, in its order.
pub async fn file(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    id: Path<UnitId>,
    query: Query<OutlookQuery>,
) -> Result<HttpResponse> {
    let (id, year, clock) = (id.into_inner(), Year::asked(&query.year, 0, &app.clock), app.clock.clone());
    let reader = viewer.clone();
    let outlook = app.db.read(move |conn| outlook::build(conn, &reader, id, year, &clock)).await?;
    let tables = tables_of(&app, &visit, &outlook, Shown::read(&query.show));
    download::tables(&app, &visit, &viewer, kind, Taken::new("outlook", "unit", id.0), tables).await
}

fn tables_of(app: &App, visit: &Visit, outlook: &Outlook, shown: Shown) -> Tables {
    let word = |key| page::word(app, visit, &Message::new(key));
    let words = words(app, visit);
    let mut rows = vec![head(app, visit, COLUMNS)];
    for (number, person) in (1..).zip(outlook.people.iter().filter(|one| shown.has(one.standing()))) {
        rows.push(vec![
            number.to_string(),
            person.who.unit_name.clone(),
            person.who.name.clone(),
            person.who.post.clone(),
            word(category_key(person.who.category)),
            hours_text(person.hours.done),
            hours_text(person.hours.to_come),
            hours_text(person.required),
            hours_text(person.short_by()),
            word(standing_key(person.standing())),
        ]);
    }
    let asked = outlook.requirements.iter().map(|one| {
        let category = word(category_key(one.category));
        let amount = words.amount(&Amount::of(one.minutes.unwrap_or(0), &outlook.settings));
        format!("{category} {amount} {}", words.document(one))
    });
    let counted = Standing::ALL.iter().map(|of| format!("{} {}", word(standing_key(*of)), outlook.count(*of)));
    let everybody = format!("{} {}", word("hours-everybody"), outlook.people.len());
    let mut facts: Vec<String> = asked.collect();
    facts.push(counted.chain([everybody]).collect::<Vec<_>>().join("　"));
    let n_people = page::word(app, visit, &Message::new("hours-n-people").with("n", rows.len() as i64 - 1));
    let list = format!("{}{n_people}", words.choice("hours-shown-", shown.word()));
    let year = outlook.year.number.to_string();
    let heading = Message::new("hours-paper-heading").with("unit", outlook.unit.name.as_str()).with("year", year);
    Tables {
        title: page::word(app, visit, &heading),
        organisation: outlook.settings.organisation.clone(),
        unit: outlook.unit.name.clone(),
        facts,
        sheets: vec![Sheet::of_texts(&list, rows, &[0])],
        formulas: vec![word("hours-formula")],
        made_at: app.clock.now(),
    }
}
