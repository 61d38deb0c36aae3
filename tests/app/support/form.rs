//! A form as a browser would send it: everything that stands in it, as it stands.

// A form that does not hold what a test writes into ends the test, and says which.
#![allow(clippy::panic)]

/// What was typed or preset, by the names of the fields; token and key are added by the browser of these tests.
#[derive(Debug, Clone)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// The first form of a page in which some markup stands.
    pub fn of(page: &str, mark: &str) -> Self {
        let forms = page.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap_or(rest));
        let form = forms.into_iter().find(|form| form.contains(mark)).expect("such a form");
        let mut fields = Vec::new();
        let mut select: Option<Select> = None;
        for piece in form.split('<').skip(1) {
            let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
            let word = |name| attribute(tag, name);
            match tag.split([' ', '\n']).next().unwrap_or("") {
                "input" => {
                    let is_sent = match word("type").unwrap_or_default().as_str() {
                        "checkbox" | "radio" => has(tag, "checked"),
                        "file" | "submit" => false,
                        _ => true,
                    };
                    if let Some(name) = word("name").filter(|_| is_sent) {
                        fields.push((name, word("value").unwrap_or_default()));
                    }
                }
                "textarea" => fields.extend(word("name").map(|name| (name, unescaped(text)))),
                "select" => select = word("name").map(|name| Select { name, first: None, chosen: None }),
                "option" => {
                    if let Some(select) = &mut select {
                        let value = word("value").unwrap_or_else(|| unescaped(text));
                        select.chosen = select.chosen.take().or(has(tag, "selected").then(|| value.clone()));
                        select.first = select.first.take().or(Some(value));
                    }
                }
                "/select" => {
                    let sent = select.take().and_then(|of| Some((of.name, of.chosen.or(of.first)?)));
                    fields.extend(sent);
                }
                _ => {}
            }
        }
        fields.retain(|(name, _)| !["csrf", "form_key"].contains(&name.as_str()));
        Self(fields)
    }

    /// Writes into the nth field of a name, counted from 0.
    pub fn set(&mut self, name: &str, n: usize, value: &str) {
        let field = self.0.iter_mut().filter(|(known, _)| known == name).nth(n);
        value.clone_into(&mut field.unwrap_or_else(|| panic!("no field {name} {n}")).1);
    }

    pub fn values(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    /// What is sent when a button is pressed.
    pub fn pressed<'a>(&'a self, button: &'a [(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(button.iter().copied()).collect()
    }
}

struct Select {
    name: String,
    first: Option<String>,
    chosen: Option<String>,
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
    rest.split('"').next().map(unescaped)
}

fn has(tag: &str, word: &str) -> bool {
    tag.split(' ').any(|part| part == word)
}

fn unescaped(text: &str) -> String {
    [("&quot;", "\""), ("&#x27;", "'"), ("&#x3D;", "="), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
        .into_iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
