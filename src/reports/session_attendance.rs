//! The attendance report of one session (参训情况表): its head, figures by unit and by category, then the list.

use super::basis::{Basis, starts_of};
use crate::access::{Reach, UnitPath, Viewer};
use crate::attendance::model::shown;
use crate::attendance::{Attendance, Counts, LeaveKind, MakeUp, MakeUpFigures, MakeUpKind, Method, ShownState};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::organization::{Category, Unit};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, UnitId};
use crate::templates::percent;
use crate::training::{self, RosterRow, Session};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Everything that page, print and file show, computed.
#[derive(Debug, Clone, Serialize)]
pub struct SessionReport {
    pub organisation: String,
    pub session: Session,
    /// The main venue first.
    pub venues: Vec<String>,
    /// Until HQ has made it final, what stands here may change.
    pub is_draft: bool,
    /// The number of the final report.
    pub number: Option<String>,
    /// The units that the viewer may see, when that is not all of them.
    pub narrowed_to: Vec<String>,
    pub total: Figures,
    pub units: Vec<Line>,
    pub categories: Vec<CategoryLine>,
    pub people: Vec<PersonLine>,
    /// What became of those who were not there.
    pub make_up: MakeUpFigures,
    /// Who was there and was not expected, for who sees everybody: in no figure.
    pub guests: Vec<GuestLine>,
    /// Changes after the session was confirmed.
    pub n_corrections: i64,
    pub made_at: Moment,
}

/// The figures of one line, with what the rates are made of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    #[serde(flatten)]
    pub counts: Counts,
    /// 应训.
    pub n_due: i64,
    pub n_not_there: i64,
    pub n_took_part: i64,
    /// As percentages, for tables whose other columns hold the counts.
    pub attendance_rate: String,
    pub participation_rate: String,
}

/// A guest by name and unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GuestLine {
    pub name: String,
    pub unit: String,
}

/// A unit with its figures.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    pub name: String,
    #[serde(flatten)]
    pub figures: Figures,
}

/// A category with its figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CategoryLine {
    pub category: Category,
    #[serde(flatten)]
    pub figures: Figures,
}

/// One person of the list.
#[derive(Debug, Clone, Serialize)]
pub struct PersonLine {
    pub number: usize,
    pub unit: String,
    pub name: String,
    pub post: String,
    pub category: Category,
    pub state: ShownState,
    pub arrived_at: Option<Moment>,
    /// How somebody without a time was recorded as present.
    pub by_hand: Option<Method>,
    pub late: bool,
    pub left_early: bool,
    pub leave_kind: Option<LeaveKind>,
    pub stand_in: Option<String>,
    pub make_up: MadeUp,
}

crate::choices! {
    /// The make-up column: how somebody made up, or that it is due, or that they read by themselves.
    pub enum MadeUp {
        Session = "session",
        ExchangeMeeting = "exchange_meeting",
        AcceptedStudy = "accepted_study",
        /// Made up, without saying how.
        Done = "done",
        SelfStudy = "self_study",
        Due = "due",
        None = "none",
    }
}

/// Builds the report as far as the viewer may see it, in a constant number of queries: a draft, whose figures are those
/// of the moment.
///
/// # Errors
/// `NotFound` when the session, or everybody on its roster, is out of the viewer's reach.
pub fn build(conn: &mut Conn, viewer: &Viewer, id: SessionId, now: Moment) -> Result<SessionReport> {
    let basis = gather(conn, viewer, id)?;
    SessionReport::of_today(basis, viewer, now)
}

/// What the report rests on as far as the viewer may see it.
///
/// # Errors
/// As [`build`].
pub fn gather(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<Basis> {
    let session = training::queries::find_for_report(conn, viewer, id)?;
    let reach = viewer.reach_of_reports(id);
    let basis = Basis::gather(conn, session, &reach)?;
    if basis.roll.is_empty() && reach != Reach::Group {
        return Err(Error::NotFound("session"));
    }
    Ok(basis)
}

impl SessionReport {
    /// Computes the draft from what [`gather`] found for the viewer.
    ///
    /// # Errors
    /// As [`SessionReport::of`].
    pub fn of_today(basis: Basis, viewer: &Viewer, now: Moment) -> Result<Self> {
        let reached = starts_of(&basis.units, &viewer.reach_of_reports(basis.session.id));
        Self::of(basis, &reached, None, now)
    }

    /// Computes the report from what it rests on, with the number when it is final.
    ///
    /// # Errors
    /// `NotFound` when somebody's unit is not among the units.
    pub fn of(basis: Basis, reached: &[UnitId], number: Option<String>, made_at: Moment) -> Result<Self> {
        let self_study: BTreeSet<PersonId> = basis.self_study.iter().copied().collect();
        let within: BTreeSet<PersonId> = basis.roll.iter().map(|(row, _)| row.person_id).collect();
        let tree = Tree::of(&basis.units, reached);
        let mut total = Counts::default();
        let mut by_unit: BTreeMap<(String, UnitId), Counts> = BTreeMap::new();
        let mut by_category: BTreeMap<Category, Counts> = BTreeMap::new();
        let mut make_up_figures = MakeUpFigures::default();
        let mut people = Vec::with_capacity(basis.roll.len());
        for (number, (row, attendance)) in basis.numbered() {
            let mut counts = Counts::default();
            counts.add_person(attendance.as_ref());
            if let Some(attendance) = attendance {
                make_up_figures.add(attendance, self_study.contains(&row.person_id));
            }
            let make_up = made_up(attendance.as_ref(), self_study.contains(&row.person_id));
            counts.n_self_study = i64::from(make_up == MadeUp::SelfStudy);
            total += counts;
            let unit = tree.rolled_up(row.unit_id)?;
            *by_unit.entry((unit.sort_key.clone(), unit.id)).or_default() += counts;
            *by_category.entry(row.category).or_default() += counts;
            people.push(person_line(&tree, &basis.session, number, row, attendance.as_ref(), make_up)?);
        }
        Ok(Self {
            narrowed_to: tree.reached_names(),
            total: Figures::of(total),
            units: by_unit
                .into_iter()
                .map(|((_, unit), counts)| {
                    Ok(Line { name: tree.unit(unit)?.name.clone(), figures: Figures::of(counts) })
                })
                .collect::<Result<_>>()?,
            categories: by_category
                .into_iter()
                .map(|(category, counts)| CategoryLine { category, figures: Figures::of(counts) })
                .collect(),
            people,
            make_up: make_up_figures,
            guests: basis.guests,
            n_corrections: basis.corrected.iter().filter(|person| within.contains(person)).count() as i64,
            organisation: basis.organisation,
            session: basis.session,
            venues: basis.venues,
            is_draft: number.is_none(),
            number,
            made_at,
        })
    }
}

impl Figures {
    pub(super) fn of(counts: Counts) -> Self {
        Self {
            n_due: counts.n_due(),
            n_not_there: counts.n_not_there(),
            n_took_part: counts.n_took_part(),
            attendance_rate: percent(counts.n_present, counts.n_due()),
            participation_rate: percent(counts.n_took_part(), counts.n_due()),
            counts,
        }
    }
}

/// What became of an absence; nothing for who was there or is exempt.
pub fn made_up(attendance: Option<&Attendance>, has_read: bool) -> MadeUp {
    let Some(attendance) = attendance.filter(|attendance| attendance.state.is_not_there()) else {
        return MadeUp::None;
    };
    made_up_by(attendance.make_up, attendance.make_up_kind, has_read)
}

/// What became of an absence, by what is recorded of it.
pub fn made_up_by(make_up: MakeUp, kind: Option<MakeUpKind>, has_read: bool) -> MadeUp {
    match (make_up, kind) {
        (MakeUp::Done, Some(MakeUpKind::Session)) => MadeUp::Session,
        (MakeUp::Done, Some(MakeUpKind::ExchangeMeeting)) => MadeUp::ExchangeMeeting,
        (MakeUp::Done, Some(MakeUpKind::AcceptedStudy)) => MadeUp::AcceptedStudy,
        (MakeUp::Done, None) => MadeUp::Done,
        (MakeUp::None | MakeUp::Due, _) if has_read => MadeUp::SelfStudy,
        (MakeUp::Due, _) => MadeUp::Due,
        (MakeUp::None, _) => MadeUp::None,
    }
}

fn person_line(
    tree: &Tree<'_>,
    session: &Session,
    number: usize,
    row: &RosterRow,
    attendance: Option<&Attendance>,
    make_up: MadeUp,
) -> Result<PersonLine> {
    Ok(PersonLine {
        number,
        unit: tree.full_name(row)?,
        name: row.name.clone(),
        post: row.post.clone(),
        category: row.category,
        state: shown(session.state, attendance),
        arrived_at: attendance.and_then(Attendance::checked_in_at),
        by_hand: attendance.and_then(Attendance::by_hand),
        late: attendance.is_some_and(|attendance| attendance.late),
        left_early: attendance.is_some_and(|attendance| attendance.left_early),
        leave_kind: attendance.and_then(|attendance| attendance.leave_kind),
        stand_in: attendance.and_then(|attendance| attendance.stand_in.clone()),
        make_up,
    })
}

/// The tree of units, with what the viewer reaches of it.
struct Tree<'a> {
    units: HashMap<UnitId, &'a Unit>,
    by_path: HashMap<&'a str, &'a Unit>,
    /// Empty: all of it.
    reached: Vec<&'a Unit>,
}

impl<'a> Tree<'a> {
    fn of(units: &'a [Unit], reached: &[UnitId]) -> Self {
        let reached = units.iter().filter(|unit| reached.contains(&unit.id)).collect();
        Self {
            units: units.iter().map(|unit| (unit.id, unit)).collect(),
            by_path: units.iter().map(|unit| (unit.path.0.as_str(), unit)).collect(),
            reached,
        }
    }

    fn unit(&self, id: UnitId) -> Result<&'a Unit> {
        self.units.get(&id).copied().ok_or(Error::NotFound("unit"))
    }

    /// The unit that a unit is counted in: for all of the tree the department or enterprise, for a part of it
    /// the led unit itself or one right below it.
    fn rolled_up(&self, id: UnitId) -> Result<&'a Unit> {
        let unit = self.unit(id)?;
        let led = self.reached.iter().find(|led| led.path.contains(&unit.path));
        let depth = led.map_or(1, |led| led.depth() + 1);
        Ok(self.above(&unit.path, depth).unwrap_or(unit))
    }

    /// The unit at some depth on the way to a path; 0 is the group.
    fn above(&self, path: &UnitPath, depth: usize) -> Option<&'a Unit> {
        let end = path.0.match_indices('/').nth(depth + 1)?.0;
        self.by_path.get(&path.0[..=end]).copied()
    }

    /// A person's unit as it was called on the day; a branch with its enterprise, since branches may share a name.
    fn full_name(&self, row: &RosterRow) -> Result<String> {
        let unit = self.unit(row.unit_id)?;
        let top = self.above(&unit.path, 1).filter(|top| top.id != unit.id && !row.unit_name.starts_with(&top.name));
        Ok(top.map_or_else(|| row.unit_name.clone(), |top| format!("{} {}", top.name, row.unit_name)))
    }

    fn reached_names(&self) -> Vec<String> {
        self.reached.iter().map(|unit| unit.name.clone()).collect()
    }
}
