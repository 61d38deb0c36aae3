//! `xuefa backup`, `xuefa restore` and `xuefa backup-key`: everything in one file and back, told in one line.

use crate::backup::{self, Archive, Keys, Lock, Mail, Manifest, WithKey};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Error, Message, Result};
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
/// One sentence when it could not be made.
pub(super) fn back_up(options: BackupOptions) -> Result<()> {
    let BackupOptions { to, with_key, config } = options;
    let (address, clock) = (Address::parse(&config.database)?, Clock::system(config.zone));
    // Not a file by mistake, which the next backup would not go into either.
    if !to.exists() && to.extension().is_none() {
        return Err(Error::refused(Message::new("cli-backup-no-folder").with("folder", to.display().to_string())));
    }
    let with_key = if with_key { WithKey::Yes } else { WithKey::No };
    let made = match migrate::standing(&address)? {
        Standing::Missing => {
            return Err(Error::refused(Message::new("cli-backup-no-database").with("database", config.database)));
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
    let id = if made.is_locked { "cli-backup-done-locked" } else { "cli-backup-done" };
    super::tell(
        &Message::new(id)
            .with("rows", super::count(made.n_rows))
            .with("tables", super::count(made.n_tables))
            .with("files", super::count(made.n_files))
            .with("path", made.path.display().to_string())
            .with("size", super::count(made.size_bytes)),
    );
    tell_missing(&made.missing);
    Ok(())
}

fn tell_missing(missing: &[String]) {
    if let Some(first) = missing.first() {
        let message = Message::new("cli-backup-missing").with("n", super::count(missing.len()));
        super::note(&message.with("first", first.as_str()));
    }
}

/// # Errors
/// One sentence; then what was there before stands.
pub(super) fn restore(options: &RestoreOptions) -> Result<()> {
    let config = &options.config;
    let (address, clock) = (Address::parse(&config.database)?, Clock::system(config.zone));
    if !options.check && store::look_before(&address)? == Before::Something && !options.replace {
        return Err(Error::refused(Message::new("cli-restore-replace")));
    }
    let keys = Keys::of(&config.backup, options.identity.as_deref())?;
    let mut archive = backup::open(&options.from, &keys)?;
    let described = described(&archive.manifest, &clock);
    tell_missing(&archive.manifest.missing);
    if options.check {
        let message = Message::new("cli-restore-checked").with("file", options.from.display().to_string());
        super::tell(&message.with("what", described));
        return Ok(());
    }
    let mail = if options.send_mail { Mail::Sent } else { Mail::Held };
    let restored = backup::restore(&mut archive, &address, &config.data, mail, clock.now())?;
    let done = match mail {
        Mail::Sent => "cli-restore-done-sent",
        Mail::Held => "cli-restore-done-held",
    };
    super::tell(&Message::new(done).with("what", described));
    if let Some(advice) = key_advice(&archive, restored.is_other_key, config)? {
        super::note(&advice);
    }
    Ok(())
}

/// What to do about the program's key, when that of the backup is not in its place.
fn key_advice(archive: &Archive, is_other_in_folder: bool, config: &Config) -> Result<Option<Message>> {
    let place = config.data.join(crate::secret::KEY_FILE);
    Ok(match &config.secret {
        Some(given) if backup::is_key_of(archive, &Secret::open(Some(given.as_str()), &config.data)?) => None,
        Some(_) => Some(Message::new("cli-restore-other-secret")),
        None if !is_other_in_folder => None,
        None if place.exists() => Some(Message::new("cli-restore-other-key").with("file", place.display().to_string())),
        None => Some(Message::new("cli-restore-no-key").with("folder", config.data.display().to_string())),
    })
}

fn described(manifest: &Manifest, clock: &Clock) -> String {
    let taken_at = crate::clock::Moment::from_utc(manifest.taken_at);
    let id = if manifest.key.is_some() { "cli-restore-holds-key" } else { "cli-restore-holds" };
    super::words(
        &Message::new(id)
            .with("rows", super::count(manifest.n_rows()))
            .with("tables", super::count(manifest.tables.len()))
            .with("files", super::count(manifest.files.len()))
            .with("at", clock.local(taken_at).format("%Y-%m-%d %H:%M:%S").to_string())
            .with("program", manifest.program.as_str()),
    )
}

/// # Errors
/// One sentence when there is such a file already, or it cannot be written.
pub(super) fn make_key(options: &KeyOptions) -> Result<()> {
    let (identity, recipient) = backup::new_identity();
    write_identity(&options.to, &identity, &recipient)?;
    super::say(&recipient);
    eprintln!("{}", super::words(&Message::new("cli-key-advice").with("file", options.to.display().to_string())));
    Ok(())
}

fn write_identity(path: &Path, identity: &str, recipient: &str) -> Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::File::options();
    let file = file.write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.map_err(|error| {
        let message = Message::new("cli-key-exists").with("file", path.display().to_string());
        Error::refused(message.with("why", error.to_string()))
    })?;
    let text = format!("# recipient: {recipient}\n{identity}\n");
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).context("the identity cannot be written")?;
    Ok(())
}
