//! `/tasks`: one's own tasks, what is due first.

use crate::access::{Role, Viewer};
use crate::assignments::{Owed, ShownTask, TaskView, queries};
use crate::error::Result;
use crate::links;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

/// How many finished tasks are listed; the record has all.
const DONE: i64 = 50;

#[derive(Serialize)]
struct TasksPage {
    /// What they are about and is still to be made up for.
    owed: Vec<Owed>,
    open: Vec<TaskView>,
    /// They wait for whoever accepts them.
    submitted: Vec<TaskView>,
    released: Vec<TaskView>,
    done: Vec<TaskView>,
    n_done: i64,
    is_leader: bool,
    unit: i64,
    /// Where HQ's calls on the viewer's unit are listed.
    calls_href: Option<String>,
}

/// `GET /tasks`: what is due, what needs no doing any more, what is done.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer) -> Result<HttpResponse> {
    let (today, person) = (app.clock.today(), viewer.person);
    let (open, done, n_done) = app
        .db
        .read(move |conn| {
            Ok((
                queries::list_open(conn, person)?,
                queries::list_done(conn, person, DONE)?,
                queries::count_done(conn, person)?,
            ))
        })
        .await?;
    let views = open.iter().map(|task| task.view(today, visit.language));
    let (released, rest): (Vec<_>, Vec<_>) = views.partition(|task| task.state == ShownTask::Released);
    let (submitted, open): (Vec<_>, Vec<_>) = rest.into_iter().partition(|task| task.state == ShownTask::Submitted);
    let done: Vec<TaskView> = done.iter().map(|task| task.view(today, visit.language)).collect();
    let mut answering = viewer.grants.iter().filter(|grant| matches!(grant.role, Role::Leader | Role::Liaison));
    let answers = answering.find_map(|grant| grant.unit);
    let content = TasksPage {
        owed: Owed::of_tasks(open.iter().chain(&submitted).chain(&done)),
        open,
        submitted,
        released,
        done,
        n_done,
        is_leader: viewer.is_leader(),
        calls_href: answers.map(|unit| format!("{}#calls", links::unit(unit))),
        unit: viewer.led_units().next().map_or(0, |unit| unit.0),
    };
    page::show(&app, &visit, "study/tasks", &content)
}
