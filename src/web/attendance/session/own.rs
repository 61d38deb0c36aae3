//! One's own state in a session, and what one can do about it.

use crate::access::Viewer;
use crate::attendance::AttendanceState;
use crate::attendance::model::may_undo;
use crate::attendance::queries;
use crate::attendance::requests::RequestState;
use crate::attendance::requests::model::{AskRefusal, may_ask_correction, may_ask_leave};
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::settings;
use crate::store::Conn;
use crate::training::{self, SessionState};
use crate::web::attendance::requests::{self, ShownRequest};
use crate::web::attendance::{PersonRow, Standing};
use serde::Serialize;

/// The viewer's own state, when they are on the roster.
#[derive(Serialize)]
pub(super) struct OwnPart {
    person: PersonRow,
    venue: String,
    opens_at: Moment,
    /// The code can be typed now.
    may_check_in: bool,
    is_to_come: bool,
    /// The personal code, for the kiosk, until they are in.
    my_code: Option<String>,
    undo: Option<String>,
    /// Where leave is asked for, while it can be.
    leave: Option<String>,
    correction: Option<String>,
    /// Where HQ is told that it is wrong, once it is too late to ask for a correction.
    too_late: Option<String>,
    /// For so many days a correction could be asked for.
    days: i64,
    requests: Vec<ShownRequest>,
}

impl OwnPart {
    pub(super) fn find(conn: &mut Conn, standing: &Standing, viewer: &Viewer, now: Moment) -> Result<Option<Self>> {
        let Some(row) = standing.own.clone() else { return Ok(None) };
        let session = &standing.session;
        let recorded = queries::find(conn, session.id, viewer.person)?;
        let venues = training::queries::list_venues(conn, session.id)?;
        let venue = venues.into_iter().find(|venue| venue.id == row.venue_id).map_or(String::new(), |venue| venue.name);
        let is_in =
            recorded.as_ref().is_some_and(|of| matches!(of.state, AttendanceState::Present | AttendanceState::Exempt));
        let undo = recorded.as_ref().is_some_and(|of| may_undo(of, viewer.person, now));
        let requests = requests::list_of_person(conn, viewer, session, &row, recorded.as_ref())?;
        let is_waiting = requests.iter().any(|request| request.state == RequestState::Asked);
        let days = settings::current(conn)?.correction_days;
        let may_leave = !is_waiting && may_ask_leave(session, recorded.as_ref(), now, days).is_ok();
        let correction = may_ask_correction(session, recorded.as_ref(), now, days);
        let may_correct = !is_waiting && correction.is_ok();
        Ok(Some(Self {
            leave: may_leave.then(|| links::session_part(session.id, "leave")),
            correction: may_correct.then(|| links::session_part(session.id, "correction")),
            too_late: correction.is_err_and(AskRefusal::is_too_late).then(|| links::feedback_about(session.id)),
            days,
            requests,
            venue,
            opens_at: session.opens_at(),
            may_check_in: session.is_open(now) && !is_in,
            is_to_come: session.state == SessionState::Published && now < session.opens_at(),
            my_code: (session.state == SessionState::Published && !is_in)
                .then(|| links::session_part(session.id, "my-code")),
            undo: undo.then(|| links::session_part(session.id, "undo-check-in")),
            person: PersonRow::of(session, row, recorded.as_ref()),
        }))
    }
}
