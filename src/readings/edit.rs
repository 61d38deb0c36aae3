//! HQ adds a reading of its own, and changes it: each change is a version of its own, and what was read before stays.

use super::model::{Citation, Version, without_marks};
use super::{queries, search};
use crate::access::Viewer;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::files::{self, Received, Subject};
use crate::secret::{self, hex};
use crate::store::Conn;
use crate::store::ids::{FileUseId, ReadingId};
use serde_json::json;
use sha2::{Digest, Sha256};

/// The longest title, summary and text of a reading, in characters. A longer text is handed in as a file.
pub const TITLE_LENGTH: usize = 100;
pub const SUMMARY_LENGTH: usize = 300;
pub const BODY_LENGTH: usize = 20_000;

/// A reading as typed into the form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    pub title_zh: String,
    pub title_en: String,
    pub summary_zh: String,
    pub summary_en: String,
    pub issuer_zh: String,
    pub issuer_en: String,
    pub document_number: String,
    pub in_force: String,
    pub body_zh: String,
    pub body_en: String,
    pub sources_zh: String,
    pub sources_en: String,
    pub citations: Vec<TypedCitation>,
    /// The file of the version before no longer goes with it.
    pub drop_file: bool,
}

/// What a reading rests on, as typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TypedCitation {
    pub statute: String,
    pub article: String,
    pub in_force: String,
}

/// A file that was handed in with the form, and what it was called.
pub type NewFile<'a> = Option<(&'a Received, &'a str)>;

impl Draft {
    /// A version as the form shows it, to be changed.
    pub fn of(version: &Version, citations: &[Citation]) -> Self {
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            title_zh: version.title_zh.clone(),
            title_en: version.title_en.clone(),
            summary_zh: version.summary_zh.clone(),
            summary_en: version.summary_en.clone(),
            issuer_zh: version.issuer_zh.clone(),
            issuer_en: version.issuer_en.clone(),
            document_number: version.document_number.clone(),
            in_force: day(version.in_force),
            body_zh: version.body_zh.clone(),
            body_en: version.body_en.clone(),
            sources_zh: version.sources_zh.clone(),
            sources_en: version.sources_en.clone(),
            citations: citations
                .iter()
                .map(|citation| TypedCitation {
                    statute: citation.statute.clone(),
                    article: citation.article.clone(),
                    in_force: day(citation.in_force),
                })
                .collect(),
            drop_file: false,
        }
    }
}

/// Checks what was typed; `has_file` when a file goes with it.
pub fn check(draft: &Draft, has_file: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |field, id| problems.push(Problem::at(field, Message::new(id)));
    if draft.title_zh.trim().is_empty() {
        wrong("title_zh", "library-title-missing");
    }
    if read_day(&draft.in_force).is_none() {
        wrong("in_force", "library-day-unreadable");
    }
    if draft.body_zh.trim().is_empty() && !has_file {
        wrong("body_zh", "library-body-missing");
    }
    if draft.body_zh.trim().is_empty() && !draft.body_en.trim().is_empty() {
        wrong("body_en", "library-body-chinese-first");
    }
    let cites = draft.citations.iter().any(|citation| !citation.statute.trim().is_empty());
    if !cites && draft.sources_zh.trim().is_empty() {
        wrong("sources_zh", "library-sources-missing");
    }
    let rest = |citation: &TypedCitation| !citation.article.trim().is_empty() || !citation.in_force.trim().is_empty();
    if draft.citations.iter().any(|citation| citation.statute.trim().is_empty() && rest(citation)) {
        wrong("statute", "library-statute-missing");
    }
    if draft.citations.iter().any(|citation| read_day(&citation.in_force).is_none()) {
        wrong("statute_in_force", "library-day-unreadable");
    }
    let cited = draft.citations.iter().flat_map(|one| [one.statute.as_str(), one.article.as_str()]);
    let limits: [(&'static str, &str, usize); 12] = [
        ("title_zh", &draft.title_zh, TITLE_LENGTH),
        ("title_en", &draft.title_en, 2 * TITLE_LENGTH),
        ("summary_zh", &draft.summary_zh, SUMMARY_LENGTH),
        ("summary_en", &draft.summary_en, 2 * SUMMARY_LENGTH),
        ("issuer_zh", &draft.issuer_zh, TITLE_LENGTH),
        ("issuer_en", &draft.issuer_en, 2 * TITLE_LENGTH),
        ("document_number", &draft.document_number, TITLE_LENGTH),
        ("body_zh", &draft.body_zh, BODY_LENGTH),
        ("body_en", &draft.body_en, 3 * BODY_LENGTH),
        ("sources_zh", &draft.sources_zh, 2_000),
        ("sources_en", &draft.sources_en, 4_000),
        ("statute", cited.max_by_key(|text| text.chars().count()).unwrap_or(""), TITLE_LENGTH),
    ];
    for (field, text, most) in limits {
        if text.chars().count() > most {
            problems.push(Problem::at(field, Message::new("library-too-long").with("n", most as i64)));
        }
    }
    problems
}

/// Nothing when it is no date; a date, or none when none was typed.
#[allow(clippy::option_option)]
fn read_day(typed: &str) -> Option<Option<chrono::NaiveDate>> {
    if typed.trim().is_empty() { Some(None) } else { typed.trim().parse().ok().map(Some) }
}

/// A line each, without what is empty.
fn lines(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn citations(draft: &Draft) -> Vec<Citation> {
    let of = |typed: &TypedCitation| Citation {
        statute: without_marks(&typed.statute).to_owned(),
        article: typed.article.trim().to_owned(),
        in_force: read_day(&typed.in_force).flatten(),
    };
    draft.citations.iter().map(of).filter(|citation| !citation.statute.is_empty()).collect()
}

fn version(draft: &Draft, file: Option<(FileUseId, &str)>, viewer: &Viewer, now: Moment) -> Version {
    let text = |text: &str| text.trim().replace("\r\n", "\n");
    let mut version = Version {
        reading_id: ReadingId(0),
        number: 0,
        digest: String::new(),
        title_zh: text(&draft.title_zh),
        title_en: text(&draft.title_en),
        summary_zh: text(&draft.summary_zh),
        summary_en: text(&draft.summary_en),
        issuer_zh: text(&draft.issuer_zh),
        issuer_en: text(&draft.issuer_en),
        document_number: text(&draft.document_number),
        in_force: read_day(&draft.in_force).flatten(),
        body_zh: text(&draft.body_zh),
        body_en: text(&draft.body_en),
        sources_zh: lines(&draft.sources_zh),
        sources_en: lines(&draft.sources_en),
        file_use_id: file.map(|(id, _)| id),
        searched: String::new(),
        made_by: Some(viewer.person),
        made_at: now,
    };
    let citations = citations(draft);
    version.searched = search::searched(&version, &citations);
    let mut hash = Sha256::new();
    let day = version.in_force.map(|day| day.to_string()).unwrap_or_default();
    let parts = [
        &version.title_zh,
        &version.title_en,
        &version.summary_zh,
        &version.summary_en,
        &version.issuer_zh,
        &version.issuer_en,
        &version.document_number,
        &day,
        &version.body_zh,
        &version.body_en,
        &version.sources_zh,
        &version.sources_en,
    ];
    let cited = citations.iter().map(|one| format!("{}\u{1}{}\u{1}{:?}", one.statute, one.article, one.in_force));
    let file = file.map(|(_, digest)| digest.to_owned()).unwrap_or_default();
    for part in parts.into_iter().cloned().chain(cited).chain([file]) {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    version.digest = hex(&hash.finalize());
    version
}

/// Adds a reading. Whoever of HQ writes it stands for it: it needs no approval besides.
///
/// # Errors
/// `Forbidden` but for HQ; `Refused` with a problem at each field.
pub fn add(conn: &mut Conn, viewer: &Viewer, draft: &Draft, file: NewFile<'_>, now: Moment) -> Result<ReadingId> {
    viewer.require_hq()?;
    refuse(check(draft, file.is_some()))?;
    let id = queries::insert_own(conn, &format!("own-{}", secret::random_token()))?;
    let kept = keep(conn, viewer, id, file, now)?;
    let new = version(draft, kept.as_ref().map(|(id, digest)| (*id, digest.as_str())), viewer, now);
    let new = Version { reading_id: id, number: 1, ..new };
    store(conn, viewer, &new, &citations(draft), now)?;
    queries::make_current(conn, id, 1)?;
    audit::record(conn, &viewer.actor(), now, Action::new("readings.added", "reading"), id.0, &told(&new))?;
    Ok(id)
}

/// Changes a reading of HQ's own as it was shown in `version_shown`: a new version, unless nothing is different. Tells the
/// number of the version that is current now.
///
/// # Errors
/// `Forbidden` but for HQ; `NotFound` when it is none of HQ's own; `Conflict` when somebody else was faster; `Refused` with
/// a problem at each field.
pub fn change(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ReadingId,
    version_shown: i64,
    draft: &Draft,
    file: NewFile<'_>,
    now: Moment,
) -> Result<i64> {
    viewer.require_hq()?;
    let before = queries::find(conn, id)?;
    if before.row.shipped {
        return Err(Error::NotFound("reading"));
    }
    if before.row.version != version_shown {
        return Err(Error::Conflict);
    }
    let kept_before = before.version.file_use_id.filter(|_| !draft.drop_file);
    refuse(check(draft, file.is_some() || kept_before.is_some()))?;
    let kept = match (keep(conn, viewer, id, file, now)?, kept_before) {
        (Some(new), _) => Some(new),
        (None, Some(old)) => Some((old, files::queries::find_use(conn, Subject::Reading(id), old)?.digest)),
        (None, None) => None,
    };
    let new = version(draft, kept.as_ref().map(|(id, digest)| (*id, digest.as_str())), viewer, now);
    if new.digest == before.version.digest {
        return Ok(before.version.number);
    }
    let new = Version { reading_id: id, number: queries::last_number(conn, id)? + 1, ..new };
    store(conn, viewer, &new, &citations(draft), now)?;
    if !queries::make_current_of(conn, id, version_shown, new.number)? {
        return Err(Error::Conflict);
    }
    let details = json!({ "before": told(&before.version), "after": told(&new) });
    audit::record(conn, &viewer.actor(), now, Action::new("readings.changed", "reading"), id.0, &details)?;
    Ok(new.number)
}

fn store(conn: &mut Conn, viewer: &Viewer, new: &Version, cited: &[Citation], now: Moment) -> Result<()> {
    queries::insert_version(conn, new)?;
    queries::insert_citations(conn, new.reading_id, new.number, cited)?;
    queries::mark_approved(conn, new.reading_id, viewer.person, now, &new.digest)?;
    Ok(())
}

/// Keeps the file with the reading; its use and digest.
fn keep(
    conn: &mut Conn,
    viewer: &Viewer,
    id: ReadingId,
    file: NewFile<'_>,
    now: Moment,
) -> Result<Option<(FileUseId, String)>> {
    let Some((received, name)) = file else { return Ok(None) };
    files::keep(conn, &viewer.actor(), Subject::Reading(id), received, name, now)?;
    let uses = files::queries::list_uses(conn, Subject::Reading(id))?;
    Ok(uses.into_iter().find(|kept| kept.digest == received.digest()).map(|kept| (kept.id, kept.digest)))
}

/// What the log says of a version: not its text, which stands in its own table.
fn told(version: &Version) -> serde_json::Value {
    json!({ "number": version.number, "title": version.title_zh, "digest": version.digest })
}

fn refuse(problems: Vec<Problem>) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(Error::Refused(problems)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            title_zh: "办法".to_owned(),
            body_zh: "正文".to_owned(),
            sources_zh: "集团文件".to_owned(),
            ..Draft::default()
        }
    }

    fn fields(draft: &Draft, has_file: bool) -> Vec<&'static str> {
        check(draft, has_file).into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn a_reading_needs_a_title_a_text_or_a_file_and_what_it_rests_on() {
        assert_eq!(fields(&draft(), false), [""; 0]);
        assert_eq!(fields(&Draft::default(), false), ["title_zh", "body_zh", "sources_zh"]);
        assert_eq!(fields(&Draft { body_zh: String::new(), ..draft() }, true), [""; 0]);
        let citation = TypedCitation { statute: "公司法".to_owned(), ..TypedCitation::default() };
        let cited = Draft { sources_zh: String::new(), citations: vec![citation], ..draft() };
        assert_eq!(fields(&cited, false), [""; 0]);
    }

    #[test]
    fn what_is_too_long_or_no_date_is_said_at_its_field() {
        assert_eq!(fields(&Draft { body_zh: "法".repeat(BODY_LENGTH), ..draft() }, false), [""; 0]);
        assert_eq!(fields(&Draft { body_zh: "法".repeat(BODY_LENGTH + 1), ..draft() }, false), ["body_zh"]);
        assert_eq!(fields(&Draft { in_force: "soon".to_owned(), ..draft() }, false), ["in_force"]);
        let row = |statute: &str, article: &str, in_force: &str| TypedCitation {
            statute: statute.to_owned(),
            article: article.to_owned(),
            in_force: in_force.to_owned(),
        };
        let with = |citation| Draft { citations: vec![citation], ..draft() };
        assert_eq!(fields(&with(row("", "第七条", "")), false), ["statute"]);
        assert_eq!(fields(&with(row("公司法", "", "2024")), false), ["statute_in_force"]);
        assert_eq!(fields(&with(row("", "", "")), false), [""; 0]);
        assert_eq!(fields(&with(row("公司法", &"a".repeat(TITLE_LENGTH + 1), "")), false), ["statute"]);
        let citations = vec![row(&"法".repeat(40), "", ""), row(&"a".repeat(TITLE_LENGTH + 1), "", "")];
        assert_eq!(fields(&Draft { citations, ..draft() }, false), ["statute"]);
    }
}
