//! One person in one session: their state with its history, and its correction.

use super::requests::{self as shown_requests, ShownRequest};
use super::{Head, PersonRow, Standing, is_recorded, only_one, recorded, to_confirm, undecided};
use crate::access::Viewer;
use crate::attendance::model::{Change, RecordRefusal, authority, may_record, needs_reason};
use crate::attendance::requests::model::{AskRefusal, may_ask_correction};
use crate::attendance::requests::{self, Asked, RequestKind, RequestState};
use crate::attendance::{self, Attendance, AttendanceState, Entry, Method, Recorded, Source, queries};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::settings;
use crate::store::ids::{PersonId, SessionId};
use crate::store::{Conn, form_keys};
use crate::training::SessionState;
use crate::web::finals::{Since, found_since};
use crate::web::form::{Form, meanwhile};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

/// The version of a form that was made when nothing was recorded.
const NOTHING: &str = "0";

#[derive(Debug, Default, Clone, Deserialize, Serialize)]
pub struct CorrectionForm {
    /// A stored state, or `clear`.
    #[serde(default)]
    state: String,
    #[serde(default)]
    late: String,
    #[serde(default)]
    left_early: String,
    #[serde(default)]
    leave_kind: String,
    #[serde(default)]
    stand_in: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    version: String,
}

#[derive(Serialize)]
struct PersonPage {
    head: Head,
    person: PersonRow,
    method: Option<Method>,
    recorded_at: Option<Moment>,
    recorded_by: Option<String>,
    history: Vec<ShownChange>,
    /// Nothing when the viewer may change something; otherwise why not, or that there is nothing to say.
    why_not: Option<String>,
    asks_reason: bool,
    /// Check-in has opened: before, nobody is recorded as present or absent.
    has_opened: bool,
    is_confirmed: bool,
    /// Where HQ goes on with the list that is to be confirmed.
    to_confirm: Option<String>,
    /// The word for somebody about whom nothing is recorded.
    undecided: &'static str,
    /// Where a leader asks HQ to agree, when what is typed is not recorded at once.
    ask: Option<String>,
    requests: Vec<ShownRequest>,
    /// Where the person themselves asks for a correction.
    own_correction: Option<String>,
    /// Where they tell HQ that it is wrong, once it is too late to ask.
    too_late: Option<String>,
    /// For so many days a correction can be asked for.
    days: i64,
    form: CorrectionForm,
    /// That records were corrected after the newest final report,
    since: Option<Since>,
    /// or that there is one, which a correction leaves as it is.
    stands: Option<Since>,
}

/// A change of somebody's attendance, as `parts/attendance-changes` lists it.
#[derive(Serialize)]
pub(in crate::web) struct ShownChange {
    at: Moment,
    by: Option<String>,
    reason: String,
    before: Option<ShownRecorded>,
    after: Option<ShownRecorded>,
    after_confirmation: bool,
}

/// One change, with the name of who made it.
pub(in crate::web) fn shown_change(change: Change, by: Option<String>) -> ShownChange {
    ShownChange {
        at: change.changed_at,
        by,
        before: change.before().map(ShownRecorded::of),
        after: change.after().map(ShownRecorded::of),
        after_confirmation: change.after_confirmation,
        reason: change.reason,
    }
}

#[derive(Serialize)]
pub(in crate::web) struct ShownRecorded {
    state: AttendanceState,
    late: bool,
    left_early: bool,
    method: Method,
    leave_kind: Option<&'static str>,
    stand_in: Option<String>,
    arrived_at: Option<Moment>,
}

impl ShownRecorded {
    pub(in crate::web) fn of(recorded: Recorded) -> Self {
        Self {
            state: recorded.state,
            late: recorded.late,
            left_early: recorded.left_early,
            method: recorded.method,
            leave_kind: recorded.leave_kind.map(|kind| kind.as_str()),
            stand_in: recorded.stand_in,
            arrived_at: recorded.arrived_at,
        }
    }
}

/// `GET /sessions/{id}/people/{person}`.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    of: Path<(SessionId, PersonId)>,
) -> Result<HttpResponse> {
    let ((session, person), now) = (of.into_inner(), app.clock.now());
    let (mut content, why_not) =
        app.db.read(move |conn| person_page(conn, &viewer, session, person, None, now)).await?;
    content.why_not = why_not.map(|message| page::word(&app, &visit, &message));
    page::show(&app, &visit, "attendance/person", &content)
}

/// `POST /sessions/{id}/people/{person}`: records or corrects, with a reason where one is needed.
pub async fn save(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    of: Path<(SessionId, PersonId)>,
    form: Form<CorrectionForm>,
) -> Result<HttpResponse> {
    let ((session, person), now) = (of.into_inner(), app.clock.now());
    let fields = form.fields;
    let done = match entry(person, &fields) {
        Err(refused) => Err(refused),
        Ok(entry) => {
            let (actor, reason) = (viewer.clone(), fields.reason.trim().to_owned());
            app.db
                .write(move |conn| {
                    let entries = std::slice::from_ref(&entry);
                    let n = attendance::record(conn, &actor, session, entries, Source::OnePerson, &reason, now)?;
                    Ok((n, only_one(conn, session, n, std::iter::once(person))?))
                })
                .await
        }
    };
    match done.map_err(meanwhile) {
        Ok((n, one)) => {
            let message = match (one, fields.version.as_str()) {
                (None, _) => Message::new("attendance-person-unchanged"),
                (Some(one), NOTHING) => recorded(n, Some(one)),
                (Some((name, _)), _) => Message::new("attendance-person-saved").with("name", name),
            };
            Ok(page::redirect(&app, &visit, &links::attendance_of(session, person), &message))
        }
        Err(Error::Refused(problems)) => {
            let (mut content, why_not) =
                app.db.read(move |conn| person_page(conn, &viewer, session, person, Some(fields), now)).await?;
            content.why_not = why_not.map(|message| page::word(&app, &visit, &message));
            page::refused(&app, &visit, "attendance/person", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}

/// `POST /sessions/{id}/people/{person}/ask`: a leader asks HQ to agree to a correction, once the session is confirmed.
pub async fn ask(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    of: Path<(SessionId, PersonId)>,
    form: Form<CorrectionForm>,
) -> Result<HttpResponse> {
    let ((session, person), now) = (of.into_inner(), app.clock.now());
    let (fields, key) = (form.fields, form.key);
    let done = match entry(person, &fields) {
        Err(refused) => Err(refused),
        Ok(Entry { after, .. }) => {
            let asked = Asked { kind: RequestKind::Correction, value: after, reason: fields.reason.clone() };
            let (actor, to) = (viewer.clone(), links::attendance_of(session, person));
            let written = app.db.write(move |conn| {
                form_keys::once(conn, &key, now, |conn| {
                    requests::ask(conn, &actor, session, person, &asked, now)?;
                    Ok(to.clone())
                })
            });
            written.await
        }
    };
    match done.map_err(meanwhile) {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("request-sent-to-hq"))),
        Err(Error::Refused(problems)) => {
            let (mut content, why_not) =
                app.db.read(move |conn| person_page(conn, &viewer, session, person, Some(fields.clone()), now)).await?;
            content.why_not = why_not.map(|message| page::word(&app, &visit, &message));
            page::refused(&app, &visit, "attendance/person", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}

fn entry(person: PersonId, form: &CorrectionForm) -> Result<Entry> {
    let unknown = || Error::Refused(vec![crate::error::Problem::at("state", Message::new("attendance-state-missing"))]);
    let after = match form.state.as_str() {
        "clear" => None,
        word => {
            let state: AttendanceState = word.parse().map_err(|_| unknown())?;
            Some(Recorded {
                late: !form.late.is_empty(),
                left_early: !form.left_early.is_empty(),
                leave_kind: form.leave_kind.parse().ok(),
                stand_in: Some(form.stand_in.trim().to_owned()).filter(|name| !name.is_empty()),
                ..Recorded::plain(state, Method::Correction)
            })
        }
    };
    Ok(Entry { person, after, seen: form.version.parse().map_err(|_| unknown())? })
}

/// The page, and why the viewer may not change anything on it.
fn person_page(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    person: PersonId,
    typed: Option<CorrectionForm>,
    now: Moment,
) -> Result<(PersonPage, Option<Message>)> {
    let standing = Standing::find(conn, viewer, session)?;
    let session = &standing.session;
    let case = queries::find_case(conn, session.id, person)?;
    let right = authority(viewer, &standing.served, &case);
    let is_led = viewer.reach_of_decisions().covers(&case.path);
    let is_own = person == viewer.person;
    let is_visible = right.is_some() || viewer.reach().covers(&case.path) || is_own;
    let row = case.row;
    if !is_visible || !is_recorded(session.state) {
        return Err(Error::NotFound("person"));
    }
    let recorded = queries::find(conn, session.id, person)?;
    let recorded_by = match recorded.as_ref().and_then(|of| of.recorded_by) {
        Some(by) => queries::find_name(conn, by)?,
        None => None,
    };
    let may = right.map(|right| may_record(right, session, viewer.person, person));
    let asks_hq = may == Some(Err(RecordRefusal::AskHq));
    let requests = shown_requests::list_of_person(conn, viewer, session, &row, recorded.as_ref())?;
    let is_waiting = requests.iter().any(|request| request.state == RequestState::Asked);
    let days = settings::current(conn)?.correction_days;
    let correction = may_ask_correction(session, recorded.as_ref(), now, days);
    let may_ask = is_own && !is_waiting && correction.is_ok();
    let is_too_late = is_own && correction.is_err_and(AskRefusal::is_too_late);
    let verdict = match may {
        Some(Err(RecordRefusal::AskHq)) if is_waiting => Err(Message::new("request-refused-open")),
        Some(Err(RecordRefusal::AskHq)) => Ok(()),
        Some(verdict) => verdict.map_err(|refusal| refusal.message()),
        None if is_own => Err(Message::new("attendance-refused-own")),
        None if is_led => Err(Message::new("attendance-refused-also-leads")),
        None => Err(Message::new("attendance-refused-not-leader")),
    };
    let history = queries::list_changes(conn, session.id, person)?;
    // Who may change nothing here learns nothing of the others.
    let newest = match session.is_confirmed() && verdict.is_ok() {
        true => found_since(conn, viewer, session.id)?,
        false => None,
    };
    let (since, stands) = newest.map_or((None, None), |newest| match newest.is_corrected() {
        true => (Some(newest), None),
        false => (None, Some(newest)),
    });
    let page = PersonPage {
        head: Head::of(session, now),
        method: recorded.as_ref().map(|of| of.method),
        recorded_at: recorded.as_ref().map(|of| of.recorded_at),
        recorded_by,
        history: history.into_iter().map(|(change, by)| shown_change(change, by)).collect(),
        why_not: None,
        since,
        stands,
        asks_reason: needs_reason(session.state, recorded.as_ref()),
        has_opened: session.state != SessionState::Published || session.opens_at() <= now,
        is_confirmed: session.is_confirmed(),
        to_confirm: to_confirm(session, viewer),
        undecided: undecided(session.state),
        ask: asks_hq.then(|| links::ask_correction_of(session.id, person)),
        requests,
        own_correction: may_ask.then(|| links::session_part(session.id, "correction")),
        too_late: is_too_late.then(|| links::feedback_about(session.id)),
        days,
        // What is recorded now stands beside what was typed: whoever saves again has seen it.
        form: match typed {
            Some(typed) => CorrectionForm { version: form_of(recorded.as_ref()).version, ..typed },
            None => form_of(recorded.as_ref()),
        },
        person: PersonRow::of(session, row, recorded.as_ref()),
    };
    Ok((page, verdict.err()))
}

fn form_of(recorded: Option<&Attendance>) -> CorrectionForm {
    let tick = |is_set: bool| if is_set { "1".to_owned() } else { String::new() };
    match recorded {
        None => CorrectionForm { version: NOTHING.to_owned(), ..CorrectionForm::default() },
        Some(of) => CorrectionForm {
            state: of.state.as_str().to_owned(),
            late: tick(of.late),
            left_early: tick(of.left_early),
            leave_kind: of.leave_kind.map_or(String::new(), |kind| kind.as_str().to_owned()),
            stand_in: of.stand_in.clone().unwrap_or_default(),
            reason: String::new(),
            version: of.stamp().to_string(),
        },
    }
}
