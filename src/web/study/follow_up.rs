//! `/sessions/{id}/follow-up`: catch-up study for those who were not there.

use super::{KindChoice, ReadingChoice, check_page, ids, kind_choices, n_ticked, proposed, reading_choices, terms};
use crate::access::Viewer;
use crate::assignments::board::ShownMakeUp;
use crate::assignments::follow_up::{self, Candidate, Wanted};
use crate::assignments::giving::{self, DUE_AFTER};
use crate::assignments::model::AssignmentKind;
use crate::attendance::MakeUp;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::readings;
use crate::store::form_keys;
use crate::store::ids::{PersonId, ReadingId, SessionId, UnitId};
use crate::training;
use crate::web::attendance::{labelled, unit_labels};
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the form sends; the same names stand in the address that a board leads here with.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct FollowUpForm {
    #[serde(default)]
    step: String,
    #[serde(default)]
    unit: String,
    /// To read, unless other kinds were ticked.
    #[serde(default)]
    kind: Vec<String>,
    #[serde(default)]
    person: Vec<String>,
    #[serde(default)]
    reading: Vec<String>,
    #[serde(default)]
    due_on: String,
    #[serde(default)]
    note: String,
}

#[derive(Serialize)]
struct FollowUpPage {
    /// The form that the language switch belongs to, while there is one.
    form_id: &'static str,
    action: String,
    session_href: String,
    /// Where HQ calls on the units after the session.
    call_href: Option<String>,
    session_title: String,
    unit: String,
    unit_name: String,
    n_people: usize,
    units: Vec<UnitGroup>,
    kinds: Vec<KindChoice>,
    /// HQ wants notes, which make up once they are accepted.
    with_notes: bool,
    readings: Vec<ReadingChoice>,
    n_ticked: usize,
    due_on: String,
    note: String,
}

#[derive(Serialize)]
struct UnitGroup {
    unit_name: String,
    people: Vec<PersonChoice>,
}

#[derive(Serialize)]
struct PersonChoice {
    id: PersonId,
    name: String,
    post: String,
    state: &'static str,
    make_up: ShownMakeUp,
    ticked: bool,
}

fn parse_unit(text: &str) -> Result<Option<UnitId>> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Error::NotFound("unit"))
}

/// `GET /sessions/{id}/follow-up`: the absentees by unit, ticked whoever was given nothing yet, unless the address names
/// some.
pub async fn form(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let fields: FollowUpForm =
        serde_html_form::from_str(request.query_string()).map_err(|_| Error::NotFound("page"))?;
    show_form(&app, &visit, viewer, id.into_inner(), fields, IsSent::No, &[]).await
}

/// Whether the form was filled in before, or is shown for the first time with what is proposed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IsSent {
    No,
    Yes,
}

async fn show_form(
    app: &App,
    visit: &Visit,
    viewer: Viewer,
    id: SessionId,
    mut fields: FollowUpForm,
    is_sent: IsSent,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let unit = parse_unit(&fields.unit)?;
    let ticked: Vec<PersonId> = ids(&fields.person)?;
    let mut chosen: Vec<ReadingId> = ids(&fields.reading)?;
    let language = visit.language;
    let call_href = viewer.is_hq().then(|| links::new_call_after(id));
    let (session, unit, (people, labels), preset, library, kinds) = app
        .db
        .read(move |conn| {
            let (session, unit, people) = follow_up::candidates(conn, &viewer, id, unit)?;
            let preset = training::queries::list_readings(conn, session.id)?;
            let library = readings::choices(conn, &[], language)?;
            let people = (people, unit_labels(conn)?);
            Ok((session, unit, people, preset, library, giving::kinds(conn)?))
        })
        .await?;
    if is_sent == IsSent::No {
        chosen = proposed(preset.clone(), &library);
        fields.due_on = (app.clock.today() + DUE_AFTER).to_string();
    }
    let is_preset = is_sent == IsSent::No && ticked.is_empty();
    let readings = reading_choices(library, &chosen, &preset);
    let content = FollowUpPage {
        form_id: if people.is_empty() { "" } else { "follow-up-form" },
        action: links::session_part(id, "follow-up"),
        session_href: links::session(id),
        call_href,
        session_title: session.title,
        unit: fields.unit,
        unit_name: unit.name,
        n_people: people.len(),
        units: by_unit(people, &labels, |candidate| match is_preset {
            true => candidate.attendance.make_up == MakeUp::None,
            false => ticked.contains(&candidate.person.id),
        }),
        kinds: kind_choices(&kinds, &fields.kind),
        with_notes: kinds.contains(&AssignmentKind::Reflection),
        n_ticked: n_ticked(&readings),
        readings,
        due_on: fields.due_on,
        note: fields.note,
    };
    if problems.is_empty() {
        page::show(app, visit, "study/follow-up", &content)
    } else {
        page::refused(app, visit, "study/follow-up", &content, problems)
    }
}

fn by_unit(
    people: Vec<Candidate>,
    labels: &BTreeMap<UnitId, String>,
    is_ticked: impl Fn(&Candidate) -> bool,
) -> Vec<UnitGroup> {
    let mut units: Vec<(UnitId, UnitGroup)> = Vec::new();
    for candidate in people {
        let person = PersonChoice {
            id: candidate.person.id,
            ticked: is_ticked(&candidate),
            make_up: match candidate.attendance.make_up {
                MakeUp::None => ShownMakeUp::NotAssigned,
                MakeUp::Due => ShownMakeUp::Due,
                MakeUp::Done => ShownMakeUp::MadeUp,
            },
            name: candidate.row.name,
            post: candidate.row.post,
            state: candidate.attendance.state.as_str(),
        };
        let id = candidate.row.unit_id;
        match units.iter_mut().find(|(unit, _)| *unit == id) {
            Some((_, unit)) => unit.people.push(person),
            None => {
                let unit_name = labelled(labels, id, &candidate.row.unit_name);
                units.push((id, UnitGroup { unit_name, people: vec![person] }));
            }
        }
    }
    units.into_iter().map(|(_, unit)| unit).collect()
}

/// `POST /sessions/{id}/follow-up`: first the check page, then, once confirmed, the tasks.
pub async fn send(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<FollowUpForm>,
) -> Result<HttpResponse> {
    let (session, fields) = (id.into_inner(), form.fields);
    let wanted = Wanted {
        session,
        unit: parse_unit(&fields.unit)?,
        people: Some(ids(&fields.person)?),
        terms: terms(&fields.kind, &fields.reading, &fields.due_on, &fields.note)?,
    };
    if fields.step == "back" || form.switch_to.is_some() {
        let visit = form.switch_to.map_or(visit.clone(), |language| visit.speaking(language));
        return show_form(&app, &visit, viewer, session, fields, IsSent::Yes, &[]).await;
    }
    let done = if fields.step == "confirm" {
        confirm(&app, &visit, viewer.clone(), wanted, form.key).await
    } else {
        check(&app, &visit, viewer.clone(), wanted, fields.unit.clone()).await
    };
    match done {
        Err(Error::Refused(problems)) if problems.iter().all(|problem| !problem.field.is_empty()) => {
            show_form(&app, &visit, viewer, session, fields, IsSent::Yes, &problems).await
        }
        other => other,
    }
}

async fn check(app: &App, visit: &Visit, viewer: Viewer, wanted: Wanted, unit: String) -> Result<HttpResponse> {
    let (today, language, session) = (app.clock.today(), visit.language, wanted.session);
    let (planned, burden, library) = app
        .db
        .read(move |conn| {
            let planned = follow_up::plan(conn, &viewer, &wanted, today)?;
            let burden = giving::burden(conn, &planned)?;
            let library = readings::choices(conn, &planned.readings, language)?;
            Ok((planned, burden, library))
        })
        .await?;
    let action = links::session_part(session, "follow-up");
    page::show(app, visit, "study/check", &check_page(action, unit, "some", planned, burden, &library))
}

async fn confirm(app: &App, visit: &Visit, viewer: Viewer, wanted: Wanted, key: String) -> Result<HttpResponse> {
    let (now, today) = (app.clock.now(), app.clock.today());
    let (to, given) = app
        .db
        .write(move |conn| {
            let unit = follow_up::candidates(conn, &viewer, wanted.session, wanted.unit)?.1.id;
            let back = match viewer.is_hq() {
                true => links::session(wanted.session),
                false => links::board_at(unit, wanted.session, 1),
            };
            let mut given = None;
            let to = form_keys::once(conn, &key, now, |conn| {
                given = Some(follow_up::follow_up(conn, &viewer, &wanted, now, today)?);
                Ok(back)
            })?;
            Ok((to, given))
        })
        .await?;
    let sentence = match given {
        Some(given) if given.assignment.is_some() => {
            Message::new("follow-up-done").with("people", given.n_people).with("tasks", given.n_tasks)
        }
        Some(_) => Message::new("follow-up-nothing-new"),
        None => Message::new("tasks-sent-before"),
    };
    Ok(page::redirect(app, visit, &to, &sentence))
}
