//! `/units/{id}/year`: the people behind a unit's figures of a year, or of one of its months.

use crate::access::{Reach, Viewer};
use crate::attendance::Counts;
use crate::error::Result;
use crate::links;
use crate::organization;
use crate::store::ids::UnitId;
use crate::study_hours::queries::{self, PersonTally};
use crate::study_hours::year::Year;
use crate::web::paging::Paging;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::{Months, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

const ROWS_A_PAGE: i64 = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct YearQuery {
    year: String,
    /// 1 to 12; the whole year when there is none.
    month: String,
    page: String,
}

#[derive(Serialize)]
struct YearPage {
    unit_name: String,
    unit_href: String,
    year: String,
    month: Option<u32>,
    whole_year: String,
    previous: Option<String>,
    next: Option<String>,
    n_people: usize,
    n_took_part: i64,
    n_due: i64,
    counts: Counts,
    rows: Vec<Row>,
    paging: Paging,
}

#[derive(Serialize)]
struct Row {
    name: String,
    /// Their record, when the viewer may see it.
    href: Option<String>,
    unit_name: String,
    n_present: i64,
    n_made_up: i64,
    /// Not there and not made up.
    n_outstanding: i64,
    n_exempt: i64,
    n_took_part: i64,
    n_due: i64,
}

/// `GET /units/{id}/year`: everybody who was on a roster as one of the unit, in roster order.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitId>,
    query: Query<YearQuery>,
) -> Result<HttpResponse> {
    let (id, year) = (id.into_inner(), Year::asked(&query.year, 0, &app.clock));
    let month = query.month.parse().ok().filter(|month| (1..=12).contains(month));
    let first = month.and_then(|month| NaiveDate::from_ymd_opt(year.number, month, 1));
    let end = first.and_then(|first| first.checked_add_months(Months::new(1)));
    let at = |day| app.clock.moment(day, NaiveTime::MIN);
    let (from, to) = (first.map_or(year.from, at), end.map_or(year.to, at));
    let (reach, deciding) = (viewer.reach(), viewer.reach_of_decisions());
    let (unit, units, people) = app
        .db
        .read(move |conn| {
            let unit = organization::queries::find_unit(conn, &reach, id)?;
            let people = queries::list_person_tallies(conn, &unit.path, from, to)?;
            Ok((unit, organization::queries::list_units(conn)?, people))
        })
        .await?;
    let may_see = |person: &PersonTally| match &deciding {
        Reach::Group => true,
        reach => units.iter().any(|unit| unit.id == person.present_unit && reach.covers(&unit.path)),
    };
    let mut counts = Counts::default();
    people.iter().for_each(|person| counts += person.counts);
    let here = match month {
        None => links::unit_year(id, year.number),
        Some(month) => format!("{}&month={month}", links::unit_year(id, year.number)),
    };
    let paging = Paging::of(&query.page, people.len() as i64, ROWS_A_PAGE, &here);
    let row = |person: &PersonTally| Row {
        name: person.name.clone(),
        href: may_see(person).then(|| format!("{}?year={}", links::record_of(person.person), year.number)),
        unit_name: person.unit_name.clone(),
        n_present: person.counts.n_present,
        n_made_up: person.counts.n_made_up,
        n_outstanding: person.counts.n_due() - person.counts.n_took_part(),
        n_exempt: person.counts.n_exempt,
        n_took_part: person.counts.n_took_part(),
        n_due: person.counts.n_due(),
    };
    let skipped = usize::try_from(paging.offset).unwrap_or(0);
    let content = YearPage {
        unit_name: unit.name,
        unit_href: links::unit(id),
        year: year.number.to_string(),
        month,
        whole_year: links::unit_year(id, year.number),
        previous: year.before().map(|year| links::unit_year(id, year)),
        next: year.after(0, &app.clock).map(|year| links::unit_year(id, year)),
        n_people: people.len(),
        n_took_part: counts.n_took_part(),
        n_due: counts.n_due(),
        rows: people.iter().skip(skipped).take(ROWS_A_PAGE as usize).map(row).collect(),
        counts,
        paging,
    };
    page::show(&app, &visit, "hours/year", &content)
}
