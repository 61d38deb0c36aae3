//! A note, and the rule of who has what part in it.

use crate::access::{Role, UnitPath, Viewer};
use crate::attendance::model::Leads;
use crate::clock::Moment;
use crate::store::ids::{PersonId, TaskId};
use diesel::prelude::Queryable;

/// The longest title and text, in characters. There is no shortest.
pub const TITLE_LENGTH: usize = 100;
pub const TEXT_LENGTH: usize = 20_000;

/// What somebody wrote. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Reflection {
    pub task_id: TaskId,
    pub title: String,
    pub text: String,
    pub written_at: Moment,
    pub submitted_at: Option<Moment>,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<Moment>,
    /// Why it was returned.
    pub comment: String,
    pub version: i64,
}

/// What somebody has to do with a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Author,
    /// Reads what was handed in, returns it or accepts it.
    Decider,
}

/// The facts about a note that say who has which part in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub author: PersonId,
    /// Of the author's present unit.
    pub path: UnitPath,
    /// Whether HQ asked for it.
    pub is_of_hq: bool,
}

/// What part the viewer has in a note; nothing when they do not find it. Leaders above the author decide, and HQ where
/// it asked for the note itself, or where nobody else leads the author (`rules.md` 4).
pub fn part(viewer: &Viewer, of: &Standing, leaders: &[Leads]) -> Option<Part> {
    if viewer.person == of.author {
        return Some(Part::Author);
    }
    let leads = |path: &Option<UnitPath>| path.as_ref().is_some_and(|led| led.contains(&of.path));
    if viewer.grants.iter().any(|grant| grant.role == Role::Leader && leads(&grant.path)) {
        return Some(Part::Decider);
    }
    let has_leader = leaders.iter().any(|(leader, led)| *leader != of.author && led.contains(&of.path));
    (viewer.is_hq() && (of.is_of_hq || !has_leader)).then_some(Part::Decider)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Grant, LoginKind, TextSize};
    use crate::i18n::Language;
    use crate::store::ids::{AccountId, LoginId, UnitId};

    fn path(text: &str) -> UnitPath {
        UnitPath(text.to_owned())
    }

    fn viewer(person: i64, grants: &[(Role, &str)]) -> Viewer {
        let grant = |(role, led): &(Role, &str)| Grant {
            role: *role,
            unit: None,
            path: (!led.is_empty()).then(|| path(led)),
            session: None,
        };
        Viewer {
            person: PersonId(person),
            account: AccountId(person),
            login: LoginId(person),
            name: String::new(),
            unit: UnitId(1),
            unit_name: String::new(),
            language: Language::Chinese,
            text_size: TextSize::Standard,
            notice_seen: true,
            grants: grants.iter().map(grant).collect(),
            login_kind: LoginKind::Full,
            signed_in_at: crate::clock::Moment::from_timestamp(0),
            origin: String::new(),
            request: String::new(),
        }
    }

    #[test]
    fn the_author_and_the_leaders_above_have_a_part_and_a_liaison_and_other_leaders_have_none() {
        let of = Standing { author: PersonId(1), path: path("/1/4/9/"), is_of_hq: false };
        let leaders = [(PersonId(2), path("/1/4/"))];
        let part_of = |viewer: Viewer| part(&viewer, &of, &leaders);

        assert_eq!(part_of(viewer(1, &[])), Some(Part::Author));
        assert_eq!(part_of(viewer(2, &[(Role::Leader, "/1/4/")])), Some(Part::Decider));
        assert_eq!(part_of(viewer(3, &[(Role::Leader, "/1/5/")])), None);
        assert_eq!(part_of(viewer(4, &[(Role::Liaison, "/1/4/")])), None);
        assert_eq!(part_of(viewer(5, &[])), None);
    }

    #[test]
    fn hq_reads_only_what_it_asked_for_or_what_nobody_else_could_decide() {
        let of = |is_of_hq| Standing { author: PersonId(1), path: path("/1/4/"), is_of_hq };
        let hq = viewer(9, &[(Role::Hq, "")]);
        let (other, own) = ([(PersonId(2), path("/1/4/"))], [(PersonId(1), path("/1/4/"))]);

        assert_eq!(part(&hq, &of(false), &other), None);
        assert_eq!(part(&hq, &of(true), &other), Some(Part::Decider));
        assert_eq!(part(&hq, &of(false), &own), Some(Part::Decider), "the author is the only leader");
        assert_eq!(part(&hq, &of(false), &[]), Some(Part::Decider));
    }

    #[test]
    fn nobody_decides_their_own() {
        let of = Standing { author: PersonId(1), path: path("/1/4/"), is_of_hq: true };
        let roles = [(Role::Leader, "/1/4/"), (Role::Hq, "")];

        assert_eq!(part(&viewer(1, &roles), &of, &[(PersonId(1), path("/1/4/"))]), Some(Part::Author));
    }
}
