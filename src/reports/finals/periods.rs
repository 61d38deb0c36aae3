//! Final reports of periods: HQ freezes the figures of a unit, or of all, for a time. They share the numbers of the
//! session reports. Names are not in them: the people behind a figure are found in today's report.

use super::queries::{self, NewFinal, Subject};
use super::{Details, Entry, Made, Reference};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::{Clock, Moment};
use crate::error::{Error, Message, Result};
use crate::organization;
use crate::reports::PeriodReport;
use crate::reports::period::{self, Filter, SessionLine};
use crate::reports::session_attendance::Figures;
use crate::store::Conn;
use crate::store::ids::SessionId;
use anyhow::Context as _;

/// A final report of a period as it is kept.
#[derive(Debug, Clone)]
pub struct FinalPeriod {
    pub entry: Entry,
    pub report: PeriodReport,
    /// SHA-256 of the figures as they are kept, in hexadecimal digits.
    pub digest: String,
}

/// A session of which the final report and today's say different things; nothing where one does not have it.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionDifference {
    pub id: SessionId,
    pub title: String,
    pub starts_at: Moment,
    pub before: Option<Figures>,
    pub after: Option<Figures>,
}

/// Freezes the figures of a period and gives them the next number of the year; what was made of the same period, unit and
/// category before is replaced. When nothing has changed since, the one before stands.
///
/// # Errors
/// `Forbidden` for all but HQ; `NotFound` when the unit is none; `Refused` when no session was confirmed in that time;
/// `Conflict` when another is made final at the same moment.
pub fn make(conn: &mut Conn, viewer: &Viewer, filter: &Filter, year: i32, clock: &Clock) -> Result<Made> {
    viewer.require_hq()?;
    let report = period::build(conn, viewer, filter, clock)?;
    if report.sessions.is_empty() {
        return Err(Error::refused(Message::new("final-refused-empty-period")));
    }
    let before = queries::list_of_period(conn, filter)?.into_iter().next();
    if let Some(before) = &before
        && says_the_same(&from_json(&queries::find_kept(conn, before.id)?.0)?, &report)
    {
        return Ok(Made::Stands(before.number()));
    }
    let now = report.made_at;
    let new = NewFinal {
        subject: Subject::Period(filter),
        basis: to_json(&report)?,
        year: i64::from(year),
        made_at: now,
        made_by: viewer.person,
        replaces: before.as_ref().map(|before| before.id),
    };
    let (id, number) = queries::insert(conn, &new)?;
    let replaces = before.map(|before| Reference { number: before.number().to_string(), made_at: before.made_at });
    let details = Details { number: number.to_string(), replaces };
    audit::record(conn, &viewer.actor(), now, Action::new("reports.made_final", "final_report"), id.0, &details)?;
    Ok(Made::New(number))
}

/// The final report of a period with its number, for who reaches all that it is about, beside today's.
///
/// # Errors
/// `NotFound` when there is none, or part of it is out of the viewer's reach.
pub fn open(conn: &mut Conn, viewer: &Viewer, entry: Entry, clock: &Clock) -> Result<(FinalPeriod, PeriodReport)> {
    let found = find(conn, viewer, entry)?;
    let filter = Filter { span: found.report.span, unit: found.entry.unit, category: found.entry.category };
    let today = period::build_for(conn, &crate::access::Reach::Group, &filter, clock)?;
    Ok((found, today))
}

/// As [`open`], without today's.
///
/// # Errors
/// As [`open`].
pub fn find(conn: &mut Conn, viewer: &Viewer, entry: Entry) -> Result<FinalPeriod> {
    let units = organization::queries::list_units(conn)?;
    let is_about = |unit: &&organization::Unit| match entry.unit {
        Some(id) => unit.id == id,
        None => unit.parent_id.is_none(),
    };
    let reach = viewer.reach_of_period_reports();
    let mut about = units.iter().filter(is_about).peekable();
    if about.peek().is_none() || !about.all(|unit| reach.covers(&unit.path)) {
        return Err(Error::NotFound("final report"));
    }
    let (json, digest) = queries::find_kept(conn, entry.id)?;
    let report = numbered(from_json(&json)?, &entry.number().to_string());
    Ok(FinalPeriod { report, digest, entry })
}

/// The sessions whose figures are no longer those of the paper, in their order.
pub fn differences(before: &PeriodReport, after: &PeriodReport) -> Vec<SessionDifference> {
    let find = |lines: &[SessionLine], id| lines.iter().find(|line| line.id == id).map(|line| line.figures.clone());
    let mut lines: Vec<&SessionLine> = before.sessions.iter().collect();
    lines.extend(after.sessions.iter().filter(|line| find(&before.sessions, line.id).is_none()));
    lines.sort_by_key(|line| (line.starts_at, line.id));
    let compared = lines.into_iter().map(|line| SessionDifference {
        id: line.id,
        title: line.title.clone(),
        starts_at: line.starts_at,
        before: find(&before.sessions, line.id),
        after: find(&after.sessions, line.id),
    });
    compared.filter(|of| of.before != of.after).collect()
}

/// Whether a paper made of one would say what a paper made of the other says.
pub fn says_the_same(before: &PeriodReport, after: &PeriodReport) -> bool {
    let said =
        |report: &PeriodReport| PeriodReport { made_at: Moment::from_timestamp(0), number: None, ..report.clone() };
    said(before) == said(after)
}

pub(super) fn numbered(report: PeriodReport, number: &str) -> PeriodReport {
    PeriodReport { number: Some(number.to_owned()), ..report }
}

fn to_json(report: &PeriodReport) -> Result<String> {
    Ok(serde_json::to_string(report).context("the figures of a final report cannot be written")?)
}

pub(super) fn from_json(json: &str) -> Result<PeriodReport> {
    Ok(serde_json::from_str(json).context("the figures of a final report cannot be read")?)
}
