//! `xuefa create-admin`: the first person of an installation, with a link in place of a first password.

use crate::access::Role;
use crate::accounts::{self, NewAdmin, Secret};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Message, Result};
use crate::links;
use crate::store::Db;
use clap::Args;

/// Options of `create-admin`.
#[derive(Args)]
pub(super) struct CreateAdminOptions {
    #[command(flatten)]
    config: Config,
    /// The person's name
    #[arg(long)]
    name: String,
    /// What the person signs in with; also the employee number
    #[arg(long)]
    user_name: String,
    /// The person's mail address
    #[arg(long)]
    email: Option<String>,
    /// The name of the group, for the settings and the first unit, as far as nothing has been entered yet
    #[arg(long)]
    organization: Option<String>,
    /// Only the duties for system, security and audit, not the role of the Office of Letters and Visits
    #[arg(long)]
    duties_only: bool,
    /// Also when there is an administrator already
    #[arg(long)]
    again: bool,
}

/// Makes the administrator and prints the link, once.
///
/// # Errors
/// One sentence: there is an administrator already, the database cannot be reached.
pub(super) fn run(options: &CreateAdminOptions) -> Result<()> {
    let config = &options.config;
    let (db, clock) = (Db::open(&config.database)?, Clock::system(config.zone));
    let secret = Secret::open(config.secret.as_deref(), &config.data)?;
    let mut roles = vec![Role::System, Role::Security, Role::Audit];
    if !options.duties_only {
        roles.push(Role::Hq);
    }
    let new = NewAdmin {
        name: options.name.clone(),
        user_name: options.user_name.clone(),
        email: options.email.clone(),
        organisation: options.organization.clone(),
        roles,
        again: options.again,
    };
    let (today, now) = (clock.today(), clock.now());
    let made = super::serve::block_on(db.write(move |conn| accounts::create_admin(conn, &new, today, now)));
    let (id, nonce) = made.map_err(|error| super::in_words(error, &clock))?;
    super::say(links::invitation_address(&secret, &config.base_url(), id, &nonce));
    super::tell(&Message::new("cli-admin-link").with("name", options.user_name.as_str()));
    Ok(())
}
