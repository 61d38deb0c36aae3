//! What an archive holds, gathered at one moment: in a constant number of queries, and a few more for each meeting.

use super::readings::texts_of;
use super::{Part, queries, trail};
use crate::access::Reach;
use crate::assignments;
use crate::assignments::exchange::queries as exchange;
use crate::attendance::queries as attendance;
use crate::attendance::requests;
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::files::{self, FileUse, Subject};
use crate::reports::basis::Basis;
use crate::reports::exchange_record;
use crate::reports::finals;
use crate::reports::paper::{self, Finality, Paper, Words};
use crate::reports::{SessionReport, csv, sign_in_sheet};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::training::{self, Session};
use crate::{links, readings};
use std::collections::{BTreeMap, BTreeSet};

/// A part before its paper is printed or its file read.
pub(super) enum Draft {
    Ready(Part),
    Paper { name: String, heading: String, paper: Box<Paper> },
    File { name: String, heading: String, file: Box<FileUse> },
}

/// An archive before it is packed.
pub(super) struct Gathered {
    pub cover: Cover,
    pub drafts: Vec<Draft>,
}

/// What the contents page says before the parts.
pub(super) struct Cover {
    pub organisation: String,
    pub title: String,
    pub version: i64,
    /// How what is recorded is to the report in the archive, a paragraph each.
    pub notes: Vec<String>,
}

pub(super) fn gather(conn: &mut Conn, id: SessionId, words: &Words, base_url: &str, now: Moment) -> Result<Gathered> {
    let session = training::queries::find_session(conn, id)?;
    if !session.is_confirmed() {
        return Err(Error::refused(Message::new("archive-refused-not-confirmed")));
    }
    let basis = Basis::gather(conn, session.clone(), &Reach::Group)?;
    let organisation = basis.organisation.clone();
    let notice = paper::notice(conn, &session, words, now)?;
    let roster = roster(conn, &session, &basis, words)?;
    let sheet = sign_in_sheet::build_whole(conn, &session, now)?;
    let address = format!("{base_url}{}", links::session(id));
    let mut drafts = vec![
        paper_part("notice", notice, words),
        table_part("roster", &roster, words)?,
        paper_part("sheet", paper::sheet(&sheet, &address, words), words),
    ];
    for (number, file) in (1..).zip(files::queries::list_uses(conn, Subject::SignedSheet(id))?) {
        let heading = words.say("archive-part-scan");
        let name = format!("03-{heading}-{number}.{}", file.kind.ending());
        drafts.push(Draft::File { name, heading: format!("{heading} {number}"), file: Box::new(file) });
    }
    drafts.push(table_part("leave", &requests_of(conn, id, &basis, words)?, words)?);
    drafts.push(table_part("readings", &readings_of(conn, id, words)?, words)?);
    drafts.extend(texts_of(conn, id, words)?);
    let (report, notes) = statistics(conn, id, basis.clone(), words, base_url, now)?;
    drafts.extend(report);
    drafts.push(table_part("follow-up", &follow_up(conn, id, words)?, words)?);
    let mut evidence = Evidence::new(words);
    for (number, (meeting, unit, task)) in (1..).zip(exchange::list_about(conn, id)?) {
        let files = files::queries::list_uses(conn, Subject::Meeting(meeting.id))?;
        let state = crate::assignments::exchange::model::shown(meeting.state, task);
        let record = exchange_record::gather(conn, meeting, unit, state, words.language)?;
        let heading = format!("{} {number} {}", words.say("archive-part-exchange"), record.unit_name);
        let name = file_name("08", &heading, "pdf");
        drafts.push(Draft::Paper {
            name,
            heading: heading.clone(),
            paper: Box::new(paper::exchange(&record, now, words)),
        });
        drafts.extend(evidence.of_meeting(&heading, files, words));
    }
    if evidence.rows.len() > 1 {
        drafts.push(table_part("evidence", &evidence.rows, words)?);
    }
    drafts.push(table_part("changes", &changes(conn, id, &basis, words)?, words)?);
    drafts.push(table_part("audit", &trail::rows(conn, id, &basis, words)?, words)?);
    let cover = Cover { organisation, title: session.title, version: queries::next_version(conn, id)?, notes };
    Ok(Gathered { cover, drafts })
}

/// Evidence of meetings in one archive at the most, in bytes: it is put together in memory. What is more is listed with
/// its digest.
const MOST_EVIDENCE: i64 = 256 * 1024 * 1024;

/// The files that came with the records of meetings.
struct Evidence {
    /// The list of all of them, the head first.
    rows: Vec<Vec<String>>,
    n_bytes: i64,
}

impl Evidence {
    fn new(words: &Words) -> Self {
        let columns = [
            "archive-index-part",
            "archive-column-file",
            "archive-column-at",
            "archive-index-digest",
            "archive-column-kept",
        ];
        Self { rows: vec![head(&columns, words)], n_bytes: 0 }
    }

    fn of_meeting(&mut self, heading: &str, files: Vec<FileUse>, words: &Words) -> Vec<Draft> {
        let mut drafts = Vec::new();
        for (number, file) in (1..).zip(files) {
            let fits = self.n_bytes + file.size_bytes <= MOST_EVIDENCE;
            let kept = words.say(if fits { "archive-kept" } else { "archive-not-kept" });
            let row = [heading.to_owned(), file.name.clone(), words.stamp(file.added_at), file.digest.clone(), kept];
            self.rows.push(row.to_vec());
            if fits {
                self.n_bytes += file.size_bytes;
                let heading =
                    format!("{heading} {} {}", words.say("archive-part-evidence-file"), i64::to_string(&number));
                let name = file_name("08", &heading, file.kind.ending());
                drafts.push(Draft::File { name, heading, file: Box::new(file) });
            }
        }
        drafts
    }
}

/// The parts in their order, by which their names begin.
const ORDER: &[(&str, &str, &str)] = &[
    ("notice", "01", "archive-part-notice"),
    ("roster", "02", "archive-part-roster"),
    ("sheet", "03", "archive-part-sheet"),
    ("leave", "04", "archive-part-leave"),
    ("readings", "05", "archive-part-readings"),
    ("report", "06", "archive-part-report"),
    ("list", "06", "archive-part-list"),
    ("follow-up", "07", "archive-part-follow-up"),
    ("evidence", "08", "archive-part-evidence"),
    ("changes", "09", "archive-part-changes"),
    ("audit", "10", "archive-part-audit"),
];

fn named(part: &str, words: &Words) -> (&'static str, String) {
    let found = ORDER.iter().find(|(known, ..)| *known == part);
    found.map_or(("99", part.to_owned()), |(_, number, key)| (*number, words.say(key)))
}

/// A name for every system: no folders, nothing that one of them forbids.
pub(super) fn file_name(number: &str, heading: &str, ending: &str) -> String {
    let is_fine = |of: char| !of.is_control() && !"/\\:*?\"<>|".contains(of);
    let heading: String = heading.chars().map(|of| if is_fine(of) { of } else { '-' }).take(80).collect();
    format!("{number}-{}.{ending}", heading.trim_matches(['.', ' ']))
}

fn paper_part(part: &str, paper: Paper, words: &Words) -> Draft {
    let (number, heading) = named(part, words);
    Draft::Paper { name: file_name(number, &heading, "pdf"), heading, paper: Box::new(paper) }
}

fn table_part(part: &str, rows: &[Vec<String>], words: &Words) -> Result<Draft> {
    let (number, heading) = named(part, words);
    let name = file_name(number, &heading, "csv");
    Ok(Draft::Ready(Part { name, heading, content: csv::write(rows)? }))
}

pub(super) fn head(keys: &[&'static str], words: &Words) -> Vec<String> {
    keys.iter().map(|key| words.say(key)).collect()
}

/// The list as it was frozen.
fn roster(conn: &mut Conn, session: &Session, basis: &Basis, words: &Words) -> Result<Vec<Vec<String>>> {
    let venues = training::queries::list_venues(conn, session.id)?;
    let columns = [
        "report-column-number",
        "report-column-unit",
        "report-column-name",
        "report-column-post",
        "report-column-category",
        "seating-venue",
    ];
    let mut rows = vec![head(&columns, words)];
    for (number, (row, _)) in (1..).zip(&basis.roll) {
        let venue = venues.iter().find(|venue| venue.id == row.venue_id).map(|venue| venue.name.clone());
        rows.push(vec![
            i64::to_string(&number),
            row.unit_name.clone(),
            row.name.clone(),
            row.post.clone(),
            words.choice("report-category-", row.category.as_str()),
            venue.unwrap_or_default(),
        ]);
    }
    Ok(rows)
}

/// Who asked for leave, a stand-in, an exemption or a correction, and what was decided.
fn requests_of(conn: &mut Conn, id: SessionId, basis: &Basis, words: &Words) -> Result<Vec<Vec<String>>> {
    let columns = [
        "report-column-unit",
        "report-column-name",
        "archive-column-asked",
        "archive-column-reason",
        "archive-column-by",
        "archive-column-at",
        "archive-column-decision",
        "archive-column-decided-by",
        "archive-column-decided-at",
        "archive-column-answer",
    ];
    let mut rows = vec![head(&columns, words)];
    let found = requests::queries::list_of_session(conn, id)?;
    let people = found.iter().flat_map(|of| [Some(of.asked_by), of.decided_by]).flatten().collect();
    let names = names(conn, people)?;
    for of in found {
        let row = basis.roll.iter().map(|(row, _)| row).find(|row| row.person_id == of.person_id);
        let by = |person: Option<PersonId>| person.and_then(|of| names.get(&of).cloned()).unwrap_or_default();
        let kind = match of.asked()?.and_then(|asked| asked.leave_kind) {
            Some(leave) => words.choice("report-leave-", leave.as_str()),
            None => words.choice("archive-request-", of.kind.as_str()),
        };
        rows.push(vec![
            row.map(|row| row.unit_name.clone()).unwrap_or_default(),
            row.map(|row| row.name.clone()).unwrap_or_default(),
            kind,
            of.reason.clone(),
            by(Some(of.asked_by)),
            words.stamp(of.asked_at),
            words.choice("archive-decision-", of.state.as_str()),
            by(of.decided_by),
            of.decided_at.map(|at| words.stamp(at)).unwrap_or_default(),
            of.answer.clone(),
        ]);
    }
    Ok(rows)
}

pub(super) fn names(conn: &mut Conn, people: BTreeSet<PersonId>) -> Result<BTreeMap<PersonId, String>> {
    Ok(attendance::list_names(conn, &people)?.into_iter().collect())
}

fn readings_of(conn: &mut Conn, id: SessionId, words: &Words) -> Result<Vec<Vec<String>>> {
    let titles = readings::titles(conn, words.language)?;
    let mut rows = vec![head(&["report-column-number", "meeting-readings", "archive-column-when"], words)];
    for (number, planned) in (1..).zip(training::queries::list_planned_readings(conn, id)?) {
        rows.push(vec![
            i64::to_string(&number),
            titles.get(&planned.reading).cloned().unwrap_or_default(),
            words.choice("training-topic-readings-", planned.timing.as_str()),
        ]);
    }
    Ok(rows)
}

/// The newest final report, or as long as there is none the figures of the moment as a draft; and its list. Beside them
/// whether what is recorded has moved on since.
fn statistics(
    conn: &mut Conn,
    id: SessionId,
    basis: Basis,
    words: &Words,
    base_url: &str,
    now: Moment,
) -> Result<(Vec<Draft>, Vec<String>)> {
    let newest = finals::queries::list_of_session(conn, id)?.into_iter().next();
    let (report, finality, notes) = match newest {
        None => (SessionReport::of(basis, &[], None, now)?, None, vec![words.say("archive-index-draft")]),
        Some(entry) => {
            let number = entry.number();
            let (replaces, _) = finals::queries::find_neighbours(conn, &entry)?;
            let kept = finals::queries::find(conn, number)?.basis;
            let address = format!("{base_url}{}", links::final_report(number));
            let n = finals::differences(&kept, &basis).len();
            let report = SessionReport::of(kept, &[], Some(number.to_string()), entry.made_at)?;
            let notes = match n {
                0 => vec![words.word(&Message::new("archive-index-same").with("number", number.to_string()))],
                n => moved_on(&report, SessionReport::of(basis, &[], None, now)?, n, words),
            };
            (report, Some(Finality { address, replaces }), notes)
        }
    };
    let parts = vec![
        paper_part("report", paper::session(&report, finality.as_ref(), words)?, words),
        table_part("list", &paper::session_list(&report, words), words)?,
    ];
    Ok((parts, notes))
}

/// That a final report says something else of some people than what is recorded now: both sums, and where the changes are.
fn moved_on(report: &SessionReport, today: SessionReport, n: usize, words: &Words) -> Vec<String> {
    let number = report.number.as_deref().unwrap_or_default();
    let differs = Message::new("archive-index-differs").with("number", number);
    let sums = |key, of: &SessionReport| {
        let message = Message::new(key).with("number", number);
        let message = message.with("total", words.total(&of.total.counts, of.total.n_due));
        words.word(&message.with("rates", words.rates(&of.total)))
    };
    vec![
        words.word(&differs.with("n", i64::try_from(n).unwrap_or(i64::MAX))),
        sums("archive-index-then", report),
        sums("archive-index-now", &today),
    ]
}

fn follow_up(conn: &mut Conn, id: SessionId, words: &Words) -> Result<Vec<Vec<String>>> {
    let columns =
        ["report-column-unit", "report-column-name", "archive-column-task", "tasks-due-on", "report-column-state"];
    let mut rows = vec![head(&columns, words)];
    let today = words.clock.today();
    for of in assignments::queries::list_of_session(conn, id)? {
        let view = of.task.view(today, words.language);
        let state = words.choice("task-state-", view.state.as_str());
        rows.push(vec![of.unit_name, of.name, view.reading_title, view.due_on.to_string(), state]);
    }
    Ok(rows)
}

/// Every change of what is recorded, with its reason.
fn changes(conn: &mut Conn, id: SessionId, basis: &Basis, words: &Words) -> Result<Vec<Vec<String>>> {
    let columns = [
        "report-column-unit",
        "report-column-name",
        "archive-column-before",
        "archive-column-after",
        "archive-column-reason",
        "archive-column-by",
        "archive-column-at",
    ];
    let mut rows = vec![head(&columns, words)];
    let people: Vec<PersonId> = basis.roll.iter().map(|(row, _)| row.person_id).collect();
    let of: BTreeMap<PersonId, _> = basis.roll.iter().map(|(row, _)| (row.person_id, row)).collect();
    for (change, by) in attendance::list_changes_of(conn, id, &people)? {
        let row = of.get(&change.person_id);
        let state = |state: Option<crate::attendance::AttendanceState>| {
            state.map(|state| words.choice("attendance-state-", state.as_str())).unwrap_or_default()
        };
        rows.push(vec![
            row.map(|row| row.unit_name.clone()).unwrap_or_default(),
            row.map(|row| row.name.clone()).unwrap_or_default(),
            state(change.state_before),
            state(change.state_after),
            change.reason.clone(),
            by.unwrap_or_default(),
            words.stamp(change.changed_at),
        ]);
    }
    Ok(rows)
}
