//! The reference list: what is shipped, and what HQ made of it.

use super::{articles, queries};
use crate::clock::Moment;
use crate::error::Result;
use crate::i18n::Language;
use crate::store::Conn;
use crate::store::ids::{PersonId, VolumeItemId};
use serde::Deserialize;
use std::sync::LazyLock;

/// An item as it is shipped.
#[derive(Debug, Clone, Deserialize)]
pub struct ShippedItem {
    pub number: i64,
    /// Of the Regulations on Petition Work: `22 23`.
    pub articles: String,
    pub zh: String,
    pub en: String,
}

#[expect(clippy::expect_used, reason = "it is compiled in, and a test reads it")]
static SHIPPED: LazyLock<Vec<ShippedItem>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("../../../content/volume-items.csv").as_bytes())
        .deserialize()
        .collect::<std::result::Result<_, _>>()
        .expect("a test reads the shipped list")
});

/// The list as it is shipped, in its order.
pub fn shipped() -> &'static [ShippedItem] {
    &SHIPPED
}

/// An item as it stands: what HQ wrote, else what is shipped.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub id: VolumeItemId,
    /// Its number in the shipped list; nothing when HQ added it.
    pub shipped: Option<i64>,
    pub position: i64,
    pub wording_zh: String,
    pub wording_en: String,
    pub articles: Vec<i64>,
    pub is_used: bool,
    /// HQ's own words or articles stand where something else was shipped, or nothing.
    pub is_edited: bool,
}

/// The list with what HQ decided about it.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// In their order, those not used among them.
    pub items: Vec<Item>,
    /// Whether units are asked how many volumes they have gone through.
    pub asks_counts: bool,
    pub changed_by: Option<PersonId>,
    pub changed_at: Option<Moment>,
    pub version: i64,
}

impl Item {
    /// The item in a language; in the other one when it has no wording in it. Says which it is.
    pub fn wording(&self, language: Language) -> (&str, Language) {
        match language {
            Language::English if !self.wording_en.is_empty() => (&self.wording_en, Language::English),
            Language::English | Language::Chinese => (&self.wording_zh, Language::Chinese),
        }
    }
}

impl List {
    /// What units go by.
    pub fn used(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.is_used)
    }
}

/// The list as it stands today.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn current(conn: &mut Conn) -> Result<List> {
    let head = queries::find_list(conn)?;
    let items = queries::list_items(conn)?.into_iter().map(|row| {
        let shipped = shipped().iter().find(|item| Some(item.number) == row.shipped);
        let is_edited = shipped.is_none() || row.wording_zh.is_some() || row.articles.is_some();
        let or_shipped = |own: Option<String>, shipped: Option<&String>| own.or(shipped.cloned()).unwrap_or_default();
        Item {
            id: row.id,
            shipped: row.shipped,
            position: row.position,
            wording_zh: or_shipped(row.wording_zh, shipped.map(|item| &item.zh)),
            wording_en: or_shipped(row.wording_en, shipped.map(|item| &item.en)),
            articles: articles::read(&or_shipped(row.articles, shipped.map(|item| &item.articles))).unwrap_or_default(),
            is_used: row.is_used,
            is_edited,
        }
    });
    Ok(List {
        items: items.collect(),
        asks_counts: head.asks_counts,
        changed_by: head.changed_by,
        changed_at: head.changed_at,
        version: head.version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_has_its_twenty_two_items_in_both_languages() {
        let numbers: Vec<i64> = shipped().iter().map(|item| item.number).collect();

        assert_eq!(numbers, (1..=22).collect::<Vec<_>>());
        assert!(shipped().iter().all(|item| !item.zh.is_empty() && !item.en.is_empty()));
    }

    /// Each was looked up in the Regulations' own text; that an article exists is what a test can see.
    #[test]
    fn every_article_that_a_shipped_item_names_exists() {
        for item in shipped() {
            let found = articles::read(&item.articles);
            assert!(found.is_some(), "{}: {}", item.number, item.articles);
        }
        let without: Vec<i64> =
            shipped().iter().filter(|item| item.articles.is_empty()).map(|item| item.number).collect();
        assert_eq!(without, [1, 2, 22], "only what belongs to any volume rests on no article");
    }
}
