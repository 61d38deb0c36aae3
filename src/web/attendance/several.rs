//! `/sessions/{id}/several`: the people ticked in a list of the session's page, marked at once.

use super::{Head, PersonRow, Standing, is_recorded, only_one, recorded};
use crate::access::Viewer;
use crate::attendance::model::{authority, may_record, needs_reason};
use crate::attendance::{self, Mark, queries};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::web::errors::unreadable;
use crate::web::form::{Form, meanwhile};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct SeveralForm {
    person: Vec<String>,
    /// `person|stamp` of each.
    seen: Vec<String>,
    mark: String,
    reason: String,
}

#[derive(Serialize)]
struct SeveralPage {
    head: Head,
    action: String,
    people: Vec<Ticked>,
    /// In the way: why these cannot be marked.
    n_left_out: usize,
    asks_reason: bool,
    words: &'static [&'static str],
    mark: String,
    reason: String,
}

#[derive(Serialize)]
struct Ticked {
    #[serde(flatten)]
    person: PersonRow,
    seen: String,
}

fn several_page(
    conn: &mut Conn,
    viewer: &Viewer,
    id: SessionId,
    form: &SeveralForm,
    now: Moment,
) -> Result<SeveralPage> {
    let standing = Standing::find(conn, viewer, id)?;
    let session = &standing.session;
    if standing.is_own_only() || !is_recorded(session.state) {
        return Err(Error::NotFound("roll"));
    }
    let ids: Vec<PersonId> = form.person.iter().filter_map(|person| person.parse().ok()).collect();
    let cases = queries::list_cases(conn, id, &ids)?;
    let known = queries::list_recorded(conn, id, &ids)?;
    let n_ticked = cases.len();
    let (mut people, mut asks_reason) = (Vec::new(), false);
    for case in cases {
        let right = authority(viewer, &standing.served, &case);
        let row = case.row;
        if right.is_none_or(|right| may_record(right, session, viewer.person, row.person_id).is_err()) {
            continue;
        }
        let of = known.iter().find(|of| of.person_id == row.person_id);
        asks_reason |= needs_reason(session.state, of);
        let seen = format!("{}|{}", row.person_id, of.map_or(0, |of| of.stamp()));
        people.push(Ticked { person: PersonRow::of(session, row, of), seen });
    }
    Ok(SeveralPage {
        head: Head::of(session, now),
        action: links::session_part(id, "several"),
        n_left_out: n_ticked - people.len(),
        people,
        asks_reason,
        words: Mark::WORDS,
        mark: form.mark.clone(),
        reason: form.reason.clone(),
    })
}

/// `GET /sessions/{id}/several`: those ticked, and what they can be marked with.
pub async fn form(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let form: SeveralForm = serde_html_form::from_str(request.query_string()).map_err(|_| Error::NotFound("page"))?;
    let content = app.db.read(move |conn| several_page(conn, &viewer, id, &form, now)).await?;
    page::show(&app, &visit, "attendance/several", &content)
}

/// `POST /sessions/{id}/several`: marks them, all or none.
pub async fn save(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<SeveralForm>,
) -> Result<HttpResponse> {
    let (id, now, fields) = (id.into_inner(), app.clock.now(), form.fields);
    let done = match (read(&fields), Mark::of(&fields.mark)) {
        (Ok(people), Some(mark)) => {
            let (viewer, reason) = (viewer.clone(), fields.reason.trim().to_owned());
            app.db
                .write(move |conn| {
                    let n = attendance::mark(conn, &viewer, id, &people, mark, &reason, now)?;
                    Ok((n, only_one(conn, id, n, people.iter().map(|(person, _)| *person))?))
                })
                .await
        }
        (Err(refused), _) => Err(refused),
        (Ok(_), None) => Err(Error::Refused(vec![Problem::at("mark", Message::new("attendance-mark-missing"))])),
    };
    match done.map_err(meanwhile) {
        Ok((n, one)) => Ok(page::redirect(&app, &visit, &links::session(id), &recorded(n, one))),
        Err(Error::Refused(problems)) => {
            let content = app.db.read(move |conn| several_page(conn, &viewer, id, &fields, now)).await?;
            page::refused(&app, &visit, "attendance/several", &content, &problems)
        }
        Err(failure) => Err(failure),
    }
}

fn read(fields: &SeveralForm) -> Result<Vec<(PersonId, i64)>> {
    fields
        .seen
        .iter()
        .map(|seen| {
            let (person, version) = seen.split_once('|').ok_or_else(unreadable)?;
            Ok((person.parse().map_err(|_| unreadable())?, version.parse().map_err(|_| unreadable())?))
        })
        .collect()
}
