//! `/units/{id}/meetings` and `/meetings/{id}`: a unit's learning exchange meetings, and the record of one as paper.

mod conflict;
mod fields;
pub mod form;

use super::evidence::{Files, files_of};
use crate::access::Viewer;
use crate::assignments::calls::{self, OwnTask};
use crate::assignments::exchange::find_of_task;
use crate::assignments::exchange::model::{is_late, shown};
use crate::assignments::exchange::queries::{self, MeetingLine};
use crate::assignments::exchange::{self, Found, Presence, ShownMeeting};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::i18n::Language;
use crate::links;
use crate::reports::exchange_record::{self, ExchangeRecord};
use crate::store::ids::{MeetingId, UnitId, UnitTaskId};
use crate::store::{Conn, form_keys};
use crate::training;
use crate::web::form::Form;
use crate::web::paging::Paging;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Meetings on one page.
const ON_A_PAGE: i64 = 30;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    page: String,
}

#[derive(Serialize)]
struct ListPage {
    unit_name: String,
    unit_href: String,
    new: String,
    n: i64,
    rows: Vec<Row>,
    paging: Paging,
}

#[derive(Serialize)]
struct Row {
    href: String,
    held_on: Option<NaiveDate>,
    unit_name: String,
    theme: String,
    session_title: Option<String>,
    n_present: i64,
    n_people: i64,
    state: ShownMeeting,
    is_late: bool,
}

/// `GET /units/{id}/meetings`: those of the unit and all below it, the latest first.
pub async fn list(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitId>,
    query: Query<ListQuery>,
) -> Result<HttpResponse> {
    let (id, asked) = (id.into_inner(), query.into_inner().page);
    let content = app.db.read(move |conn| list_page(conn, &viewer, id, &asked)).await?;
    page::show(&app, &visit, "meetings/list", &content)
}

fn list_page(conn: &mut Conn, viewer: &Viewer, id: UnitId, asked: &str) -> Result<ListPage> {
    let unit = exchange::find_unit(conn, viewer, id)?;
    let here = links::meetings(id);
    let paging_of = |n: i64| Paging::of(asked, n, ON_A_PAGE, &here);
    let (lines, n) = queries::list_below(conn, &unit.path, ON_A_PAGE, |n| paging_of(n).offset)?;
    let ids: Vec<MeetingId> = lines.iter().map(|(meeting, ..)| meeting.id).collect();
    let counts = queries::count_people(conn, &ids)?;
    let row = |(meeting, unit_name, task, session_title): MeetingLine| {
        let of = counts.iter().filter(|(of, ..)| *of == meeting.id);
        let count = |is_wanted: fn(Presence) -> bool| {
            of.clone().filter(|(_, presence, _)| is_wanted(*presence)).map(|(.., n)| n).sum()
        };
        Row {
            href: links::meeting(meeting.id),
            is_late: meeting.held_on.zip(meeting.entered_on).is_some_and(|(held, entered)| is_late(held, entered)),
            held_on: meeting.held_on,
            unit_name,
            theme: meeting.theme,
            session_title,
            n_present: count(|presence| presence == Presence::Present),
            n_people: count(|_| true),
            state: shown(meeting.state, task),
        }
    };
    Ok(ListPage {
        unit_name: unit.name,
        unit_href: links::unit(id),
        new: links::new_meeting(id),
        n,
        rows: lines.into_iter().map(row).collect(),
        paging: paging_of(n),
    })
}

/// `GET /unit-tasks/{id}/meeting`: on to the record that answers a unit's task, or to where it is still written.
pub async fn of_task(app: Data<App>, viewer: Viewer, id: Path<UnitTaskId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let to = app
        .db
        .read(move |conn| {
            let (own, meeting) = find_of_task(conn, &viewer, id)?;
            // HQ reads what another unit is still writing.
            let writes = own.task.state.is_editable() && (!viewer.is_hq() || viewer.unit == own.unit.id);
            Ok(match meeting {
                Some(meeting) if writes => links::meeting_part(meeting, "edit"),
                Some(meeting) => links::meeting(meeting),
                None if own.task.state.is_editable() => format!("{}?task={id}", links::new_meeting(own.unit.id)),
                None => links::meetings(own.unit.id),
            })
        })
        .await?;
    Ok(page::go(&to))
}

/// The record of a meeting, as paper and as a page.
#[derive(Serialize)]
struct MeetingPage {
    #[serde(flatten)]
    record: ExchangeRecord,
    id: MeetingId,
    href: String,
    pdf: String,
    docx: String,
    unit_href: String,
    meetings_href: String,
    state: ShownMeeting,
    session_href: Option<String>,
    call_title: Option<String>,
    call_href: Option<String>,
    /// What HQ said when it returned it.
    comment: String,
    version: i64,
    edit: Option<String>,
    may_take_back: bool,
    may_remove: bool,
    /// Whoever submitted it was there, and missed nothing by it until HQ accepts.
    submitter_waits: bool,
    made_at: Moment,
    files: Files,
}

/// `GET /meetings/{id}`: the record, which prints as it stands.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<MeetingId>) -> Result<HttpResponse> {
    let (id, now, language) = (id.into_inner(), app.clock.now(), visit.language);
    let content = app.db.read(move |conn| meeting_page(conn, &viewer, id, language, now)).await?;
    page::show(&app, &visit, "meetings/show", &content)
}

/// The record alone, for its files.
pub(in crate::web) fn record_of(
    conn: &mut Conn,
    viewer: &Viewer,
    id: MeetingId,
    language: Language,
) -> Result<ExchangeRecord> {
    let Found { meeting, unit, state, .. } = exchange::find(conn, viewer, id)?;
    exchange_record::gather(conn, meeting, unit.name, state, language)
}

fn meeting_page(
    conn: &mut Conn,
    viewer: &Viewer,
    id: MeetingId,
    language: Language,
    now: Moment,
) -> Result<MeetingPage> {
    let Found { meeting, unit, state, may_submit } = exchange::find(conn, viewer, id)?;
    let call = match meeting.unit_task_id {
        Some(task) => Some(calls::own_task(conn, viewer, task)?),
        None => None,
    };
    let (session, version, submitted_by) = (meeting.session_id, meeting.version, meeting.submitted_by);
    let people = queries::list_people(conn, id)?;
    let was_there = |person| people.iter().any(|of| Some(of.person_id) == person && of.presence == Presence::Present);
    let seen = match session {
        Some(session) if training::queries::is_visible(conn, viewer, session)? => Some(session),
        Some(_) | None => None,
    };
    Ok(MeetingPage {
        id,
        href: links::meeting(id),
        pdf: links::meeting_part(id, "record.pdf"),
        docx: links::meeting_part(id, "record.docx"),
        unit_href: links::unit(unit.id),
        meetings_href: links::meetings(unit.id),
        state,
        session_href: seen.map(links::session),
        submitter_waits: session.is_some() && state == ShownMeeting::Submitted && was_there(submitted_by),
        call_href: call.as_ref().map(|own| links::unit_call(own.unit.id, own.call.id)),
        comment: last_word(state, call.as_ref()),
        call_title: call.map(|own| own.call.title),
        version,
        edit: state.is_editable().then(|| links::meeting_part(id, "edit")),
        may_take_back: may_submit && state == ShownMeeting::Submitted,
        may_remove: state == ShownMeeting::Draft,
        made_at: now,
        files: files_of(conn, viewer, "meetings", id.0)?,
        record: exchange_record::gather(conn, meeting, unit.name, state, language)?,
    })
}

/// Why the record came back: what was said last, while it is the unit's to write.
fn last_word(state: ShownMeeting, own: Option<&OwnTask>) -> String {
    let said = own.filter(|_| state == ShownMeeting::Returned).and_then(|own| own.task.comment.lines().last());
    said.unwrap_or_default().to_owned()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VersionForm {
    version: String,
}

impl VersionForm {
    fn version(&self) -> Result<i64> {
        self.version.parse().map_err(|_| Error::Conflict)
    }
}

/// `POST /meetings/{id}/take-back`: the leader opens a submitted record again.
pub async fn take_back(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<MeetingId>,
    form: Form<VersionForm>,
) -> Result<HttpResponse> {
    let (id, version, now, key) = (id.into_inner(), form.fields.version()?, app.clock.now(), form.key);
    let to = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                exchange::take_back(conn, &viewer, id, version, now)?;
                Ok(links::meeting(id))
            })
        })
        .await?;
    Ok(page::redirect(&app, &visit, &to, &Message::new("meeting-taken-back")))
}

#[derive(Serialize)]
struct RemovePage {
    href: String,
    action: String,
    theme: String,
    unit_name: String,
    held_on: Option<NaiveDate>,
    version: i64,
}

/// `GET /meetings/{id}/remove`: names the draft.
pub async fn ask_remove(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<MeetingId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let Found { meeting, unit, state, .. } = app.db.read(move |conn| exchange::find(conn, &viewer, id)).await?;
    if state != ShownMeeting::Draft {
        return Ok(page::go(&links::meeting(id)));
    }
    let content = RemovePage {
        href: links::meeting(id),
        action: links::meeting_part(id, "remove"),
        theme: meeting.theme,
        unit_name: unit.name,
        held_on: meeting.held_on,
        version: meeting.version,
    };
    page::show(&app, &visit, "meetings/remove", &content)
}

/// `POST /meetings/{id}/remove`.
pub async fn remove(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<MeetingId>,
    form: Form<VersionForm>,
) -> Result<HttpResponse> {
    let (id, version, now, key) = (id.into_inner(), form.fields.version()?, app.clock.now(), form.key);
    let to = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                Ok(links::meetings(exchange::remove(conn, &viewer, id, version, now)?))
            })
        })
        .await?;
    Ok(page::redirect(&app, &visit, &to, &Message::new("meeting-removed")))
}
