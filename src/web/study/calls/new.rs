//! `/calls/new`: what HQ asks of which units by when; then the burden; then it is sent.

use super::super::{CheckedReading, ReadingChoice, checked_readings, ids, proposed, reading_choices};
use crate::access::Viewer;
use crate::assignments::calls::UnitTaskKind;
use crate::assignments::calls::send::{self, Burden, Planned, Wanted};
use crate::error::{Error, Message, Problem, Result};
use crate::i18n::Language;
use crate::links;
use crate::organization::{self, Unit};
use crate::readings;
use crate::store::Conn;
use crate::store::form_keys;
use crate::store::ids::{ReadingId, SessionId, UnitId};
use crate::training::queries::{Listing, Order};
use crate::training::{self, Session, SessionState};
use crate::web::form::Form;
use crate::web::unit_tree::{UnitNode, unit_tree};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

/// Days that are offered as due dates.
const PRESETS: [i64; 4] = [7, 14, 30, 60];
/// The one that is chosen at first.
const USUAL: i64 = 14;
/// Sessions to choose from: the newest.
const SESSIONS: i64 = 24;

#[derive(Deserialize)]
pub struct SessionQuery {
    #[serde(default)]
    session: String,
}

#[derive(Debug, Default, Clone, Deserialize)]
pub struct CallForm {
    #[serde(default)]
    step: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    session: String,
    #[serde(default)]
    form: Vec<String>,
    #[serde(default)]
    reading: Vec<String>,
    /// Days from today, or `other` for the date that was typed.
    #[serde(default)]
    due: String,
    #[serde(default)]
    due_on: String,
    #[serde(default)]
    study_hours: String,
    #[serde(default)]
    unit: Vec<String>,
}

#[derive(Serialize)]
struct NewPage {
    form: CallFields,
    sessions: Vec<SessionChoice>,
    forms: Vec<FormChoice>,
    readings: Vec<ReadingChoice>,
    presets: Vec<Preset>,
    is_other_day: bool,
    units: Vec<UnitNode>,
    n_ticked: usize,
}

#[derive(Serialize)]
struct CallFields {
    title: String,
    note: String,
    due_on: String,
    study_hours: String,
}

#[derive(Serialize)]
struct SessionChoice {
    id: SessionId,
    session: Session,
    selected: bool,
}

#[derive(Serialize)]
struct FormChoice {
    kind: UnitTaskKind,
    ticked: bool,
}

#[derive(Serialize)]
struct Preset {
    days: i64,
    due_on: NaiveDate,
    chosen: bool,
}

/// What a new call is chosen from.
struct Background {
    units: Vec<Unit>,
    headcounts: Vec<(UnitId, i64)>,
    library: Vec<readings::Choice>,
    sessions: Vec<Session>,
    /// Of the session that it follows.
    preset: Vec<ReadingId>,
}

impl CallForm {
    fn wanted(&self, today: NaiveDate) -> Result<Wanted> {
        let due_on = match self.due.parse::<i64>() {
            Ok(days) => today.checked_add_signed(TimeDelta::days(days.clamp(0, 366))),
            Err(_) => self.due_on.trim().parse().ok(),
        };
        let session = match self.session.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| Error::NotFound("session"))?),
        };
        Ok(Wanted {
            title: self.title.clone(),
            note: self.note.clone(),
            session,
            units: ids(&self.unit)?,
            forms: ids(&self.form)?,
            readings: ids(&self.reading)?,
            due_on,
            study_minutes: crate::study_hours::read_hours(&self.study_hours),
        })
    }
}

/// `GET /calls/new?session=`: preset from the session that it follows.
pub async fn form(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<SessionQuery>) -> Result<HttpResponse> {
    let (session, language): (Option<SessionId>, _) = (query.session.parse().ok(), visit.language);
    let background = app.db.read(move |conn| background(conn, &viewer, session, language)).await?;
    let group = background.units.iter().find(|unit| unit.parent_id.is_none()).map(|unit| unit.id);
    let asked = background.units.iter().filter(|unit| unit.parent_id == group && group.is_some());
    let followed = background.sessions.iter().find(|one| Some(one.id) == session);
    let title = followed.map(|session| Message::new("call-title-after").with("title", session.title.clone()));
    let forms = UnitTaskKind::ALL.iter().filter(|kind| kind.needs_acceptance() && followed.is_some());
    let fields = CallForm {
        title: title.map_or(String::new(), |title| page::word(&app, &visit, &title)),
        note: followed.map_or(String::new(), |session| session.requirements.lines().collect::<Vec<_>>().join("；")),
        session: followed.map_or(String::new(), |session| session.id.to_string()),
        form: forms.map(|kind| kind.as_str().to_owned()).collect(),
        reading: background.preset.iter().map(ToString::to_string).collect(),
        due: USUAL.to_string(),
        study_hours: "0".to_owned(),
        unit: asked.map(|unit| unit.id.to_string()).collect(),
        ..CallForm::default()
    };
    show_form(&app, &visit, background, fields, &[])
}

fn background(conn: &mut Conn, viewer: &Viewer, session: Option<SessionId>, language: Language) -> Result<Background> {
    let over = Listing {
        states: vec![SessionState::Closed, SessionState::Confirmed, SessionState::Archived],
        ..Listing::default()
    };
    let mut sessions = training::queries::list_visible(conn, viewer, &over, Order::LatestFirst, 0, SESSIONS)?;
    let mut preset = Vec::new();
    if let Some(id) = session {
        let followed = training::queries::find_visible(conn, viewer, id)?;
        preset = training::queries::list_readings(conn, id)?;
        if !sessions.iter().any(|one| one.id == id) {
            sessions.push(followed);
        }
    }
    let library = readings::choices(conn, &[], language)?;
    Ok(Background {
        units: organization::queries::list_units(conn)?,
        headcounts: organization::queries::count_people_by_unit(conn)?,
        preset: proposed(preset, &library),
        library,
        sessions,
    })
}

fn show_form(
    app: &App,
    visit: &Visit,
    background: Background,
    fields: CallForm,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let today = app.clock.today();
    let (chosen, ticked): (Vec<ReadingId>, Vec<UnitId>) = (ids(&fields.reading)?, ids(&fields.unit)?);
    let preset = |days: &i64| Preset {
        days: *days,
        due_on: today + TimeDelta::days(*days),
        chosen: fields.due == days.to_string(),
    };
    let n_own = |unit| background.headcounts.iter().find(|(id, _)| *id == unit).map_or(0, |(_, n)| *n);
    let presets: Vec<Preset> = PRESETS.iter().map(preset).collect();
    let form_choice =
        |kind: &UnitTaskKind| FormChoice { kind: *kind, ticked: fields.form.iter().any(|word| word == kind.as_str()) };
    let content = NewPage {
        sessions: background
            .sessions
            .into_iter()
            .map(|session| SessionChoice {
                selected: fields.session == session.id.to_string(),
                id: session.id,
                session,
            })
            .collect(),
        forms: UnitTaskKind::ALL.iter().filter(|kind| kind.needs_acceptance()).map(form_choice).collect(),
        readings: reading_choices(background.library, &chosen, &[]),
        is_other_day: !presets.iter().any(|preset| preset.chosen),
        presets,
        units: unit_tree(&background.units, None, &n_own, &|unit| ticked.contains(&unit)),
        n_ticked: ticked.len(),
        form: CallFields {
            title: fields.title,
            note: fields.note,
            due_on: fields.due_on,
            study_hours: fields.study_hours,
        },
    };
    match problems {
        [] => page::show(app, visit, "calls/new", &content),
        problems => page::refused(app, visit, "calls/new", &content, problems),
    }
}

/// `POST /calls/new`: first the check page with the burden, then, once confirmed, the call.
pub async fn send(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<CallForm>) -> Result<HttpResponse> {
    let (mut fields, today) = (form.fields, app.clock.today());
    let wanted = fields.wanted(today)?;
    let visit = form.switch_to.map_or(visit.clone(), |language| visit.speaking(language));
    let again = fields.step == "back" || form.switch_to.is_some();
    let done = match (again, fields.step.as_str()) {
        (true, _) => Err(Error::Refused(Vec::new())),
        (false, "confirm") => confirm(&app, &visit, viewer.clone(), wanted.clone(), form.key).await,
        (false, _) => check(&app, &visit, viewer.clone(), wanted.clone()).await,
    };
    match done {
        Err(Error::Refused(problems)) => {
            // A day that was worked out stays the same however long the form lies open.
            if fields.due_on.is_empty() {
                fields.due_on = wanted.due_on.map_or(String::new(), |day| day.to_string());
            }
            let (session, language) = (wanted.session, visit.language);
            let background = app.db.read(move |conn| background(conn, &viewer, session, language)).await?;
            show_form(&app, &visit, background, fields, &problems)
        }
        other => other,
    }
}

#[derive(Serialize)]
struct CheckPage {
    title: String,
    note: String,
    session: String,
    session_title: Option<String>,
    kinds: Vec<UnitTaskKind>,
    forms: Vec<UnitTaskKind>,
    readings: Vec<CheckedReading>,
    due_on: NaiveDate,
    study_minutes: i64,
    study_hours: String,
    units: Vec<CheckedUnit>,
    n_units: i64,
    n_people: i64,
    n_forms: i64,
    n_tasks: i64,
    n_mails: i64,
    busy: Vec<Busy>,
    without_leader: Vec<String>,
}

#[derive(Serialize)]
struct CheckedUnit {
    id: UnitId,
    name: String,
}

#[derive(Serialize)]
struct Busy {
    name: String,
    n_open: i64,
}

async fn check(app: &App, visit: &Visit, viewer: Viewer, wanted: Wanted) -> Result<HttpResponse> {
    let (today, language) = (app.clock.today(), visit.language);
    let (planned, burden, library) = app
        .db
        .read(move |conn| {
            let planned = send::plan(conn, &viewer, &wanted, today)?;
            let burden = send::burden(conn, &planned)?;
            let library = readings::choices(conn, &planned.readings, language)?;
            Ok((planned, burden, library))
        })
        .await?;
    page::show(app, visit, "calls/check", &check_page(planned, burden, &library))
}

fn check_page(planned: Planned, burden: Burden, library: &[readings::Choice]) -> CheckPage {
    CheckPage {
        session: planned.session.as_ref().map_or(String::new(), |session| session.id.to_string()),
        session_title: planned.session.map(|session| session.title),
        forms: planned.kinds.iter().copied().filter(|kind| kind.needs_acceptance()).collect(),
        kinds: planned.kinds,
        readings: checked_readings(&planned.readings, library),
        due_on: planned.due_on,
        study_minutes: planned.study_minutes,
        study_hours: crate::templates::hours_text(planned.study_minutes),
        units: planned.units.into_iter().map(|unit| CheckedUnit { id: unit.id, name: unit.name }).collect(),
        title: planned.title,
        note: planned.note,
        n_units: burden.n_units,
        n_people: burden.n_people,
        n_forms: burden.n_forms,
        n_tasks: burden.n_tasks,
        n_mails: burden.n_mails,
        busy: burden.busy.into_iter().map(|(name, n_open)| Busy { name, n_open }).collect(),
        without_leader: burden.without_leader,
    }
}

async fn confirm(app: &App, visit: &Visit, viewer: Viewer, wanted: Wanted, key: String) -> Result<HttpResponse> {
    let (now, today, n_units) = (app.clock.now(), app.clock.today(), wanted.units.len());
    let (to, is_new) = app
        .db
        .write(move |conn| {
            let mut is_new = false;
            let to = form_keys::once(conn, &key, now, |conn| {
                is_new = true;
                Ok(links::call(send::send(conn, &viewer, &wanted, now, today)?))
            })?;
            Ok((to, is_new))
        })
        .await?;
    let sentence = match is_new {
        true => Message::new("call-sent").with("n", n_units as i64),
        false => Message::new("tasks-sent-before"),
    };
    Ok(page::redirect(app, visit, &to, &sentence))
}
