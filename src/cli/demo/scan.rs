//! The scan that the demo's latest confirmed session is shown with.

use super::DemoFiles;
use crate::access::Actor;
use crate::error::Result;
use crate::files::{self, Subject};
use crate::training::{self, SessionState};
use crate::web::App;
use anyhow::Context;

/// Keeps the drawing of a signed sheet with the latest confirmed session, unless it has a scan.
pub(super) async fn keep_sample(app: &App) -> Result<()> {
    let confirmed = app.db.read(|conn| Ok(training::queries::list_in_state(conn, SessionState::Confirmed)?)).await?;
    let Some(session) = confirmed.into_iter().next() else { return Ok(()) };
    let subject = Subject::SignedSheet(session.id);
    if !app.db.read(move |conn| Ok(files::queries::list_uses(conn, subject)?)).await?.is_empty() {
        return Ok(());
    }
    let drawing = DemoFiles::get("signed-sheet.png").context("the demo's signed-sheet.png is missing")?;
    let folder = app.config.files_folder();
    let received = files::receive(&app.db, &app.clock, &folder, drawing.data.into_owned(), &files::SCANS).await?;
    let now = app.clock.now();
    app.db
        .write(move |conn| {
            files::keep(conn, &Actor::program("demo"), subject, &received, "签到表扫描件（示例）.png", now)
        })
        .await
}
