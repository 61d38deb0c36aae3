//! The report of a period by unit (学法情况统计表): figures of all sessions confirmed in it, by unit in the order of the tree, by
//! category, by session and by month. Of a session and those that make up for it each person counts once.

use super::people_list::{Asked, Line, lines};
use super::session_attendance::{CategoryLine, Figures};
use super::span::Span;
use crate::access::{Reach, Viewer};
use crate::attendance::MakeUpFigures;
use crate::attendance::totals::Totals;
use crate::attendance::totals::queries::{self as totals, Behind, Wanted};
use crate::clock::{Clock, Moment};
use crate::error::{Error, Result};
use crate::organization::{self, Category, Unit};
use crate::settings;
use crate::store::Conn;
use crate::store::ids::{SessionId, UnitId};
use crate::study_hours::queries::{GivenSums, sum_given_study};
use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// What a period's report is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    pub span: Span,
    /// A unit with all below it; nothing for all that the viewer reaches.
    pub unit: Option<UnitId>,
    pub category: Option<Category>,
}

/// Everything that page, print and file show, computed. Once made final it is kept as JSON: a field may be added with a
/// default, none may go or be named anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeriodReport {
    pub organisation: String,
    pub span: Span,
    /// The unit it is about, when it is not the whole group.
    pub unit: Option<UnitHead>,
    /// The units that the viewer may see, when that is not all of them and none was chosen.
    pub narrowed_to: Vec<String>,
    pub category: Option<Category>,
    pub total: Figures,
    /// How those who were not there made up.
    pub make_up: MakeUpFigures,
    pub units: Vec<UnitLine>,
    pub categories: Vec<CategoryLine>,
    pub sessions: Vec<SessionLine>,
    /// The months of a year that end with the period's last.
    pub months: Vec<MonthLine>,
    /// Study that was given by itself, apart from all figures of sessions.
    #[serde(default)]
    pub study: GivenSums,
    #[serde(default)]
    pub study_units: Vec<StudyLine>,
    pub made_at: Moment,
    /// The number of the final report; until there is one, what stands here may change.
    pub number: Option<String>,
}

/// A unit by id and name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitHead {
    pub id: UnitId,
    pub name: String,
    /// The one above it that the viewer reaches, too.
    pub above: Option<UnitId>,
}

/// A unit with its figures and those of all below it, or with its own people alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitLine {
    pub id: UnitId,
    pub name: String,
    /// Its own people, without those of the units below.
    pub is_own: bool,
    /// It can be opened: there are units below it.
    pub has_below: bool,
    #[serde(flatten)]
    pub figures: Figures,
}

/// A session with its figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionLine {
    pub id: SessionId,
    pub title: String,
    pub starts_at: Moment,
    #[serde(flatten)]
    pub figures: Figures,
}

/// A month with the figures of its sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MonthLine {
    pub first: NaiveDate,
    pub n_sessions: i64,
    #[serde(flatten)]
    pub figures: Figures,
}

/// What was given to a unit's people, and came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudyLine {
    pub id: UnitId,
    pub name: String,
    pub is_own: bool,
    #[serde(flatten)]
    pub sums: GivenSums,
}

/// Whose figures they are, by the tree of today.
struct Scope {
    units: Vec<Unit>,
    /// The units that the report begins at: one that was chosen or reached, or several.
    starts: Vec<Unit>,
    /// Nothing was chosen, and not everything is reached.
    is_narrowed: bool,
}

impl Scope {
    fn find(conn: &mut Conn, reach: &Reach, unit: Option<UnitId>) -> Result<Self> {
        let units = organization::queries::list_units(conn)?;
        let starts: Vec<Unit> = match unit {
            Some(id) => units.iter().filter(|unit| unit.id == id && reach.covers(&unit.path)).cloned().collect(),
            None => {
                let above = |unit: &Unit| units.iter().find(|above| Some(above.id) == unit.parent_id);
                let begins = |unit: &&Unit| {
                    reach.covers(&unit.path) && !above(unit).is_some_and(|above| reach.covers(&above.path))
                };
                units.iter().filter(begins).cloned().collect()
            }
        };
        if starts.is_empty() {
            return Err(Error::NotFound("unit"));
        }
        Ok(Self { is_narrowed: unit.is_none() && *reach != Reach::Group, units, starts })
    }

    /// Of the units, those that the report is about.
    fn within(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(|unit| self.starts.iter().any(|start| start.path.contains(&unit.path)))
    }

    /// The unit in whose line one is counted: itself or the one right below the only start, or the start of several.
    fn line_of(&self, unit: &Unit) -> Option<UnitId> {
        match self.starts.as_slice() {
            [only] => {
                let below = self.units.iter().filter(|below| below.parent_id == Some(only.id));
                let mut below = below.filter(|below| below.path.contains(&unit.path));
                Some(below.next().map_or(only.id, |below| below.id))
            }
            starts => starts.iter().find(|start| start.path.contains(&unit.path)).map(|start| start.id),
        }
    }

    fn wanted(&self, span: &Span, category: Option<Category>, clock: &Clock) -> Wanted {
        let (from, to) = span.moments(clock);
        let categories = category.map_or_else(|| Category::ALL.to_vec(), |category| vec![category]);
        Wanted { from, to, units: self.within().map(|unit| unit.id).collect(), categories, session: None }
    }
}

/// Builds the report as far as the viewer may see it, in a constant number of queries over the totals of sessions.
///
/// # Errors
/// `NotFound` when the unit is none or out of the viewer's reach.
pub fn build(conn: &mut Conn, viewer: &Viewer, filter: &Filter, clock: &Clock) -> Result<PeriodReport> {
    build_for(conn, &viewer.reach(), filter, clock)
}

/// The same for a reach.
///
/// # Errors
/// As [`build`].
pub(super) fn build_for(conn: &mut Conn, reach: &Reach, filter: &Filter, clock: &Clock) -> Result<PeriodReport> {
    let scope = Scope::find(conn, reach, filter.unit)?;
    let by_unit = totals::sum_by_unit(conn, &scope.wanted(&filter.span, filter.category, clock))?;
    let year = filter.span.year_to_its_end();
    let wide = Span { first: year.first.min(filter.span.first), last: year.last };
    let by_session = totals::sum_by_session(conn, &scope.wanted(&wide, filter.category, clock))?;
    let Wanted { units: within, categories: meant, .. } = scope.wanted(&filter.span, filter.category, clock);
    let given = sum_given_study(conn, filter.span.first, filter.span.last, &within, &meant)?;
    let organisation = settings::current(conn)?.organisation;

    let mut total = Totals::default();
    let mut categories: BTreeMap<Category, Totals> = BTreeMap::new();
    let mut lines: BTreeMap<UnitId, Totals> = BTreeMap::new();
    for (unit, category, of) in by_unit {
        let unit = scope.units.iter().find(|known| known.id == unit).ok_or(Error::NotFound("unit"))?;
        let line = scope.line_of(unit).ok_or(Error::NotFound("unit"))?;
        total += of;
        *categories.entry(category).or_default() += of;
        *lines.entry(line).or_default() += of;
    }
    let mut study = GivenSums::default();
    let mut studied: BTreeMap<UnitId, GivenSums> = BTreeMap::new();
    for ((unit, _), sums) in given {
        let unit = scope.units.iter().find(|known| known.id == unit).ok_or(Error::NotFound("unit"))?;
        *studied.entry(scope.line_of(unit).ok_or(Error::NotFound("unit"))?).or_default() += sums;
        study += sums;
    }
    let parents: HashSet<UnitId> = scope.units.iter().filter_map(|unit| unit.parent_id).collect();
    let only = match scope.starts.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let units = scope.units.iter().filter_map(|unit| {
        let is_own = only.is_some_and(|only| only.id == unit.id);
        let of = lines.get(&unit.id)?;
        Some(UnitLine {
            id: unit.id,
            name: unit.name.clone(),
            has_below: !is_own && parents.contains(&unit.id),
            is_own,
            figures: figures(of),
        })
    });
    let study_units = scope.units.iter().filter_map(|unit| {
        let is_own = only.is_some_and(|only| only.id == unit.id);
        Some(StudyLine { id: unit.id, name: unit.name.clone(), is_own, sums: *studied.get(&unit.id)? })
    });
    let study_units = study_units.collect();
    let chosen = only.filter(|only| only.parent_id.is_some());
    let above = |unit: &Unit| {
        let above = scope.units.iter().find(|above| Some(above.id) == unit.parent_id);
        above.filter(|above| reach.covers(&above.path)).map(|above| above.id)
    };
    let day = |at: Moment| clock.local(at).date_naive();
    let is_narrowed = scope.is_narrowed && only.is_none();
    Ok(PeriodReport {
        organisation,
        span: filter.span,
        unit: chosen.map(|unit| UnitHead { id: unit.id, name: unit.name.clone(), above: above(unit) }),
        narrowed_to: scope.starts.iter().filter(|_| is_narrowed).map(|unit| unit.name.clone()).collect(),
        category: filter.category,
        total: figures(&total),
        make_up: total.make_up(),
        units: units.collect(),
        categories: categories
            .into_iter()
            .map(|(category, of)| CategoryLine { category, figures: figures(&of) })
            .collect(),
        months: months(&year, by_session.iter().map(|(_, _, at, of)| (day(*at), *of))),
        sessions: by_session
            .into_iter()
            .filter(|(_, _, at, _)| filter.span.contains(day(*at)))
            .map(|(id, title, starts_at, of)| SessionLine { id, title, starts_at, figures: figures(&of) })
            .collect(),
        study,
        study_units,
        made_at: clock.now(),
        number: None,
    })
}

fn figures(of: &Totals) -> Figures {
    Figures::of(of.counts())
}

/// The months of a year, each with its sessions added up.
fn months(year: &Span, sessions: impl Iterator<Item = (NaiveDate, Totals)>) -> Vec<MonthLine> {
    let mut found: BTreeMap<(i32, u32), (i64, Totals)> = BTreeMap::new();
    for (day, of) in sessions {
        let (n, sum) = found.entry((day.year(), day.month())).or_default();
        *n += 1;
        *sum += of;
    }
    let months = (0..12).filter_map(|n| year.first.checked_add_months(Months::new(n)));
    months
        .map(|first| {
            let (n_sessions, of) = found.remove(&(first.year(), first.month())).unwrap_or_default();
            MonthLine { first, n_sessions, figures: figures(&of) }
        })
        .collect()
}

/// The people behind one figure of a report.
#[derive(Debug, Clone)]
pub struct People {
    pub unit: Option<String>,
    /// All of them; `people` is one page.
    pub n: i64,
    pub people: Vec<Line>,
}

/// Which figure's people are wanted: of the filter's unit without those below it, when `own`.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    pub behind: Behind,
    pub own: bool,
    /// Of this session alone.
    pub session: Option<SessionId>,
}

/// The people behind a figure, in the order of the tree and of the rosters, so many from a place on that is told how
/// many there are.
///
/// # Errors
/// As [`build`].
pub fn people(
    conn: &mut Conn,
    viewer: &Viewer,
    filter: &Filter,
    figure: Figure,
    limit: i64,
    offset: impl FnOnce(i64) -> i64,
    clock: &Clock,
) -> Result<People> {
    let (Asked { wanted, behind }, unit) = asked(conn, viewer, filter, figure, clock)?;
    let mut total = Totals::default();
    for (_, _, of) in totals::sum_by_unit(conn, &wanted)? {
        total += of;
    }
    let n = behind.count(&total);
    let found = totals::list_behind(conn, &wanted, behind, limit, offset(n))?;
    Ok(People { unit, n, people: lines(conn, found)? })
}

/// Which people a figure is of, narrowed to the viewer's reach, units in the order of the tree; and the name of the unit
/// that was chosen.
///
/// # Errors
/// As [`build`].
pub fn asked(
    conn: &mut Conn,
    viewer: &Viewer,
    filter: &Filter,
    figure: Figure,
    clock: &Clock,
) -> Result<(Asked, Option<String>)> {
    let scope = Scope::find(conn, &viewer.reach(), filter.unit)?;
    let mut wanted = scope.wanted(&filter.span, filter.category, clock);
    wanted.session = figure.session;
    if let (true, [only]) = (figure.own, scope.starts.as_slice()) {
        wanted.units = vec![only.id];
    }
    let unit = filter.unit.and_then(|_| scope.starts.first()).map(|unit| unit.name.clone());
    Ok((Asked { wanted, behind: figure.behind }, unit))
}
