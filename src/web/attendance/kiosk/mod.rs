//! Kiosks as pages: opening one, the tablet's own pages, what works without a network, and phones opened at the door.

pub mod door;
pub mod offline;
pub mod opening;
pub mod pages;

use crate::attendance::kiosk::queries::Findable;
use crate::attendance::kiosk::{FoundKiosk, Standing};
use crate::attendance::{AttendanceState, kiosk, spelling};
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::secret::Secret;
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::web::statics;
use serde::Serialize;

/// What every page of a kiosk says at its top, and brings along.
#[derive(Serialize)]
struct Head {
    kiosk: String,
    venue: String,
    title: String,
    /// Check-in has not opened yet.
    is_early: bool,
    opens_at: Moment,
    works: bool,
    href: &'static str,
    css: String,
    script: String,
    manifest: &'static str,
    icon: String,
    /// The same for home screens, which take no drawing.
    picture: String,
}

impl Head {
    fn of(found: &FoundKiosk, now: Moment) -> Self {
        Self {
            kiosk: found.kiosk.name.clone(),
            venue: found.venue.clone(),
            title: found.session.title.clone(),
            is_early: now < found.session.opens_at(),
            opens_at: found.session.opens_at(),
            works: found.standing == Standing::Works,
            href: links::KIOSK,
            css: statics::address("kiosk.css"),
            script: statics::address("kiosk.js"),
            manifest: links::KIOSK_MANIFEST,
            icon: statics::address("kiosk.svg"),
            picture: statics::address("kiosk.png"),
        }
    }
}

/// The roster as a kiosk finds people in it, with the names of units above branches.
fn findable(conn: &mut Conn, session: SessionId) -> Result<Vec<Findable>> {
    let labels = super::unit_labels(conn)?;
    let mut people = kiosk::queries::list_findable(conn, session)?;
    people.iter_mut().for_each(|person| person.unit_name = super::labelled(&labels, person.unit_id, &person.unit_name));
    Ok(people)
}

/// Whether somebody is in already, so that there is nothing to record.
fn is_in(state: Option<AttendanceState>) -> bool {
    matches!(state, Some(AttendanceState::Present | AttendanceState::Exempt))
}

/// Those whom the words find: a personal code alone, or by name, pinyin or employee number, the likeliest first; among
/// them those who are not in yet, for these are looked for; each in the order of the day.
fn find(secret: &Secret, people: Vec<Findable>, words: &str) -> Vec<Findable> {
    if let Some((number, digest)) = crate::attendance::number_in_code(words) {
        let fits = |person: &Findable| {
            person.employee_number == number && crate::attendance::is_code_of(secret, person.person, &number, &digest)
        };
        return people.into_iter().filter(fits).collect();
    }
    let words: String = words.split_whitespace().collect::<String>().to_lowercase();
    if words.is_empty() {
        return Vec::new();
    }
    let rank = |person: &Findable| spelling::rank(&words, &person.name, &person.employee_number);
    let mut found: Vec<((usize, bool), Findable)> =
        people.into_iter().filter_map(|person| Some(((rank(&person)?, is_in(person.state)), person))).collect();
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, person)| person).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ids::{PersonId, UnitId};

    #[test]
    fn who_is_not_in_yet_stands_before_who_is() {
        let person = |id: i64, name: &str, state: Option<AttendanceState>| Findable {
            person: PersonId(id),
            name: name.to_owned(),
            unit_id: UnitId(1),
            unit_name: String::new(),
            post: String::new(),
            employee_number: id.to_string(),
            state,
            arrived_at: None,
        };
        let people = vec![
            person(1, "王强", Some(AttendanceState::Present)),
            person(2, "王伟", Some(AttendanceState::Leave)),
            person(3, "魏晖", None),
            person(4, "文静", Some(AttendanceState::Exempt)),
            person(5, "杜维平", None),
        ];

        let found = find(&Secret::fleeting(), people, "w");

        assert_eq!(found.iter().map(|person| person.person.0).collect::<Vec<_>>(), [2, 3, 1, 4]);
    }
}
