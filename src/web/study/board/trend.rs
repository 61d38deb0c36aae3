//! The participation of the last twelve months as a line, and as rows that open to their people.

use crate::assignments::board::Month;
use crate::links;
use crate::store::ids::UnitId;
use chrono::Datelike;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct MonthRow {
    /// The people behind it.
    href: String,
    year: String,
    month: u32,
    n: i64,
    of: i64,
}

/// The trend as a line: months without a session have no dot.
#[derive(Serialize)]
pub(super) struct Trend {
    /// `up`, `down`, `same` or `single`.
    message: &'static str,
    first: MonthRow,
    last: MonthRow,
    line: String,
    dots: Vec<Dot>,
    labels: Vec<Label>,
}

#[derive(Serialize)]
struct Dot {
    x: String,
    y: String,
}

#[derive(Serialize)]
struct Label {
    /// The first names its year.
    is_first: bool,
    x: String,
    year: String,
    month: u32,
}

pub(super) fn month(unit: UnitId, month: &Month) -> MonthRow {
    MonthRow {
        href: format!("{}&month={}", links::unit_year(unit, month.first_day.year()), month.first_day.month()),
        year: month.first_day.year().to_string(),
        month: month.first_day.month(),
        n: month.counts.n_took_part(),
        of: month.counts.n_due(),
    }
}

/// The line over the months that had a session, from left to right; nothing when none had.
pub(super) fn trend(unit: UnitId, months: &[Month]) -> Option<Trend> {
    let x = |place: usize| format!("{}", 44 + 306 * place / 11);
    let held: Vec<(usize, MonthRow)> =
        months.iter().map(|one| month(unit, one)).enumerate().filter(|(_, month)| month.of > 0).collect();
    let dots: Vec<Dot> = held
        .iter()
        .map(|(place, month)| Dot { x: x(*place), y: format!("{}", 160 - 140 * month.n / month.of) })
        .collect();
    let (_, first) = held.first()?;
    let (_, last) = held.last()?;
    let message = match (last.n * first.of).cmp(&(first.n * last.of)) {
        _ if held.len() == 1 => "single",
        std::cmp::Ordering::Greater => "up",
        std::cmp::Ordering::Less => "down",
        std::cmp::Ordering::Equal => "same",
    };
    let copy = |month: &MonthRow| MonthRow {
        href: month.href.clone(),
        year: month.year.clone(),
        month: month.month,
        n: month.n,
        of: month.of,
    };
    Some(Trend {
        message,
        first: copy(first),
        last: copy(last),
        line: dots.iter().map(|dot| format!("{},{}", dot.x, dot.y)).collect::<Vec<_>>().join(" "),
        labels: (0..12)
            .step_by(3)
            .filter_map(|place| {
                let day = months.get(place)?.first_day;
                Some(Label { x: x(place), is_first: place == 0, year: day.year().to_string(), month: day.month() })
            })
            .collect(),
        dots,
    })
}
