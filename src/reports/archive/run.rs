//! Building an archive: gathered at one moment, papers printed one by one, packed, kept, and the session archived with it.

use super::contents::{self, Draft};
use super::queries::{self, NewArchive};
use super::seal::Seal;
use super::{Part, pack};
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::Clock;
use crate::error::Result;
use crate::files;
use crate::i18n::Language;
use crate::jobs::{self, Job};
use crate::reports::paper::Words;
use crate::reports::pdf::Press;
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
/// the office's files, whoever asked for it.
///
/// # Errors
/// `Conflict` when the job has gone to another runner; `Refused` when a paper cannot be printed; `Broken` otherwise.
pub async fn run(with: &Workshop<'_>, job: &Job) -> Result<()> {
    let (id, now) = (SessionId(job.subject_id), with.clock.now());
    let words = Words::new(Language::Chinese, with.clock);
    let (said, base_url) = (words.clone(), with.base_url.to_owned());
    let gathered = with.db.read(move |conn| contents::gather(conn, id, &said, &base_url, now)).await?;
    let (mut job, version, title) = (job.clone(), gathered.version, gathered.title);
    job.n_total = i64::try_from(gathered.drafts.len()).unwrap_or(i64::MAX);
    job.n_done = 0;
    let mut parts = Vec::with_capacity(gathered.drafts.len());
    for draft in gathered.drafts {
        let (name, heading, content) = match draft {
            Draft::Ready(Part { name, heading, content }) => (name, heading, content),
            Draft::Paper { name, heading, paper } => (name, heading, with.press.print(*paper, with.clock).await?),
            Draft::File { name, heading, file } => (name, heading, files::read(with.folder, &file).await?),
        };
        parts.push(Part { name, heading, content });
        job.n_done += 1;
        let (before, now) = (job.clone(), with.clock.now());
        job = with.db.write(move |conn| jobs::progress(conn, &before, now)).await?;
    }
    let seal = Seal::of(with.secret)?;
    let packed = tokio::task::spawn_blocking(move || pack::pack(parts, &title, version, now, &words, &seal)).await;
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
