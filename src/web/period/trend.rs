//! The participation rate over the months of a period's report, as a line.

use crate::reports::period::MonthLine;
use crate::reports::session_attendance::Figures;
use chrono::Datelike;
use serde::Serialize;

/// The participation rate over the months as a line; months without a session have no dot.
#[derive(Serialize)]
pub(super) struct Trend {
    /// `up`, `down`, `same` or `single`.
    message: &'static str,
    first: Rate,
    last: Rate,
    line: String,
    dots: Vec<Dot>,
    labels: Vec<Label>,
}

#[derive(Serialize)]
struct Rate {
    n: i64,
    of: i64,
}

#[derive(Serialize)]
struct Dot {
    x: i64,
    y: i64,
    /// The rate, written beside the first and the last of them.
    text: Option<String>,
    text_y: i64,
}

#[derive(Serialize)]
struct Label {
    x: i64,
    is_first: bool,
    year: String,
    month: u32,
}

/// The line over the months that had somebody due, from left to right; nothing when none had.
pub(super) fn trend(months: &[MonthLine]) -> Option<Trend> {
    let held: Vec<(i64, &Figures)> =
        (0..).zip(months).map(|(place, month)| (place, &month.figures)).filter(|(_, of)| of.n_due > 0).collect();
    let x = |place: i64| 44 + 300 * place / 11;
    let (_, first) = held.first()?;
    let (_, last) = held.last()?;
    let message = match (last.n_took_part * first.n_due).cmp(&(first.n_took_part * last.n_due)) {
        _ if held.len() == 1 => "single",
        std::cmp::Ordering::Greater => "up",
        std::cmp::Ordering::Less => "down",
        std::cmp::Ordering::Equal => "same",
    };
    let dots: Vec<Dot> = held
        .iter()
        .enumerate()
        .map(|(n, (place, of))| {
            let y = 160 - 140 * of.n_took_part / of.n_due;
            let is_end = n == 0 || n + 1 == held.len();
            let text = is_end.then(|| of.participation_rate.clone());
            Dot { x: x(*place), y, text, text_y: if y < 40 { y + 22 } else { y - 10 } }
        })
        .collect();
    let labels = (0..).zip(months).step_by(3).map(|(place, month)| Label {
        x: x(place),
        is_first: place == 0,
        year: month.first.year().to_string(),
        month: month.first.month(),
    });
    Some(Trend {
        message,
        first: Rate { n: first.n_took_part, of: first.n_due },
        last: Rate { n: last.n_took_part, of: last.n_due },
        line: dots.iter().map(|dot| format!("{},{}", dot.x, dot.y)).collect::<Vec<_>>().join(" "),
        labels: labels.collect(),
        dots,
    })
}
