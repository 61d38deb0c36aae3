//! Building an archive: gathered at one moment, papers printed one by one, packed, kept, and the session archived with it.

use super::contents::{self, Draft};
use super::queries::{self, NewArchive};
use super::seal::Seal;
use super::{Part, pack};
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::files::{self, FileUse};
use crate::i18n::Language;
use crate::jobs::{self, Failure, Job, JobProblem, PartProblem};
use crate::reports::paper::Words;
use crate::reports::pdf::{self, Press};
use crate::secret::Secret;
use crate::store::Db;
use crate::store::ids::SessionId;
use crate::training;
use anyhow::Context as _;
use serde::Serialize;
use std::path::Path;

/// What an archive is built with.
#[derive(Clone)]
pub struct Workshop<'a> {
    pub db: &'a Db,
    pub clock: &'a Clock,
    pub press: &'a Press,
    pub secret: &'a Secret,
    /// Where scans lie and the archive will.
    pub folder: &'a Path,
    pub base_url: &'a str,
}

#[derive(Serialize)]
struct Details<'a> {
    version: i64,
    digest: &'a str,
}

/// Does the job: it may be run again after it broke off, and begins anew then. An archive is in Chinese, the language of
/// the office's files, whoever asked for it. What of it cannot be made is listed, and ends the job once everything was
/// tried: an archive without one of its parts is none.
///
/// # Errors
/// `Conflict` when the job has gone to another runner; `Refused` when no paper can be printed; `Broken` otherwise.
pub async fn run(with: &Workshop<'_>, job: &Job) -> Result<()> {
    let (id, now) = (SessionId(job.subject_id), with.clock.now());
    let words = Words::new(Language::Chinese, with.clock);
    let (said, base_url) = (words.clone(), with.base_url.to_owned());
    let gathered = with.db.read(move |conn| contents::gather(conn, id, &said, &base_url, now)).await?;
    let (begun, cover) = (job.clone(), gathered.cover);
    let version = cover.version;
    let n_total = i64::try_from(gathered.drafts.len()).unwrap_or(i64::MAX);
    let mut job = with.db.write(move |conn| jobs::begin(conn, &begun, n_total, now)).await?;
    let mut parts = Vec::with_capacity(gathered.drafts.len());
    for draft in gathered.drafts {
        let made = made(with, draft).await?;
        let now = with.clock.now();
        job = match made {
            Ok(part) => {
                parts.push(part);
                let done = Job { n_done: job.n_done + 1, ..job };
                with.db.write(move |conn| jobs::progress(conn, &done, now)).await?
            }
            Err(failure) => with.db.write(move |conn| jobs::part_failed(conn, &job, &failure, now)).await?,
        };
    }
    if job.n_failed > 0 {
        let now = with.clock.now();
        return with.db.write(move |conn| jobs::fail(conn, &job, JobProblem::Incomplete, now)).await;
    }
    let seal = Seal::of(with.secret)?;
    let packed = tokio::task::spawn_blocking(move || pack::pack(parts, &cover, now, &words, &seal)).await;
    let packed = packed.context("packing an archive ended early")??;
    let size_bytes = i64::try_from(packed.len()).unwrap_or(i64::MAX);
    let digest = files::store(with.folder, packed).await?;
    let now = with.clock.now();
    let done = with.db.write(move |conn| {
        // First of all, so that a runner who lost the job keeps nothing.
        jobs::finish(conn, &job, now)?;
        let made_by = job.owner_id;
        let new = NewArchive { session: id, version, digest: &digest, size_bytes, made_at: now, made_by };
        queries::insert(conn, &new)?;
        let session = training::queries::find_session(conn, id)?;
        training::archive(conn, &session)?;
        let actor = job.owner_id.map_or_else(|| Actor::program("job"), |person| Actor::person(person, "job"));
        let details = Details { version, digest: &digest };
        audit::record(conn, &actor, now, Action::new("archive.built", "session"), id.0, &details)
    });
    done.await
}

/// A part with its content; or why it alone cannot be made.
async fn made(with: &Workshop<'_>, draft: Draft) -> Result<std::result::Result<Part, Failure>> {
    Ok(match draft {
        Draft::Ready(part) => Ok(part),
        Draft::Paper { name, heading, paper } => match with.press.print(*paper, with.clock).await {
            Ok(content) => Ok(Part { name, heading, content }),
            Err(Error::Refused(problems)) => match pdf::missing_characters(&problems) {
                Some(detail) => Err(Failure { part: heading, problem: PartProblem::Unprintable, detail }),
                None => return Err(Error::Refused(problems)),
            },
            Err(error) => return Err(error),
        },
        Draft::File { name, heading, file } => match whole(with.folder, &file).await {
            Ok(content) => Ok(Part { name, heading, content }),
            Err(Error::Broken(source)) => {
                tracing::error!(digest = file.digest, "a file for an archive cannot be read: {source:#}");
                Err(Failure { part: heading, problem: PartProblem::FileLost, detail: file.name.clone() })
            }
            Err(error) => return Err(error),
        },
    })
}

/// The content of a file, unless it is another than the one that was kept: the archive vouches for it.
async fn whole(folder: &Path, file: &FileUse) -> Result<Vec<u8>> {
    let content = files::read(folder, file).await?;
    let looked = tokio::task::spawn_blocking(move || (files::model::digest(&content), content)).await;
    let (digest, content) = looked.context("looking at a file ended early")?;
    if digest == file.digest { Ok(content) } else { Err(anyhow::anyhow!("the file {} is damaged", file.digest).into()) }
}
