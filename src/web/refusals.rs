//! What somebody who is signed in was refused stands in the trail: who, on which route, when and from where
//! (`reliability.md` L-01). The same once an hour, so that nobody floods the trail with it.

use super::visit::Visit;
use super::{App, Permission, Route};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::store::ids::AccountId;
use actix_web::http::StatusCode;
use chrono::TimeDelta;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The same refusal is noted again after this long.
const AGAIN_AFTER: TimeDelta = TimeDelta::hours(1);
/// Refusals of an hour that this instance keeps apart, a megabyte of them; what comes on top is in the log alone.
const MOST_KEPT: usize = 10_000;

/// What was noted within the hour; cloning shares it. Each instance has its own: a note more does no harm.
#[derive(Clone, Default)]
pub struct Refusals(Arc<Mutex<HashMap<(AccountId, &'static str, u16), Moment>>>);

impl Refusals {
    /// Whether this is to be noted, and from now on it counts as noted.
    fn is_new(&self, account: AccountId, path: &'static str, status: StatusCode, now: Moment) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |at: Moment| (now - at).abs() < AGAIN_AFTER;
        let key = (account, path, status.as_u16());
        if noted.get(&key).is_some_and(|at| is_recent(*at)) {
            return false;
        }
        if noted.len() >= MOST_KEPT {
            noted.retain(|_, at| is_recent(*at));
        }
        if noted.len() >= MOST_KEPT {
            tracing::warn!(path, "more refusals within an hour than are noted in the trail");
            return false;
        }
        noted.insert(key, now);
        true
    }
}

/// Notes a refusal in a write of its own. A thing that is out of reach and one that does not exist look the same, here too.
pub(super) async fn note(app: &App, visit: &Visit, route: &Route, status: StatusCode) {
    let Some(viewer) = &visit.viewer else { return };
    // What anybody may open refuses nobody: a code or a link that does not exist has its own limits.
    if route.permission == Permission::Anyone {
        return;
    }
    let now = app.clock.now();
    if !app.refusals.is_new(viewer.account, route.path, status, now) {
        return;
    }
    let (actor, subject) = (viewer.actor(), id_in(&visit.path, route.path));
    let details = json!({ "route": format!("{} {}", route.method, route.path), "status": status.as_u16() });
    let action = Action::new("access.refused", "route");
    let noted = app.db.write(move |conn| audit::record(conn, &actor, now, action, subject, &details)).await;
    if let Err(error) = noted {
        // The refusal stands without its note.
        tracing::error!(%error, path = route.path, "a refusal could not be noted in the trail");
    }
}

/// What stands in the place of `{id}`. The path alone is asked: what follows a `?` may be anything.
fn id_in(path: &str, pattern: &str) -> Option<i64> {
    let parts = path.split('?').next().unwrap_or(path).split('/');
    parts.zip(pattern.split('/')).find(|(_, named)| *named == "{id}")?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Moment {
        Moment::from_utc(chrono::NaiveDateTime::default()) + TimeDelta::minutes(minutes)
    }

    #[test]
    fn the_same_refusal_is_noted_once_an_hour() {
        let refusals = Refusals::default();
        let is_new =
            |account, path, minutes| refusals.is_new(AccountId(account), path, StatusCode::NOT_FOUND, at(minutes));

        assert!(is_new(1, "/settings", 0));
        assert!(!is_new(1, "/settings", 59));
        assert!(is_new(1, "/audit", 59) && is_new(2, "/settings", 59));
        assert!(is_new(1, "/settings", 60));
    }

    #[test]
    fn a_flood_of_refusals_ends_in_the_log() {
        let refusals = Refusals::default();
        let n_noted = |now: Moment| {
            (0..20_000).filter(|n| refusals.is_new(AccountId(*n), "/x", StatusCode::FORBIDDEN, now)).count()
        };

        assert_eq!((n_noted(at(0)), n_noted(at(61))), (MOST_KEPT, MOST_KEPT));
    }
}
