//! HQ stands for texts and questions by name: one by one, or for all that await it at once.

use super::model::Approval;
use super::queries;
use super::questions::{self, Question};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::secret::hex;
use crate::store::Conn;
use crate::store::ids::ReadingId;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Approves both texts of a reading as they were shown; a repeat changes nothing.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound`; `Conflict` when it is another text now than the one that was shown.
pub fn approve(conn: &mut Conn, viewer: &Viewer, id: ReadingId, digest_shown: &str, now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let reading = queries::find(conn, id)?;
    if reading.version.digest != digest_shown {
        return Err(Error::Conflict);
    }
    if let Approval::Given { .. } = reading.row.approval(digest_shown) {
        return Ok(());
    }
    queries::mark_approved(conn, id, viewer.person, now, digest_shown)?;
    let details = json!({ "slug": reading.row.slug, "before": reading.row.approved_digest, "after": digest_shown });
    audit::record(conn, &viewer.actor(), now, Action::new("readings.approved", "reading"), id.0, &details)
}

/// Approves questions about a reading as they were shown: each by its id and digest.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound` when there is no such question; `Conflict` when one is another now.
pub fn approve_questions(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ReadingId,
    shown: &[(String, String)],
    now: Moment,
) -> Result<()> {
    viewer.require_hq()?;
    let reading = queries::find(conn, id)?.row;
    let asked = questions::of(conn, &reading)?;
    for (question, digest) in shown {
        let found = asked.iter().find(|known| known.id == *question).ok_or(Error::NotFound("question"))?;
        if found.digest != *digest {
            return Err(Error::Conflict);
        }
        questions::queries::put_approval(conn, id, question, digest, viewer.person, now)?;
    }
    let details = json!({ "slug": reading.slug, "questions": shown });
    audit::record(conn, &viewer.actor(), now, Action::new("questions.approved", "reading"), id.0, &details)
}

/// What nobody has approved yet as it is now.
#[derive(Debug, Clone, Default)]
pub struct Awaiting {
    /// With the digest of the text.
    pub readings: Vec<(ReadingId, String)>,
    pub questions: Vec<(ReadingId, Question)>,
}

impl Awaiting {
    pub fn is_empty(&self) -> bool {
        self.readings.is_empty() && self.questions.is_empty()
    }

    /// Of everything together: what is approved is what was shown.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (id, digest) in &self.readings {
            hash.update(format!("{id} {digest};"));
        }
        for (id, question) in &self.questions {
            hash.update(format!("{id} {} {};", question.id, question.digest));
        }
        hex(&hash.finalize())
    }
}

/// Everything in use that awaits approval, in the library's order.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn awaiting(conn: &mut Conn) -> Result<Awaiting> {
    let approved: BTreeMap<(ReadingId, String), String> = questions::queries::list_approvals(conn)?
        .into_iter()
        .map(|approval| ((approval.reading_id, approval.question), approval.digest))
        .collect();
    let headings = queries::list(conn)?;
    let mut asked = questions::all(conn, headings.iter().map(|heading| (heading.id, heading.slug.as_str())))?;
    let mut found = Awaiting::default();
    for heading in headings.into_iter().filter(|heading| heading.retired_at.is_none()) {
        let awaits = |question: &Question| {
            approved.get(&(heading.id, question.id.clone())).is_none_or(|digest| *digest != question.digest)
        };
        let questions = asked.remove(&heading.id).unwrap_or_default();
        found.questions.extend(questions.into_iter().filter(awaits).map(|question| (heading.id, question)));
        if heading.approved_digest.as_ref() != Some(&heading.digest) {
            found.readings.push((heading.id, heading.digest));
        }
    }
    Ok(found)
}

/// Approves everything that awaits it, as it was shown.
///
/// # Errors
/// `Forbidden` but for HQ; `Conflict` when it is not the same any more.
pub fn approve_all(conn: &mut Conn, viewer: &Viewer, digest_shown: &str, now: Moment) -> Result<()> {
    viewer.require_hq()?;
    let all = awaiting(conn)?;
    if all.is_empty() {
        return Ok(());
    }
    if all.digest() != digest_shown {
        return Err(Error::Conflict);
    }
    for (id, digest) in &all.readings {
        approve(conn, viewer, *id, digest, now)?;
    }
    let mut by_reading: BTreeMap<ReadingId, Vec<(String, String)>> = BTreeMap::new();
    for (id, question) in &all.questions {
        by_reading.entry(*id).or_default().push((question.id.clone(), question.digest.clone()));
    }
    for (id, shown) in by_reading {
        approve_questions(conn, viewer, id, &shown, now)?;
    }
    Ok(())
}
