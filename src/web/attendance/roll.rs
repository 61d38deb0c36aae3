//! The roll call, which is also where a signed sheet and a unit's word are entered: a page of rows at a time.

use super::{Head, Paging, PersonRow, Standing, is_recorded, page_number};
use crate::access::Viewer;
use crate::attendance::model::{authority, may_record};
use crate::attendance::queries::{self, Filter};
use crate::attendance::{self, Attendance, AttendanceState, Authority, Entry, LeaveKind, Method, Recorded, Source};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, UnitId};
use crate::training::{RosterRow, Session, SessionState};
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows on one page.
const ROWS: i64 = 60;

#[derive(Debug, Default, Clone, Deserialize)]
pub struct RollQuery {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct RollPage {
    head: Head,
    units: Vec<UnitChoice>,
    all_units: String,
    groups: Vec<Group>,
    n: i64,
    paging: Option<Paging>,
    /// A row that can be changed is on the page.
    is_editable: bool,
    may_choose_method: bool,
    is_paper: bool,
    asks_reason: bool,
    reason: String,
    states: &'static [&'static str],
    here: String,
}

#[derive(Serialize)]
struct UnitChoice {
    name: String,
    n: i64,
    href: String,
    chosen: bool,
}

#[derive(Serialize)]
struct Group {
    unit: String,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    person: PersonRow,
    is_editable: bool,
    is_own: bool,
    /// What the form was made from, so that only what was changed in it is recorded.
    was: String,
    word: String,
    ticked_late: bool,
    ticked_left_early: bool,
    typed_stand_in: String,
}

/// The words of the one choice a row has: a state, leave with its kind.
const WORDS: &[&str] =
    &["pending", "present", "leave_public", "leave_sick", "leave_private", "stand_in", "absent", "exempt"];

pub(super) fn word(attendance: Option<&Attendance>) -> String {
    match attendance {
        None => "pending".to_owned(),
        Some(of) => match (of.state, of.leave_kind) {
            (AttendanceState::Leave, kind) => format!("leave_{}", kind.unwrap_or(LeaveKind::Public).as_str()),
            (state, _) => state.as_str().to_owned(),
        },
    }
}

/// What a word stands for: nothing when it is none, and nothing recorded when it is pending.
pub(super) fn recorded(word: &str, late: bool, left_early: bool, stand_in: &str) -> Option<Option<Recorded>> {
    if word == "pending" {
        return Some(None);
    }
    let (state, leave_kind) = match word.split_once("leave_") {
        Some(("", kind)) => (AttendanceState::Leave, Some(kind.parse().ok()?)),
        Some(_) | None => (word.parse().ok()?, None),
    };
    let stand_in = Some(stand_in.trim().to_owned()).filter(|name| !name.is_empty());
    Some(Some(Recorded { late, left_early, leave_kind, stand_in, ..Recorded::plain(state, Method::RollCall) }))
}

/// What the fields of a row said when the form was made: the version, then the values.
fn was(attendance: Option<&Attendance>) -> String {
    let (version, late, left_early, stand_in) = attendance
        .map_or((0, false, false, ""), |of| (of.version, of.late, of.left_early, of.stand_in.as_deref().unwrap_or("")));
    format!("{version}|{}", values(&word(attendance), late, left_early, stand_in))
}

fn values(word: &str, late: bool, left_early: bool, stand_in: &str) -> String {
    format!("{word}|{late}|{left_early}|{}", stand_in.trim())
}

/// `GET /sessions/{id}/roll`: the list in the order of the roster.
pub async fn form(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<RollQuery>,
) -> Result<HttpResponse> {
    let (id, query, now) = (id.into_inner(), query.into_inner(), app.clock.now());
    let content = app.db.read(move |conn| roll_page(conn, &viewer, id, &query, &Typed::default(), now)).await?;
    page::show(&app, &visit, "attendance/roll", &content)
}

/// `POST /sessions/{id}/roll`: records the rows that were changed, all or none.
pub async fn save(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<RollQuery>,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (id, query, now) = (id.into_inner(), query.into_inner(), app.clock.now());
    let typed = Typed::read(form.fields);
    let here = address(id, &query);
    let done = match typed.entries() {
        Err(problems) => Err(Error::Refused(problems)),
        Ok(entries) => {
            let (viewer, reason, source) = (viewer.clone(), typed.reason.clone(), typed.source());
            app.db.write(move |conn| attendance::record(conn, &viewer, id, &entries, source, reason.trim(), now)).await
        }
    };
    match done {
        Ok(n) => {
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            Ok(page::redirect(&app, &visit, &here, &Message::new("attendance-roll-saved").with("n", n)))
        }
        Err(Error::Refused(problems)) => {
            let content = app.db.read(move |conn| roll_page(conn, &viewer, id, &query, &typed, now)).await?;
            page::refused(&app, &visit, "attendance/roll", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}

fn address(id: SessionId, query: &RollQuery) -> String {
    let base = links::session_part(id, "roll");
    format!("{base}?unit={}&page={}", links::percent(&query.unit), page_number(&query.page))
}

/// What was typed into the list.
#[derive(Default)]
struct Typed {
    rows: BTreeMap<PersonId, TypedRow>,
    reason: String,
    is_paper: bool,
}

#[derive(Default)]
struct TypedRow {
    was: String,
    word: String,
    late: bool,
    left_early: bool,
    stand_in: String,
}

impl Typed {
    /// Fields of a row carry the person's number: `state-12`.
    fn read(fields: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields {
            match (name.as_str(), name.split_once('-')) {
                ("reason", _) => typed.reason = value,
                ("method", _) => typed.is_paper = value == "paper",
                (_, Some((field, number))) => {
                    let Ok(person) = number.parse::<PersonId>() else { continue };
                    let row = typed.rows.entry(person).or_default();
                    match field {
                        "was" => row.was = value,
                        "state" => row.word = value,
                        "late" => row.late = true,
                        "early" => row.left_early = true,
                        "name" => row.stand_in = value,
                        _ => {}
                    }
                }
                (_, None) => {}
            }
        }
        typed
    }

    fn source(&self) -> Source {
        if self.is_paper { Source::Paper } else { Source::RollCall }
    }

    /// The rows whose fields are no longer what they were.
    fn entries(&self) -> Result<Vec<Entry>, Vec<Problem>> {
        let mut entries = Vec::new();
        for (person, row) in &self.rows {
            let unreadable = || vec![Problem::at("", Message::new("error-unreadable"))];
            let (version, before) = row.was.split_once('|').ok_or_else(unreadable)?;
            if before == values(&row.word, row.late, row.left_early, &row.stand_in) {
                continue;
            }
            let after = recorded(&row.word, row.late, row.left_early, &row.stand_in).ok_or_else(unreadable)?;
            entries.push(Entry { person: *person, after, seen: version.parse().map_err(|_| unreadable())? });
        }
        Ok(entries)
    }
}

fn roll_page(
    conn: &mut Conn,
    viewer: &Viewer,
    id: SessionId,
    query: &RollQuery,
    typed: &Typed,
    now: Moment,
) -> Result<RollPage> {
    let standing = Standing::find(conn, viewer, id)?;
    let session = &standing.session;
    if !standing.may_record(viewer) || standing.is_own_only() || !is_recorded(session.state) {
        return Err(Error::NotFound("roll"));
    }
    let unit: Option<UnitId> = query.unit.parse().ok();
    let filter = Filter { unit, ..Filter::default() };
    let number = page_number(&query.page);
    let (people, n) = queries::page_of_roll(conn, id, &standing.scope, &filter, number, ROWS)?;
    let ids: Vec<PersonId> = people.iter().map(|(row, _)| row.person_id).collect();
    let paths = queries::list_on_roster(conn, id, &ids)?;
    let right = |row: &RosterRow| {
        let (_, path) = paths.iter().find(|(found, _)| found.person_id == row.person_id)?;
        authority(viewer, &standing.served, row, path)
    };
    let units = queries::by_unit(queries::list_tallies(conn, id, &standing.scope)?);
    let labels = super::unit_labels(conn)?;
    let base = links::session_part(id, "roll");
    let units = units.into_iter().map(|(of, name, counts)| UnitChoice {
        name: super::labelled(&labels, of, &name),
        n: counts.n_roster,
        href: format!("{base}?unit={of}"),
        chosen: unit == Some(of),
    });
    let (mut groups, mut is_editable, mut may_choose_method) = (Vec::<Group>::new(), false, false);
    for (row, of) in people {
        let right = right(&row);
        let row = roll_row(session, viewer, row, of, right, typed);
        is_editable |= row.is_editable;
        may_choose_method |= matches!(right, Some(Authority::Hq | Authority::Clerk));
        let unit = super::labelled(&labels, row.person.unit_id, &row.person.unit);
        match groups.last_mut() {
            Some(group) if group.unit == unit => group.rows.push(row),
            Some(_) | None => groups.push(Group { unit, rows: vec![row] }),
        }
    }
    Ok(RollPage {
        head: Head::of(session, now),
        units: units.collect(),
        all_units: base.clone(),
        groups,
        n,
        paging: Paging::of(number, n, ROWS, format!("{base}?unit={}&page=", links::percent(&query.unit))),
        is_editable,
        may_choose_method,
        is_paper: typed.is_paper || session.state == SessionState::Closed,
        asks_reason: session.state == SessionState::Closed,
        reason: typed.reason.clone(),
        states: WORDS,
        here: address(id, query),
    })
}

fn roll_row(
    session: &Session,
    viewer: &Viewer,
    row: RosterRow,
    of: Option<Attendance>,
    right: Option<Authority>,
    typed: &Typed,
) -> Row {
    let is_editable = !session.is_confirmed()
        && right.is_some_and(|right| may_record(right, session, viewer.person, row.person_id).is_ok());
    let kept = typed.rows.get(&row.person_id);
    Row {
        is_own: row.person_id == viewer.person,
        is_editable,
        was: kept.map_or_else(|| was(of.as_ref()), |kept| kept.was.clone()),
        word: kept.map_or_else(|| word(of.as_ref()), |kept| kept.word.clone()),
        ticked_late: kept.map_or(of.as_ref().is_some_and(|of| of.late), |kept| kept.late),
        ticked_left_early: kept.map_or(of.as_ref().is_some_and(|of| of.left_early), |kept| kept.left_early),
        typed_stand_in: kept.map_or_else(
            || of.as_ref().and_then(|of| of.stand_in.clone()).unwrap_or_default(),
            |kept| kept.stand_in.clone(),
        ),
        person: PersonRow::of(session, row, of.as_ref()),
    }
}
