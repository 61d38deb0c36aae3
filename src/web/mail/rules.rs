//! The rules of reminders, as HQ sets them, each with a preview made from a real matter.

use super::Tab;
use crate::access::Viewer;
use crate::error::{Error, Message, Result};
use crate::i18n::Language;
use crate::links;
use crate::mail::Letter;
use crate::reminders::model::Kind;
use crate::reminders::preview::{self, Taken};
use crate::reminders::rules::{self, Rule, WORDS_LENGTH};
use crate::web::form::{Form, differences, text_field, tick_field};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct RulesPage {
    tabs: Vec<Tab>,
    rules: Vec<RuleRow>,
}

#[derive(Serialize)]
struct RuleRow {
    kind: Kind,
    is_on: bool,
    /// 0 when it has none.
    days: i64,
    /// 0 when it has none.
    days_after: i64,
    /// 0 when it has none.
    hours: i64,
    /// 0 when it comes once.
    at_most: i64,
    href: String,
}

/// `GET /mail/rules`
pub async fn list(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    let rules = app.db.read(rules::list).await?;
    let row = |rule: Rule| RuleRow {
        kind: rule.kind,
        is_on: rule.is_on,
        days: if rule.has_days() { rule.days } else { 0 },
        days_after: if rule.has_days_after() { rule.days } else { 0 },
        hours: rule.hours,
        at_most: if rule.repeats() { rule.at_most } else { 0 },
        href: links::rule(rule.kind.as_str()),
    };
    let content = RulesPage { tabs: super::tabs("rules"), rules: rules.into_iter().map(row).collect() };
    page::show(&app, &visit, "outbox/rules", &content)
}

/// A rule as typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct RuleInput {
    on: String,
    days: String,
    hours: String,
    at_most: String,
    words_zh: String,
    words_en: String,
    version: String,
}

impl RuleInput {
    fn of(rule: &Rule) -> Self {
        Self {
            on: if rule.is_on { "on".to_owned() } else { String::new() },
            days: rule.days.to_string(),
            hours: rule.hours.to_string(),
            at_most: rule.at_most.to_string(),
            words_zh: rule.words_zh.clone(),
            words_en: rule.words_en.clone(),
            version: rule.version.to_string(),
        }
    }

    /// A number that cannot be read is out of every range; what the form of this kind does not ask stays as it is.
    fn read(&self, kind: Kind) -> Rule {
        let number = |text: &str| text.trim().parse().unwrap_or(-1);
        let usual = Rule::default_of(kind);
        Rule {
            kind,
            is_on: self.on == "on",
            days: if usual.has_days() || usual.has_days_after() { number(&self.days) } else { usual.days },
            hours: if usual.has_hours() { number(&self.hours) } else { usual.hours },
            at_most: if usual.repeats() { number(&self.at_most) } else { usual.at_most },
            words_zh: self.words_zh.trim().to_owned(),
            words_en: self.words_en.trim().to_owned(),
            version: number(&self.version),
        }
    }
}

#[derive(Serialize)]
struct RulePage {
    kind: Kind,
    has_days: bool,
    has_days_after: bool,
    has_hours: bool,
    repeats: bool,
    words_length: i64,
    action: String,
    form: RuleInput,
    is_on: bool,
    /// The letter in both languages; nothing when there never was such a matter.
    previews: Vec<Preview>,
    /// Nobody is to be told of it now.
    is_example: bool,
}

#[derive(Serialize)]
struct Preview {
    lang: &'static str,
    letter: Letter,
}

async fn rule_page(app: &App, kind: Kind, form: RuleInput) -> Result<RulePage> {
    let (clock, now, rule) = (app.clock.clone(), app.clock.now(), form.read(kind));
    let (mails, taken) = app.db.read(move |conn| preview::of_rule(conn, &clock, &rule, now)).await?;
    let stationery = app.stationery();
    let previews = mails.into_iter().zip(Language::ALL).map(|(mail, language)| {
        let letter = stationery.write(&mail, crate::mail::SecretLinks::Hidden, now)?;
        Ok(Preview { lang: language.as_str(), letter })
    });
    let usual = Rule::default_of(kind);
    Ok(RulePage {
        kind,
        has_days: usual.has_days(),
        has_days_after: usual.has_days_after(),
        has_hours: usual.has_hours(),
        repeats: usual.repeats(),
        words_length: WORDS_LENGTH as i64,
        action: links::rule(kind.as_str()),
        is_on: form.on == "on",
        form,
        is_example: taken == Taken::AsExample,
        previews: previews.collect::<Result<_>>()?,
    })
}

/// `GET /mail/rules/{kind}`: the rule, with a preview.
pub async fn form(app: Data<App>, visit: Visit, kind: Path<String>) -> Result<HttpResponse> {
    let kind = kind.parse::<Kind>().map_err(|_| Error::NotFound("rule"))?;
    let all = app.db.read(rules::list).await?;
    let rule = all.into_iter().find(|rule| rule.kind == kind).ok_or(Error::NotFound("rule"))?;
    page::show(&app, &visit, "outbox/rule", &rule_page(&app, kind, RuleInput::of(&rule)).await?)
}

/// `POST /mail/rules/{kind}`: changes it; of two who edit at once the second sees both versions.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Path<String>,
    form: Form<RuleInput>,
) -> Result<HttpResponse> {
    let kind = kind.parse::<Kind>().map_err(|_| Error::NotFound("rule"))?;
    let (typed, now) = (form.fields, app.clock.now());
    if let Some(language) = form.switch_to {
        return page::show(&app, &visit.speaking(language), "outbox/rule", &rule_page(&app, kind, typed).await?);
    }
    let new = typed.read(kind);
    match app.db.write(move |conn| rules::change(conn, &viewer, &new, now)).await {
        Ok(()) => Ok(page::redirect(&app, &visit, links::RULES, &Message::new("rules-saved"))),
        Err(Error::Refused(problems)) => {
            page::refused(&app, &visit, "outbox/rule", &rule_page(&app, kind, typed).await?, &problems)
        }
        Err(Error::Conflict) => {
            let all = app.db.read(rules::list).await?;
            let current = all.iter().find(|rule| rule.kind == kind).map(RuleInput::of).unwrap_or_default();
            let problems = differences([
                tick_field("on", typed.on == "on", current.on == "on"),
                text_field("days", &typed.days, &current.days),
                text_field("hours", &typed.hours, &current.hours),
                text_field("at_most", &typed.at_most, &current.at_most),
                text_field("words_zh", &typed.words_zh, &current.words_zh),
                text_field("words_en", &typed.words_en, &current.words_en),
            ]);
            let typed = RuleInput { version: current.version, ..typed };
            page::refused(&app, &visit, "outbox/rule", &rule_page(&app, kind, typed).await?, &problems)
        }
        Err(other) => Err(other),
    }
}
