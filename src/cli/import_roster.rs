//! `xuefa import-roster`: a roster from a file, through the same check and the same write as on the page.

use crate::access::Actor;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Error, Message, Result};
use crate::i18n;
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
    let content = std::fs::read(&options.file).map_err(|error| {
        Error::refused(Message::new("cli-unreadable").with("file", shown).with("why", error.to_string()))
    })?;
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
        // As the page says it.
        let known = i18n::known_word(super::language(), "import-problem-", &import.problem.unwrap_or_default());
        let what = known.unwrap_or_else(|| super::words(&Message::new("cli-import-unreadable")));
        return Err(Error::refused(Message::new("cli-import-refused").with("what", what)));
    }
    super::tell(
        &Message::new("cli-import-counts")
            .with("n", super::count(import.n_rows()))
            .with("new", super::count(import.n_new))
            .with("changed", super::count(import.n_changed))
            .with("unchanged", super::count(import.n_unchanged))
            .with("errors", super::count(import.n_errors)),
    );
    if import.n_errors > 0 {
        list_errors(app, id).await?;
        return Err(Error::refused(Message::new("cli-import-errors").with("n", super::count(import.n_errors))));
    }
    if is_dry_run || import.n_new + import.n_changed == 0 {
        super::tell(&Message::new("cli-import-nothing"));
        return Ok(());
    }
    let (now, actor) = (app.clock.now(), Actor::program("import-roster"));
    let asked = app.db.write(move |conn| request_apply(conn, &actor, id, now)).await;
    asked.map_err(|error| super::in_words(error, &app.clock))?;
    match wait_for(app, id, JobKind::RosterApply).await?.state {
        ImportState::Applied => {
            super::tell(&Message::new("cli-import-done"));
            Ok(())
        }
        ImportState::Received | ImportState::Checked | ImportState::Refused => {
            Err(Error::refused(Message::new("cli-import-overtaken")))
        }
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
                return Err(Error::refused(Message::new("cli-import-failed")));
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
            let word = |message: &Message| i18n::word(super::language(), &app.clock, message);
            let message = Message::new("cli-import-row").with("row", super::count(row.row_number));
            eprintln!("{}", word(&message.with("column", word(&column)).with("what", word(&reason))));
        }
    }
    Ok(())
}
