//! `xuefa backup`, `xuefa restore` and `xuefa backup-key`: everything in one file and back, told in one line.

use crate::backup::{self, Archive, Keys, Lock, Mail, Manifest, WithKey};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::Result;
use crate::secret::Secret;
use crate::store::migrate::{self, Standing};
use crate::store::{self, Address, Before, Db};
use anyhow::Context;
use clap::Args;
use std::path::{Path, PathBuf};

/// Options of `backup`.
#[derive(Args)]
pub(super) struct BackupOptions {
    /// The file to write, or a folder, in which it is named by date and time
    #[arg(value_name = "FILE|FOLDER")]
    to: PathBuf,
    /// Also the program's key, with which links and codes can be made: keep such a backup as you would keep the key
    #[arg(long)]
    with_key: bool,
    #[command(flatten)]
    config: Config,
}

/// Options of `restore`.
#[derive(Args)]
pub(super) struct RestoreOptions {
    /// The backup
    #[arg(value_name = "FILE")]
    from: PathBuf,
    /// Only read it through, and say what it holds
    #[arg(long)]
    check: bool,
    /// Also when there is a database already, which is then lost
    #[arg(long)]
    replace: bool,
    /// Send the mail that waited when the backup was made; otherwise all mail waits until the Office releases it
    #[arg(long)]
    send_mail: bool,
    /// The file with the identity that opens it, when it is locked for a recipient
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    #[command(flatten)]
    config: Config,
}

/// Options of `backup-key`.
#[derive(Args)]
pub(super) struct KeyOptions {
    /// The file to write the identity to
    #[arg(value_name = "FILE")]
    to: PathBuf,
}

/// # Errors
/// `Broken` with one sentence when it could not be made.
pub(super) fn back_up(options: BackupOptions) -> Result<()> {
    let BackupOptions { to, with_key, config } = options;
    let (address, clock) = (Address::parse(&config.database)?, Clock::system(config.zone));
    // Not a file by mistake, which the next backup would not go into either.
    if !to.exists() && to.extension().is_none() {
        return Err(anyhow::anyhow!(
            "there is no folder {shown}; make it first, or name a file, like {shown}.zip",
            shown = to.display()
        )
        .into());
    }
    let with_key = if with_key { WithKey::Yes } else { WithKey::No };
    let made = match migrate::standing(&address)? {
        Standing::Missing => {
            return Err(anyhow::anyhow!("there is no database at {}", config.database).into());
        }
        Standing::Current => {
            let db = Db::open_migrated(&address)?;
            super::serve::block_on(backup::run_now(&db, &clock, &config, &to, with_key))?
        }
        // Before an upgrade: the tables of old have no place, or another one, to note it in.
        Standing::Behind(_) => {
            let lock = Lock::of(&config.backup)?;
            let path = if to.is_dir() { to.join(backup::name(&clock, clock.now(), &lock)) } else { to };
            backup::write(&address, &config.data, &path, &lock, with_key, clock.now())?
        }
    };
    let kind = if made.is_locked { "locked" } else { "not locked: whoever has the file can read it" };
    super::say(format_args!(
        "Wrote {} rows of {} tables and {} files to {} ({} bytes, {kind}).",
        made.n_rows,
        made.n_tables,
        made.n_files,
        made.path.display(),
        made.size_bytes
    ));
    tell_missing(&made.missing);
    Ok(())
}

fn tell_missing(missing: &[String]) {
    if let Some(first) = missing.first() {
        eprintln!(
            "xuefa: {} files that the database speaks of were not in the data folder as they should be; the first is {first}",
            missing.len()
        );
    }
}

/// # Errors
/// `Broken` with one sentence; then what was there before stands.
pub(super) fn restore(options: &RestoreOptions) -> Result<()> {
    let config = &options.config;
    let (address, clock) = (Address::parse(&config.database)?, Clock::system(config.zone));
    if !options.check && store::look_before(&address)? == Before::Something && !options.replace {
        return Err(anyhow::anyhow!(
            "there is a database already; with --replace the backup takes its place, and what it holds is lost"
        )
        .into());
    }
    let keys = Keys::of(&config.backup, options.identity.as_deref())?;
    let mut archive = backup::open(&options.from, &keys)?;
    let described = described(&archive.manifest, &clock);
    tell_missing(&archive.manifest.missing);
    if options.check {
        super::say(format_args!("{} is whole: {described}.", options.from.display()));
        return Ok(());
    }
    let mail = if options.send_mail { Mail::Sent } else { Mail::Held };
    let restored = backup::restore(&mut archive, &address, &config.data, mail, clock.now())?;
    let mail = match mail {
        Mail::Sent => "mail is sent",
        Mail::Held => "all mail is held until the Office releases or drops it on the page of mail",
    };
    super::say(format_args!(
        "Restored {described}. Everybody signs in anew, invitations have to be given again, {mail}."
    ));
    if let Some(advice) = key_advice(&archive, restored.is_other_key, config)? {
        eprintln!("xuefa: {advice}");
    }
    Ok(())
}

/// What to do about the program's key, when that of the backup is not in its place.
fn key_advice(archive: &Archive, is_other_in_folder: bool, config: &Config) -> Result<Option<String>> {
    let place = config.data.join("secret.key");
    let lost = "Without the old key the operation log from before cannot be verified, slips with personal codes have to be printed again, and second factors set up again.";
    Ok(match &config.secret {
        Some(given) if backup::is_key_of(archive, &Secret::open(Some(given.as_str()), &config.data)?) => None,
        Some(_) => Some(format!(
            "XUEFA_SECRET is not the key of the old installation: before the first start set the old one. {lost}"
        )),
        None if !is_other_in_folder => None,
        None if place.exists() => Some(format!(
            "{} is another key than that of the old installation: before the first start put the old secret.key in its place, or set its XUEFA_SECRET. {lost}",
            place.display()
        )),
        None => Some(format!(
            "there is no key here yet: before the first start put the secret.key of the old installation into {}, or set its XUEFA_SECRET; otherwise a new key is made. {lost}",
            config.data.display()
        )),
    })
}

fn described(manifest: &Manifest, clock: &Clock) -> String {
    let taken_at = crate::clock::Moment::from_utc(manifest.taken_at);
    format!(
        "{} rows of {} tables and {} files as of {}, by version {}{}",
        manifest.n_rows(),
        manifest.tables.len(),
        manifest.files.len(),
        clock.local(taken_at).format("%Y-%m-%d %H:%M:%S"),
        manifest.program,
        if manifest.key.is_some() { ", with the program's key" } else { "" }
    )
}

/// # Errors
/// `Broken` when there is such a file already, or it cannot be written.
pub(super) fn make_key(options: &KeyOptions) -> Result<()> {
    let (identity, recipient) = backup::new_identity();
    write_identity(&options.to, &identity, &recipient)?;
    super::say(&recipient);
    eprintln!(
        "Set XUEFA_BACKUP_RECIPIENT to the line above. Keep {} away from the server: without it no backup opens.",
        options.to.display()
    );
    Ok(())
}

fn write_identity(path: &Path, identity: &str, recipient: &str) -> Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::File::options();
    let file = file.write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.with_context(|| format!("{} cannot be written, or is there already", path.display()))?;
    let text = format!("# recipient: {recipient}\n{identity}\n");
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).context("the identity cannot be written")?;
    Ok(())
}
