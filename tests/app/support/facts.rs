//! What many tests look up, or set up, in a line.

use super::{Member, TestApp};
use chrono::TimeDelta;
use diesel::prelude::*;
use xuefa::attendance::{self, Attendance, MakeUp, MakeUpKind};
use xuefa::store::ids::{ReadingId, SessionId};
use xuefa::store::schema::sessions;

/// Lets time pass.
pub fn wait(site: &TestApp, seconds: i64) {
    site.app.clock.set(site.app.clock.now() + TimeDelta::seconds(seconds));
}

/// A reading that ships.
pub async fn reading(site: &TestApp, slug: &'static str) -> ReadingId {
    let rows = site.app.db.read(|conn| Ok(xuefa::readings::queries::list(conn)?)).await.expect("a read");
    rows.into_iter().find(|row| row.slug == slug).expect("it ships").id
}

/// Some reading, where it does not matter which.
pub async fn first_reading(site: &TestApp) -> ReadingId {
    site.app.db.read(|conn| Ok(xuefa::readings::queries::list(conn)?)).await.expect("a read")[0].id
}

/// What is recorded of somebody at a session.
pub async fn recorded(site: &TestApp, session: SessionId, member: Member) -> Option<Attendance> {
    let found = site.app.db.read(move |conn| Ok(attendance::queries::find(conn, session, member.person)?));
    found.await.expect("a read")
}

/// Whether somebody who was not there has made up for it, and by what.
pub async fn made_up(site: &TestApp, session: SessionId, member: Member) -> (MakeUp, Option<MakeUpKind>) {
    let row = recorded(site, session, member).await.expect("recorded");
    (row.make_up, row.make_up_kind)
}

/// Makes one session the make-up session of another.
pub async fn makes_up_for(site: &TestApp, make_up: SessionId, missed: SessionId) {
    let linked = site.write(move |conn| {
        diesel::update(sessions::table.find(make_up)).set(sessions::make_up_of.eq(missed)).execute(conn)?;
        Ok(())
    });
    linked.await.expect("linked");
}

/// How much lies in the folder of files, unfinished pieces too.
pub fn lying(site: &TestApp) -> usize {
    let Ok(folders) = std::fs::read_dir(site.app.config.files_folder()) else { return 0 };
    folders.map(|entry| std::fs::read_dir(entry.expect("a folder").path()).expect("a folder").count()).sum()
}
