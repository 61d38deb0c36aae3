//! What a report that can be made final says around its figures: a draft until then, afterwards its number, the report that
//! it replaces, and a code that leads back to it.

use super::{Block, Code, Layout, Paper, Sheet, Signature, Words};
use crate::clock::Moment;
use crate::error::{Message, Result};
use crate::reports::finals::Reference;
use crate::templates::qr_svg;

/// What a final report says besides its number.
#[derive(Debug, Clone)]
pub struct Finality {
    /// Where the number leads.
    pub address: String,
    pub replaces: Option<Reference>,
}

/// A report without its figures.
pub(super) struct Frame<'a> {
    pub title: String,
    /// The words that the title ends with.
    pub ending: &'static str,
    pub organisation: &'a str,
    /// Who signs.
    pub unit: &'a str,
    pub number: Option<&'a str>,
    /// The mark of an excerpt, which stands beside title and number; empty for a whole report.
    pub excerpt: String,
    pub made_at: Moment,
}

impl Frame<'_> {
    /// The whole paper: a draft unless the report has a number.
    ///
    /// # Errors
    /// `Broken` when its address does not fit into a code.
    pub(super) fn around(self, blocks: Vec<Block>, finality: Option<&Finality>, words: &Words) -> Result<Paper> {
        let mut lines = vec![self.organisation.to_owned()];
        let number = words.number(self.number).map(|number| format!("{number}{}", self.excerpt));
        lines.extend(number.clone());
        lines.push(words.made_at(self.made_at));
        if let Some(before) = finality.and_then(|finality| finality.replaces.as_ref()) {
            let message = Message::new("paper-replaces").with("number", before.number.as_str());
            lines.push(words.word(&message.with("at", words.short(before.made_at))));
        }
        let code = finality.map(|finality| code_of(finality, words)).transpose()?;
        let title = format!("{}{}", self.title, self.excerpt);
        Ok(Paper {
            language: words.language,
            layout: Layout::Official,
            name: title.clone(),
            mark: number.or_else(|| Some(words.say("report-draft"))),
            sheets: vec![Sheet {
                title,
                ending: format!("{}{}", words.say(self.ending), self.excerpt),
                lines,
                blocks,
                signature: Some(Signature::of_report(self.unit, self.made_at, code, words)),
                foot: Vec::new(),
            }],
            made_at: self.made_at,
        })
    }
}

/// The code that leads back to a final report.
fn code_of(Finality { address, .. }: &Finality, words: &Words) -> Result<Code> {
    Ok(Code { svg: qr_svg(address)?, address: address.clone(), words: words.say("final-scan") })
}
