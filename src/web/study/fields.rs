//! The fields of a form whose names carry a number: `problem-3`.

use std::collections::BTreeMap;

/// What was typed, by the names of the fields.
#[derive(Debug, Default)]
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    pub(super) fn of(sent: Vec<(String, String)>) -> Self {
        Self(sent.into_iter().collect())
    }

    /// Without the spaces around it; empty when there was no such field.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// What a button stands for, when its value begins so: `3` of `remove-3`.
    pub(super) fn step(&self, beginning: &str) -> Option<&str> {
        self.text("step").strip_prefix(beginning)
    }
}
