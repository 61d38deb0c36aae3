//! Who is to come: categories in units and all below, people added, people left out. Pure.

use crate::access::UnitPath;
use crate::organization::{Category, Unit, UnitKind};
use crate::store::ids::{PersonId, UnitId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The rule by which people are expected at a session.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Audience {
    pub categories: Vec<Category>,
    /// Each with all below it.
    pub units: Vec<UnitId>,
    pub added: Vec<PersonId>,
    /// Stands above everything else: who is left out is not expected.
    pub left_out: Vec<PersonId>,
}

/// Somebody, as far as the rule looks at them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub person: PersonId,
    pub unit: UnitId,
    pub category: Category,
}

/// How many people of one category belong to one unit itself, without those below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Headcount {
    pub unit: UnitId,
    pub category: Category,
    pub n: i64,
}

impl Audience {
    /// The units that the rule covers: those named and all below them.
    pub fn covered(&self, units: &[Unit]) -> BTreeSet<UnitId> {
        let named: Vec<&UnitPath> =
            units.iter().filter(|unit| self.units.contains(&unit.id)).map(|unit| &unit.path).collect();
        let is_covered = |unit: &&Unit| named.iter().any(|path| path.contains(&unit.path));
        units.iter().filter(is_covered).map(|unit| unit.id).collect()
    }

    /// The units that are invited, each with all below it, in their order; nothing when the rule covers the whole group.
    pub fn invited<'a>(&self, units: &'a [Unit]) -> Option<Vec<&'a Unit>> {
        let covered = self.covered(units);
        let is_whole = units.iter().all(|unit| unit.kind == UnitKind::Group || covered.contains(&unit.id));
        let is_below_another = |unit: &Unit| {
            units
                .iter()
                .any(|above| above.id != unit.id && self.units.contains(&above.id) && above.path.contains(&unit.path))
        };
        let named = units.iter().filter(|unit| self.units.contains(&unit.id) && !is_below_another(unit));
        (!is_whole).then(|| named.collect())
    }

    /// Whether somebody is expected, given the units that the rule covers.
    pub fn expects(&self, covered: &BTreeSet<UnitId>, somebody: &Candidate) -> bool {
        let is_added = self.added.contains(&somebody.person);
        !self.left_out.contains(&somebody.person) && (is_added || self.reaches(covered, somebody))
    }

    fn reaches(&self, covered: &BTreeSet<UnitId>, somebody: &Candidate) -> bool {
        self.categories.contains(&somebody.category) && covered.contains(&somebody.unit)
    }

    /// How many people are expected, by unit and category, in the units' order. `headcounts` are those of everybody;
    /// `named` are the people added or left out.
    pub fn count(&self, units: &[Unit], headcounts: &[Headcount], named: &[Candidate]) -> Vec<Headcount> {
        let covered = self.covered(units);
        let mut counts: BTreeMap<(UnitId, Category), i64> = BTreeMap::new();
        for count in headcounts {
            if self.categories.contains(&count.category) && covered.contains(&count.unit) {
                *counts.entry((count.unit, count.category)).or_default() += count.n;
            }
        }
        for somebody in named {
            let change = match (self.reaches(&covered, somebody), self.expects(&covered, somebody)) {
                (false, true) => 1,
                (true, false) => -1,
                (true, true) | (false, false) => 0,
            };
            *counts.entry((somebody.unit, somebody.category)).or_default() += change;
        }
        let mut rows = Vec::new();
        for unit in units {
            for category in Category::ALL {
                let n = counts.get(&(unit.id, *category)).copied().unwrap_or(0);
                if n > 0 {
                    rows.push(Headcount { unit: unit.id, category: *category, n });
                }
            }
        }
        rows
    }

    /// How many people of the chosen units are not expected because their category is not chosen. `headcounts` and
    /// `named` as for [`Audience::count`].
    pub fn unticked(&self, units: &[Unit], headcounts: &[Headcount], named: &[Candidate]) -> Vec<Unticked> {
        let covered = self.covered(units);
        let left = Category::ALL.iter().filter(|category| !self.categories.contains(category)).map(|category| {
            let of_units =
                headcounts.iter().filter(|count| count.category == *category && covered.contains(&count.unit));
            let is_added = |somebody: &&Candidate| {
                somebody.category == *category
                    && covered.contains(&somebody.unit)
                    && self.added.contains(&somebody.person)
            };
            let n_added = i64::try_from(named.iter().filter(is_added).count()).unwrap_or(i64::MAX);
            Unticked { category: *category, n: of_units.map(|count| count.n).sum::<i64>() - n_added }
        });
        left.filter(|left| left.n > 0).collect()
    }
}

/// People of a category that was not chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Unticked {
    pub category: Category,
    pub n: i64,
}

/// The name by which a unit is known outside its enterprise: a branch has its enterprise's name in front.
pub fn full_name(units: &[Unit], unit: &Unit) -> String {
    let enterprise = match unit.kind {
        UnitKind::Branch => {
            units.iter().find(|above| above.kind == UnitKind::Enterprise && above.path.contains(&unit.path))
        }
        UnitKind::Group | UnitKind::Department | UnitKind::Enterprise => None,
    };
    match enterprise.filter(|enterprise| !unit.name.starts_with(&enterprise.name)) {
        Some(enterprise) => format!("{}{}", enterprise.name, unit.name),
        None => unit.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: i64, path: &str, name: &str, kind: UnitKind) -> Unit {
        Unit {
            id: UnitId(id),
            parent_id: None,
            code: id.to_string(),
            name: name.to_owned(),
            kind,
            position: id,
            path: UnitPath(path.to_owned()),
            sort_key: format!("{id:05}/"),
            version: 1,
        }
    }

    fn units() -> Vec<Unit> {
        vec![
            unit(1, "/1/", "集团", UnitKind::Group),
            unit(2, "/1/2/", "第一工程公司", UnitKind::Enterprise),
            unit(3, "/1/2/3/", "一项目部", UnitKind::Branch),
            unit(4, "/1/4/", "物资公司", UnitKind::Enterprise),
        ]
    }

    const LEADERS: Category = Category::EnterpriseLeadership;
    const STAFF: Category = Category::Staff;

    fn headcount(unit: i64, category: Category, n: i64) -> Headcount {
        Headcount { unit: UnitId(unit), category, n }
    }

    fn somebody(person: i64, unit: i64, category: Category) -> Candidate {
        Candidate { person: PersonId(person), unit: UnitId(unit), category }
    }

    #[test]
    fn an_audience_is_categories_in_units_and_below_with_people_added_and_left_out() {
        let audience = Audience {
            categories: vec![LEADERS],
            units: vec![UnitId(2)],
            added: vec![PersonId(40), PersonId(20)],
            left_out: vec![PersonId(21), PersonId(41)],
        };
        let headcounts =
            [headcount(2, LEADERS, 5), headcount(2, STAFF, 9), headcount(3, LEADERS, 1), headcount(4, LEADERS, 4)];
        // 40 comes from elsewhere, 20 was expected anyway, 21 is let off, 41 was never expected.
        let named =
            [somebody(40, 4, STAFF), somebody(20, 2, LEADERS), somebody(21, 2, LEADERS), somebody(41, 4, LEADERS)];

        let counts = audience.count(&units(), &headcounts, &named);

        assert_eq!(counts, [headcount(2, LEADERS, 4), headcount(3, LEADERS, 1), headcount(4, STAFF, 1)]);
        let covered = audience.covered(&units());
        let expected: Vec<bool> = named.iter().map(|person| audience.expects(&covered, person)).collect();
        assert_eq!(expected, [true, true, false, false]);
    }

    #[test]
    fn people_of_the_units_whose_category_is_not_chosen_are_counted_but_for_those_added() {
        let audience = Audience {
            categories: vec![LEADERS],
            units: vec![UnitId(2)],
            added: vec![PersonId(30), PersonId(40)],
            ..Audience::default()
        };
        let headcounts =
            [headcount(2, LEADERS, 5), headcount(2, STAFF, 9), headcount(3, STAFF, 1), headcount(4, STAFF, 4)];
        let named = [somebody(30, 3, STAFF), somebody(40, 4, STAFF)];

        let unticked = audience.unticked(&units(), &headcounts, &named);

        assert_eq!(unticked, [Unticked { category: STAFF, n: 9 }]);
    }

    #[test]
    fn a_notice_goes_to_the_units_that_were_chosen_or_to_all() {
        let invited = |chosen: &[i64]| {
            let audience = Audience { units: chosen.iter().copied().map(UnitId).collect(), ..Audience::default() };
            let units = units();
            let invited = audience.invited(&units);
            invited.map(|units| units.into_iter().map(|unit| unit.name.clone()).collect::<Vec<_>>())
        };

        assert_eq!(invited(&[1]), None);
        assert_eq!(invited(&[2, 4]), None, "everybody but the group itself, which has nobody of its own");
        assert_eq!(invited(&[3, 2]), Some(vec!["第一工程公司".to_owned()]));
        assert_eq!(invited(&[3, 4]), Some(vec!["一项目部".to_owned(), "物资公司".to_owned()]));
        assert_eq!(invited(&[]), Some(Vec::new()));
    }

    #[test]
    fn who_is_both_added_and_left_out_is_not_expected() {
        let audience = Audience { added: vec![PersonId(40)], left_out: vec![PersonId(40)], ..Audience::default() };

        assert!(!audience.expects(&BTreeSet::new(), &somebody(40, 4, STAFF)));
        assert_eq!(audience.count(&units(), &[], &[somebody(40, 4, STAFF)]), []);
    }

    #[test]
    fn a_branch_has_its_enterprises_name_in_front_once() {
        let mut units = units();
        units.push(unit(5, "/1/4/5/", "物资公司仓库", UnitKind::Branch));

        assert_eq!(full_name(&units, &units[2]), "第一工程公司一项目部");
        assert_eq!(full_name(&units, &units[3]), "物资公司");
        assert_eq!(full_name(&units, &units[4]), "物资公司仓库");
    }
}
