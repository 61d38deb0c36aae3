//! What can be settled when the templates are read, so that no page pays for it.
//!
//! Handlebars copies the whole content of a page for each partial, and from then on a copy of every value looked up
//! within it. So layouts, and partials that are plain, are put where they are called; and texts without arguments are
//! written out, since each language has templates of its own. What cannot be settled surely is left to Handlebars.

use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, TemplateElement, TemplateMapping};
use handlebars::{JsonRender, JsonTruthy, Template};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Partials within partials: no more than this is put in place, so that what calls itself comes to an end.
const DEEPEST: usize = 6;

/// Folds the templates of one language.
pub(super) struct Fold<'a> {
    /// All templates, as they were read.
    pub(super) templates: &'a BTreeMap<String, Template>,
    /// The text of a message that takes no arguments.
    pub(super) text: &'a dyn Fn(&str) -> Option<String>,
    pub(super) escape: fn(&str) -> String,
}

/// Where an element stands, while what is around it is put in place.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// What the partial was given by name.
    given: &'a HashMap<String, Parameter>,
    /// What stands for `@partial-block`.
    block: Option<&'a Template>,
    /// The inline partials of the page that called the layout.
    inlines: &'a HashMap<String, Template>,
    /// Whether a path means something of its own here: within `each` and `with`.
    is_scoped: bool,
    depth: usize,
}

/// It would mean something else in another place.
struct Unfoldable;

type Folded<T> = Result<T, Unfoldable>;

impl Fold<'_> {
    /// The template with all settled that can be.
    pub(super) fn fold(&self, template: &Template) -> Template {
        let place = Place { given: &HashMap::new(), block: None, inlines: &HashMap::new(), is_scoped: false, depth: 0 };
        self.template(template, &place).unwrap_or_else(|Unfoldable| template.clone())
    }

    fn template(&self, template: &Template, place: &Place<'_>) -> Folded<Template> {
        let mut folded = Template::new();
        folded.name.clone_from(&template.name);
        for (element, mapping) in template.elements.iter().zip(&template.mapping) {
            self.element(element, mapping, place, &mut folded)?;
        }
        Ok(folded)
    }

    fn element(
        &self,
        element: &TemplateElement,
        mapping: &TemplateMapping,
        place: &Place<'_>,
        folded: &mut Template,
    ) -> Folded<()> {
        use TemplateElement as E;
        let settled = match element {
            E::Expression(helper) if is_name_only(helper) => match place.given(&helper.name)? {
                None => E::Expression(Box::new(self.helper(helper, place)?)),
                Some(Parameter::Literal(value)) => E::RawString((self.escape)(&value.render())),
                Some(Parameter::Subexpression(inner)) => inner.as_element().clone(),
                Some(other) => E::Expression(Box::new(with_name(helper, other.clone()))),
            },
            E::Expression(helper) => match self.settled_text(helper) {
                Some(text) => E::RawString((self.escape)(&text)),
                None => E::Expression(Box::new(self.helper(helper, place)?)),
            },
            E::HelperBlock(helper) => {
                let helper = self.helper(helper, place)?;
                match (helper.name.as_name(), helper.params.as_slice()) {
                    (Some("if"), [Parameter::Literal(value)]) => {
                        let chosen = if value.is_truthy(false) { &helper.template } else { &helper.inverse };
                        chosen.iter().for_each(|chosen| append(folded, chosen));
                        return Ok(());
                    }
                    (_, _) => E::HelperBlock(Box::new(helper)),
                }
            }
            E::PartialExpression(partial) | E::PartialBlock(partial) => {
                if let Some(in_place) = self.partial(partial, place)? {
                    append(folded, &in_place);
                    return Ok(());
                }
                let kept = Box::new(self.decorator(partial, place)?);
                if matches!(element, E::PartialBlock(_)) { E::PartialBlock(kept) } else { E::PartialExpression(kept) }
            }
            // Inline partials stand at the beginning of a page alone, where its layout takes them.
            E::DecoratorBlock(_) | E::DecoratorExpression(_) | E::HtmlExpression(_) => return Err(Unfoldable),
            other => other.clone(),
        };
        push(folded, settled, mapping);
        Ok(())
    }

    /// The text of `{{t "key"}}`.
    fn settled_text(&self, helper: &HelperTemplate) -> Option<String> {
        match (helper.name.as_name(), helper.params.as_slice()) {
            (Some("t"), [Parameter::Literal(Value::String(key))]) if helper.hash.is_empty() => (self.text)(key),
            (_, _) => None,
        }
    }

    /// A helper with what it is given settled.
    fn helper(&self, helper: &HelperTemplate, place: &Place<'_>) -> Folded<HelperTemplate> {
        let opens_scope = matches!(helper.name.as_name(), Some("each" | "with"));
        let inside = Place { is_scoped: place.is_scoped || opens_scope, ..*place };
        let mut settled = helper.clone();
        settled.params = helper.params.iter().map(|one| self.parameter(one, place)).collect::<Folded<_>>()?;
        settled.hash = self.hash(&helper.hash, place)?;
        if is_name_only(helper) {
            place.allows(&helper.name)?;
        }
        settled.template = helper.template.as_ref().map(|part| self.template(part, &inside)).transpose()?;
        settled.inverse = helper.inverse.as_ref().map(|part| self.template(part, place)).transpose()?;
        Ok(settled)
    }

    /// A partial or a decorator that stays, with what it is given settled.
    fn decorator(&self, decorator: &DecoratorTemplate, place: &Place<'_>) -> Folded<DecoratorTemplate> {
        let mut settled = decorator.clone();
        settled.params = decorator.params.iter().map(|one| self.parameter(one, place)).collect::<Folded<_>>()?;
        settled.hash = self.hash(&decorator.hash, place)?;
        settled.template = decorator.template.as_ref().map(|part| self.template(part, place)).transpose()?;
        Ok(settled)
    }

    fn hash(&self, hash: &HashMap<String, Parameter>, place: &Place<'_>) -> Folded<HashMap<String, Parameter>> {
        hash.iter().map(|(name, value)| Ok((name.clone(), self.parameter(value, place)?))).collect()
    }

    fn parameter(&self, parameter: &Parameter, place: &Place<'_>) -> Folded<Parameter> {
        match parameter {
            Parameter::Path(_) => Ok(place.given(parameter)?.unwrap_or(parameter).clone()),
            Parameter::Subexpression(inner) => {
                let TemplateElement::Expression(helper) = inner.as_element() else { return Ok(parameter.clone()) };
                match self.settled_text(helper) {
                    Some(text) => Ok(Parameter::Literal(Value::String(text))),
                    None => {
                        let mut settled = inner.clone();
                        settled.element = Box::new(TemplateElement::Expression(Box::new(self.helper(helper, place)?)));
                        Ok(Parameter::Subexpression(settled))
                    }
                }
            }
            other => Ok(other.clone()),
        }
    }

    /// What stands in the place of a partial; nothing when it has to be left to Handlebars.
    fn partial(&self, partial: &DecoratorTemplate, place: &Place<'_>) -> Folded<Option<Template>> {
        let Some(name) = partial.name.as_name() else { return Ok(None) };
        let is_plain = partial.params.is_empty() && partial.hash.is_empty();
        if let Some(block) = place.block.filter(|_| name == "@partial-block") {
            return if place.is_scoped { Err(Unfoldable) } else { Ok(Some(block.clone())) };
        }
        if let Some(inline) = place.inlines.get(name).filter(|_| is_plain) {
            return self.template(inline, place).map(Some);
        }
        let Some(called) = self.templates.get(name) else {
            // A part of the layout that the page does not fill.
            let usual = partial.template.as_ref().filter(|_| is_plain && place.block.is_some());
            return usual.map(|usual| self.template(usual, place)).transpose();
        };
        if !partial.params.is_empty() || partial.indent.is_some() || place.depth == DEEPEST {
            return Ok(None);
        }
        let mut given = place.given.clone();
        given.extend(self.hash(&partial.hash, place)?);
        Ok(self.in_place(called, partial.template.as_ref(), &given, place).ok())
    }

    /// A partial or a layout, with the block that it was called with.
    fn in_place(
        &self,
        called: &Template,
        block: Option<&Template>,
        given: &HashMap<String, Parameter>,
        place: &Place<'_>,
    ) -> Folded<Template> {
        let (block, inlines) = match block {
            None => (None, HashMap::new()),
            Some(block) => {
                let (body, inlines) = without_inlines(block);
                (Some(self.template(&body, &Place { given, ..*place })?), inlines)
            }
        };
        let within = Place {
            given,
            block: block.as_ref(),
            inlines: &inlines,
            is_scoped: place.is_scoped,
            depth: place.depth + 1,
        };
        self.template(called, &within)
    }
}

impl<'a> Place<'a> {
    /// What was given under the name that a path is.
    fn given(&self, path: &Parameter) -> Folded<Option<&'a Parameter>> {
        let Some(text) = path.as_name() else { return Ok(None) };
        let (first, rest) = text.split_once(['.', '/']).map_or((text, None), |(first, rest)| (first, Some(rest)));
        match (self.given.get(first), rest) {
            (None, _) => self.allows(path).map(|()| None),
            (Some(Parameter::Literal(_)), None) => Ok(self.given.get(first)),
            // Elsewhere it would be looked up in something else.
            (Some(_), _) if self.is_scoped => Err(Unfoldable),
            (Some(same @ Parameter::Path(_)), _) if same.as_name() == Some(first) => Ok(None),
            (Some(_), Some(_)) => Err(Unfoldable),
            (found, None) => Ok(found),
        }
    }

    /// A partial's own way upwards starts from the partial: it would end elsewhere.
    fn allows(&self, path: &Parameter) -> Folded<()> {
        let leads_up = path.as_name().is_some_and(|text| text.contains("../"));
        if leads_up && self.depth > 0 { Err(Unfoldable) } else { Ok(()) }
    }
}

/// The block of a call without the inline partials that it begins with, and those by their names.
fn without_inlines(block: &Template) -> (Template, HashMap<String, Template>) {
    let (mut body, mut inlines) = (Template::new(), HashMap::new());
    body.name.clone_from(&block.name);
    for (element, mapping) in block.elements.iter().zip(&block.mapping) {
        match element {
            TemplateElement::DecoratorBlock(inline) => {
                if let ([Parameter::Literal(Value::String(name))], Some(part)) = (&*inline.params, &inline.template) {
                    inlines.insert(name.clone(), part.clone());
                }
            }
            other => push(&mut body, other.clone(), mapping),
        }
    }
    (body, inlines)
}

fn is_name_only(helper: &HelperTemplate) -> bool {
    !helper.block && helper.params.is_empty() && helper.hash.is_empty()
}

fn with_name(helper: &HelperTemplate, name: Parameter) -> HelperTemplate {
    let mut renamed = helper.clone();
    renamed.name = name;
    renamed
}

fn append(folded: &mut Template, part: &Template) {
    part.elements.iter().zip(&part.mapping).for_each(|(element, mapping)| push(folded, element.clone(), mapping));
}

/// Adds an element; what is plain text joins the text before it.
fn push(folded: &mut Template, element: TemplateElement, mapping: &TemplateMapping) {
    if let (Some(TemplateElement::RawString(before)), TemplateElement::RawString(text)) =
        (folded.elements.last_mut(), &element)
    {
        before.push_str(text);
        return;
    }
    folded.elements.push(element);
    folded.mapping.push(mapping.clone());
}

#[cfg(test)]
mod tests {
    use super::*;
    use handlebars::Handlebars;
    use serde_json::json;

    /// Every template as it is folded, by its name.
    fn folded(sources: &[(&str, &str)]) -> BTreeMap<String, Template> {
        let compile = |(name, source): &(&str, &str)| {
            let template = Template::compile_with_name(source, (*name).to_owned()).expect("a template");
            ((*name).to_owned(), template)
        };
        let templates: BTreeMap<String, Template> = sources.iter().map(compile).collect();
        let text = |key: &str| (key == "greeting").then(|| "Fish & chips".to_owned());
        let fold = Fold { templates: &templates, text: &text, escape: handlebars::html_escape };
        templates.iter().map(|(name, template)| (name.clone(), fold.fold(template))).collect()
    }

    /// What `page` looks like folded, having been compared with what Handlebars makes of it by itself.
    fn rendered(sources: &[(&str, &str)], content: &Value) -> String {
        let (mut plain, mut settled) = (Handlebars::new(), Handlebars::new());
        for (name, source) in sources {
            plain.register_template_string(name, source).expect("a template");
        }
        for (name, template) in folded(sources) {
            settled.register_template(&name, template);
        }
        let page = settled.render("page", content).expect("a page");
        assert_eq!(page, plain.render("page", content).expect("a page"));
        page
    }

    #[test]
    fn a_page_in_its_layout_is_one_template_without_partials() {
        let sources = [
            (
                "frame",
                "<title>{{title}}</title>{{#> head}}usual{{/head}}{{#> foot}}usual{{/foot}}|{{#if form}}form={{form}}{{/if}}|{{> @partial-block}}",
            ),
            ("part", "({{n}})"),
            (
                "page",
                "{{#> frame title=name form=\"<f>\"}}\n{{#*inline \"head\"}}own{{/inline}}\n{{#each rows}}{{> part}}{{../name}}{{/each}}{{/frame}}",
            ),
        ];

        let page = rendered(&sources, &json!({ "name": "a < b", "rows": [{ "n": 1 }, { "n": 2 }], "form": null }));

        assert_eq!(page, "<title>a &lt; b</title>ownusual|form=&lt;f&gt;|\n(1)a &lt; b(2)a &lt; b");
        let left = format!("{:?}", folded(&sources)["page"].elements);
        assert!(!left.contains("Partial") && !left.contains("Decorator"), "{left}");
    }

    #[test]
    fn a_text_without_arguments_is_written_out_and_one_that_is_missing_is_left_to_be_complained_of() {
        let template = &folded(&[("page", "{{t \"greeting\"}} {{t \"greeting\" n=1}} {{t \"gone\"}}")])["page"];

        assert_eq!(template.elements[0], TemplateElement::RawString("Fish &amp; chips ".to_owned()));
        assert_eq!(template.elements.len(), 4);
    }

    #[test]
    fn a_partial_that_means_something_else_in_another_place_is_left_alone() {
        for (part, page) in [
            // Its way up starts from the partial.
            ("{{#each rows}}{{../a}}{{/each}}", "{{> part}}"),
            ("{{../a}}", "{{#each rows}}{{> part}}{{/each}}"),
            // What it was given would be looked up in a row.
            ("{{#each rows}}{{given}}{{/each}}", "{{> part given=a}}"),
            ("{{given.b}}", "{{> part given=c}}"),
        ] {
            let sources = [("part", part), ("page", page)];

            rendered(&sources, &json!({ "a": "A", "c": { "b": "B" }, "rows": [{ "a": 1 }, { "a": 2 }] }));

            let left = format!("{:?}", folded(&sources)["page"].elements);
            assert!(left.contains("PartialExpression"), "{part} in {page}: {left}");
        }
    }

    #[test]
    fn a_partial_that_calls_itself_comes_to_an_end() {
        let tree = "{{name}}{{#each below}}{{> branch}}{{/each}}";
        let sources = [("tree", tree), ("branch", "<{{> tree}}>"), ("page", "{{#with top}}{{> tree}}{{/with}}")];
        let below = |name: &str, below: Vec<Value>| json!({ "name": name, "below": below });
        let deep = (0..20).fold(below("leaf", Vec::new()), |inner, n| below(&n.to_string(), vec![inner]));

        let page = rendered(&sources, &json!({ "top": deep }));

        assert!(page.starts_with("19<18<17<") && page.contains("<leaf>"), "{page}");
    }
}
