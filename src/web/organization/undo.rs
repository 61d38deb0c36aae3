//! `/import/{id}/undo`: HQ takes a written roster back, while none of its rows was changed.

use super::ROWS_A_PAGE;
use crate::access::Viewer;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::organization::model::{ChangedSince, RosterImport};
use crate::organization::{list_changed_since, queries, undo_import};
use crate::store::form_keys;
use crate::store::ids::RosterImportId;
use crate::web::form::{Button, Form};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// Somebody for whom it can no longer be taken back.
#[derive(Serialize)]
struct ShownSince {
    href: String,
    name: String,
    employee_number: String,
    what: String,
}

#[derive(Serialize)]
struct AskPage {
    import: RosterImport,
    /// The first of those who were changed since, and how many there are.
    since: Vec<ShownSince>,
    n_since: usize,
    n_more: usize,
    action: String,
    back: String,
}

/// `GET /import/{id}/undo`: says what would be taken back, or who was changed since, and asks.
pub async fn ask(app: Data<App>, visit: Visit, id: Path<RosterImportId>) -> Result<HttpResponse> {
    show(&app, &visit, id.into_inner(), &[]).await
}

async fn show(app: &App, visit: &Visit, id: RosterImportId, problems: &[Problem]) -> Result<HttpResponse> {
    let now = app.clock.now();
    let reading = app.db.read(move |conn| {
        let import = queries::find_import(conn, id)?;
        let since = list_changed_since(conn, &import, now)?;
        Ok((import, since))
    });
    let (import, since) = match reading.await {
        Ok(read) => read,
        // Not for somebody's sake: there is nothing to take back, or no more.
        Err(Error::Refused(reasons)) => {
            let none = Message::new("import-undo-not-kept");
            let message = reasons.first().map_or(none, |reason| reason.message.clone());
            return Ok(page::redirect(app, visit, &links::roster_import(id), &message));
        }
        Err(other) => return Err(other),
    };
    let n_named = ROWS_A_PAGE as usize;
    let content = AskPage {
        import,
        n_since: since.len(),
        n_more: since.len().saturating_sub(n_named),
        since: since.into_iter().take(n_named).map(|of| shown(app, visit, of)).collect(),
        action: links::undo_import(id),
        back: links::roster_import(id),
    };
    if problems.is_empty() {
        return page::show(app, visit, "organization/undo-import", &content);
    }
    page::refused(app, visit, "organization/undo-import", &content, problems)
}

fn shown(app: &App, visit: &Visit, of: ChangedSince) -> ShownSince {
    let what = page::word(app, visit, &Message::new("import-since").with("what", of.texts()));
    ShownSince { href: links::person(of.person), name: of.name, employee_number: of.employee_number, what }
}

/// `POST /import/{id}/undo`: takes it back, once.
pub async fn undo(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<RosterImportId>,
    form: Form<Button>,
) -> Result<HttpResponse> {
    let (id, now, key) = (id.into_inner(), app.clock.now(), form.key);
    let undone = app.db.write(move |conn| {
        form_keys::once(conn, &key, now, |conn| {
            undo_import(conn, &viewer.actor(), id, now)?;
            Ok(links::roster_import(id))
        })
    });
    match undone.await {
        Ok(to) => Ok(page::go(&to)),
        Err(Error::Refused(problems)) => show(&app, &visit, id, &problems).await,
        Err(other) => Err(other),
    }
}
