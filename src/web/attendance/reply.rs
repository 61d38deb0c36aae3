//! `/sessions/{id}/reply`: a unit answers who comes.

use super::{Head, PersonRow};
use crate::access::{Reach, Viewer};
use crate::attendance::queries::{self, Scope};
use crate::attendance::replies::queries as replies;
use crate::attendance::replies::{self as verbs, Answer, Line, Reply, model};
use crate::attendance::requests::{Request, RequestKind, queries as requests};
use crate::attendance::{Attendance, AttendanceState, Recorded};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::organization::{self, Unit};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, UnitId, VenueId};
use crate::training::{self, RosterRow, Session, Venue};
use crate::web::errors::unreadable;
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The words of the one choice a row has.
const WORDS: &[&str] = &["coming", "leave_public", "leave_sick", "leave_private", "stand_in"];

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ReplyQuery {
    unit: String,
}

#[derive(Serialize)]
struct ReplyPage {
    head: Head,
    action: String,
    unit_name: String,
    reply_by: Option<Moment>,
    is_open: bool,
    /// The leader and HQ send; a liaison prepares.
    may_send: bool,
    sent_at: Option<Moment>,
    sent_by: Option<String>,
    /// Something was prepared after it was last sent.
    drafted_at: Option<Moment>,
    drafted_by: Option<String>,
    version: i64,
    has_venues: bool,
    rows: Vec<Row>,
    n_fixed: usize,
    words: &'static [&'static str],
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    person: PersonRow,
    /// Nothing can be said of them here any more, or they are the one who answers.
    is_fixed: bool,
    is_own: bool,
    /// They lead the unit: the next unit above says, or HQ.
    is_decided_above: bool,
    has_asked: bool,
    word: String,
    typed_stand_in: String,
    seen: i64,
    venues: Vec<VenueChoice>,
}

#[derive(Serialize)]
struct VenueChoice {
    id: VenueId,
    name: String,
    selected: bool,
}

/// What was typed, by person.
#[derive(Default)]
struct Typed {
    rows: BTreeMap<PersonId, TypedRow>,
    version: i64,
    sends: bool,
}

#[derive(Default, Clone)]
struct TypedRow {
    word: String,
    stand_in: String,
    venue: String,
    seen: String,
}

impl Typed {
    /// Fields of a row carry the person's number: `word-12`.
    fn read(fields: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields {
            match (name.as_str(), name.split_once('-')) {
                ("version", _) => typed.version = value.parse().unwrap_or(0),
                ("step", _) => typed.sends = value == "send",
                (_, Some((field, number))) => {
                    let Ok(person) = number.parse::<PersonId>() else { continue };
                    let row = typed.rows.entry(person).or_default();
                    match field {
                        "word" => row.word = value,
                        "name" => row.stand_in = value,
                        "venue" => row.venue = value,
                        "seen" => row.seen = value,
                        _ => {}
                    }
                }
                (_, None) => {}
            }
        }
        typed
    }

    fn lines(&self) -> Result<Vec<Line>> {
        self.rows
            .iter()
            .map(|(person, row)| {
                let word = if row.word == "coming" { "pending" } else { &row.word };
                if word != "pending" && !WORDS.contains(&word) {
                    return Err(unreadable());
                }
                Ok(Line {
                    person: *person,
                    exception: super::roll::recorded(word, false, false, &row.stand_in).ok_or_else(unreadable)?,
                    venue: row.venue.parse().map_err(|_| unreadable())?,
                    seen: row.seen.parse().map_err(|_| unreadable())?,
                })
            })
            .collect()
    }
}

/// The unit that the viewer answers for: the one asked for, or the first within reach.
fn answering_unit(conn: &mut Conn, reach: &Reach, session: &Session, wanted: &str) -> Result<Unit> {
    let units = organization::queries::list_units(conn)?;
    let on_roster: Vec<UnitId> =
        training::queries::list_roster_units(conn, &[session.id])?.into_iter().map(|(_, unit)| unit).collect();
    let wanted: Option<UnitId> = wanted.parse().ok();
    let mut answering = model::answering(&units, &on_roster).into_iter().filter(|unit| reach.covers(&unit.path));
    answering.find(|unit| wanted.is_none_or(|wanted| unit.id == wanted)).cloned().ok_or(Error::NotFound("reply"))
}

fn reply_page(
    conn: &mut Conn,
    viewer: &Viewer,
    id: SessionId,
    query: &ReplyQuery,
    typed: Option<&Typed>,
    now: Moment,
) -> Result<ReplyPage> {
    let session = training::queries::find_visible(conn, viewer, id)?;
    if session.reply_by.is_none() {
        return Err(Error::NotFound("reply"));
    }
    let unit = answering_unit(conn, &viewer.reach(), &session, &query.unit)?;
    let reply = replies::find(conn, id, unit.id)?;
    let scope = Scope::Part { paths: vec![unit.path.clone()], venues: Vec::new() };
    let roll = queries::list_roll_of(conn, id, &scope)?;
    let venues = training::queries::list_venues(conn, id)?;
    let asked = requests::list_open_of_session(conn, id)?;
    let is_open = model::is_open(&session, now);
    let draft = reply.as_ref().and_then(Reply::draft).unwrap_or_default();
    let by: Vec<PersonId> = reply.iter().flat_map(|reply| [reply.sent_by, reply.drafted_by]).flatten().collect();
    let names: BTreeMap<PersonId, String> = requests::list_names(conn, &by)?.into_iter().collect();
    let name = |of: Option<PersonId>| of.and_then(|of| names.get(&of).cloned());
    let drafted = reply.as_ref().filter(|_| !draft.is_empty());
    let people: Vec<PersonId> = roll.iter().map(|(row, _)| row.person_id).collect();
    let cases = queries::list_cases(conn, id, &people)?.into_iter();
    // For HQ everybody is below.
    let above: BTreeSet<PersonId> =
        cases.filter(|case| !viewer.reach().covers(&case.decided_at)).map(|case| case.row.person_id).collect();
    let mut rows = Vec::new();
    for (row, recorded) in roll {
        let said = Said {
            typed: typed.and_then(|typed| typed.rows.get(&row.person_id)),
            draft: draft.iter().find(|line| line.person == row.person_id),
            asked: asked.iter().find(|request| request.person_id == row.person_id),
            is_decided_above: above.contains(&row.person_id),
        };
        rows.push(reply_row(viewer, &session, row, recorded, said, &venues, is_open)?);
    }
    Ok(ReplyPage {
        head: Head::of(&session, now),
        action: links::reply(id, unit.id),
        may_send: viewer.reach_of_decisions().covers(&unit.path),
        unit_name: unit.name,
        reply_by: session.reply_by,
        is_open,
        sent_at: reply.as_ref().and_then(|reply| reply.sent_at),
        sent_by: name(reply.as_ref().and_then(|reply| reply.sent_by)),
        drafted_at: drafted.and_then(|reply| reply.drafted_at),
        drafted_by: name(drafted.and_then(|reply| reply.drafted_by)),
        version: reply.as_ref().map_or(0, |reply| reply.version),
        has_venues: venues.len() > 1,
        n_fixed: rows.iter().filter(|row| row.is_fixed).count(),
        rows,
        words: WORDS,
    })
}

/// What is said of somebody besides what is recorded: typed, prepared, or asked for by themselves.
struct Said<'a> {
    typed: Option<&'a TypedRow>,
    draft: Option<&'a Line>,
    asked: Option<&'a Request>,
    is_decided_above: bool,
}

fn reply_row(
    viewer: &Viewer,
    session: &Session,
    row: RosterRow,
    recorded: Option<Attendance>,
    said: Said<'_>,
    venues: &[Venue],
    is_open: bool,
) -> Result<Row> {
    let asked_leave = said.asked.filter(|request| matches!(request.kind, RequestKind::Leave | RequestKind::StandIn));
    let exception: Option<Recorded> = match (said.draft, &recorded, asked_leave) {
        (Some(line), _, _) => line.exception.clone(),
        (None, Some(recorded), _) => Some(recorded.recorded()),
        (None, None, Some(request)) => request.asked()?,
        (None, None, None) => None,
    };
    let is_own = row.person_id == viewer.person;
    let venue = said.draft.map_or(row.venue_id, |line| line.venue);
    let (word, stand_in, venue) = match said.typed {
        Some(typed) => (typed.word.clone(), typed.stand_in.clone(), typed.venue.parse().unwrap_or(venue)),
        None => {
            let stand_in = exception.as_ref().and_then(|exception| exception.stand_in.clone()).unwrap_or_default();
            (word(exception.as_ref()), stand_in, venue)
        }
    };
    Ok(Row {
        is_fixed: !is_open || is_own || said.is_decided_above || !model::can_be_said(recorded.as_ref()),
        is_own,
        is_decided_above: said.is_decided_above,
        has_asked: asked_leave.is_some(),
        word,
        typed_stand_in: stand_in,
        seen: recorded.as_ref().map_or(0, Attendance::stamp),
        venues: venues
            .iter()
            .map(|own| VenueChoice { id: own.id, name: own.name.clone(), selected: own.id == venue })
            .collect(),
        person: PersonRow::of(session, row, recorded.as_ref()),
    })
}

fn word(exception: Option<&Recorded>) -> String {
    match exception.map(|exception| (exception.state, exception.leave_kind)) {
        Some((AttendanceState::Leave, Some(kind))) => format!("leave_{}", kind.as_str()),
        Some((AttendanceState::StandIn, _)) => "stand_in".to_owned(),
        Some(_) | None => "coming".to_owned(),
    }
}

/// `GET /sessions/{id}/reply`.
pub async fn form(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<ReplyQuery>,
) -> Result<HttpResponse> {
    let (id, query, now) = (id.into_inner(), query.into_inner(), app.clock.now());
    let content = app.db.read(move |conn| reply_page(conn, &viewer, id, &query, None, now)).await?;
    page::show(&app, &visit, "attendance/reply", &content)
}

/// `POST /sessions/{id}/reply`: keeps a draft, or sends the reply.
pub async fn answer(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<ReplyQuery>,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (id, query, now) = (id.into_inner(), query.into_inner(), app.clock.now());
    let (typed, key) = (Typed::read(form.fields), form.key);
    let unit: UnitId = query.unit.parse().map_err(|_| Error::NotFound("reply"))?;
    let done = match typed.lines() {
        Err(refused) => Err(refused),
        Ok(lines) => {
            let answer = Answer { session: id, unit, version: typed.version, lines };
            let (viewer, sends) = (viewer.clone(), typed.sends);
            let written = app.db.write(move |conn| {
                crate::store::form_keys::once(conn, &key, now, |conn| {
                    match sends {
                        true => verbs::send(conn, &viewer, &answer, now)?,
                        false => verbs::draft(conn, &viewer, &answer, now)?,
                    }
                    Ok(links::reply(id, unit))
                })
            });
            written.await
        }
    };
    match done {
        Ok(to) => {
            let message = Message::new(if typed.sends { "reply-sent" } else { "reply-drafted" });
            Ok(page::redirect(&app, &visit, &to, &message))
        }
        Err(Error::Refused(problems)) => {
            let content = app.db.read(move |conn| reply_page(conn, &viewer, id, &query, Some(&typed), now)).await?;
            page::refused(&app, &visit, "attendance/reply", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}
