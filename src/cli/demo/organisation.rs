//! The demo's units and people, its cast with their roles, and one account for everybody.

use super::dice::Dice;
use super::rows;
use crate::access::Role;
use crate::accounts;
use crate::clock::Moment;
use crate::error::Result;
use crate::organization::model::NewPerson;
use crate::organization::{self, Category, Person, Unit, UnitKind};
use crate::readings;
use crate::store::Conn;
use crate::store::ids::{PersonId, ReadingId, UnitId};
use anyhow::Context;
use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// Everybody's membership begins on this day, before the first session of the demo.
const MEMBERS_SINCE: &str = "2018-01-01";
/// HQ's office, two of whom are of HQ, so that one can decide about what the other handed in.
const HQ_OFFICE: &str = "D08";
/// The enterprise whose branches have leaders of their own, to whom its leader passes calls on.
const HAS_BRANCH_LEADERS: &str = "E01";
/// How long the demo's inspector may read.
const INSPECTED_FOR: TimeDelta = TimeDelta::days(90);
/// A unit of a large demo holds about as many.
const PEOPLE_A_UNIT: usize = 60;

#[derive(Deserialize)]
struct UnitRow {
    code: String,
    parent_code: String,
    name: String,
    kind: UnitKind,
    position: i64,
}

#[derive(Deserialize)]
struct PersonRow {
    employee_number: String,
    name: String,
    unit_code: String,
    post: String,
    category: Category,
    order_number: i64,
    email: String,
    cast: String,
}

/// The organisation as it lies in the database, ready to be asked.
pub(super) struct World {
    /// In their fixed order.
    pub(super) units: Vec<Unit>,
    /// In the order of a roster.
    pub(super) people: Vec<Person>,
    pub(super) readings: BTreeMap<String, ReadingId>,
    place_of_unit: HashMap<UnitId, usize>,
    /// The departments and enterprises of their people who are staff: from among them somebody may stand in.
    staff_of: HashMap<UnitId, Vec<usize>>,
    cast: BTreeMap<&'static str, PersonId>,
}

impl World {
    pub(super) fn load(conn: &mut Conn) -> Result<Self> {
        let units = organization::queries::list_units(conn)?;
        let group = units.first().context("the demo has no units")?;
        let people = organization::queries::list_people_below(conn, &group.path)?;
        let readings = readings::queries::list(conn)?.into_iter().map(|reading| (reading.slug, reading.id)).collect();
        let mut cast = BTreeMap::new();
        for name in ["admin", "hq", "leader", "clerk", "trainee"] {
            let account = accounts::queries::find_account(conn, name)?;
            cast.insert(
                name,
                account.with_context(|| format!("this folder holds no demo: nobody is {name}"))?.person_id,
            );
        }
        let place_of_unit = units.iter().enumerate().map(|(place, unit)| (unit.id, place)).collect();
        let mut world = Self { units, people, readings, place_of_unit, staff_of: HashMap::new(), cast };
        let mut staff_of: HashMap<UnitId, Vec<usize>> = HashMap::new();
        for (place, person) in world.people.iter().enumerate() {
            if person.category == Category::Staff {
                staff_of.entry(world.top_of(person.unit_id)?).or_default().push(place);
            }
        }
        world.staff_of = staff_of;
        Ok(world)
    }

    /// The staff of a department or enterprise.
    pub(super) fn staff_of(&self, top: UnitId) -> Vec<&Person> {
        self.staff_of.get(&top).into_iter().flatten().filter_map(|place| self.people.get(*place)).collect()
    }

    pub(super) fn of_cast(&self, name: &str) -> Result<PersonId> {
        Ok(self.cast.get(name).copied().with_context(|| format!("the demo has no {name}"))?)
    }

    pub(super) fn unit(&self, id: UnitId) -> Result<&Unit> {
        let unit = self.place_of_unit.get(&id).and_then(|place| self.units.get(*place));
        Ok(unit.with_context(|| format!("no unit {id}"))?)
    }

    pub(super) fn unit_of_code(&self, code: &str) -> Result<&Unit> {
        Ok(self.units.iter().find(|unit| unit.code == code).with_context(|| format!("the demo has no unit {code}"))?)
    }

    /// The department or enterprise that a unit belongs to.
    pub(super) fn top_of(&self, unit: UnitId) -> Result<UnitId> {
        let path = &self.unit(unit)?.path.0;
        let id = path.split('/').filter(|part| !part.is_empty()).nth(1);
        Ok(id.and_then(|id| id.parse().ok()).unwrap_or(unit))
    }

    /// Whoever stands first in a department or enterprise.
    pub(super) fn leader_of(&self, unit: UnitId) -> Result<PersonId> {
        let first = self.people.iter().find(|person| person.unit_id == unit);
        Ok(first.with_context(|| format!("nobody stands first in {unit}"))?.id)
    }

    /// Whoever stands second in HQ's office: of HQ, too.
    pub(super) fn deputy_of_hq(&self) -> Result<PersonId> {
        let office = self.unit_of_code(HQ_OFFICE)?.id;
        let second = self.people.iter().filter(|person| person.unit_id == office).nth(1);
        Ok(second.with_context(|| format!("nobody stands second in {HQ_OFFICE}"))?.id)
    }

    pub(super) fn person(&self, id: PersonId) -> Result<&Person> {
        Ok(self.people.iter().find(|person| person.id == id).with_context(|| format!("no person {id}"))?)
    }
}

/// Makes units, people, accounts and roles; `n_people` may ask for more than the believable group has.
pub(super) fn make(conn: &mut Conn, n_people: usize, hash: &str, now: Moment) -> Result<()> {
    let mut units: BTreeMap<String, Unit> = BTreeMap::new();
    for row in rows::<UnitRow>("units.csv")? {
        let parent = units.get(&row.parent_code);
        let unit = organization::queries::insert_unit(conn, parent, &row.code, &row.name, row.kind, row.position)?;
        units.insert(row.code, unit);
    }
    let people: Vec<PersonRow> = rows("people.csv")?;
    let mut new: Vec<NewPerson> = people.iter().map(|row| new_person(&units, row)).collect::<Result<_>>()?;
    if n_people > new.len() {
        let more = n_people - new.len();
        generate(conn, &units, &mut new, more)?;
    }
    let since: NaiveDate = MEMBERS_SINCE.parse().context("the day since which everybody is a member")?;
    let ids = organization::queries::insert_people(conn, &new, since)?;
    let cast = |place: usize| people.get(place).map(|row| row.cast.as_str()).filter(|cast| !cast.is_empty());
    let user_names: Vec<(PersonId, String)> = ids
        .iter()
        .zip(&new)
        .enumerate()
        .map(|(place, (id, person))| (*id, cast(place).unwrap_or(&person.employee_number).to_owned()))
        .collect();
    accounts::queries::insert_accounts(conn, &user_names, hash, now)?;
    grant_roles(conn, &units, &people, now)
}

fn new_person(units: &BTreeMap<String, Unit>, row: &PersonRow) -> Result<NewPerson> {
    let unit = units.get(&row.unit_code).with_context(|| format!("no unit {}", row.unit_code))?;
    Ok(NewPerson {
        employee_number: row.employee_number.clone(),
        name: row.name.clone(),
        unit_id: unit.id,
        post: row.post.clone(),
        category: row.category,
        order_number: row.order_number,
        email: (!row.email.is_empty()).then(|| row.email.clone()),
    })
}

/// HQ, the duties together and apart, a liaison and an inspector of one enterprise, and a leader for every department
/// and enterprise, and for the branches of one: whoever stands first in it.
fn grant_roles(conn: &mut Conn, units: &BTreeMap<String, Unit>, people: &[PersonRow], now: Moment) -> Result<()> {
    let mut grants: Vec<(&str, Role, Option<UnitId>)> =
        [("admin", Role::System), ("admin", Role::Security), ("admin", Role::Audit), ("hq", Role::Hq)]
            .into_iter()
            .chain([("system", Role::System), ("security", Role::Security), ("audit", Role::Audit)])
            .map(|(name, role)| (name, role, None))
            .collect();
    let enterprise = units.get(HAS_BRANCH_LEADERS).with_context(|| format!("no unit {HAS_BRANCH_LEADERS}"))?.id;
    grants.extend([("liaison", Role::Liaison, Some(enterprise)), ("inspector", Role::Inspector, Some(enterprise))]);
    let deputy = people.iter().find(|row| row.unit_code == HQ_OFFICE && row.order_number == 2);
    grants.push((&deputy.context("HQ has no deputy")?.employee_number, Role::Hq, None));
    let is_led = |unit: &&Unit| unit.depth() == 1 || unit.depth() == 2 && unit.code.starts_with(HAS_BRANCH_LEADERS);
    let is_listed = |unit: &&Unit| people.iter().any(|row| row.unit_code == unit.code);
    for unit in units.values().filter(is_led).filter(is_listed) {
        let first = people.iter().filter(|row| row.unit_code == unit.code).min_by_key(|row| row.order_number);
        let first = first.with_context(|| format!("nobody stands first in {}", unit.code))?;
        let name = if first.cast.is_empty() { &first.employee_number } else { &first.cast };
        if name != "hq" {
            grants.push((name, Role::Leader, Some(unit.id)));
        }
    }
    for (name, role, unit) in grants {
        let account =
            accounts::queries::find_account(conn, name)?.with_context(|| format!("the demo has no {name}"))?;
        // Whoever inspects does so for a time.
        let ends_at = (role == Role::Inspector).then(|| now + INSPECTED_FOR);
        let grant = accounts::NewGrant { role, unit, session: None, starts_at: None, ends_at };
        accounts::queries::insert_grant_for(conn, account.id, &grant, None, now)?;
    }
    Ok(())
}

const SURNAMES: &str =
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈";
const GIVEN: &str =
    "伟芳秀敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红鹏辉宇浩凯欣悦佳宁晨思远志文建国海燕云飞雪梅春";

/// People beyond the believable group: in the same proportions of categories, in further branches of the enterprises.
fn generate(conn: &mut Conn, units: &BTreeMap<String, Unit>, new: &mut Vec<NewPerson>, n: usize) -> Result<()> {
    let enterprises: Vec<&Unit> = units.values().filter(|unit| unit.kind == UnitKind::Enterprise).collect();
    let (surnames, given): (Vec<char>, Vec<char>) = (SURNAMES.chars().collect(), GIVEN.chars().collect());
    let mut dice = Dice::of("more people");
    let mut branch: Option<Unit> = None;
    for place in 0..n {
        if place % PEOPLE_A_UNIT == 0 {
            let number = place / PEOPLE_A_UNIT;
            let parent = enterprises.get(number % enterprises.len().max(1)).context("the demo has no enterprises")?;
            let position = i64::try_from(10 + number / enterprises.len().max(1)).unwrap_or(i64::MAX);
            let (code, name) = (format!("{}X{position:04}", parent.code), format!("第{position}分公司"));
            branch =
                Some(organization::queries::insert_unit(conn, Some(parent), &code, &name, UnitKind::Branch, position)?);
        }
        let unit = branch.as_ref().context("a branch was just made")?;
        let mut name = String::new();
        name.extend(dice.pick(&surnames));
        name.extend(dice.pick(&given));
        if dice.hits(80) {
            name.extend(dice.pick(&given));
        }
        // As in the believable group, about one in four leads something.
        let (category, post) = match place % 4 {
            0 => (Category::EnterpriseLeadership, "副经理"),
            _ => (Category::Staff, "专员"),
        };
        new.push(NewPerson {
            employee_number: format!("M{place:07}"),
            name,
            unit_id: unit.id,
            post: post.to_owned(),
            category,
            order_number: i64::try_from(place % PEOPLE_A_UNIT + 1).unwrap_or(1),
            email: None,
        });
    }
    Ok(())
}
