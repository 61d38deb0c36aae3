//! The record of a learning exchange meeting (学习交流会记录), as page and paper show it.

use crate::assignments::exchange::model::is_late;
use crate::assignments::exchange::{Meeting, Presence, ShownMeeting, queries};
use crate::clock::Moment;
use crate::error::Result;
use crate::i18n::Language;
use crate::readings;
use crate::store::Conn;
use crate::training;
use chrono::NaiveDate;
use serde::Serialize;

/// Everything that it says.
#[derive(Debug, Clone, Serialize)]
pub struct ExchangeRecord {
    pub unit_name: String,
    pub is_draft: bool,
    pub held_on: Option<NaiveDate>,
    /// When it was first handed in: by that day it is late or not.
    pub entered_on: Option<NaiveDate>,
    /// When it was last handed in; nothing while it is written in.
    pub signed_at: Option<Moment>,
    pub is_late: bool,
    pub place: String,
    pub chair: String,
    pub recorder: String,
    pub theme: String,
    pub session_title: Option<String>,
    pub readings: Vec<String>,
    pub other_readings: String,
    pub n_people: usize,
    pub present: Vec<String>,
    pub leave: Vec<String>,
    pub absent: Vec<String>,
    pub gists: Vec<Gist>,
    pub questions: Vec<String>,
    pub agreed: Vec<Agreed>,
}

/// What somebody said.
#[derive(Debug, Clone, Serialize)]
pub struct Gist {
    pub number: usize,
    pub name: String,
    pub lines: Vec<String>,
}

/// What was agreed: who does it by when.
#[derive(Debug, Clone, Serialize)]
pub struct Agreed {
    pub number: usize,
    pub what: String,
    pub who: String,
    pub due_on: Option<NaiveDate>,
}

/// Gathers the record of a meeting that the caller may see, in a constant number of queries.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn gather(
    conn: &mut Conn,
    meeting: Meeting,
    unit_name: String,
    state: ShownMeeting,
    language: Language,
) -> Result<ExchangeRecord> {
    let id = meeting.id;
    let people = queries::list_people(conn, id)?;
    let session = match meeting.session_id {
        Some(session) => Some(training::queries::find_session(conn, session)?),
        None => None,
    };
    let titles = readings::titles(conn, language)?;
    let read = queries::list_readings(conn, id)?;
    let gists = queries::list_gists(conn, id)?;
    let agreed = queries::list_agreed(conn, id)?;
    let names = |wanted: Presence| -> Vec<String> {
        people.iter().filter(|of| of.presence == wanted).map(|of| of.name.clone()).collect()
    };
    let gist = |(number, (person, name, text)): (usize, (Option<_>, Option<String>, String))| Gist {
        number,
        // As the person was called on that day, where the record lists them.
        name: people
            .iter()
            .find(|of| Some(of.person_id) == person)
            .map_or(name.unwrap_or_default(), |of| of.name.clone()),
        lines: text.lines().map(str::to_owned).collect(),
    };
    let questions = meeting.questions.lines().map(str::trim).filter(|line| !line.is_empty());
    let agreed = (1..).zip(agreed).map(|(number, (what, who, due_on))| Agreed { number, what, who, due_on });
    Ok(ExchangeRecord {
        unit_name,
        is_draft: state.is_editable(),
        is_late: meeting.held_on.zip(meeting.entered_on).is_some_and(|(held, entered)| is_late(held, entered)),
        held_on: meeting.held_on,
        entered_on: meeting.entered_on,
        signed_at: meeting.submitted_at.filter(|_| !state.is_editable()),
        session_title: session.map(|session| session.title),
        readings: read.iter().filter_map(|reading| titles.get(reading).cloned()).collect(),
        n_people: people.len(),
        present: names(Presence::Present),
        leave: names(Presence::Leave),
        absent: names(Presence::Absent),
        questions: questions.map(str::to_owned).collect(),
        gists: (1..).zip(gists).map(gist).collect(),
        agreed: agreed.collect(),
        place: meeting.place,
        chair: meeting.chair,
        recorder: meeting.recorder,
        theme: meeting.theme,
        other_readings: meeting.other_readings,
    })
}
