//! More units and people than the cast.

use super::{Member, TestApp};
use xuefa::access::Role;
use xuefa::accounts::queries as accounts;
use xuefa::organization::model::{NewPerson, UnitKind};
use xuefa::organization::{Category, queries};
use xuefa::store::ids::{PersonId, UnitId};

impl TestApp {
    /// So many more people of a unit, each with an account. The code tells them from others.
    pub async fn given_people(&self, unit: UnitId, code: &str, n: usize) -> Vec<Member> {
        let new: Vec<NewPerson> = (1..=n).map(|number| person(unit, code, number)).collect();
        let (now, today) = (self.app.clock.now(), self.app.clock.today());
        let added = self.write(move |conn| {
            let ids = queries::insert_people(conn, &new, today)?;
            let named: Vec<(PersonId, String)> =
                ids.iter().zip(&new).map(|(id, person)| (*id, person.employee_number.clone())).collect();
            accounts::insert_accounts(conn, &named, "no hash", now)?;
            named
                .iter()
                .map(|(person, name)| {
                    let account = accounts::find_account(conn, name)?.expect("just added").id;
                    Ok(Member { person: *person, account })
                })
                .collect::<xuefa::error::Result<Vec<_>>>()
        });
        added.await.expect("people")
    }

    /// An enterprise of the group with a leader who has an account, and so many people in all.
    pub async fn given_enterprise(&self, code: &str, n_people: usize) -> (UnitId, Member, Vec<Member>) {
        let (group, name, now, today) =
            (self.cast.group, code.to_owned(), self.app.clock.now(), self.app.clock.today());
        let made = self.write(move |conn| {
            let group = queries::list_units(conn)?.into_iter().find(|unit| unit.id == group).expect("the group");
            let place = 100 + i64::from(name.bytes().map(u32::from).sum::<u32>());
            let unit = queries::insert_unit(conn, Some(&group), &name, &name, UnitKind::Enterprise, place)?;
            let leader = queries::insert_people(conn, &[person(unit.id, &name, 1)], today)?[0];
            accounts::insert_accounts(conn, &[(leader, name.clone())], "no hash", now)?;
            let account = accounts::find_account(conn, &name)?.expect("just added").id;
            accounts::insert_grant(conn, account, Role::Leader, Some(unit.id), None, now)?;
            Ok((unit.id, Member { person: leader, account }))
        });
        let (unit, leader) = made.await.expect("an enterprise");
        let mut people = vec![leader];
        people.extend(self.given_people(unit, &format!("{code}-"), n_people - 1).await);
        (unit, leader, people)
    }
}

fn person(unit_id: UnitId, code: &str, number: usize) -> NewPerson {
    NewPerson {
        employee_number: format!("{code}{number}"),
        name: format!("{code}{number}"),
        unit_id,
        post: "专员".to_owned(),
        category: Category::EnterpriseLeadership,
        order_number: number as i64 + 20,
        email: None,
    }
}
