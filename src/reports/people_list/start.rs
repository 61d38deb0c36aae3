//! Asking for a long list.

use super::{Asked, queries};
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::Result;
use crate::i18n::Language;
use crate::jobs::{self, JobKind};
use crate::store::Conn;
use crate::store::ids::{JobId, PeopleListId};
use anyhow::Context as _;

/// Queues the making of a list whose people [`crate::reports::period::asked`] has narrowed to the viewer's reach.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn start(
    conn: &mut Conn,
    viewer: &Viewer,
    asked: &Asked,
    title: &str,
    language: Language,
    now: Moment,
) -> Result<JobId> {
    let wanted = serde_json::to_string(asked).context("what is wanted cannot be written")?;
    let id = queries::insert(conn, (viewer.person, now), language, title, &wanted)?;
    jobs::start(conn, JobKind::PeopleList, id.0, Some(viewer.person), now)
}

/// Queues the making of a list once more, whose job came to nothing, for who asked for it.
///
/// # Errors
/// `NotFound` when there is no such list of theirs.
pub fn start_again(conn: &mut Conn, viewer: &Viewer, id: PeopleListId, now: Moment) -> Result<JobId> {
    queries::find_own(conn, viewer, id)?;
    jobs::start(conn, JobKind::PeopleList, id.0, Some(viewer.person), now)
}
