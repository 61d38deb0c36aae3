//! The roll call, which is also where a signed sheet and a unit's word are entered: a page of rows at a time. By venue
//! it has the pages and the numbers of the printed sheet (`reports::sign_in_sheet`).

mod typed;

use super::{Head, Paging, PersonRow, Standing, is_recorded, only_one, page_number, undecided};
use crate::access::Viewer;
use crate::attendance::model::{authority, may_record};
use crate::attendance::queries::{self, Filter};
use crate::attendance::{self, Attendance, Authority};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::reports::sign_in_sheet::{VenueRoll, list_venue_rolls};
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, UnitId, VenueId};
use crate::training::{RosterRow, Session, SessionState};
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use typed::{Typed, TypedRow, WORDS, was};
pub(super) use typed::{recorded, word};

/// Rows on one page, unless it is a page of a venue's printed sheet.
const ROWS: i64 = 60;

#[derive(Debug, Default, Clone, Deserialize)]
pub struct RollQuery {
    #[serde(default)]
    venue: String,
    #[serde(default)]
    unit: String,
    /// `pending` for those alone about whom nobody has decided.
    #[serde(default)]
    state: String,
    /// A part of a name or an employee number.
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
}

impl RollQuery {
    fn is_pending_only(&self) -> bool {
        self.state == "pending"
    }

    /// The list that was searched for in the form of this one: its first page, in the same unit.
    fn searched(&self, typed: &Typed) -> Self {
        let state = if typed.is_pending_only { "pending" } else { "" };
        Self {
            unit: self.unit.clone(),
            state: state.to_owned(),
            q: typed.q.clone().unwrap_or_default(),
            ..Self::default()
        }
    }
}

#[derive(Serialize)]
struct RollPage {
    head: Head,
    units: Vec<Choice>,
    venues: Vec<Choice>,
    all: String,
    /// What the list was narrowed to.
    q: String,
    is_pending_only: bool,
    groups: Vec<Group>,
    n: i64,
    /// The list holds what was searched for: how many it has is no figure of the session.
    is_found: bool,
    /// Of those in the list, on all its pages.
    n_undecided: i64,
    paging: Option<Paging>,
    /// The venue whose printed sheet this is a page of.
    sheet: Option<SheetPart>,
    /// How many rows were just filled by numbers, and are not recorded yet.
    n_filled: Option<i64>,
    /// A row that can be changed is on the page.
    is_editable: bool,
    /// The word for those about whom nobody has decided: they check in until check-in has ended, then HQ checks.
    undecided: &'static str,
    may_choose_method: bool,
    is_paper: bool,
    asks_reason: bool,
    reason: String,
    states: &'static [&'static str],
    here: String,
    script: String,
}

#[derive(Serialize)]
struct SheetPart {
    venue: String,
    page: usize,
    n_pages: usize,
    print: String,
    numbers: String,
    are_unsigned: bool,
}

#[derive(Serialize)]
struct Choice {
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
    number: Option<usize>,
    is_editable: bool,
    is_own: bool,
    /// What the form was made from, so that only what was changed in it is recorded.
    was: String,
    word: String,
    ticked_late: bool,
    ticked_left_early: bool,
    typed_stand_in: String,
    /// Who stood in is still to be said.
    is_nameless: bool,
    /// Somebody else recorded something else meanwhile: who and when. What they recorded is the person's state.
    theirs: Option<Theirs>,
}

#[derive(Serialize)]
struct Theirs {
    by: Option<String>,
    at: Option<Moment>,
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

/// `POST /sessions/{id}/roll`: records the rows that were changed, all or none, and then shows the list again, or the one
/// that was searched for; or fills them by numbers, and records nothing yet.
pub async fn save(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    query: Query<RollQuery>,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.into_inner());
    let typed = Typed::read(form.fields);
    if typed.is_to_fill {
        return fill(&app, &visit, viewer, id, query, typed).await;
    }
    let next = if typed.is_to_search { query.searched(&typed) } else { query.clone() };
    let (to, now) = (address(id, &next), app.clock.now());
    let done = match typed.entries() {
        Err(problems) => Err(Error::Refused(problems)),
        Ok(entries) => {
            let (viewer, reason, source) = (viewer.clone(), typed.reason.clone(), typed.source());
            app.db
                .write(move |conn| {
                    let n = attendance::record(conn, &viewer, id, &entries, source, reason.trim(), now)?;
                    Ok((n, only_one(conn, id, n, entries.iter().map(|entry| entry.person))?))
                })
                .await
        }
    };
    // Somebody checked in between reading and writing: the rows then show both values, as for any other change.
    let done = done.map_err(|failure| match failure {
        Error::Conflict => Error::refused(Message::new("form-changed-meanwhile")),
        other => other,
    });
    match done {
        Ok((0, _)) if typed.is_to_search => Ok(page::go(&to)),
        Ok((n, one)) => Ok(page::redirect(&app, &visit, &to, &super::recorded(n, one))),
        Err(Error::Refused(problems)) => {
            let mut content = app.db.read(move |conn| roll_page(conn, &viewer, id, &query, &typed, now)).await?;
            let nameless: BTreeSet<i64> = problems.iter().filter_map(|problem| problem.row).collect();
            for row in content.groups.iter_mut().flat_map(|group| group.rows.iter_mut()) {
                row.is_nameless = nameless.contains(&row.person.person.0);
            }
            page::refused(&app, &visit, "attendance/roll", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}

/// Shows the page again with its rows filled by the numbers of a signed sheet.
async fn fill(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    id: SessionId,
    query: RollQuery,
    mut typed: Typed,
) -> Result<HttpResponse> {
    let now = app.clock.now();
    let (content, problem) = app
        .db
        .read(move |conn| {
            let page = roll_page(conn, &viewer, id, &query, &typed, now)?;
            let rows = page.groups.iter().flat_map(|group| &group.rows).filter(|row| row.is_editable);
            let numbered: Vec<(usize, PersonId)> =
                rows.filter_map(|row| Some((row.number?, row.person.person))).collect();
            match typed.fill(&numbered) {
                Err(problem) => Ok((page, Some(problem))),
                Ok(n) => {
                    let page = roll_page(conn, &viewer, id, &query, &typed, now)?;
                    Ok((RollPage { n_filled: Some(n), ..page }, None))
                }
            }
        })
        .await?;
    match problem {
        Some(problem) => page::refused(app, visit, "attendance/roll", &content, &[problem]),
        None => page::show(app, visit, "attendance/roll", &content),
    }
}

fn address(id: SessionId, query: &RollQuery) -> String {
    format!("{}{}", base(id, query), page_number(&query.page))
}

/// The address of the list up to a page's number.
fn base(id: SessionId, query: &RollQuery) -> String {
    let roll = links::session_part(id, "roll");
    let [venue, unit, state, q] = [&query.venue, &query.unit, &query.state, &query.q].map(|text| links::percent(text));
    format!("{roll}?venue={venue}&unit={unit}&state={state}&q={q}&page=")
}

/// A page of the list, still without what may be done with its rows.
struct Listed {
    rows: Vec<(Option<usize>, RosterRow, Option<Attendance>)>,
    n: i64,
    /// Of a sheet; what is listed by unit has it among the tallies.
    n_undecided: Option<i64>,
    paging: Option<Paging>,
    sheet: Option<SheetPart>,
}

/// A page of a venue's printed sheet, by its number.
fn list_sheet(session: &Session, roll: VenueRoll, number: i64, base: String, typed: &Typed) -> Listed {
    let page = usize::try_from(number).unwrap_or(1).clamp(1, roll.pages.len().max(1));
    let range = roll.pages.get(page - 1).cloned().unwrap_or(0..0);
    let n_pages = roll.pages.len();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let undecided = roll.rows.iter().filter(|row| row.attendance.is_none()).count();
    Listed {
        n: count(roll.rows.len()),
        n_undecided: Some(count(undecided)),
        paging: Paging::of(count(page), count(n_pages), 1, base),
        sheet: Some(SheetPart {
            print: format!("{}?venue={}", links::sign_in_sheet(session.id), roll.venue.id),
            venue: roll.venue.name,
            page,
            n_pages,
            numbers: typed.numbers.clone(),
            are_unsigned: !typed.numbers_are_signed,
        }),
        rows: roll
            .rows
            .get(range)
            .unwrap_or_default()
            .iter()
            .map(|row| (Some(row.number), row.row.clone(), row.attendance.clone()))
            .collect(),
    }
}

fn list_page(
    conn: &mut Conn,
    standing: &Standing,
    query: &RollQuery,
    rolls: Vec<VenueRoll>,
    typed: &Typed,
) -> Result<Listed> {
    let (session, number) = (&standing.session, page_number(&query.page));
    let venue: Option<VenueId> = query.venue.parse().ok();
    if let Some(roll) = venue.and_then(|venue| rolls.into_iter().find(|roll| roll.venue.id == venue)) {
        return Ok(list_sheet(session, roll, number, base(session.id, query), typed));
    }
    let of_words = Filter { unit: query.unit.parse().ok(), words: query.q.trim().to_owned(), ..Filter::default() };
    let undecided = Filter { state: Some(None), ..of_words.clone() };
    let filter = if query.is_pending_only() { &undecided } else { &of_words };
    let (people, n) = queries::page_of_roll(conn, session.id, &standing.scope, filter, number, ROWS)?;
    Ok(Listed {
        rows: people.into_iter().map(|(row, of)| (None, row, of)).collect(),
        n,
        n_undecided: None,
        paging: Paging::of(number, n, ROWS, base(session.id, query)),
        sheet: None,
    })
}

/// The lists of the venues whose sheets the viewer enters: HQ all, a clerk those that they serve.
fn entered_rolls(conn: &mut Conn, standing: &Standing) -> Result<Vec<VenueRoll>> {
    let mut rolls = list_venue_rolls(conn, &standing.session)?;
    rolls.retain(|roll| standing.is_hq || standing.served.contains(&roll.venue.id));
    Ok(rolls)
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
    let rolls = entered_rolls(conn, &standing)?;
    let roll = links::session_part(id, "roll");
    let venues = rolls.iter().filter(|of| !of.rows.is_empty()).map(|of| Choice {
        name: of.venue.name.clone(),
        n: i64::try_from(of.rows.len()).unwrap_or(i64::MAX),
        href: format!("{roll}?venue={}", of.venue.id),
        chosen: query.venue == of.venue.id.to_string(),
    });
    let venues: Vec<Choice> = venues.collect();
    let listed = list_page(conn, &standing, query, rolls, typed)?;
    let tallies = queries::by_unit(queries::list_tallies(conn, id, &standing.scope)?);
    let unit: Option<UnitId> = query.unit.parse().ok();
    let of_list = tallies.iter().filter(|(of, _, _)| unit.is_none_or(|unit| unit == *of));
    let n_undecided = listed.n_undecided.unwrap_or_else(|| of_list.map(|(_, _, counts)| counts.n_pending).sum());
    let labels = super::unit_labels(conn)?;
    let units = tallies.into_iter().map(|(of, name, counts)| Choice {
        name: super::labelled(&labels, of, &name),
        n: counts.n_roster,
        href: format!("{roll}?unit={of}"),
        chosen: unit == Some(of),
    });
    let rows = rows(conn, viewer, &standing, listed.rows, typed)?;
    let (is_editable, may_choose_method) =
        (rows.iter().any(|(row, _)| row.is_editable), rows.iter().any(|(_, right)| may_choose_method(*right)));
    Ok(RollPage {
        head: Head::of(session, now),
        units: units.collect(),
        venues,
        all: roll.clone(),
        q: typed.q.as_ref().unwrap_or(&query.q).trim().to_owned(),
        is_pending_only: if typed.q.is_some() { typed.is_pending_only } else { query.is_pending_only() },
        groups: grouped(rows.into_iter().map(|(row, _)| row), &labels),
        n: listed.n,
        is_found: listed.sheet.is_none() && !query.q.trim().is_empty(),
        n_undecided,
        paging: listed.paging,
        is_paper: typed.is_paper || listed.sheet.is_some() || session.state == SessionState::Closed,
        sheet: listed.sheet,
        n_filled: None,
        is_editable,
        undecided: undecided(session.state),
        may_choose_method,
        asks_reason: session.state == SessionState::Closed,
        reason: typed.reason.clone(),
        states: WORDS,
        here: address(id, query),
        script: crate::web::statics::address("roll.js"),
    })
}

fn may_choose_method(right: Option<Authority>) -> bool {
    matches!(right, Some(Authority::Hq | Authority::Clerk))
}

fn grouped(rows: impl Iterator<Item = Row>, labels: &BTreeMap<UnitId, String>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let unit = super::labelled(labels, row.person.unit_id, &row.person.unit);
        match groups.last_mut() {
            Some(group) if group.unit == unit => group.rows.push(row),
            Some(_) | None => groups.push(Group { unit, rows: vec![row] }),
        }
    }
    groups
}

/// The rows with what may be done with each, and where somebody else was faster, with both values.
fn rows(
    conn: &mut Conn,
    viewer: &Viewer,
    standing: &Standing,
    listed: Vec<(Option<usize>, RosterRow, Option<Attendance>)>,
    typed: &Typed,
) -> Result<Vec<(Row, Option<Authority>)>> {
    let session = &standing.session;
    let ids: Vec<PersonId> = listed.iter().map(|(_, row, _)| row.person_id).collect();
    let cases = queries::list_cases(conn, session.id, &ids)?;
    let cases: BTreeMap<PersonId, _> = cases.into_iter().map(|case| (case.row.person_id, case)).collect();
    let beaten = |row: &RosterRow, of: Option<&Attendance>| {
        typed.rows.get(&row.person_id).is_some_and(|kept| kept.is_beaten_by(of))
    };
    let others: BTreeSet<PersonId> = listed
        .iter()
        .filter(|(_, row, of)| beaten(row, of.as_ref()))
        .filter_map(|(_, _, of)| of.as_ref()?.recorded_by)
        .collect();
    let names: BTreeMap<PersonId, String> = queries::list_names(conn, &others)?.into_iter().collect();
    let made = listed.into_iter().map(|(number, row, of)| {
        let right = cases.get(&row.person_id).and_then(|case| authority(viewer, &standing.served, case));
        let theirs = beaten(&row, of.as_ref()).then(|| Theirs {
            by: of.as_ref().and_then(|of| names.get(&of.recorded_by?).cloned()),
            at: of.as_ref().map(|of| of.recorded_at),
        });
        let kept = typed.rows.get(&row.person_id).filter(|_| theirs.is_some() || !is_settled(typed, &row));
        (roll_row(session, viewer, number, row, of, right, kept, theirs), right)
    });
    Ok(made.collect())
}

/// Whether somebody chose that what another recorded stands.
fn is_settled(typed: &Typed, row: &RosterRow) -> bool {
    typed.rows.get(&row.person_id).is_some_and(|kept| kept.take == Some(typed::Take::Theirs))
}

#[allow(clippy::too_many_arguments)]
fn roll_row(
    session: &Session,
    viewer: &Viewer,
    number: Option<usize>,
    row: RosterRow,
    of: Option<Attendance>,
    right: Option<Authority>,
    kept: Option<&TypedRow>,
    theirs: Option<Theirs>,
) -> Row {
    let is_editable = !session.is_confirmed()
        && right.is_some_and(|right| may_record(right, session, viewer.person, row.person_id).is_ok());
    let shown = kept.cloned().unwrap_or_else(|| TypedRow::of(of.as_ref()));
    // Where both values are shown, the one that is stored now is what the next choice is made from.
    let made_from = kept.filter(|_| theirs.is_none()).map(|kept| kept.was.clone());
    Row {
        is_own: row.person_id == viewer.person,
        is_editable,
        number,
        was: made_from.unwrap_or_else(|| was(of.as_ref())),
        word: if shown.word.is_empty() { word(of.as_ref()) } else { shown.word },
        ticked_late: shown.late,
        ticked_left_early: shown.left_early,
        typed_stand_in: shown.stand_in,
        is_nameless: false,
        theirs,
        person: PersonRow::of(session, row, of.as_ref()),
    }
}
