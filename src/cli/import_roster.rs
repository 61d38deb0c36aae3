//! `xuefa import-roster`: a roster from a file, through the same check and the same write as on the page.

use crate::access::Actor;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Message, Result};
use crate::i18n::{self, Language};
use crate::jobs::{self, JobKind};
use crate::organization::model::{ImportState, RosterImport};
use crate::organization::roster_rules::{CellProblem, Verdict};
use crate::organization::{queries, receive_roster, request_apply};
use crate::store::Db;
use crate::store::ids::RosterImportId;
use crate::web::{App, background};
use anyhow::Context;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Options of `import-roster`.
#[derive(Args)]
pub(super) struct ImportOptions {
    /// The roster: .xlsx, .ods or .csv
    file: PathBuf,
    /// Say what it would do, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    config: Config,
}

/// Errors that are listed; a roster with more has something wrong as a whole.
const MOST_ERRORS: i64 = 200;

/// Checks the roster, says what it would do, and does it.
///
/// # Errors
/// One sentence: the file is no roster, has rows with errors, or people were changed meanwhile.
pub(super) fn run(options: ImportOptions) -> Result<()> {
    let shown = options.file.display().to_string();
    let content = std::fs::read(&options.file).with_context(|| format!("{shown} cannot be read"))?;
    let db = Db::open(&options.config.database)?;
    let app = App::new(db, Clock::system(options.config.zone), options.config)?;
    let name = options.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    super::serve::block_on(import(&app, name, content, options.dry_run))
}

async fn import(app: &App, name: String, content: Vec<u8>, is_dry_run: bool) -> Result<()> {
    let (now, actor) = (app.clock.now(), Actor::program("import-roster"));
    let id = app
        .db
        .write(move |conn| receive_roster(conn, &actor, &name, &content, now).map(|(import, _)| import))
        .await
        .map_err(|error| super::in_words(error, &app.clock))?;
    let import = wait_for(app, id, JobKind::RosterCheck).await?;
    if import.state == ImportState::Refused {
        let problem = import.problem.unwrap_or_default().replace('_', " ");
        return Err(anyhow::anyhow!("the roster cannot be read: {problem}; nothing was changed").into());
    }
    super::say(format_args!(
        "{} rows: {} new, {} changed, {} unchanged, {} with errors",
        import.n_rows(),
        import.n_new,
        import.n_changed,
        import.n_unchanged,
        import.n_errors
    ));
    if import.n_errors > 0 {
        list_errors(app, id).await?;
        return Err(anyhow::anyhow!("the roster has {} rows with errors; nothing was changed", import.n_errors).into());
    }
    if is_dry_run || import.n_new + import.n_changed == 0 {
        super::say("Nothing was changed.");
        return Ok(());
    }
    let (now, actor) = (app.clock.now(), Actor::program("import-roster"));
    let asked = app.db.write(move |conn| request_apply(conn, &actor, id, now)).await;
    asked.map_err(|error| super::in_words(error, &app.clock))?;
    match wait_for(app, id, JobKind::RosterApply).await?.state {
        ImportState::Applied => {
            super::say("The roster was written. People missing from it stay as they are.");
            Ok(())
        }
        ImportState::Received | ImportState::Checked | ImportState::Refused => Err(anyhow::anyhow!(
            "people were changed by somebody else in the meantime; nothing was written, run it again"
        )
        .into()),
    }
}

/// Does the job, or waits while a server that runs beside does it.
async fn wait_for(app: &App, id: RosterImportId, kind: JobKind) -> Result<RosterImport> {
    loop {
        background::run_due_jobs(app).await?;
        let (import, job) = app
            .db
            .read(move |conn| Ok((queries::find_import(conn, id)?, jobs::queries::find_latest(conn, kind, id.0)?)))
            .await?;
        match job {
            Some(job) if job.problem.is_some() => {
                return Err(anyhow::anyhow!("the work on the roster failed; nothing was changed").into());
            }
            Some(job) if !job.is_over() => tokio::time::sleep(Duration::from_millis(200)).await,
            Some(_) | None => return Ok(import),
        }
    }
}

async fn list_errors(app: &App, id: RosterImportId) -> Result<()> {
    let rows =
        app.db.read(move |conn| Ok(queries::list_import_rows(conn, id, Some(Verdict::Error), 0, MOST_ERRORS)?)).await?;
    for row in rows {
        let problems: Vec<CellProblem> = serde_json::from_str(&row.changes).context("the errors of a row")?;
        for problem in problems {
            let (column, reason) = problem.messages();
            let word = |message: &Message| i18n::word(Language::English, &app.clock, message);
            eprintln!("row {}, {}: {}", row.row_number, word(&column), word(&reason));
        }
    }
    Ok(())
}
