//! `/volume-list`: the reference list as units read it, and HQ's form for it.

use crate::access::Viewer;
use crate::assignments::volumes::edit_list::{self, ITEMS, ItemFields, Wanted, WantedItem};
use crate::assignments::volumes::{List, articles, list};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::i18n::Language;
use crate::links;
use crate::store::form_keys;
use crate::store::ids::VolumeItemId;
use crate::web::form::{Form, differences, text_field, tick_field};
use crate::web::study::fields::Fields;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

const TEMPLATE: &str = "volumes/edit-list";

#[derive(Serialize)]
struct ListPage {
    edit_href: Option<&'static str>,
    version: i64,
    changed_at: Option<Moment>,
    items: Vec<ListedItem>,
    n_unused: usize,
}

#[derive(Serialize)]
struct ListedItem {
    number: usize,
    wording: String,
    lang: Option<&'static str>,
    articles: String,
    /// HQ's wording, or HQ's item, and no longer what is shipped.
    is_edited: bool,
}

/// `GET /volume-list`.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer) -> Result<HttpResponse> {
    let found = app.db.read(list::current).await?;
    let language = visit.language;
    let listed = (1..).zip(found.used()).map(|(number, item)| {
        let (wording, of) = item.wording(language);
        ListedItem {
            number,
            wording: wording.to_owned(),
            lang: (of != language).then_some(of.as_str()),
            articles: articles::words(&item.articles, language),
            is_edited: item.is_edited,
        }
    });
    let content = ListPage {
        edit_href: viewer.is_hq().then_some(links::EDIT_VOLUME_LIST),
        version: found.version,
        changed_at: found.changed_at,
        items: listed.collect(),
        n_unused: found.items.len() - found.used().count(),
    };
    page::show(&app, &visit, "volumes/list", &content)
}

/// The list as it was typed.
#[derive(Debug, Clone)]
struct Typed {
    version: i64,
    asks_counts: bool,
    items: Vec<WantedItem>,
}

#[derive(Serialize)]
struct FormPage {
    action: &'static str,
    list_href: &'static str,
    version: i64,
    asks_counts: bool,
    items: Vec<ItemInput>,
    n: usize,
    most: usize,
    may_add: bool,
}

#[derive(Serialize)]
struct ItemInput {
    number: usize,
    fields: ItemFields,
    id: Option<VolumeItemId>,
    order: String,
    wording_zh: String,
    wording_en: String,
    articles: String,
    is_used: bool,
}

impl Typed {
    fn of(list: &List) -> Self {
        let item = |item: &list::Item| WantedItem {
            id: Some(item.id),
            order: item.position.to_string(),
            wording_zh: item.wording_zh.clone(),
            wording_en: item.wording_en.clone(),
            articles: articles::kept(&item.articles),
            is_used: item.is_used,
        };
        Self { version: list.version, asks_counts: list.asks_counts, items: list.items.iter().map(item).collect() }
    }

    fn read(fields: &Fields) -> Self {
        let item = |names: &ItemFields| WantedItem {
            id: fields.text(names.id).parse().ok(),
            order: fields.text(names.order).to_owned(),
            wording_zh: fields.text(names.wording_zh).to_owned(),
            wording_en: fields.text(names.wording_en).to_owned(),
            articles: fields.text(names.articles).to_owned(),
            is_used: fields.has(names.used),
        };
        Self {
            version: fields.text("version").parse().unwrap_or(0),
            asks_counts: fields.has("asks_counts"),
            items: ITEMS.iter().filter(|names| fields.has(names.order)).map(item).collect(),
        }
    }

    /// What is to be stored: new items of which nothing was written are none.
    fn wanted(&self) -> Wanted {
        let is_there = |item: &&WantedItem| {
            item.id.is_some()
                || ![&item.wording_zh, &item.wording_en, &item.articles].iter().all(|text| text.is_empty())
        };
        let items = self.items.iter().filter(is_there).cloned().collect();
        Wanted { version: self.version, asks_counts: self.asks_counts, items }
    }
}

fn form_page(typed: Typed) -> FormPage {
    let input = |((number, item), fields): ((usize, WantedItem), &ItemFields)| ItemInput {
        number,
        fields: *fields,
        id: item.id,
        order: item.order,
        wording_zh: item.wording_zh,
        wording_en: item.wording_en,
        articles: item.articles,
        is_used: item.is_used,
    };
    let n = typed.items.len();
    FormPage {
        action: links::EDIT_VOLUME_LIST,
        list_href: links::VOLUME_LIST,
        version: typed.version,
        asks_counts: typed.asks_counts,
        items: (1..).zip(typed.items).zip(ITEMS).map(input).collect(),
        n,
        most: ITEMS.len(),
        may_add: n < ITEMS.len(),
    }
}

/// `GET /volume-list/edit`.
pub async fn form(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    let found = app.db.read(list::current).await?;
    page::show(&app, &visit, TEMPLATE, &form_page(Typed::of(&found)))
}

/// `POST /volume-list/edit`: one more item, or the list as it is from now on.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (key, fields, now) = (form.key, Fields::of(form.fields), app.clock.now());
    let mut typed = Typed::read(&fields);
    if let Some(language) = form.switch_to {
        return page::show(&app, &visit.speaking(language), TEMPLATE, &form_page(typed));
    }
    if fields.text("step") == "add" {
        let order = (typed.items.len() + 1).to_string();
        typed.items.push(WantedItem { order, is_used: true, ..WantedItem::default() });
        return page::show(&app, &visit, TEMPLATE, &form_page(typed));
    }
    let wanted = typed.wanted();
    let written = app.db.write(move |conn| {
        form_keys::once(conn, &key, now, |conn| {
            edit_list::edit_list(conn, &viewer, &wanted, now)?;
            Ok(links::VOLUME_LIST.to_owned())
        })
    });
    match written.await {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("volumes-list-changed"))),
        Err(Error::Refused(problems)) => page::refused(&app, &visit, TEMPLATE, &form_page(typed), &problems),
        Err(Error::Conflict) => show_both(&app, &visit, typed).await,
        Err(other) => Err(other),
    }
}

/// Somebody else was faster: what was typed, and at each field that differs what is stored now.
async fn show_both(app: &App, visit: &Visit, typed: Typed) -> Result<HttpResponse> {
    let stored = Typed::of(&app.db.read(list::current).await?);
    let problems = differing(&typed, &stored, visit.language);
    let typed = Typed { version: stored.version, ..typed };
    page::refused(app, visit, TEMPLATE, &form_page(typed), &problems)
}

fn differing(typed: &Typed, stored: &Typed, language: Language) -> Vec<Problem> {
    let mut fields = vec![tick_field("asks_counts", typed.asks_counts, stored.asks_counts)];
    for (item, names) in typed.items.iter().zip(ITEMS) {
        let Some(now) = stored.items.iter().find(|known| known.id == item.id && item.id.is_some()) else { continue };
        fields.push(text_field(names.order, &item.order, &now.order));
        fields.push(text_field(names.wording_zh, &item.wording_zh, &now.wording_zh));
        fields.push(text_field(names.wording_en, &item.wording_en, &now.wording_en));
        fields.push(text_field(names.articles, &item.articles, &now.articles));
        fields.push(tick_field(names.used, item.is_used, now.is_used));
    }
    // Items that the other has added are not in this form, and stay as they are.
    let added = stored.items.iter().filter(|now| !typed.items.iter().any(|item| item.id == now.id));
    let added: Vec<&str> = added
        .map(|item| match language {
            Language::English if !item.wording_en.is_empty() => item.wording_en.as_str(),
            Language::English | Language::Chinese => item.wording_zh.as_str(),
        })
        .collect();
    let mut problems = differences(fields);
    if !added.is_empty() {
        problems.push(Problem::at("", Message::new("volumes-added-meanwhile").with("items", added.join("；"))));
    }
    problems
}
