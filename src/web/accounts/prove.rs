//! One's own password once more, before one changes what somebody may do.

use crate::access::Viewer;
use crate::accounts::model;
use crate::accounts::queries;
use crate::accounts::sign_in::{self, Admission, Attempt};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::PersonId;
use crate::web::App;

/// Looks at the viewer's own password, when they signed in a while ago: a screen that was left open gives nobody a role
/// or a link.
pub(super) async fn prove(app: &App, viewer: &Viewer, password: &str) -> Result<()> {
    if model::asks_again(viewer, app.clock.now()) { prove_now(app, viewer, password).await } else { Ok(()) }
}

/// Looks at the viewer's own password, however short a time ago they signed in.
pub(super) async fn prove_now(app: &App, viewer: &Viewer, password: &str) -> Result<()> {
    let (account, person, now) = (viewer.account, viewer.person, app.clock.now());
    let read = move |conn: &mut Conn| Ok((queries::find_password_hash(conn, account)?, own_user_name(conn, person)?));
    let (hash, user_name) = app.db.read(read).await?;
    let attempt = Attempt::new(&app.secret, &user_name, "own password", Some("own password"));
    let counted = attempt.clone();
    if let Admission::ComeBackAt(until) = app.db.write(move |conn| sign_in::admit(conn, &counted, now)).await? {
        let message = Message::new("login-wait").with("seconds", (until - now).num_seconds() + 1);
        return Err(Error::Refused(vec![Problem::at("password", message)]));
    }
    if !app.hashing.verify(password.to_owned(), hash).await? {
        return Err(Error::Refused(vec![Problem::at("password", Message::new("account-own-password-wrong"))]));
    }
    app.db.write(move |conn| sign_in::forgive(conn, &attempt)).await
}

/// The viewer's user name when their password is asked for, for the browser's store of passwords, which has to know whose
/// it is (`templates/accounts/own-password.hbs`).
///
/// # Errors
/// `Broken` when it cannot be read.
pub(super) fn asked_of(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<Option<String>> {
    model::asks_again(viewer, now).then(|| own_user_name(conn, viewer.person)).transpose()
}

/// Empty for whoever has no account.
pub(super) fn own_user_name(conn: &mut Conn, person: PersonId) -> Result<String> {
    Ok(queries::find_account_of(conn, person)?.account.map_or(String::new(), |account| account.user_name))
}
