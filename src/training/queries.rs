//! All SQL of sessions and their rosters.

use super::audience::{Audience, Candidate, Headcount};
use super::model::{AudienceChoice, RosterRow, Session, SessionState, Venue, VenueKind, Ways};
use super::plan::{Document, Plan, PlannedReading, PlannedVenue, Timing};
use super::reschedule::Schedule;
use super::state::StateChange;
use crate::access::{Reach, Role, UnitPath, Viewer};
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::organization::{Category, Person};
use crate::store::ids::{PersonId, ReadingId, SessionId, UnitId, VenueId};
use crate::store::schema::{
    audience_categories, audience_people, audience_units, people, roster, session_clerks, session_documents,
    session_readings, session_topics, sessions, units, venues,
};
use crate::store::{Conn, ROWS_A_STATEMENT, lower};
use chrono::NaiveDate;
use diesel::dsl::{count_star, max, min};
use diesel::prelude::*;

/// A session, or `NotFound`. For verbs that check the viewer by themselves.
pub fn find_session(conn: &mut Conn, id: SessionId) -> Result<Session> {
    sessions::table.find(id.0).get_result(conn).optional()?.ok_or(Error::NotFound("session"))
}

/// A session that the viewer may see, or `NotFound`: HQ sees all; others those that are no draft and that they,
/// or somebody in a unit they lead, are on the roster of, or that they serve as clerk.
pub fn find_visible(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<Session> {
    let session = find_session(conn, id)?;
    if viewer.is_hq() {
        return Ok(session);
    }
    let visible = session.state != SessionState::Draft
        && (find_roster_row(conn, id, viewer.person)?.is_some()
            || is_clerk(conn, id, viewer)?
            || is_in_reach(conn, &viewer.reach(), id)?);
    if visible { Ok(session) } else { Err(Error::NotFound("session")) }
}

/// Whether the viewer may see a session, as [`find_visible`] says.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn is_visible(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<bool> {
    match find_visible(conn, viewer, id) {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// The session as the reader of its reports sees it: as [`find_visible`], and what was named to an inspector.
pub fn find_for_report(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<Session> {
    if viewer.is_inspector() {
        let session = find_session(conn, id)?;
        if session.state != SessionState::Draft && is_in_reach(conn, &viewer.reach_of_reports(id), id)? {
            return Ok(session);
        }
    }
    find_visible(conn, viewer, id)
}

/// The sessions whose reports an inspector was sent to read, the newest first.
pub fn list_inspected(conn: &mut Conn, viewer: &Viewer, limit: i64) -> QueryResult<Vec<Session>> {
    let named: Vec<SessionId> =
        viewer.grants.iter().filter(|grant| grant.role == Role::Inspector).filter_map(|grant| grant.session).collect();
    let mut within: Box<
        dyn BoxableExpression<sessions::table, <Conn as diesel::Connection>::Backend, SqlType = diesel::sql_types::Bool>,
    > = Box::new(sessions::id.eq_any(named));
    let units = viewer.grants.iter().filter(|grant| grant.role == Role::Inspector);
    for path in units.filter_map(|grant| grant.path.as_ref()) {
        let (start, end) = path.range();
        let theirs = roster::table
            .inner_join(units::table)
            .filter(units::path.ge(start))
            .filter(units::path.lt(end))
            .select(roster::session_id);
        within = Box::new(within.or(sessions::id.eq_any(theirs)));
    }
    sessions::table
        .filter(sessions::state.ne(SessionState::Draft))
        .filter(within)
        .order((sessions::starts_at.desc(), sessions::id.desc()))
        .limit(limit)
        .load(conn)
}

/// Whether anybody on the session's roster is within reach, by the unit in the roster row and today's tree.
fn is_in_reach(conn: &mut Conn, reach: &Reach, id: SessionId) -> QueryResult<bool> {
    let paths = match reach {
        Reach::Group => return Ok(true),
        Reach::Own => return Ok(false),
        Reach::Units(paths) => paths,
    };
    for path in paths {
        let (start, end) = path.range();
        let found: Option<i64> = roster::table
            .inner_join(units::table)
            .filter(roster::session_id.eq(id))
            .filter(units::path.ge(start))
            .filter(units::path.lt(end))
            .select(roster::person_id)
            .get_result(conn)
            .optional()?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Somebody's row in a roster, if they are on it.
pub fn find_roster_row(conn: &mut Conn, id: SessionId, person: PersonId) -> QueryResult<Option<RosterRow>> {
    roster::table.filter(roster::session_id.eq(id)).filter(roster::person_id.eq(person)).get_result(conn).optional()
}

/// Whether the viewer serves any venue of a session: never on a remembered phone.
pub fn is_clerk(conn: &mut Conn, id: SessionId, viewer: &Viewer) -> QueryResult<bool> {
    if !viewer.is_full() {
        return Ok(false);
    }
    let found: Option<i64> = session_clerks::table
        .filter(session_clerks::session_id.eq(id))
        .filter(session_clerks::person_id.eq(viewer.person))
        .select(session_clerks::venue_id)
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Whether the viewer serves a venue of any session, past ones included: never on a remembered phone.
pub fn serves_any_session(conn: &mut Conn, viewer: &Viewer) -> QueryResult<bool> {
    if !viewer.is_full() {
        return Ok(false);
    }
    let found: Option<i64> = session_clerks::table
        .filter(session_clerks::person_id.eq(viewer.person))
        .select(session_clerks::venue_id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// The venues of a session in their order.
pub fn list_venues(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<Venue>> {
    venues::table.filter(venues::session_id.eq(id)).order(venues::position).load(conn)
}

/// The roster of a session in the order of its day.
pub fn list_roster(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<RosterRow>> {
    roster::table.filter(roster::session_id.eq(id)).order(roster::position).load(conn)
}

/// The employee numbers of everybody on a roster.
pub fn list_employee_numbers(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<(PersonId, String)>> {
    roster::table
        .inner_join(people::table)
        .filter(roster::session_id.eq(id))
        .order(roster::position)
        .select((people::id, people::employee_number))
        .load(conn)
}

/// Moves a session to another state, if it is still as the caller saw it; otherwise `Conflict`.
pub(super) fn update_state(conn: &mut Conn, session: &Session, change: &StateChange<'_>) -> Result<()> {
    let n_changed = diesel::update(
        sessions::table
            .filter(sessions::id.eq(session.id))
            .filter(sessions::state.eq(session.state))
            .filter(sessions::version.eq(session.version)),
    )
    .set((
        sessions::state.eq(change.state),
        sessions::closed_at.eq(change.closed_at),
        sessions::confirmed_at.eq(change.confirmed_at),
        sessions::cancelled_at.eq(change.cancelled_at),
        sessions::state_reason.eq(change.reason),
        sessions::version.eq(session.version + 1),
    ))
    .execute(conn)?;
    if n_changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Adds a draft without its lists.
pub(super) fn insert_session(conn: &mut Conn, by: Option<PersonId>, plan: &Plan) -> QueryResult<SessionId> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::title.eq(&plan.title),
            sessions::purpose.eq(&plan.purpose),
            sessions::speaker.eq(&plan.speaker),
            sessions::organiser.eq(&plan.organiser),
            sessions::requirements.eq(&plan.requirements),
            sessions::remark.eq(&plan.remark),
            sessions::starts_at.eq(plan.starts_at),
            sessions::ends_at.eq(plan.ends_at),
            sessions::opens_before_minutes.eq(plan.opens_before_minutes),
            sessions::study_minutes.eq(plan.study_minutes),
            sessions::state.eq(SessionState::Draft),
            sessions::created_by.eq(by),
            sessions::reply_by.eq(plan.reply_by),
            sessions::make_up_of.eq(plan.make_up_of),
        ))
        .returning(sessions::id)
        .get_result(conn)
}

/// Changes a draft without its lists, if it is still at this version; otherwise `Conflict`.
pub(super) fn update_session(conn: &mut Conn, id: SessionId, version: i64, plan: &Plan) -> Result<()> {
    let unchanged = sessions::table
        .filter(sessions::id.eq(id))
        .filter(sessions::state.eq(SessionState::Draft))
        .filter(sessions::version.eq(version));
    let n_changed = diesel::update(unchanged)
        .set((
            sessions::title.eq(&plan.title),
            sessions::purpose.eq(&plan.purpose),
            sessions::speaker.eq(&plan.speaker),
            sessions::organiser.eq(&plan.organiser),
            sessions::requirements.eq(&plan.requirements),
            sessions::remark.eq(&plan.remark),
            sessions::starts_at.eq(plan.starts_at),
            sessions::ends_at.eq(plan.ends_at),
            sessions::opens_before_minutes.eq(plan.opens_before_minutes),
            sessions::study_minutes.eq(plan.study_minutes),
            sessions::reply_by.eq(plan.reply_by),
            sessions::make_up_of.eq(plan.make_up_of),
            sessions::version.eq(version + 1),
        ))
        .execute(conn)?;
    if n_changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Puts a plan's lists in the place of those there were. Venues keep their ids, and so their clerks.
pub(super) fn store_plan(conn: &mut Conn, id: SessionId, plan: &Plan) -> QueryResult<()> {
    diesel::delete(session_documents::table.filter(session_documents::session_id.eq(id))).execute(conn)?;
    diesel::delete(session_topics::table.filter(session_topics::session_id.eq(id))).execute(conn)?;
    diesel::delete(session_readings::table.filter(session_readings::session_id.eq(id))).execute(conn)?;
    let documents: Vec<_> = plan
        .documents
        .iter()
        .zip(1_i64..)
        .map(|(document, position)| {
            (
                session_documents::session_id.eq(id),
                session_documents::position.eq(position),
                session_documents::title.eq(&document.title),
                session_documents::source.eq(&document.source),
                session_documents::issued_on.eq(document.issued_on),
                session_documents::text.eq(&document.text),
            )
        })
        .collect();
    each!(conn, c => diesel::insert_into(session_documents::table).values(&documents).execute(c))?;
    let topics: Vec<_> = plan
        .topics
        .iter()
        .zip(1_i64..)
        .map(|(title, position)| {
            (session_topics::session_id.eq(id), session_topics::position.eq(position), session_topics::title.eq(title))
        })
        .collect();
    each!(conn, c => diesel::insert_into(session_topics::table).values(&topics).execute(c))?;
    let readings: Vec<_> = plan
        .readings
        .iter()
        .zip(1_i64..)
        .map(|(reading, position)| {
            (
                session_readings::session_id.eq(id),
                session_readings::reading_id.eq(reading.reading),
                session_readings::position.eq(position),
                session_readings::timing.eq(reading.timing),
                session_readings::topic.eq(reading.topic),
            )
        })
        .collect();
    each!(conn, c => diesel::insert_into(session_readings::table).values(&readings).execute(c))?;
    store_venues(conn, id, &plan.venues)?;
    store_audience(conn, id, &plan.audience)
}

fn store_venues(conn: &mut Conn, id: SessionId, planned: &[PlannedVenue]) -> QueryResult<()> {
    let kept: Vec<VenueId> = planned.iter().filter_map(|venue| venue.id).collect();
    let gone = || venues::table.filter(venues::session_id.eq(id)).filter(venues::id.ne_all(kept.clone()));
    diesel::delete(session_clerks::table.filter(session_clerks::venue_id.eq_any(gone().select(venues::id))))
        .execute(conn)?;
    diesel::delete(gone()).execute(conn)?;
    // Out of the way first: a place may be taken only once at any moment.
    diesel::update(venues::table.filter(venues::session_id.eq(id)))
        .set(venues::position.eq(venues::position * -1))
        .execute(conn)?;
    for (venue, position) in planned.iter().zip(1_i64..) {
        match venue.id {
            Some(known) => {
                let own = venues::table.filter(venues::id.eq(known)).filter(venues::session_id.eq(id));
                diesel::update(own)
                    .set((
                        venues::position.eq(position),
                        venues::name.eq(&venue.name),
                        venues::kind.eq(venue.kind),
                        with_ways(venue.ways),
                    ))
                    .execute(conn)?;
            }
            None => {
                diesel::insert_into(venues::table)
                    .values((
                        venues::session_id.eq(id),
                        venues::position.eq(position),
                        venues::name.eq(&venue.name),
                        venues::kind.eq(venue.kind),
                        with_ways(venue.ways),
                    ))
                    .execute(conn)?;
            }
        }
    }
    Ok(())
}

type Set<C> = diesel::dsl::Eq<C, bool>;

fn with_ways(ways: Ways) -> (Set<venues::by_phone>, Set<venues::by_kiosk>, Set<venues::by_paper>) {
    (venues::by_phone.eq(ways.phone), venues::by_kiosk.eq(ways.kiosk), venues::by_paper.eq(ways.paper))
}

/// Lets people be recorded in these ways at a venue, and no others.
pub(super) fn update_ways(conn: &mut Conn, venue: VenueId, ways: Ways) -> QueryResult<()> {
    diesel::update(venues::table.filter(venues::id.eq(venue))).set(with_ways(ways)).execute(conn)?;
    Ok(())
}

fn store_audience(conn: &mut Conn, id: SessionId, audience: &Audience) -> QueryResult<()> {
    diesel::delete(audience_categories::table.filter(audience_categories::session_id.eq(id))).execute(conn)?;
    diesel::delete(audience_units::table.filter(audience_units::session_id.eq(id))).execute(conn)?;
    diesel::delete(audience_people::table.filter(audience_people::session_id.eq(id))).execute(conn)?;
    let categories: Vec<_> = audience
        .categories
        .iter()
        .map(|category| (audience_categories::session_id.eq(id), audience_categories::category.eq(*category)))
        .collect();
    each!(conn, c => diesel::insert_into(audience_categories::table).values(&categories).execute(c))?;
    for chunk in audience.units.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> =
            chunk.iter().map(|unit| (audience_units::session_id.eq(id), audience_units::unit_id.eq(*unit))).collect();
        each!(conn, c => diesel::insert_into(audience_units::table).values(&rows).execute(c))?;
    }
    let left_out = audience.left_out.iter().map(|person| (*person, AudienceChoice::LeftOut));
    let added = audience.added.iter().filter(|person| !audience.left_out.contains(person));
    let named: Vec<(PersonId, AudienceChoice)> =
        left_out.chain(added.map(|person| (*person, AudienceChoice::Added))).collect();
    for chunk in named.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(person, choice)| {
                (
                    audience_people::session_id.eq(id),
                    audience_people::person_id.eq(*person),
                    audience_people::choice.eq(*choice),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(audience_people::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Everything that was decided about a session.
pub fn find_plan(conn: &mut Conn, session: &Session) -> QueryResult<Plan> {
    let id = session.id;
    let named: Vec<(PersonId, AudienceChoice)> = audience_people::table
        .filter(audience_people::session_id.eq(id))
        .order(audience_people::person_id)
        .select((audience_people::person_id, audience_people::choice))
        .load(conn)?;
    let choosing = |wanted| named.iter().filter(|(_, choice)| *choice == wanted).map(|(person, _)| *person).collect();
    let venues = list_venues(conn, id)?;
    Ok(Plan {
        title: session.title.clone(),
        purpose: session.purpose.clone(),
        speaker: session.speaker.clone(),
        organiser: session.organiser.clone(),
        requirements: session.requirements.clone(),
        remark: session.remark.clone(),
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        opens_before_minutes: session.opens_before_minutes,
        study_minutes: session.study_minutes,
        documents: list_documents(conn, id)?,
        topics: list_topics(conn, id)?,
        readings: list_planned_readings(conn, id)?,
        venues: venues
            .into_iter()
            .map(|venue| PlannedVenue { id: Some(venue.id), ways: venue.ways(), name: venue.name, kind: venue.kind })
            .collect(),
        audience: Audience {
            categories: audience_categories::table
                .filter(audience_categories::session_id.eq(id))
                .order(audience_categories::category)
                .select(audience_categories::category)
                .load(conn)?,
            units: audience_units::table
                .filter(audience_units::session_id.eq(id))
                .order(audience_units::unit_id)
                .select(audience_units::unit_id)
                .load(conn)?,
            added: choosing(AudienceChoice::Added),
            left_out: choosing(AudienceChoice::LeftOut),
        },
        reply_by: session.reply_by,
        make_up_of: session.make_up_of,
    })
}

/// What a session is based on, in its order.
pub fn list_documents(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<Document>> {
    let rows: Vec<(String, String, Option<NaiveDate>, String)> = session_documents::table
        .filter(session_documents::session_id.eq(id))
        .order(session_documents::position)
        .select((
            session_documents::title,
            session_documents::source,
            session_documents::issued_on,
            session_documents::text,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(title, source, issued_on, text)| Document { title, source, issued_on, text }).collect())
}

/// The topics of a session in their order.
pub fn list_topics(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<String>> {
    session_topics::table
        .filter(session_topics::session_id.eq(id))
        .order(session_topics::position)
        .select(session_topics::title)
        .load(conn)
}

/// The readings of a session in their order.
pub fn list_readings(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<ReadingId>> {
    Ok(list_planned_readings(conn, id)?.into_iter().map(|planned| planned.reading).collect())
}

/// The same, with when they are read: those before the session first.
pub fn list_planned_readings(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<PlannedReading>> {
    let rows: Vec<(ReadingId, Timing, Option<i64>)> = session_readings::table
        .filter(session_readings::session_id.eq(id))
        .order((session_readings::position, session_readings::reading_id))
        .select((session_readings::reading_id, session_readings::timing, session_readings::topic))
        .load(conn)?;
    let mut planned: Vec<PlannedReading> =
        rows.into_iter().map(|(reading, timing, topic)| PlannedReading { reading, timing, topic }).collect();
    planned.sort_by_key(|one| one.timing);
    Ok(planned)
}

/// How many people there are by unit and category.
pub fn headcounts(conn: &mut Conn) -> QueryResult<Vec<Headcount>> {
    let rows: Vec<(UnitId, Category, i64)> = people::table
        .filter(people::left_on.is_null())
        .group_by((people::unit_id, people::category))
        .order((people::unit_id, people::category))
        .select((people::unit_id, people::category, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(unit, category, n)| Headcount { unit, category, n }).collect())
}

/// The people whom an audience names, as far as they have not left.
pub fn list_named(conn: &mut Conn, audience: &Audience) -> QueryResult<Vec<Candidate>> {
    Ok(list_named_people(conn, audience)?
        .into_iter()
        .map(|person| Candidate { person: person.id, unit: person.unit_id, category: person.category })
        .collect())
}

/// The people whom an audience names, in the order of their units and their own.
pub fn list_named_people(conn: &mut Conn, audience: &Audience) -> QueryResult<Vec<Person>> {
    let ids: Vec<PersonId> = audience.added.iter().chain(&audience.left_out).copied().collect();
    people::table
        .inner_join(units::table)
        .filter(people::id.eq_any(ids))
        .filter(people::left_on.is_null())
        .order((units::sort_key, people::order_number, people::id))
        .select(people::all_columns)
        .load(conn)
}

/// Everybody whom an audience might expect, in the order of a roster: the units', then their own.
pub(super) fn list_possible_people(conn: &mut Conn, audience: &Audience) -> QueryResult<Vec<Person>> {
    people::table
        .inner_join(units::table)
        .filter(people::left_on.is_null())
        .filter(people::category.eq_any(&audience.categories).or(people::id.eq_any(&audience.added)))
        .order((units::sort_key, people::order_number, people::id))
        .select(people::all_columns)
        .load(conn)
}

/// People by the employee numbers or names that somebody typed.
pub fn list_people_called(conn: &mut Conn, words: &[String]) -> QueryResult<Vec<Person>> {
    people::table
        .filter(people::left_on.is_null())
        .filter(people::employee_number.eq_any(words).or(people::name.eq_any(words)))
        .order((people::employee_number, people::id))
        .load(conn)
}

/// Writes a frozen roster.
pub fn insert_roster(conn: &mut Conn, rows: &[RosterRow]) -> QueryResult<()> {
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|row| {
                (
                    roster::session_id.eq(row.session_id),
                    roster::person_id.eq(row.person_id),
                    roster::position.eq(row.position),
                    roster::unit_id.eq(row.unit_id),
                    roster::unit_name.eq(&row.unit_name),
                    roster::name.eq(&row.name),
                    roster::post.eq(&row.post),
                    roster::category.eq(row.category),
                    roster::venue_id.eq(row.venue_id),
                )
            })
            .collect();
        each!(conn, c => diesel::insert_into(roster::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Marks a draft as published, if it is still at this version; otherwise `Conflict`.
pub(super) fn update_published(conn: &mut Conn, session: &Session, version: i64, now: Moment) -> Result<()> {
    let unchanged = sessions::table
        .filter(sessions::id.eq(session.id))
        .filter(sessions::state.eq(session.state))
        .filter(sessions::version.eq(version));
    let n_changed = diesel::update(unchanged)
        .set((
            sessions::state.eq(SessionState::Published),
            sessions::published_at.eq(now),
            sessions::version.eq(version + 1),
        ))
        .execute(conn)?;
    if n_changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Gives a published session its new times and places, and its next revision.
pub(super) fn update_schedule(conn: &mut Conn, session: &Session, schedule: &Schedule) -> Result<()> {
    let unchanged = sessions::table.filter(sessions::id.eq(session.id)).filter(sessions::version.eq(session.version));
    let n_changed = diesel::update(unchanged)
        .set((
            sessions::starts_at.eq(schedule.starts_at),
            sessions::ends_at.eq(schedule.ends_at),
            sessions::revision.eq(session.revision + 1),
            sessions::version.eq(session.version + 1),
        ))
        .execute(conn)?;
    if n_changed != 1 {
        return Err(Error::Conflict);
    }
    for (venue, name) in &schedule.venues {
        let own = venues::table.filter(venues::id.eq(*venue)).filter(venues::session_id.eq(session.id));
        diesel::update(own).set(venues::name.eq(name)).execute(conn)?;
    }
    Ok(())
}

/// Another deadline for replies, of a session that is still as the caller saw it; otherwise `Conflict`.
pub(super) fn update_reply_by(conn: &mut Conn, session: &Session, reply_by: Moment) -> Result<()> {
    let unchanged = sessions::table.filter(sessions::id.eq(session.id)).filter(sessions::version.eq(session.version));
    let n_changed = diesel::update(unchanged)
        .set((sessions::reply_by.eq(reply_by), sessions::version.eq(session.version + 1)))
        .execute(conn)?;
    if n_changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Adds a clerk to a venue; false when they were there already.
pub fn insert_clerk(conn: &mut Conn, id: SessionId, venue: VenueId, person: PersonId) -> QueryResult<bool> {
    let row =
        (session_clerks::session_id.eq(id), session_clerks::venue_id.eq(venue), session_clerks::person_id.eq(person));
    let n =
        each!(conn, c => diesel::insert_into(session_clerks::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(n == 1)
}

/// Takes a clerk from a venue; false when there was none.
pub(super) fn delete_clerk(conn: &mut Conn, id: SessionId, venue: VenueId, person: PersonId) -> QueryResult<bool> {
    let row = session_clerks::table
        .filter(session_clerks::session_id.eq(id))
        .filter(session_clerks::venue_id.eq(venue))
        .filter(session_clerks::person_id.eq(person));
    Ok(diesel::delete(row).execute(conn)? == 1)
}

/// The clerks of a session with the venue that each serves.
pub fn list_clerks(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<(VenueId, Person)>> {
    session_clerks::table
        .inner_join(people::table)
        .filter(session_clerks::session_id.eq(id))
        .order((session_clerks::venue_id, people::order_number, people::id))
        .select((session_clerks::venue_id, people::all_columns))
        .load(conn)
}

/// Sends everybody of a unit and below, by the unit in the roster row and today's tree, to a venue.
pub(super) fn update_venue_of_unit(
    conn: &mut Conn,
    id: SessionId,
    path: &UnitPath,
    venue: VenueId,
) -> QueryResult<i64> {
    let (start, end) = path.range();
    let below = units::table.filter(units::path.ge(start)).filter(units::path.lt(end)).select(units::id);
    let rows = roster::table
        .filter(roster::session_id.eq(id))
        .filter(roster::unit_id.eq_any(below))
        .filter(roster::venue_id.ne(venue));
    let n = diesel::update(rows).set(roster::venue_id.eq(venue)).execute(conn)?;
    Ok(n as i64)
}

/// Sends one person of a roster to a venue.
pub(super) fn update_venue_of_person(
    conn: &mut Conn,
    id: SessionId,
    person: PersonId,
    venue: VenueId,
) -> QueryResult<()> {
    let row = roster::table.filter(roster::session_id.eq(id)).filter(roster::person_id.eq(person));
    diesel::update(row).set(roster::venue_id.eq(venue)).execute(conn)?;
    Ok(())
}

/// How many people of a session's roster go to each venue.
pub fn count_roster_by_venue(conn: &mut Conn, id: SessionId) -> QueryResult<Vec<(VenueId, i64)>> {
    roster::table
        .filter(roster::session_id.eq(id))
        .group_by(roster::venue_id)
        .order(roster::venue_id)
        .select((roster::venue_id, count_star()))
        .load(conn)
}

/// How many people are on the roster of each of these sessions.
pub fn count_rosters(conn: &mut Conn, ids: &[SessionId]) -> QueryResult<Vec<(SessionId, i64)>> {
    roster::table
        .filter(roster::session_id.eq_any(ids))
        .group_by(roster::session_id)
        .order(roster::session_id)
        .select((roster::session_id, count_star()))
        .load(conn)
}

/// Which sessions a list shows.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Those that end from this moment on.
    pub from: Option<Moment>,
    /// Those that end before this moment.
    pub until: Option<Moment>,
    pub states: Vec<SessionState>,
}

/// The order of a list of sessions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Order {
    SoonestFirst,
    LatestFirst,
}

type Sessions<'a> = sessions::BoxedQuery<'a, <Conn as diesel::Connection>::Backend>;

/// The sessions that the viewer may see: as [`find_visible`], for lists.
fn visible_to(viewer: &Viewer) -> Sessions<'static> {
    let all = sessions::table.into_boxed();
    if viewer.is_hq() {
        return all;
    }
    let person = viewer.person;
    let own = roster::table.filter(roster::person_id.eq(person)).select(roster::session_id);
    // Nobody has the id 0: a remembered phone serves nothing.
    let clerk = if viewer.is_full() { person } else { PersonId(0) };
    let served = session_clerks::table.filter(session_clerks::person_id.eq(clerk)).select(session_clerks::session_id);
    let mut visible: Box<
        dyn BoxableExpression<sessions::table, <Conn as diesel::Connection>::Backend, SqlType = diesel::sql_types::Bool>,
    > = Box::new(sessions::id.eq_any(own).or(sessions::id.eq_any(served)));
    if let Reach::Units(paths) = viewer.reach() {
        for path in paths {
            let (start, end) = path.range();
            let theirs = roster::table
                .inner_join(units::table)
                .filter(units::path.ge(start))
                .filter(units::path.lt(end))
                .select(roster::session_id);
            visible = Box::new(visible.or(sessions::id.eq_any(theirs)));
        }
    }
    all.filter(sessions::state.ne(SessionState::Draft)).filter(visible)
}

fn listed(viewer: &Viewer, listing: &Listing) -> Sessions<'static> {
    let mut query = visible_to(viewer);
    if let Some(from) = listing.from {
        query = query.filter(sessions::ends_at.ge(from));
    }
    if let Some(until) = listing.until {
        query = query.filter(sessions::ends_at.lt(until));
    }
    if !listing.states.is_empty() {
        query = query.filter(sessions::state.eq_any(listing.states.clone()));
    }
    query
}

/// A page of the sessions that the viewer may see.
pub fn list_visible(
    conn: &mut Conn,
    viewer: &Viewer,
    listing: &Listing,
    order: Order,
    offset: i64,
    limit: i64,
) -> QueryResult<Vec<Session>> {
    let query = listed(viewer, listing).offset(offset).limit(limit);
    match order {
        Order::SoonestFirst => query.order((sessions::starts_at, sessions::id)).load(conn),
        Order::LatestFirst => query.order((sessions::starts_at.desc(), sessions::id.desc())).load(conn),
    }
}

/// How many sessions the list has in all.
pub fn count_visible(conn: &mut Conn, viewer: &Viewer, listing: &Listing) -> QueryResult<i64> {
    listed(viewer, listing).count().get_result(conn)
}

/// When the first and the last session begin, of those that the viewer may see.
pub fn find_first_and_last(conn: &mut Conn, viewer: &Viewer) -> QueryResult<(Option<Moment>, Option<Moment>)> {
    visible_to(viewer).select((min(sessions::starts_at), max(sessions::starts_at))).get_result(conn)
}

/// The rows of one person in these sessions' rosters.
pub fn list_roster_rows_of(conn: &mut Conn, person: PersonId, ids: &[SessionId]) -> QueryResult<Vec<RosterRow>> {
    roster::table
        .filter(roster::person_id.eq(person))
        .filter(roster::session_id.eq_any(ids))
        .order(roster::session_id)
        .load(conn)
}

/// Adds a session as it stands at some point of its life, without its roster: for the demo.
pub fn insert_as_it_stands(conn: &mut Conn, session: &Session, plan: &Plan) -> QueryResult<SessionId> {
    let id = insert_session(conn, session.created_by, plan)?;
    store_plan(conn, id, plan)?;
    diesel::update(sessions::table.filter(sessions::id.eq(id)))
        .set((
            sessions::state.eq(session.state),
            sessions::published_at.eq(session.published_at),
            sessions::closed_at.eq(session.closed_at),
            sessions::confirmed_at.eq(session.confirmed_at),
        ))
        .execute(conn)?;
    Ok(id)
}

/// The sessions in some state, the latest start first.
pub fn list_in_state(conn: &mut Conn, state: SessionState) -> QueryResult<Vec<Session>> {
    sessions::table
        .filter(sessions::state.eq(state))
        .order((sessions::starts_at.desc(), sessions::id.desc()))
        .load(conn)
}

/// Gives a session other times, and nobody notice of it: for the demo, which is always in the middle of one.
pub fn update_times(conn: &mut Conn, id: SessionId, starts_at: Moment, ends_at: Moment) -> QueryResult<()> {
    diesel::update(sessions::table.filter(sessions::id.eq(id)))
        .set((sessions::starts_at.eq(starts_at), sessions::ends_at.eq(ends_at)))
        .execute(conn)?;
    Ok(())
}

/// The name of each of these sessions' main venue.
pub fn list_main_venues(conn: &mut Conn, ids: &[SessionId]) -> QueryResult<Vec<(SessionId, String)>> {
    venues::table
        .filter(venues::session_id.eq_any(ids))
        .filter(venues::kind.eq(VenueKind::Main))
        .order((venues::session_id, venues::position))
        .select((venues::session_id, venues::name))
        .load(conn)
}

/// The rows of these people in a session's roster.
pub fn list_roster_rows_among(conn: &mut Conn, id: SessionId, people: &[PersonId]) -> QueryResult<Vec<RosterRow>> {
    roster::table
        .filter(roster::session_id.eq(id))
        .filter(roster::person_id.eq_any(people))
        .order(roster::position)
        .load(conn)
}

/// People by a part of their name or their employee number; nobody for an empty search.
pub fn search_people(conn: &mut Conn, words: &str, limit: i64) -> QueryResult<Vec<Person>> {
    let words = words.trim();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let like = crate::store::containing(words);
    people::table
        .inner_join(units::table)
        .filter(people::left_on.is_null())
        .filter(
            lower(people::name)
                .like(like.clone())
                .escape('\\')
                .or(lower(people::employee_number).like(like).escape('\\')),
        )
        .order((units::sort_key, people::order_number, people::id))
        .select(people::all_columns)
        .limit(limit)
        .load(conn)
}

/// The sessions that make up for another, the first to begin first.
pub fn list_make_up_sessions(conn: &mut Conn, missed: SessionId) -> QueryResult<Vec<Session>> {
    sessions::table
        .filter(sessions::make_up_of.eq(missed))
        .filter(sessions::state.ne(SessionState::Cancelled))
        .order((sessions::starts_at, sessions::id))
        .load(conn)
}

/// The published sessions whose units are still asked who comes, the first to be answered first.
pub fn list_asking(conn: &mut Conn, now: Moment, limit: i64) -> QueryResult<Vec<Session>> {
    sessions::table
        .filter(sessions::state.eq(SessionState::Published))
        .filter(sessions::reply_by.ge(now))
        .order((sessions::reply_by, sessions::id))
        .limit(limit)
        .load(conn)
}

/// The published sessions that have not begun and whose units were asked who comes, the first to be answered first.
pub fn list_asked(conn: &mut Conn, now: Moment, limit: i64) -> QueryResult<Vec<Session>> {
    sessions::table
        .filter(sessions::state.eq(SessionState::Published))
        .filter(sessions::starts_at.gt(now))
        .filter(sessions::reply_by.is_not_null())
        .order((sessions::reply_by, sessions::id))
        .limit(limit)
        .load(conn)
}

/// The units that stand in the rosters of these sessions.
pub fn list_roster_units(conn: &mut Conn, ids: &[SessionId]) -> QueryResult<Vec<(SessionId, UnitId)>> {
    roster::table
        .filter(roster::session_id.eq_any(ids))
        .group_by((roster::session_id, roster::unit_id))
        .order((roster::session_id, roster::unit_id))
        .select((roster::session_id, roster::unit_id))
        .load(conn)
}
