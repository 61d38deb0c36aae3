//! What people decide about themselves: language of their mail and text size.

use super::queries;
use crate::access::{TextSize, Viewer};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::Result;
use crate::i18n::Language;
use crate::store::Conn;
use serde_json::json;

/// Changes the viewer's language for mail and their text size.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn change_profile(conn: &mut Conn, viewer: &Viewer, language: Language, size: TextSize, now: Moment) -> Result<()> {
    queries::set_language(conn, viewer.person, language)?;
    queries::set_text_size(conn, viewer.account, size)?;
    let before = (viewer.language, viewer.text_size);
    let details = json!({ "before": before, "after": (language, size) });
    let action = Action::new("accounts.profile_changed", "account");
    audit::record(conn, &viewer.actor(), now, action, viewer.account.0, &details)
}
