//! `/units/{id}/meetings/new` and `/meetings/{id}/edit`: the record of a meeting is written.

use super::conflict;
use super::fields::{Lists, MeetingFields};
use crate::access::{Role, Viewer};
use crate::assignments::calls::{OwnTask, UnitTaskKind, answer};
use crate::assignments::exchange::{self, About, Found, Listed, Step, find_of_task, list_people, queries};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::i18n::Language;
use crate::links;
use crate::organization::Unit;
use crate::readings;
use crate::store::ids::{MeetingId, PersonId, SessionId, UnitId};
use crate::store::{Conn, form_keys};
use crate::training::Session;
use crate::web::form::Form;
use crate::web::study::{ReadingChoice, reading_choices};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Sessions to choose from: the newest.
const SESSIONS: i64 = 24;
/// Drafts that a new record names: the newest.
const DRAFTS: i64 = 5;

/// What the form is of: a new record of a unit, or one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Unit(UnitId),
    Meeting(MeetingId),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewQuery {
    task: String,
    session: String,
}

#[derive(Serialize)]
struct FormPage {
    action: String,
    back: String,
    is_new: bool,
    unit_name: String,
    unit_href: String,
    meetings_href: String,
    call_title: Option<String>,
    /// Of a record that answers no call: the calls that wait for one.
    asked: Vec<AskedFor>,
    /// Of a new record: the drafts that the unit has already.
    drafts: Vec<Draft>,
    due_on: Option<NaiveDate>,
    /// What HQ said when it returned it.
    comment: String,
    may_submit: bool,
    form: MeetingFields,
    /// The session of the call that is answered.
    fixed_session: Option<String>,
    sessions: Vec<SessionChoice>,
    people: Vec<PersonRow>,
    words: &'static [&'static str],
    with_below: bool,
    has_below: bool,
    readings: Vec<ReadingChoice>,
    gists: Vec<GistRow>,
    agreed: Vec<AgreedRow>,
}

/// A call that waits for the record of a meeting, and where that is written.
#[derive(Serialize)]
struct AskedFor {
    heading: String,
    href: String,
}

#[derive(Serialize)]
struct Draft {
    href: String,
    theme: String,
    held_on: Option<NaiveDate>,
}

#[derive(Serialize)]
struct SessionChoice {
    id: SessionId,
    heading: String,
    starts_at: Moment,
    selected: bool,
}

#[derive(Serialize)]
struct PersonRow {
    person: PersonId,
    name: String,
    post: String,
    unit_name: String,
    word: &'static str,
}

#[derive(Serialize)]
struct GistRow {
    number: usize,
    person: Option<PersonId>,
    text: String,
}

#[derive(Serialize)]
struct AgreedRow {
    number: usize,
    what: String,
    who: String,
    due_on: String,
}

/// `GET /units/{id}/meetings/new`: everybody of the unit is present, until somebody says otherwise.
pub async fn new(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitId>,
    query: Query<NewQuery>,
) -> Result<HttpResponse> {
    let (of, query) = (Of::Unit(id.into_inner()), query.into_inner());
    let leads = viewer.has(Role::Leader);
    let fields = MeetingFields {
        task: query.task,
        session: query.session,
        chair: if leads { viewer.name.clone() } else { String::new() },
        recorder: if viewer.is_hq() { String::new() } else { viewer.name.clone() },
        ..MeetingFields::default()
    };
    show(&app, &visit, viewer, of, Some(fields), &[]).await
}

/// `GET /meetings/{id}/edit`; on to the record when it can no longer be written in.
pub async fn edit(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<MeetingId>) -> Result<HttpResponse> {
    let (id, asking) = (id.into_inner(), viewer.clone());
    let found = app.db.read(move |conn| exchange::find(conn, &asking, id)).await?;
    if !found.state.is_editable() {
        return Ok(page::go(&links::meeting(id)));
    }
    show(&app, &visit, viewer, Of::Meeting(id), None, &[]).await
}

async fn show(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    of: Of,
    fields: Option<MeetingFields>,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let (now, language) = (app.clock.now(), visit.language);
    let content = app.db.read(move |conn| form_page(conn, &viewer, of, fields, language, now)).await?;
    if problems.is_empty() {
        page::show(app, visit, "meetings/form", &content)
    } else {
        page::refused(app, visit, "meetings/form", &content, problems)
    }
}

/// What surrounds the fields: the unit, the record if there is one, the task that it answers.
fn surroundings(
    conn: &mut Conn,
    viewer: &Viewer,
    of: Of,
    fields: Option<&MeetingFields>,
) -> Result<(Unit, Option<Found>, Option<OwnTask>)> {
    let (unit, found, task) = match of {
        Of::Unit(unit) => {
            let typed = fields.map_or("", |fields| fields.task.as_str());
            let task = if typed.is_empty() { None } else { Some(typed.parse().map_err(|_| Error::NotFound("page"))?) };
            (exchange::find_unit(conn, viewer, unit)?, None, task)
        }
        Of::Meeting(meeting) => {
            let found = exchange::find(conn, viewer, meeting)?;
            (found.unit.clone(), Some(found.clone()), found.meeting.unit_task_id)
        }
    };
    let own = match task {
        Some(task) => Some(find_of_task(conn, viewer, task)?.0),
        None => None,
    };
    if own.as_ref().is_some_and(|own| own.unit.id != unit.id) {
        return Err(Error::NotFound("unit task"));
    }
    Ok((unit, found, own))
}

/// The calls that wait for the record of a meeting of the unit about this session: about any, while none is chosen.
fn list_asked(conn: &mut Conn, unit: UnitId, session: Option<SessionId>) -> Result<Vec<AskedFor>> {
    let mut asked = Vec::new();
    for listed in answer::list_of_unit(conn, unit, 0)? {
        let is_about = session.is_none() || listed.call.session_id.is_none() || listed.call.session_id == session;
        let of_meeting = listed.tasks.iter().find(|task| task.kind == UnitTaskKind::ExchangeMeeting);
        let task = of_meeting.filter(|task| task.state.is_editable());
        if let Some(task) = task.filter(|_| is_about) {
            asked
                .push(AskedFor { heading: listed.call.title.clone(), href: links::unit_task_part(task.id, "meeting") });
        }
    }
    Ok(asked)
}

fn form_page(
    conn: &mut Conn,
    viewer: &Viewer,
    of: Of,
    fields: Option<MeetingFields>,
    language: Language,
    now: Moment,
) -> Result<FormPage> {
    let (unit, found, own) = surroundings(conn, viewer, of, fields.as_ref())?;
    let meeting = found.as_ref().map(|found| found.meeting.id);
    let mut form = match (fields, &found) {
        (Some(fields), _) => fields,
        (None, Some(found)) => MeetingFields::of(&found.meeting, &lists(conn, found.meeting.id)?),
        (None, None) => MeetingFields::default(),
    };
    let called_about = own.as_ref().and_then(|own| own.call.session_id);
    if let Some(session) = called_about {
        form.session = session.to_string();
    }
    let named = called_about.or_else(|| found.as_ref().and_then(|found| found.meeting.session_id));
    let sessions = exchange::list_sessions(conn, &unit, named, now, SESSIONS)?;
    let (people, with_below) = list_people(conn, &unit, form.with_below(), meeting)?;
    let has_below = crate::organization::queries::list_units_below(conn, &unit.path)?.len() > 1;
    let library = readings::choices(conn, &chosen(&form.reading), language)?;
    let may_submit = viewer.reach_of_decisions().covers(&unit.path);
    let asked = match &own {
        Some(_) => Vec::new(),
        None => list_asked(conn, unit.id, form.session.parse().ok())?,
    };
    let drafts = match of {
        Of::Unit(id) => queries::list_drafts(conn, id, DRAFTS)?,
        Of::Meeting(_) => Vec::new(),
    };
    let draft = |(id, theme, held_on)| Draft { href: links::meeting_part(id, "edit"), theme, held_on };
    let (action, back) = match of {
        Of::Unit(id) => (links::new_meeting(id), links::meetings(id)),
        Of::Meeting(id) => (links::meeting_part(id, "edit"), links::meeting(id)),
    };
    let title_of =
        |id: SessionId| sessions.iter().find(|session| session.id == id).map(|session| session.title.clone());
    let choice = |session: &Session| SessionChoice {
        id: session.id,
        heading: session.title.clone(),
        starts_at: session.starts_at,
        selected: form.session == session.id.to_string(),
    };
    let person = |of: Listed| PersonRow {
        word: form.word_of(&of, meeting.is_some()),
        person: of.person,
        name: of.name,
        post: of.post,
        unit_name: of.unit_name,
    };
    Ok(FormPage {
        action,
        back,
        is_new: meeting.is_none(),
        unit_href: links::unit(unit.id),
        meetings_href: links::meetings(unit.id),
        unit_name: unit.name,
        comment: found.as_ref().map_or(String::new(), |found| super::last_word(found.state, own.as_ref())),
        due_on: own.as_ref().map(|own| own.task.due_on),
        may_submit,
        fixed_session: called_about.map(|id| title_of(id).unwrap_or_default()),
        call_title: own.map(|own| own.call.title),
        asked,
        drafts: drafts.into_iter().map(draft).collect(),
        sessions: sessions.iter().map(choice).collect(),
        people: people.into_iter().map(person).collect(),
        words: &["present", "leave", "absent", "out"],
        with_below,
        has_below,
        readings: reading_choices(library, &chosen(&form.reading), &[]),
        gists: gist_rows(&form),
        agreed: agreed_rows(&form),
        form,
    })
}

fn chosen(typed: &[String]) -> Vec<crate::store::ids::ReadingId> {
    typed.iter().filter_map(|id| id.parse().ok()).collect()
}

fn lists(conn: &mut Conn, id: MeetingId) -> Result<Lists> {
    Ok(Lists {
        readings: queries::list_readings(conn, id)?,
        gists: queries::list_gists(conn, id)?,
        agreed: queries::list_agreed(conn, id)?,
    })
}

fn gist_rows(form: &MeetingFields) -> Vec<GistRow> {
    let typed: Vec<(&str, &str)> = form.gists().collect();
    let n_empty = typed.iter().rev().take_while(|(person, text)| person.is_empty() && text.is_empty()).count();
    let row = |index: usize| {
        let (person, text) = typed.get(index).copied().unwrap_or_default();
        GistRow { number: index + 1, person: person.parse().ok(), text: text.to_owned() }
    };
    (0..form.n_rows("gist", typed.len(), n_empty)).map(row).collect()
}

fn agreed_rows(form: &MeetingFields) -> Vec<AgreedRow> {
    let typed: Vec<(&str, &str, &str)> = form.agreed().collect();
    let is_empty = |(what, who, due_on): &&(&str, &str, &str)| [what, who, due_on].iter().all(|text| text.is_empty());
    let n_empty = typed.iter().rev().take_while(is_empty).count();
    let row = |index: usize| {
        let (what, who, due_on) = typed.get(index).copied().unwrap_or_default();
        AgreedRow { number: index + 1, what: what.to_owned(), who: who.to_owned(), due_on: due_on.to_owned() }
    };
    (0..form.n_rows("agreed", typed.len(), n_empty)).map(row).collect()
}

/// `POST /units/{id}/meetings/new`.
pub async fn create(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<UnitId>,
    form: Form<MeetingFields>,
) -> Result<HttpResponse> {
    keep(&app, &visit, viewer, Of::Unit(id.into_inner()), form).await
}

/// `POST /meetings/{id}/edit`.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<MeetingId>,
    form: Form<MeetingFields>,
) -> Result<HttpResponse> {
    keep(&app, &visit, viewer, Of::Meeting(id.into_inner()), form).await
}

/// Keeps what was typed, or shows the form with what was asked for more of.
async fn keep(app: &App, visit: &Visit, viewer: Viewer, of: Of, form: Form<MeetingFields>) -> Result<HttpResponse> {
    let (fields, now, today) = (form.fields, app.clock.now(), app.clock.today());
    if let Some(wanted) = form.switch_to {
        let (typed, asking) = (MeetingFields { step: String::new(), ..fields }, viewer);
        let content = app.db.read(move |conn| form_page(conn, &asking, of, Some(typed), wanted, now)).await?;
        return page::show(app, &visit.speaking(wanted), "meetings/form", &content);
    }
    if ["people", "gist", "agreed"].contains(&fields.step.as_str()) {
        return show(app, visit, viewer, of, Some(fields), &[]).await;
    }
    let step = if fields.step == "submit" { Step::Submit } else { Step::Draft };
    let (by, typed, key) = (viewer.clone(), fields.clone(), form.key);
    let done = app.db.write(move |conn| {
        form_keys::once(conn, &key, now, |conn| {
            let (_, _, own) = surroundings(conn, &by, of, Some(&typed))?;
            let mut record = typed.record()?;
            // A call says itself what it is about.
            record.session = own.as_ref().and_then(|own| own.call.session_id).or(record.session);
            let id = match of {
                Of::Unit(unit) => {
                    let about = own.map_or(About::Unit(unit), |own| About::Task(own.task.id));
                    exchange::begin(conn, &by, about, &record, step, now, today)?
                }
                Of::Meeting(id) => {
                    let version = typed.version.parse().map_err(|_| Error::Conflict)?;
                    exchange::change(conn, &by, id, version, &record, step, now, today)?;
                    id
                }
            };
            Ok(links::meeting(id))
        })
    });
    match done.await {
        Ok(to) => {
            let sentence = if step == Step::Submit { "meeting-submitted" } else { "meeting-drafted" };
            Ok(page::redirect(app, visit, &to, &Message::new(sentence)))
        }
        Err(Error::Refused(problems)) => show(app, visit, viewer, of, Some(fields), &problems).await,
        Err(Error::Conflict) => show_both(app, visit, viewer, of, fields).await,
        Err(other) => Err(other),
    }
}

/// Of two who write at once, the second sees what the first has stored, and goes on from there.
async fn show_both(app: &App, visit: &Visit, viewer: Viewer, of: Of, typed: MeetingFields) -> Result<HttpResponse> {
    let (asking, asked, language) = (viewer.clone(), typed.clone(), visit.language);
    let (id, (version, problems)) = app
        .db
        .read(move |conn| {
            let id = match of {
                Of::Meeting(id) => id,
                Of::Unit(_) => {
                    let task = asked.task.parse().map_err(|_| Error::Conflict)?;
                    queries::find_of_task(conn, task)?.ok_or(Error::Conflict)?
                }
            };
            let found = exchange::require_editable(conn, &asking, id)?;
            let lists = lists(conn, id)?;
            Ok((id, conflict::differences_from(conn, &found, &asked, &lists, language)?))
        })
        .await?;
    show(app, visit, viewer, Of::Meeting(id), Some(MeetingFields { version, ..typed }), &problems).await
}
