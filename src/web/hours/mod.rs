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
use crate::links;
use crate::organization::Category;
use crate::study_hours::Standing;
use actix_web::HttpResponse;
use actix_web::http::header;

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

/// A CSV file to be kept, by RFC 6266: a plain name for the old, the real one for all others.
pub(super) fn csv_file(name: &str, content: Vec<u8>) -> HttpResponse {
    let name = name.replace(['/', '\\', '"'], "-");
    let disposition = format!("attachment; filename=\"hours.csv\"; filename*=UTF-8''{}", links::percent(&name));
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .body(content)
}

/// The words of a file's head.
pub(super) fn head(app: &App, visit: &Visit, keys: &[&'static str]) -> Vec<String> {
    keys.iter().map(|key| page::word(app, visit, &Message::new(key))).collect()
}

/// Text fields of a form for [`super::form::differences`].
fn text_fields<const N: usize>(fields: [(&'static str, &str, &str); N]) -> [(&'static str, bool, Argument); N] {
    fields.map(|(field, typed, now)| text_field(field, typed, now))
}
