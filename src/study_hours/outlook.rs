//! Who needs help to reach the year's hours (需协助人员): everybody of a unit of whom hours are asked, in roster order,
//! with what they have, what is planned for them, and what is missing. Nothing follows from it.

use super::model::{Hours, Requirement, Standing, credits, study_credits};
use super::queries::{self, Expected, Whose};
use super::year::Year;
use crate::access::Viewer;
use crate::clock::Clock;
use crate::error::Result;
use crate::organization::{self, Category, Unit};
use crate::settings::{self, Settings};
use crate::store::Conn;
use crate::store::ids::UnitId;
use std::collections::BTreeMap;

/// A unit's year.
#[derive(Debug, Clone)]
pub struct Outlook {
    pub unit: Unit,
    /// The units right below it, in their fixed order.
    pub below: Vec<Unit>,
    pub year: Year,
    /// What is asked for, in the order of the categories.
    pub requirements: Vec<Requirement>,
    /// Everybody of whom hours are asked, in roster order.
    pub people: Vec<PersonOutlook>,
    /// People of the unit of whom none are asked.
    pub n_without: i64,
    pub settings: Settings,
}

/// One person's year.
#[derive(Debug, Clone)]
pub struct PersonOutlook {
    pub who: Expected,
    pub hours: Hours,
    pub required: i64,
}

impl PersonOutlook {
    pub fn standing(&self) -> Standing {
        self.hours.standing(self.required)
    }

    pub fn short_by(&self) -> i64 {
        self.hours.short_by(self.required)
    }
}

impl Outlook {
    pub fn count(&self, standing: Standing) -> i64 {
        self.people.iter().filter(|person| person.standing() == standing).count() as i64
    }
}

/// Puts a unit's outlook together; however many people and sessions there are, it takes the same number of queries.
/// People stand in the unit and category that they are in now.
///
/// # Errors
/// `NotFound` when the viewer neither leads the unit nor is of HQ.
pub fn build(conn: &mut Conn, viewer: &Viewer, unit: UnitId, year: Year, clock: &Clock) -> Result<Outlook> {
    let unit = organization::queries::find_unit(conn, &viewer.reach_of_decisions(), unit)?;
    let below = organization::queries::list_units_below(conn, &unit.path)?;
    let settings = settings::current(conn)?;
    let mut requirements = queries::list_requirements(conn, year.number)?;
    requirements.retain(|requirement| requirement.minutes.is_some());
    let required: BTreeMap<Category, i64> =
        requirements.iter().filter_map(|one| Some((one.category, one.minutes?))).collect();
    let categories: Vec<Category> = required.keys().copied().collect();
    let n_without = queries::count_others(conn, &unit.path, &categories)?;
    let expected = queries::list_expected(conn, &unit.path, &categories)?;
    let whose = Whose::Unit(unit.path.clone(), categories);
    let held = queries::list_sessions(conn, year.from, year.to)?;
    let mut sittings = queries::list_sittings(conn, &held, &whose)?;
    let mut given = queries::list_given_study(conn, year.first, year.last, &whose, clock.today())?;
    let in_year: BTreeMap<_, bool> = held
        .iter()
        .map(|session| (session.id, year.from <= session.starts_at && session.starts_at < year.to))
        .collect();
    let person = |who: Expected| {
        let mut hours = Hours::default();
        let brought = credits(&sittings.remove(&who.person).unwrap_or_default(), settings.marked_hours);
        let of_year = brought.iter().filter(|(session, _)| in_year.get(session).is_some_and(|is_in_year| *is_in_year));
        of_year.for_each(|(_, credit)| hours.add(*credit));
        let studied = study_credits(&given.remove(&who.person).unwrap_or_default());
        studied.values().for_each(|credit| hours.add(*credit));
        PersonOutlook { hours, required: required.get(&who.category).copied().unwrap_or(0), who }
    };
    let people = expected.into_iter().map(person).collect();
    let below = below.into_iter().filter(|one| one.parent_id == Some(unit.id)).collect();
    Ok(Outlook { unit, below, year, requirements, people, n_without, settings })
}
