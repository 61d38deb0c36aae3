//! How moments and paths of units lie in a column.

use crate::clock::Moment;
use chrono::NaiveDateTime;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Text, Timestamp};
use serde::{Deserialize, Serialize};

impl<DB> FromSql<Timestamp, DB> for Moment
where
    DB: Backend,
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(bytes).map(Moment::from_utc)
    }
}

impl<DB> ToSql<Timestamp, DB> for Moment
where
    DB: Backend,
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.as_utc().to_sql(out)
    }
}

/// The ids from the root of the tree to a unit, as it lies in the database: `/1/4/`.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[serde(transparent)]
pub struct UnitPath(pub String);

impl UnitPath {
    /// Whether the other unit is this one or lies below it.
    pub fn contains(&self, other: &UnitPath) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The unit right above; above the highest there is one that nobody leads.
    pub fn above(&self) -> UnitPath {
        let inner = self.0.trim_end_matches('/');
        UnitPath(inner[..inner.rfind('/').map_or(0, |at| at + 1)].to_owned())
    }

    /// The range of paths that this one contains, end excluded: `0` is the character after `/`.
    pub fn range(&self) -> (String, String) {
        let mut end = self.0.clone();
        end.pop();
        end.push('0');
        (self.0.clone(), end)
    }
}

impl<DB> FromSql<Text, DB> for UnitPath
where
    DB: Backend,
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        String::from_sql(bytes).map(UnitPath)
    }
}

impl<DB> ToSql<Text, DB> for UnitPath
where
    DB: Backend,
    String: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> UnitPath {
        UnitPath(text.to_owned())
    }

    #[test]
    fn a_unit_contains_itself_and_what_lies_below_and_no_unit_with_a_longer_number() {
        assert!(path("/1/4/").contains(&path("/1/4/")));
        assert!(path("/1/4/").contains(&path("/1/4/9/")));
        assert!(!path("/1/4/").contains(&path("/1/40/")));
        assert!(!path("/1/4/9/").contains(&path("/1/4/")));
    }

    #[test]
    fn the_range_of_paths_is_what_the_unit_contains() {
        let (start, end) = path("/1/4/").range();

        let within = |text: &str| start.as_str() <= text && text < end.as_str();

        assert!(within("/1/4/") && within("/1/4/9/"));
        assert!(!within("/1/40/") && !within("/1/3/") && !within("/1/5/"));
    }
}
