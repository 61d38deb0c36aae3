//! A session that has been held, put straight into the tables: what became of whom is given.

use super::{Member, TestApp};
use diesel::prelude::*;
use xuefa::attendance::{AttendanceState, Method};
use xuefa::organization::Category;
use xuefa::store::ids::{PersonId, SessionId, UnitId, VenueId};
use xuefa::store::schema::{attendance, people, roster, sessions, units, venues};
use xuefa::training::{SessionState, VenueKind};

impl TestApp {
    /// A session of two hours in the morning of a day. Who has no state is still undecided.
    pub async fn given_session(
        &self,
        date: &str,
        state: SessionState,
        roll: &[(Member, Option<AttendanceState>)],
    ) -> SessionId {
        let (starts_at, ends_at) = (self.moment(date, "09:00"), self.moment(date, "11:00"));
        let is_over = state != SessionState::Published;
        let is_confirmed = matches!(state, SessionState::Confirmed | SessionState::Archived);
        let roll: Vec<(PersonId, Option<AttendanceState>)> =
            roll.iter().map(|(member, state)| (member.person, *state)).collect();
        let title = format!("信访工作法治化培训会 {date}");
        let made = self.write(move |conn| {
            let id: SessionId = diesel::insert_into(sessions::table)
                .values((
                    (sessions::title.eq(&title), sessions::purpose.eq(""), sessions::speaker.eq("")),
                    (sessions::organiser.eq("信访办公室"), sessions::requirements.eq(""), sessions::remark.eq("")),
                    (sessions::starts_at.eq(starts_at), sessions::ends_at.eq(ends_at)),
                    (sessions::opens_before_minutes.eq(30), sessions::study_minutes.eq(120)),
                    (sessions::state.eq(state), sessions::published_at.eq(starts_at)),
                    sessions::closed_at.eq(is_over.then_some(ends_at)),
                    sessions::confirmed_at.eq(is_confirmed.then_some(ends_at)),
                ))
                .returning(sessions::id)
                .get_result(conn)?;
            let venue: VenueId = diesel::insert_into(venues::table)
                .values((
                    venues::session_id.eq(id),
                    venues::position.eq(1),
                    venues::name.eq("主会场"),
                    venues::kind.eq(VenueKind::Main),
                ))
                .returning(venues::id)
                .get_result(conn)?;
            for (position, (person, state)) in roll.iter().enumerate() {
                let (name, post, category, unit, unit_name): (String, String, Category, UnitId, String) = people::table
                    .inner_join(units::table)
                    .filter(people::id.eq(*person))
                    .select((people::name, people::post, people::category, units::id, units::name))
                    .first(conn)?;
                diesel::insert_into(roster::table)
                    .values((
                        roster::session_id.eq(id),
                        roster::person_id.eq(*person),
                        roster::position.eq(position as i64 + 1),
                        roster::unit_id.eq(unit),
                        roster::unit_name.eq(unit_name),
                        roster::name.eq(name),
                        roster::post.eq(post),
                        roster::category.eq(category),
                        roster::venue_id.eq(venue),
                    ))
                    .execute(conn)?;
                let Some(state) = state else { continue };
                diesel::insert_into(attendance::table)
                    .values((
                        attendance::session_id.eq(id),
                        attendance::person_id.eq(*person),
                        attendance::state.eq(*state),
                        attendance::method.eq(Method::RollCall),
                        attendance::recorded_at.eq(ends_at),
                    ))
                    .execute(conn)?;
            }
            Ok(id)
        });
        made.await.expect("a session")
    }

    /// What the QR of a venue's screen holds now.
    pub fn code_on_screen(&self, session: SessionId, venue: VenueId) -> String {
        let codes = self.app.codes();
        codes.token(session, venue, codes.rotation.step(self.app.clock.steady())).to_string()
    }

    /// The six digits beside it.
    pub fn digits_on_screen(&self, session: SessionId, venue: VenueId) -> String {
        let codes = self.app.codes();
        codes.digits(session, venue, codes.rotation.step(self.app.clock.steady()))
    }

    /// What became of somebody turns out to be something else.
    pub async fn given_state(&self, session: SessionId, member: Member, state: AttendanceState) {
        let set = self.write(move |conn| {
            let row = attendance::table
                .filter(attendance::session_id.eq(session))
                .filter(attendance::person_id.eq(member.person));
            diesel::update(row).set(attendance::state.eq(state)).execute(conn)?;
            Ok(())
        });
        set.await.expect("a state");
    }
}
