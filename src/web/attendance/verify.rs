//! Check-ins to be verified (待核实), and deciding about them.

use super::{Head, PersonRow, Standing, is_recorded, to_confirm};
use crate::access::Viewer;
use crate::attendance::doubts::{Decision, Doubt};
use crate::attendance::model::{authority, may_record};
use crate::attendance::{self, Doubted, queries};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId};
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Serialize)]
struct VerifyPage {
    head: Head,
    action: String,
    /// Where HQ goes on with the list that is to be confirmed.
    to_confirm: Option<String>,
    open: Vec<Line>,
    decided: Vec<Line>,
    /// The one whose form was refused, with what was typed.
    typed: VerifyForm,
}

#[derive(Serialize)]
struct Line {
    person: PersonRow,
    doubt: Doubt,
    arrived_at: Moment,
    /// The others of the same device or burst, as far as the viewer may see them; the rest are counted.
    others: Vec<String>,
    n_more: i64,
    may_decide: bool,
    is_own: bool,
    note: String,
    decision: Option<Decision>,
    by: Option<String>,
    at: Option<Moment>,
}

#[derive(Debug, Default, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct VerifyForm {
    person: String,
    doubt: String,
    decision: String,
    note: String,
}

/// What of a session is or was to be verified and within the viewer's reach.
pub(super) fn list_visible(conn: &mut Conn, standing: &Standing) -> Result<Vec<Doubted>> {
    let doubted = attendance::list_doubted(conn, &standing.session)?;
    if standing.is_hq || doubted.is_empty() {
        return Ok(doubted);
    }
    let within = queries::list_roll_of(conn, standing.session.id, &standing.scope)?;
    let within: BTreeSet<PersonId> = within.into_iter().map(|(row, _)| row.person_id).collect();
    Ok(doubted.into_iter().filter(|of| within.contains(&of.finding.person)).collect())
}

/// How many of a session's check-ins are still to be verified, within the viewer's reach.
pub(super) fn count_open(conn: &mut Conn, standing: &Standing) -> Result<i64> {
    Ok(count_people(&list_visible(conn, standing)?))
}

/// How many people's check-ins are not decided yet: one may be doubted for several reasons.
pub(in crate::web) fn count_people(doubted: &[Doubted]) -> i64 {
    let open = doubted.iter().filter(|of| of.decided.is_none()).map(|of| of.finding.person);
    i64::try_from(open.collect::<BTreeSet<_>>().len()).unwrap_or(i64::MAX)
}

/// `GET /sessions/{id}/verify`.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let content = app.db.read(move |conn| verify_page(conn, &viewer, id, VerifyForm::default(), now)).await?;
    page::show(&app, &visit, "attendance/verify", &content)
}

/// `POST /sessions/{id}/verify`: confirms or voids one check-in.
pub async fn decide(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<VerifyForm>,
) -> Result<HttpResponse> {
    let (id, now, typed) = (id.into_inner(), app.clock.now(), form.fields);
    let unknown = |_| Error::NotFound("check-in");
    let about = (typed.person.parse().map_err(|_| Error::NotFound("check-in"))?, typed.doubt.parse().map_err(unknown)?);
    let decision: Decision = typed.decision.parse().map_err(unknown)?;
    let (by, note) = (viewer.clone(), typed.note.clone());
    let done = app
        .db
        .write(move |conn| {
            attendance::verify(conn, &by, id, about, decision, &note, now)?;
            queries::find_name(conn, about.0)?.ok_or(Error::NotFound("check-in"))
        })
        .await;
    let said = match done {
        Ok(name) if decision == Decision::Confirmed => Message::new("verify-confirmed").with("name", name),
        Ok(name) => Message::new("verify-voided").with("name", name),
        Err(Error::Refused(problems)) => {
            let content = app.db.read(move |conn| verify_page(conn, &viewer, id, typed, now)).await?;
            return page::refused(&app, &visit, "attendance/verify", &content, &problems);
        }
        Err(other) => return Err(other),
    };
    Ok(page::redirect(&app, &visit, &links::session_part(id, "verify"), &said))
}

fn verify_page(conn: &mut Conn, viewer: &Viewer, id: SessionId, typed: VerifyForm, now: Moment) -> Result<VerifyPage> {
    let standing = Standing::find(conn, viewer, id)?;
    let session = &standing.session;
    let is_deciding = standing.is_hq || viewer.is_leader();
    if !is_deciding || !is_recorded(session.state) {
        return Err(Error::NotFound("session"));
    }
    let doubted = list_visible(conn, &standing)?;
    let people: BTreeSet<PersonId> =
        doubted.iter().flat_map(|of| of.finding.others.iter().copied().chain([of.finding.person])).collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    let cases: BTreeMap<PersonId, _> =
        queries::list_cases(conn, id, &people)?.into_iter().map(|case| (case.row.person_id, case)).collect();
    let recorded = queries::list_recorded(conn, id, &people)?;
    let deciders = doubted.iter().filter_map(|of| of.decided.as_ref()?.decided_by).collect();
    let names: BTreeMap<PersonId, String> = queries::list_names(conn, &deciders)?.into_iter().collect();
    let (mut open, mut decided) = (Vec::new(), Vec::new());
    for Doubted { finding, decided: decision } in doubted {
        let Some(case) = cases.get(&finding.person) else { continue };
        let right = authority(viewer, &[], case);
        let of = recorded.iter().find(|of| of.person_id == finding.person);
        let seen = finding.others.iter().filter_map(|other| cases.get(other));
        let seen = seen.filter(|other| standing.is_hq || viewer.reach().covers(&other.path));
        let others: Vec<String> = seen.map(|other| other.row.name.clone()).collect();
        let is_typed = typed.person == finding.person.to_string() && typed.doubt == finding.doubt.as_str();
        let line = Line {
            may_decide: decision.is_none()
                && right.is_some_and(|right| may_record(right, session, viewer.person, finding.person).is_ok()),
            is_own: finding.person == viewer.person,
            doubt: finding.doubt,
            arrived_at: finding.arrived_at,
            n_more: i64::try_from(finding.others.len() - others.len()).unwrap_or(0),
            others,
            note: match &decision {
                Some(decision) => decision.note.clone(),
                None if is_typed => typed.note.clone(),
                None => String::new(),
            },
            by: decision.as_ref().and_then(|of| names.get(&of.decided_by?).cloned()),
            at: decision.as_ref().map(|of| of.decided_at),
            decision: decision.map(|of| of.decision),
            person: PersonRow::of(session, case.row.clone(), of),
        };
        if line.decision.is_none() { open.push(line) } else { decided.push(line) }
    }
    let (head, action) = (Head::of(session, now), links::session_part(id, "verify"));
    Ok(VerifyPage { head, action, to_confirm: to_confirm(session, viewer), open, decided, typed })
}
