//! Reports, their files, and archives.

use crate::store::ids::{PeopleListId, SessionId, UnitId};
use chrono::NaiveDate;

pub fn session_report(id: SessionId) -> String {
    format!("/sessions/{id}/report")
}

pub fn session_report_csv(id: SessionId) -> String {
    format!("/sessions/{id}/report.csv")
}

/// Where a session's report is made final.
pub fn make_final(id: SessionId) -> String {
    format!("/sessions/{id}/report/final")
}

/// The list of reports.
pub const REPORTS: &str = "/reports";
/// The report of a period: page, files, and the people behind its figures.
pub const PERIOD: &str = "/reports/period";
pub const PERIOD_CSV: &str = "/reports/period.csv";
pub const PERIOD_XLSX: &str = "/reports/period.xlsx";
pub const PERIOD_PDF: &str = "/reports/period.pdf";
/// Where a period's report is made final.
pub const PERIOD_FINAL: &str = "/reports/period/final";
pub const PERIOD_PEOPLE_FILE: &str = "/reports/period/people/file";
pub const PERIOD_PEOPLE: &str = "/reports/period/people";

/// A long list of people that was made as a file.
pub fn people_list(id: PeopleListId) -> String {
    format!("/reports/lists/{id}")
}

/// One of them for some days, perhaps for a unit and a category alone.
pub fn period(
    base: &str,
    (first, last): (NaiveDate, NaiveDate),
    unit: Option<UnitId>,
    category: Option<&str>,
) -> String {
    let unit = unit.map_or_else(String::new, |unit| format!("&unit={unit}"));
    let category = category.map_or_else(String::new, |category| format!("&category={category}"));
    format!("{base}?first={first}&last={last}{unit}{category}")
}

/// One of them for a year of a unit.
pub fn period_of_year(base: &str, year: i32, unit: UnitId) -> String {
    format!("{base}?first={year}-01-01&last={year}-12-31&unit={unit}")
}

pub fn session_report_xlsx(id: SessionId) -> String {
    format!("/sessions/{id}/report.xlsx")
}

/// Where a final report is found by its number.
pub const FINAL_REPORTS: &str = "/reports/final";

pub fn final_report(number: impl std::fmt::Display) -> String {
    format!("{FINAL_REPORTS}/{number}")
}

pub fn final_report_xlsx(number: impl std::fmt::Display) -> String {
    format!("{FINAL_REPORTS}/{number}.xlsx")
}

pub fn final_report_csv(number: impl std::fmt::Display) -> String {
    format!("{FINAL_REPORTS}/{number}.csv")
}

/// The archives of a session.
pub fn session_archive(id: SessionId) -> String {
    format!("/sessions/{id}/archive")
}

/// An archive of a session as a file.
pub fn session_archive_file(id: SessionId, version: i64) -> String {
    format!("/sessions/{id}/archive.zip?version={version}")
}
