//! Study hours: who needs help to reach the year's, what a year asks for, what an assignment counts for, and the people
//! behind a unit's figures of a year.

pub mod assignment;
pub mod outlook;
pub mod requirements;
pub mod year;

use super::form::text_field;
use super::visit::Visit;
use super::{App, page};
use crate::error::{Argument, Message};
use crate::organization::Category;
use crate::study_hours::Standing;

/// The category's words in a file.
pub(super) fn category_key(category: Category) -> &'static str {
    match category {
        Category::GroupLeadership => "category-group-leadership",
        Category::EnterpriseLeadership => "category-enterprise-leadership",
        Category::HqMiddle => "category-hq-middle",
        Category::Staff => "category-staff",
    }
}

fn standing_key(standing: Standing) -> &'static str {
    match standing {
        Standing::Reached => "hours-standing-reached",
        Standing::OnCourse => "hours-standing-on-course",
        Standing::AtRisk => "hours-standing-at-risk",
        Standing::Short => "hours-standing-short",
    }
}

/// The words of a file's head.
pub(super) fn head(app: &App, visit: &Visit, keys: &[&'static str]) -> Vec<String> {
    keys.iter().map(|key| page::word(app, visit, &Message::new(key))).collect()
}

/// Text fields of a form for [`super::form::differences`].
fn text_fields<const N: usize>(fields: [(&'static str, &str, &str); N]) -> [(&'static str, bool, Argument); N] {
    fields.map(|(field, typed, now)| text_field(field, typed, now))
}
