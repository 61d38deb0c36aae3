//! The Handlebars registry (strict) and its helpers: words, dates, numbers, rates, rendered readings.
//!
//! | helper | gives |
//! | --- | --- |
//! | `{{t "key" n=3}}` | the text of a Fluent message in the page's language |
//! | `{{t-of "prefix-" word}}` | the text `prefix-word`, for the word of a choice (underscores become hyphens) |
//! | `{{date x}}` `{{day x}}` `{{short-date x}}` | 2024年7月5日 · with the weekday · 7月5日 (with the year when it is another), of a date or a moment |
//! | `{{moment x}}` `{{short x}}` `{{time x}}` `{{span a b}}` | with the time of day: long · dense · the time alone · from–to |
//! | `{{rate n of}}` | 86.7%（26/30）, — when there is nothing to divide by |
//! | `{{hours minutes}}` | study hours of minutes, at most one decimal |
//! | `{{problem "field"}}` | what is wrong with a form's field, or nothing; also in `{{#if (problem "field")}}` |
//! | `{{qr text}}` | a QR code of the text as SVG, black on white with its margin of 4 modules |
//! | `{{rich html}}` | HTML that was made safe when it was rendered; nothing else may go through it |

mod fold;

use crate::clock::Clock;
use crate::i18n::{self, Language, dates};
use anyhow::Context as _;
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use fluent_bundle::{FluentArgs, FluentValue};
use fold::Fold;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderErrorReason, Template,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(rust_embed::RustEmbed)]
#[folder = "templates"]
struct Files;

/// A file that pages refer to: style sheets, scripts.
#[derive(rust_embed::RustEmbed)]
#[folder = "templates/static"]
pub struct StaticFiles;

/// Every template, ready to be rendered. Cloning is cheap.
#[derive(Clone)]
pub struct Templates {
    chinese: Arc<Registries>,
    english: Arc<Registries>,
}

/// The templates of one language.
struct Registries {
    pages: Handlebars<'static>,
    /// Templates whose name ends in `.txt`: nothing in them is escaped.
    texts: Handlebars<'static>,
}

impl Templates {
    /// Reads all templates.
    ///
    /// # Errors
    /// `Broken` when one of them cannot be read as a template.
    pub fn load(clock: &Clock) -> crate::error::Result<Self> {
        let (mut pages, mut texts) = (BTreeMap::new(), BTreeMap::new());
        for name in Files::iter().filter(|name| name.ends_with(".hbs")) {
            let Some(file) = Files::get(&name) else { continue };
            let short = name.trim_end_matches(".hbs").to_owned();
            let template = Template::compile_with_name(String::from_utf8_lossy(&file.data), short.clone())
                .with_context(|| format!("the template {name} has a mistake"))?;
            let kind = if is_text(&short) { &mut texts } else { &mut pages };
            kind.insert(short, template);
        }
        let registries = |language| {
            Arc::new(Registries {
                pages: registry(language, &pages, clock, handlebars::html_escape),
                texts: registry(language, &texts, clock, handlebars::no_escape),
            })
        };
        Ok(Self { chinese: registries(Language::Chinese), english: registries(Language::English) })
    }

    /// Renders a template in a language.
    ///
    /// # Errors
    /// `Broken` when the template asks for what the content does not have.
    pub fn render(&self, language: Language, name: &str, content: &impl Serialize) -> crate::error::Result<String> {
        let registries = match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        };
        let registry = if is_text(name) { &registries.texts } else { &registries.pages };
        let text = registry.render(name, content).with_context(|| format!("the page {name} cannot be rendered"))?;
        Ok(text)
    }
}

/// Whether a template is plain text rather than HTML, by its name.
fn is_text(name: &str) -> bool {
    name.ends_with(".txt")
}

/// The templates of a language with their helpers.
fn registry(
    language: Language,
    templates: &BTreeMap<String, Template>,
    clock: &Clock,
    escape: fn(&str) -> String,
) -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(escape);
    let fold = Fold { templates, text: &|id| i18n::text(language, id, &FluentArgs::new()).ok(), escape };
    for (name, template) in templates {
        registry.register_template(name, fold.fold(template));
    }
    registry.register_helper("t", Box::new(Text { language, suffix: false, escape }));
    registry.register_helper("t-of", Box::new(Text { language, suffix: true, escape }));
    for (name, form) in [
        ("date", Form::Date),
        ("day", Form::Day),
        ("short-date", Form::ShortDate),
        ("moment", Form::Moment),
        ("short", Form::Short),
        ("time", Form::Time),
        ("span", Form::Span),
    ] {
        registry.register_helper(name, Box::new(Dated { language, form, clock: clock.clone() }));
    }
    registry.register_helper("rate", Box::new(Rate { language }));
    registry.register_helper("hours", Box::new(hours));
    registry.register_helper("qr", Box::new(qr));
    registry.register_helper("rich", Box::new(rich));
    registry.register_helper("problem", Box::new(ProblemAt));
    registry
}

/// 86.7%（26/30）: with at most one decimal and always with the counts; `—` when there is nothing to divide by.
pub fn rate_text(language: Language, n: i64, of: i64) -> String {
    if of == 0 {
        return "—".to_owned();
    }
    let percent = percent(n, of);
    match language {
        Language::Chinese => format!("{percent}（{n}/{of}）"),
        Language::English => format!("{percent} ({n}/{of})"),
    }
}

/// A share as a percentage with at most one decimal, rounded half up: `86.7%`, `100%`; `—` of nothing.
pub fn percent(n: i64, of: i64) -> String {
    if of == 0 {
        return "—".to_owned();
    }
    let tenths = (n * 2000 + of) / (of * 2);
    if tenths % 10 == 0 { format!("{}%", tenths / 10) } else { format!("{}.{}%", tenths / 10, tenths % 10) }
}

/// Study hours of minutes with at most one decimal: 210 → `3.5`.
pub fn hours_text(minutes: i64) -> String {
    let tenths = (minutes * 10 + 30) / 60;
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

fn failed(problem: impl std::fmt::Display) -> handlebars::RenderError {
    RenderErrorReason::Other(problem.to_string()).into()
}

struct Text {
    language: Language,
    suffix: bool,
    escape: fn(&str) -> String,
}

impl HelperDef for Text {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        out.write(&(self.escape)(&self.text(helper)?))?;
        Ok(())
    }

    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<handlebars::ScopedJson<'rc>, handlebars::RenderError> {
        Ok(handlebars::ScopedJson::Derived(self.text(helper)?.into()))
    }
}

impl Text {
    fn text(&self, helper: &Helper<'_>) -> Result<String, handlebars::RenderError> {
        let mut id = parameter(helper, 0)?.to_owned();
        if self.suffix {
            id.push_str(&parameter(helper, 1)?.replace('_', "-"));
        }
        let mut arguments = FluentArgs::new();
        for (name, value) in helper.hash() {
            let value = value.value();
            match (value.as_i64(), value.as_str()) {
                (Some(number), _) => arguments.set(*name, FluentValue::from(number)),
                (None, Some(text)) => arguments.set(*name, FluentValue::from(text.to_owned())),
                (None, None) => return Err(failed(format!("the argument {name} of {id} is neither text nor number"))),
            }
        }
        i18n::text(self.language, &id, &arguments).map_err(failed)
    }
}

fn parameter<'a>(helper: &'a Helper<'_>, index: usize) -> Result<&'a str, handlebars::RenderError> {
    let value = helper.param(index).and_then(|value| value.value().as_str());
    value.ok_or_else(|| failed(format!("{} needs text as its parameter {index}", helper.name())))
}

enum Form {
    Date,
    Day,
    ShortDate,
    Moment,
    Short,
    Time,
    Span,
}

struct Dated {
    language: Language,
    form: Form,
    clock: Clock,
}

impl Dated {
    /// A date, or a moment as the organisation's wall clock shows it.
    fn read(&self, text: &str) -> Result<NaiveDateTime, handlebars::RenderError> {
        if let Ok(date) = text.parse::<NaiveDate>() {
            return Ok(date.and_time(chrono::NaiveTime::MIN));
        }
        let utc = chrono::DateTime::parse_from_rfc3339(text).map_err(|_| failed(format!("“{text}” is not a date")))?;
        Ok(self.clock.local(crate::clock::Moment::from_utc(utc.naive_utc())).naive_local())
    }
}

impl HelperDef for Dated {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<handlebars::ScopedJson<'rc>, handlebars::RenderError> {
        let language = self.language;
        let at = self.read(parameter(helper, 0)?)?;
        let is_this_year = || at.year() == self.clock.today().year();
        let text = match self.form {
            Form::Date => dates::date(language, at.date()),
            Form::Day => dates::day(language, at.date()),
            Form::ShortDate if is_this_year() => dates::short_date(language, at.date()),
            Form::ShortDate => dates::date(language, at.date()),
            Form::Moment => dates::moment(language, at),
            Form::Short if is_this_year() => dates::short(language, at),
            Form::Short => format!("{} {}", dates::date(language, at.date()), dates::time(at.time())),
            Form::Time => dates::time(at.time()),
            Form::Span => dates::span(language, at, self.read(parameter(helper, 1)?)?),
        };
        Ok(handlebars::ScopedJson::Derived(text.into()))
    }
}

/// What is wrong with a field of the form that was just refused.
struct ProblemAt;

impl HelperDef for ProblemAt {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        context: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<handlebars::ScopedJson<'rc>, handlebars::RenderError> {
        let field = parameter(helper, 0)?;
        let problems = context.data().pointer("/page/problems").and_then(|value| value.as_array());
        let found = problems.into_iter().flatten().find(|problem| problem["field"] == field);
        let text = found.map_or(serde_json::Value::Null, |problem| problem["text"].clone());
        Ok(handlebars::ScopedJson::Derived(text))
    }
}

fn number(helper: &Helper<'_>, index: usize) -> Result<i64, handlebars::RenderError> {
    let value = helper.param(index).and_then(|value| value.value().as_i64());
    value.ok_or_else(|| failed(format!("{} needs a number as its parameter {index}", helper.name())))
}

struct Rate {
    language: Language,
}

impl HelperDef for Rate {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        out.write(&rate_text(self.language, number(helper, 0)?, number(helper, 1)?))?;
        Ok(())
    }
}

fn hours(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&hours_text(number(helper, 0)?))?;
    Ok(())
}

/// The white modules around a code that readers need.
const QR_MARGIN: usize = 4;

fn qr(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&qr_svg(parameter(helper, 0)?).map_err(failed)?)?;
    Ok(())
}

/// A QR code of the lowest version that holds the text, at the middle level of correction (15 %).
///
/// # Errors
/// When the text is too long for any.
pub fn qr_svg(text: &str) -> anyhow::Result<String> {
    use std::fmt::Write as _;
    let code = fast_qr::QRBuilder::new(text).ecl(fast_qr::ECL::M).build();
    let code = code.map_err(|problem| anyhow::anyhow!("no QR code can hold the text: {problem:?}"))?;
    let size = code.size + 2 * QR_MARGIN;
    let mut path = String::new();
    for y in 0..code.size {
        let mut x = 0;
        while x < code.size {
            // One stroke for a row's neighbouring modules.
            #[expect(clippy::indexing_slicing, reason = "a code has as many rows and columns as its size says")]
            let n = (x..code.size).take_while(|x| code[y][*x].value()).count();
            if n > 0 {
                write!(path, "M{} {}h{n}v1h-{n}z", x + QR_MARGIN, y + QR_MARGIN)?;
            }
            x += n + 1;
        }
    }
    Ok(format!(
        "<svg viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\" aria-hidden=\"true\">\
         <rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    ))
}

fn rich(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(parameter(helper, 0)?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_at_most_one_decimal_and_its_counts() {
        assert_eq!(rate_text(Language::Chinese, 26, 30), "86.7%（26/30）");
        assert_eq!(rate_text(Language::English, 1, 2), "50% (1/2)");
        assert_eq!(rate_text(Language::Chinese, 0, 0), "—");
        assert_eq!(percent(1, 8), "12.5%");
        assert_eq!(percent(1, 2000), "0.1%");
        assert_eq!(percent(2, 3), "66.7%");
    }

    #[test]
    fn a_qr_code_stands_black_on_white_within_its_margin() {
        let svg = qr_svg("XF:E0101007:3f9c0a71de").expect("a code");

        // Version 2 has 25 modules a side; its first row begins with the seven of the corner.
        assert!(svg.starts_with("<svg viewBox=\"0 0 33 33\""), "{svg}");
        assert!(svg.contains("d=\"M4 4h7v1h-7z"), "{svg}");
        assert!(qr_svg(&"长".repeat(2000)).is_err());
    }

    #[test]
    fn study_hours_are_minutes_in_words_of_the_trade() {
        assert_eq!(hours_text(210), "3.5");
        assert_eq!(hours_text(180), "3");
        assert_eq!(hours_text(0), "0");
    }
}
