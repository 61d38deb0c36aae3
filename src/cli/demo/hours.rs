//! The demo's study hours: what this year and the last ask of the notice's three categories, with a document that is
//! made up and says so. The numbers follow from what there is, so that on every day of the year some have reached
//! them and some need help.

use super::organisation::World;
use crate::clock::Clock;
use crate::error::Result;
use crate::organization::Category;
use crate::settings;
use crate::store::Conn;
use crate::study_hours::model::{Hours, Requirement, credits, study_credits};
use crate::study_hours::queries::{self, Whose};
use crate::study_hours::require;
use crate::study_hours::year::Year;
use chrono::{Datelike, NaiveDate, NaiveTime};

/// The notice's three; nothing is asked of staff.
const CATEGORIES: &[Category] = &[Category::GroupLeadership, Category::EnterpriseLeadership, Category::HqMiddle];
/// This share of a category needs help: with what is planned, but for its largest part, they have less than is asked.
const PERCENT_BELOW: usize = 15;

/// Enters what this year and the last ask for.
pub(super) fn make(conn: &mut Conn, world: &World, clock: &Clock) -> Result<()> {
    let this = clock.today().year();
    for number in [this - 1, this] {
        let year = Year::of(number, clock);
        for category in CATEGORIES {
            let minutes = amount(conn, world, *category, year, clock)?;
            require::establish(conn, &requirement(world, *category, year, minutes, clock)?)?;
        }
    }
    Ok(())
}

fn requirement(world: &World, category: Category, year: Year, minutes: i64, clock: &Clock) -> Result<Requirement> {
    // Decided before the year begins.
    let on = NaiveDate::from_ymd_opt(year.number - 1, 12, 20).unwrap_or(year.first);
    Ok(Requirement {
        year: i64::from(year.number),
        category,
        minutes: Some(minutes),
        document_title: format!("关于做好{}年度领导干部学法工作的通知（示例）", year.number),
        document_number: format!("利信发〔{}〕12号", year.number - 1),
        document_on: Some(on),
        set_by: Some(world.of_cast("hq")?),
        set_at: clock.moment(on, NaiveTime::MIN),
        version: 1,
    })
}

/// Whole hours that most of a category reach by what is planned, whatever they miss of it, and not all; at least two.
fn amount(conn: &mut Conn, world: &World, category: Category, year: Year, clock: &Clock) -> Result<i64> {
    let root = &world.unit_of_code("G")?.path;
    let whose = Whose::Unit(root.clone(), vec![category]);
    let marked = settings::current(conn)?.marked_hours;
    let held = queries::list_sessions(conn, year.from, year.to)?;
    let sittings = queries::list_sittings(conn, &held, &whose)?;
    let given = queries::list_given_study(conn, year.first, year.last, &whose, clock.today())?;
    let is_of_year = |id| held.iter().any(|one| one.id == id && year.from <= one.starts_at && one.starts_at < year.to);
    let mut totals: Vec<i64> = queries::list_expected(conn, root, &[category])?
        .iter()
        .map(|who| {
            let mut hours = Hours::default();
            let brought = credits(sittings.get(&who.person).map_or(&[][..], Vec::as_slice), marked);
            brought.iter().filter(|(id, _)| is_of_year(**id)).for_each(|(_, credit)| hours.add(*credit));
            let studied = study_credits(given.get(&who.person).map_or(&[][..], Vec::as_slice));
            studied.values().for_each(|credit| hours.add(*credit));
            hours.done + hours.to_come - hours.largest_to_come
        })
        .collect();
    totals.sort_unstable();
    let place = totals.len() * PERCENT_BELOW / 100;
    Ok((totals.get(place).copied().unwrap_or(0) / 60 * 60 + 60).max(120))
}
