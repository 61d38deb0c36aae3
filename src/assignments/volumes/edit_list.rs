//! HQ edits the reference list: wording, articles, order, what is used; and whether volumes are counted.

use super::list::{self, Item, List};
use super::{articles, queries};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::VolumeItemId;
use serde::Serialize;
use serde_json::json;

/// Characters of an item's wording at the most.
pub const MOST_IN_WORDING: usize = 120;

/// The list as it was typed.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Of the list as it was shown.
    pub version: i64,
    pub asks_counts: bool,
    pub items: Vec<WantedItem>,
}

/// One item as it was typed, checked only here.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WantedItem {
    /// Nothing as long as it is new.
    pub id: Option<VolumeItemId>,
    /// A number: items stand in its order.
    pub order: String,
    /// Empty gives a shipped item its shipped wording again.
    pub wording_zh: String,
    pub wording_en: String,
    pub articles: String,
    pub is_used: bool,
}

/// The names of an item's fields in the form.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ItemFields {
    pub order: &'static str,
    pub wording_zh: &'static str,
    pub wording_en: &'static str,
    pub articles: &'static str,
    pub used: &'static str,
    pub id: &'static str,
    /// In the unit's check.
    pub answer: &'static str,
}

macro_rules! item_fields {
    ($($number:literal)+) => {
        &[$(ItemFields {
            order: concat!("order-", $number),
            wording_zh: concat!("zh-", $number),
            wording_en: concat!("en-", $number),
            articles: concat!("articles-", $number),
            used: concat!("used-", $number),
            id: concat!("item-", $number),
            answer: concat!("answer-", $number),
        }),+]
    };
}

/// As many items as a list can have, and what their fields are called.
pub const ITEMS: &[ItemFields] = item_fields![
    "1" "2" "3" "4" "5" "6" "7" "8" "9" "10" "11" "12" "13" "14" "15" "16" "17" "18" "19" "20"
    "21" "22" "23" "24" "25" "26" "27" "28" "29" "30" "31" "32" "33" "34" "35" "36" "37" "38" "39" "40"
];

/// Changes the list. Its version goes up, so that checks being written by the old one are shown again first.
///
/// # Errors
/// `Forbidden` but for HQ; `Conflict` when somebody else was faster; `NotFound` for an item that the list does not have;
/// `Refused` with a problem at each field.
pub fn edit_list(conn: &mut Conn, viewer: &Viewer, wanted: &Wanted, now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let before = list::current(conn)?;
    if before.version != wanted.version {
        return Err(Error::Conflict);
    }
    if wanted.items.iter().filter_map(|item| item.id).any(|id| !is_known(&before, id)) {
        return Err(Error::NotFound("volume item"));
    }
    let items = read(&before, wanted).map_err(Error::Refused)?;
    queries::update_list(conn, wanted.version, wanted.asks_counts, viewer.person, now)?;
    for item in &items {
        queries::store_item(conn, item)?;
    }
    let after: Vec<_> = items.iter().map(queries::StoredItem::told).collect();
    let told: Vec<_> = before.items.iter().map(tell).collect();
    let details = json!({
        "before": { "asks_counts": before.asks_counts, "items": told },
        "after": { "asks_counts": wanted.asks_counts, "items": after },
    });
    audit::record(conn, &viewer.actor(), now, Action::new("volumes.list_changed", "volume_list"), None, &details)
}

fn is_known(list: &List, id: VolumeItemId) -> bool {
    list.items.iter().any(|item| item.id == id)
}

fn tell(item: &Item) -> serde_json::Value {
    json!({
        "id": item.id, "position": item.position, "zh": item.wording_zh, "en": item.wording_en,
        "articles": articles::kept(&item.articles), "used": item.is_used,
    })
}

/// The list to be stored, in its new order; what stands as shipped is not stored as edited.
fn read(before: &List, wanted: &Wanted) -> std::result::Result<Vec<queries::StoredItem>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut ordered: Vec<(i64, queries::StoredItem)> = Vec::new();
    for (item, fields) in wanted.items.iter().zip(ITEMS) {
        let known = before.items.iter().find(|known| Some(known.id) == item.id);
        let shipped = known.and_then(|known| known.shipped);
        let shipped = shipped.and_then(|number| list::shipped().iter().find(|shipped| shipped.number == number));
        let (zh, en) = (item.wording_zh.trim(), item.wording_en.trim());
        let mut wrong = |field, id| problems.push(Problem::at(field, Message::new(id)));
        if zh.is_empty() && shipped.is_none() {
            wrong(fields.wording_zh, "volumes-problem-no-wording");
        }
        for (field, wording) in [(fields.wording_zh, zh), (fields.wording_en, en)] {
            if wording.chars().count() > MOST_IN_WORDING {
                wrong(field, "volumes-problem-wording-long");
            }
        }
        let read_articles = articles::read(&item.articles);
        if read_articles.is_none() {
            wrong(fields.articles, "volumes-problem-article");
        }
        let order: Option<i64> = item.order.trim().parse().ok().filter(|order| (0..10_000).contains(order));
        if order.is_none() {
            wrong(fields.order, "volumes-problem-order");
        }
        let edited = |typed: &str, shipped: Option<&String>| {
            let is_as_shipped = shipped.is_some_and(|shipped| typed.is_empty() || typed == shipped);
            (!is_as_shipped).then(|| typed.to_owned())
        };
        let typed_articles = articles::kept(&read_articles.unwrap_or_default());
        let as_shipped = shipped.is_some_and(|shipped| shipped.articles == typed_articles);
        let stored = queries::StoredItem {
            id: item.id,
            position: 0,
            wording_zh: edited(zh, shipped.map(|item| &item.zh)),
            wording_en: edited(en, shipped.map(|item| &item.en)),
            articles: (!as_shipped).then_some(typed_articles),
            is_used: item.is_used,
        };
        ordered.push((order.unwrap_or(0), stored));
    }
    if !wanted.items.iter().any(|item| item.is_used) {
        problems.push(Problem::at("", Message::new("volumes-problem-none-used")));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    // Of two with the same number, the one that stood first stays first.
    ordered.sort_by_key(|(order, _)| *order);
    let placed = (1..).zip(ordered).map(|(position, (_, item))| queries::StoredItem { position, ..item });
    Ok(placed.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> List {
        let item = |number: i64| {
            let shipped = &list::shipped()[usize::try_from(number - 1).expect("a place")];
            Item {
                id: VolumeItemId(number),
                shipped: Some(number),
                position: number,
                wording_zh: shipped.zh.clone(),
                wording_en: shipped.en.clone(),
                articles: articles::read(&shipped.articles).expect("articles"),
                is_used: true,
                is_edited: false,
            }
        };
        List { items: vec![item(1), item(3)], asks_counts: false, changed_by: None, changed_at: None, version: 1 }
    }

    fn typed(list: &List) -> Vec<WantedItem> {
        let typed = |item: &Item| WantedItem {
            id: Some(item.id),
            order: item.position.to_string(),
            wording_zh: item.wording_zh.clone(),
            wording_en: item.wording_en.clone(),
            articles: articles::kept(&item.articles),
            is_used: item.is_used,
        };
        list.items.iter().map(typed).collect()
    }

    fn wanted(items: Vec<WantedItem>) -> Wanted {
        Wanted { version: 1, asks_counts: false, items }
    }

    #[test]
    fn what_stands_as_shipped_is_not_stored_as_edited_and_emptying_gives_it_back() {
        let (list, mut items) = (list(), typed(&list()));
        items[1].wording_zh = String::new();
        items[1].articles = "23".to_owned();

        let stored = read(&list, &wanted(items)).expect("a list");

        assert_eq!((&stored[0].wording_zh, &stored[0].articles), (&None, &None));
        assert_eq!((&stored[1].wording_zh, stored[1].articles.as_deref()), (&None, Some("23")));
    }

    #[test]
    fn an_item_moves_to_where_its_number_puts_it() {
        let (list, mut items) = (list(), typed(&list()));
        items[0].order = "9".to_owned();

        let stored = read(&list, &wanted(items)).expect("a list");

        let order: Vec<_> = stored.iter().map(|item| (item.id, item.position)).collect();
        assert_eq!(order, [(Some(VolumeItemId(3)), 1), (Some(VolumeItemId(1)), 2)]);
    }

    #[test]
    fn each_problem_stands_at_its_field() {
        let (list, mut items) = (list(), typed(&list()));
        items[0].articles = "51".to_owned();
        items[1].order = "x".to_owned();
        items.push(WantedItem { order: "3".to_owned(), ..WantedItem::default() });

        let problems = read(&list, &wanted(items)).expect_err("problems");

        let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["articles-1", "order-2", "zh-3"]);
    }

    #[test]
    fn a_list_without_any_item_is_none() {
        let (list, mut items) = (list(), typed(&list()));
        items.iter_mut().for_each(|item| item.is_used = false);

        assert_eq!(read(&list, &wanted(items)).expect_err("a problem")[0].message.id, "volumes-problem-none-used");
    }
}
