//! What HQ decided about a session: written and read.

use super::venues::list_venues;
use crate::each;
use crate::error::{Error, Result};
use crate::store::ids::{PersonId, ReadingId, SessionId, VenueId};
use crate::store::schema::{
    audience_categories, audience_people, audience_units, session_clerks, session_documents, session_readings,
    session_topics, sessions, venues,
};
use crate::store::{Conn, ROWS_A_STATEMENT};
use crate::training::audience::Audience;
use crate::training::model::{AudienceChoice, Session, SessionState, Ways};
use crate::training::plan::{Document, Plan, PlannedReading, PlannedVenue, Timing};
use chrono::NaiveDate;
use diesel::prelude::*;

/// Adds a draft without its lists.
pub(in crate::training) fn insert_session(
    conn: &mut Conn,
    by: Option<PersonId>,
    plan: &Plan,
) -> QueryResult<SessionId> {
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
pub(in crate::training) fn update_session(conn: &mut Conn, id: SessionId, version: i64, plan: &Plan) -> Result<()> {
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
pub(in crate::training) fn store_plan(conn: &mut Conn, id: SessionId, plan: &Plan) -> QueryResult<()> {
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
pub(in crate::training) fn update_ways(conn: &mut Conn, venue: VenueId, ways: Ways) -> QueryResult<()> {
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

/// As [`list_readings`], with when they are read: those before the session first.
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
