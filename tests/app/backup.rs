//! Backups: what they hold, what comes back, what is refused, what does not come alive again.

use crate::support::database::Database;
use crate::support::{TestApp, said};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use xuefa::backup::{self, Keys, Lock, Mail, WithKey};
use xuefa::cli::demo::{self, Size};
use xuefa::clock::{Clock, Moment};
use xuefa::config::{BackupConfig, Config};
use xuefa::error::Result;
use xuefa::files::{self, SCANS, Subject};
use xuefa::i18n::Language;
use xuefa::mail::{Mailer, Memory, NewMail};
use xuefa::reminders::{self, Hours};
use xuefa::secret;
use xuefa::store::ids::SessionId;
use xuefa::store::migrate::{self, Standing};
use xuefa::store::rows::{Kind, Table};
use xuefa::store::schema::{invitations, kiosks, logins, people};
use xuefa::store::{Address, Db, Rebuild, Snapshot};
use xuefa::web::App;

const PDF: &[u8] = b"%PDF-1.7\nscan\nstartxref\n9\n%%EOF\n";
/// Tables in which a restore ends what was open, or writes that it happened.
const ENDED: [&str; 9] = [
    "logins",
    "code_tries",
    "invitations",
    "kiosks",
    "door_openings",
    "settings",
    "audit_entries",
    "audit_values",
    "backups",
];

fn moment(date: &str) -> Moment {
    let noon = format!("{date} 12:00:00");
    Moment::from_utc(NaiveDateTime::parse_from_str(&noon, "%Y-%m-%d %H:%M:%S").expect("a moment"))
}

/// All rows of all tables but those of [`ENDED`], whichever database they are in, in an order of their own.
fn rows_of(address: &str) -> BTreeMap<String, Vec<String>> {
    let mut snapshot = Snapshot::take(&Address::parse(address).expect("an address")).expect("a snapshot");
    let mut found = BTreeMap::new();
    for table in snapshot.tables().expect("the tables") {
        if ENDED.contains(&table.name.as_str()) {
            continue;
        }
        let next = snapshot.next_id(&table).expect("the next number");
        let mut rows = vec![format!("next {}", next.unwrap_or(1))];
        let read = snapshot.each_row(&table, &mut |line| {
            rows.push(plain(&table, line));
            Ok(())
        });
        read.expect("the rows");
        rows.sort();
        found.insert(table.name.clone(), rows);
    }
    found
}

/// A row as both databases mean it.
fn plain(table: &Table, line: &str) -> String {
    let mut values: Vec<serde_json::Value> = serde_json::from_str(line).expect("a row");
    for (value, column) in values.iter_mut().zip(&table.columns) {
        if column.kind == Kind::Moment
            && let Some(text) = value.as_str()
        {
            let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").expect("a moment");
            *value = moment.format("%F %T%.6f").to_string().into();
        }
    }
    serde_json::to_string(&values).expect("a row")
}

fn assert_same_rows(first: &str, second: &str) {
    let (first, second) = (rows_of(first), rows_of(second));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (table, rows) in &first {
        let differing = rows.iter().zip(&second[table]).find(|(one, other)| one != other);
        assert_eq!((rows.len(), None), (second[table].len(), differing), "{table}");
    }
}

fn restore(file: &Path, address: &str, data: &Path) -> Result<backup::Restored> {
    let mut archive = backup::open(file, &Keys::default())?;
    backup::restore(&mut archive, &Address::parse(address)?, data, Mail::Held, moment("2024-08-01"))
}

fn back_up(address: &str, data: &Path, file: &Path) -> backup::Made {
    let address = Address::parse(address).expect("an address");
    backup::write(&address, data, file, &Lock::Open, WithKey::No, moment("2024-07-06")).expect("a backup")
}

/// B-01, B-02, B-06: the demo's year with a file, from this database to another of the same kind, to SQLite, and back.
#[actix_web::test]
async fn everything_comes_back_as_it_was_on_either_database() {
    let (database, folder) = (Database::fresh(), tempfile::tempdir().expect("a folder"));
    let clock = Clock::fixed(chrono_tz::Asia::Shanghai, moment("2024-07-05"));
    let db = Db::open(&database.address).expect("the database opens");
    let making = clock.clone();
    db.write(move |conn| demo::make(conn, Size::default(), "no hash", &making)).await.expect("the demo");
    let files_folder = folder.path().join("files");
    let received = files::receive(&db, &clock, &files_folder, PDF.to_vec(), &SCANS).await.expect("received");
    let (digest, now) = (received.digest().to_owned(), clock.now());
    let kept = db.write(move |conn| {
        let operator = xuefa::access::Actor::program("test");
        files::keep(conn, &operator, Subject::SignedSheet(SessionId(1)), &received, "a.pdf", now)
    });
    kept.await.expect("kept");

    let file = folder.path().join("one.zip");
    let made = back_up(&database.address, folder.path(), &file);
    let (same, elsewhere) = (Database::fresh(), tempfile::tempdir().expect("a folder"));
    let restored = restore(&file, &same.address, elsewhere.path()).expect("restored");
    let sqlite = elsewhere.path().join("sqlite.db").display().to_string();
    restore(&file, &sqlite, elsewhere.path()).expect("restored to SQLite");
    let second = folder.path().join("two.zip");
    back_up(&sqlite, elsewhere.path(), &second);
    let again = Database::fresh();
    restore(&second, &again.address, elsewhere.path()).expect("restored from SQLite");

    assert!(made.n_rows > 5_000 && made.n_files == 1 && made.missing.is_empty(), "{made:?}");
    assert_eq!((restored.n_rows, restored.n_files), (made.n_rows, 1));
    assert_eq!(std::fs::read(files::model::path(&elsewhere.path().join("files"), &digest)).expect("the file"), PDF);
    assert_same_rows(&database.address, &same.address);
    assert_same_rows(&database.address, &sqlite);
    assert_same_rows(&database.address, &again.address);
    let (moments, raw): (Vec<String>, Vec<String>) = sqlite_moments(&sqlite).into_iter().unzip();
    assert_eq!(moments, raw, "as diesel writes them, for they are compared as text");
}

/// The moments of the trail as diesel writes them, and as they lie in the file.
fn sqlite_moments(path: &str) -> Vec<(String, String)> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        raw: String,
    }
    let mut conn = SqliteConnection::establish(path).expect("the database");
    let rows: Vec<Row> = diesel::sql_query(
        "select at as raw from audit_entries union select recorded_at from attendance union select queued_at from outbox",
    )
    .load(&mut conn)
    .expect("the moments");
    let written = |row: &Row| {
        let read = NaiveDateTime::parse_from_str(&row.raw, "%Y-%m-%d %H:%M:%S%.f").expect("a moment");
        (read.format("%F %T%.f").to_string(), row.raw.clone())
    };
    rows.iter().map(written).collect()
}

/// B-04: whoever was signed in is not, links open nothing, kiosks are ended, and no mail goes out before HQ says so.
#[actix_web::test]
async fn after_a_restore_no_login_link_kiosk_or_mail_comes_alive() {
    let site = TestApp::start().await;
    let (now, data) = (site.app.clock.now(), site.app.config.data.clone());
    drop(site.signed_in_as(site.cast.hq).await);
    let (hq, trainee, account) = (site.cast.hq.person, site.cast.trainee.person, site.cast.trainee.account);
    let session = site.given_session("2024-07-05", xuefa::training::SessionState::Published, &[]).await;
    let opened = site.write(move |conn| {
        diesel::insert_into(invitations::table)
            .values((
                invitations::account_id.eq(account),
                invitations::nonce.eq("nonce"),
                invitations::created_at.eq(now),
                invitations::expires_at.eq(now + chrono::TimeDelta::days(7)),
            ))
            .execute(conn)?;
        let venue = xuefa::training::queries::list_venues(conn, session)?[0].id;
        diesel::insert_into(kiosks::table)
            .values((
                (kiosks::session_id.eq(session), kiosks::venue_id.eq(venue), kiosks::name.eq("1")),
                (kiosks::nonce.eq("nonce"), kiosks::link_expires_at.eq(now + chrono::TimeDelta::hours(1))),
                (kiosks::token_hash.eq("hash"), kiosks::opened_by.eq(hq), kiosks::opened_at.eq(now)),
            ))
            .execute(conn)?;
        let mail = NewMail {
            matter: "test:1".to_owned(),
            person: trainee,
            address: "trainee@lihe.example".to_owned(),
            language: Language::Chinese,
            template: "test",
            arguments: serde_json::json!({}),
        };
        xuefa::mail::queue(conn, &mail, now)
    });
    opened.await.expect("a login, a link, a kiosk and a mail");
    let (file, other, folder) = (data.join("b.zip"), Database::fresh(), tempfile::tempdir().expect("a folder"));
    back_up(&site.app.config.database, &data, &file);

    restore(&file, &other.address, folder.path()).expect("restored");

    let config =
        Config { database: other.address.clone(), data: folder.path().to_owned(), ..(*site.app.config).clone() };
    let app =
        App::new(Db::open(&other.address).expect("the database"), site.app.clock.clone(), config).expect("an app");
    let alive = app.db.read(move |conn| {
        let n_logins: i64 = logins::table.count().get_result(conn)?;
        let n_links: i64 = invitations::table.filter(invitations::ended_at.is_null()).count().get_result(conn)?;
        let n_kiosks: i64 = kiosks::table.filter(kiosks::ended_at.is_null()).count().get_result(conn)?;
        let n_people: i64 = people::table.count().get_result(conn)?;
        Ok((n_logins, n_links, n_kiosks, n_people))
    });
    assert_eq!(alive.await.expect("a read"), (0, 0, 0, 8));
    let memory = Memory::default();
    let delivery = app.delivery(Mailer::Memory(memory.clone())).expect("a delivery");
    reminders::tick(&app.db, &app.clock, &delivery, Hours::Any).await.expect("a tick");
    assert_eq!(memory.posted().len(), 0, "mail waits for a person");
    let operator = xuefa::access::Actor::program("test");
    app.db.write(move |conn| xuefa::settings::hold_mail(conn, &operator, false, now)).await.expect("let go");
    reminders::tick(&app.db, &app.clock, &delivery, Hours::Any).await.expect("a tick");
    assert_eq!(memory.posted().len(), 1, "and was not lost");
}

/// The parts of an archive, changed and sealed again as a backup is.
fn forged(file: &Path, change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(file).expect("the backup")).expect("a zip");
    let mut parts = Vec::new();
    for place in 0..zip.len() {
        let mut part = zip.by_index(place).expect("a part");
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("its content");
        parts.push((part.name().expect("a name").to_string(), content));
    }
    change(&mut parts);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        zip.write_all(&content).expect("its content");
    }
    zip.set_comment(format!("sha256:{}", "0".repeat(64))).expect("a comment");
    let mut bytes = zip.finish().expect("a zip").into_inner();
    let end = bytes.len() - 64;
    let seal: String = Sha256::digest(&bytes[..end]).iter().map(|byte| format!("{byte:02x}")).collect();
    bytes[end..].copy_from_slice(seal.as_bytes());
    bytes
}

/// The same with the text of the manifest changed.
fn with_manifest(file: &Path, from: &str, to: &str) -> Vec<u8> {
    forged(file, |parts| {
        let manifest = &mut parts.iter_mut().find(|(name, _)| name == "manifest.json").expect("a manifest").1;
        let text = String::from_utf8(manifest.clone()).expect("text");
        assert!(text.contains(from), "{from}");
        *manifest = text.replacen(from, to, 1).into_bytes();
    })
}

/// B-03: 35 archives that are damaged, cut off, foreign, newer, or lead elsewhere; each is refused and changes nothing.
#[actix_web::test]
async fn what_is_damaged_cut_off_foreign_newer_or_leads_elsewhere_is_refused_whole() {
    let site = TestApp::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("good.zip");
    back_up(&site.app.config.database, &site.app.config.data, &file);
    let good = std::fs::read(&file).expect("the backup");
    let first_step = "\"0001\"";
    let mut bad: Vec<(String, Vec<u8>)> = Vec::new();
    for n in 0..12 {
        let mut bytes = good.clone();
        let place = good.len() * n / 12 + n;
        bytes[place] ^= 1 << (n % 8);
        bad.push((format!("one bit at {place}"), bytes));
    }
    for n in [0, 1, 3, 100, good.len() / 2, good.len() - 65, good.len() - 1] {
        bad.push((format!("cut off at {n}"), good[..n].to_vec()));
    }
    bad.push(("something behind it".to_owned(), [good.as_slice(), b"\n"].concat()));
    bad.push(("no archive".to_owned(), b"SQLite format 3\0 and more".to_vec()));
    bad.push((
        "an archive of another program".to_owned(),
        forged(&file, |parts| parts.retain(|(name, _)| name != "manifest.json")),
    ));
    bad.push(("another format".to_owned(), with_manifest(&file, "xuefa-backup", "other-backup")));
    bad.push(("a newer layout".to_owned(), with_manifest(&file, "\"layout\": 1", "\"layout\": 2")));
    bad.push(("a newer step".to_owned(), with_manifest(&file, first_step, "\"9999\"")));
    bad.push(("a step less".to_owned(), with_manifest(&file, &format!("{first_step},"), "")));
    bad.push((
        "a table that leads elsewhere".to_owned(),
        with_manifest(&file, "\"name\": \"people\"", "\"name\": \"../people\""),
    ));
    bad.push((
        "a table that nobody knows".to_owned(),
        with_manifest(&file, "\"name\": \"people\"", "\"name\": \"folk\""),
    ));
    bad.push((
        "a column that nobody knows".to_owned(),
        with_manifest(&file, "\"name\": \"employee_number\"", "\"name\": \"number\""),
    ));
    bad.push((
        "a part more".to_owned(),
        forged(&file, |parts| parts.push(("../../escaped".to_owned(), b"x".to_vec()))),
    ));
    bad.push((
        "a part less".to_owned(),
        forged(&file, |parts| parts.retain(|(name, _)| name != "tables/people.jsonl")),
    ));
    bad.push((
        "a row less".to_owned(),
        forged(&file, |parts| {
            let people = &mut parts.iter_mut().find(|(name, _)| name == "tables/people.jsonl").expect("people").1;
            let end = people.len() - 1;
            let last = people[..end].iter().rposition(|byte| *byte == b'\n').expect("several rows");
            people.truncate(last + 1);
        }),
    ));
    bad.push((
        "a row changed".to_owned(),
        forged(&file, |parts| {
            let people = &mut parts.iter_mut().find(|(name, _)| name == "tables/people.jsonl").expect("people").1;
            *people = String::from_utf8(people.clone()).expect("text").replace("杜维平", "杜维乎").into_bytes();
        }),
    ));
    bad.push(("rows that refer to nothing".to_owned(), without_rows(&file, "units")));
    bad.push(("a manifest that is none".to_owned(), with_manifest(&file, "{", "[")));
    bad.push(("locked with nothing inside".to_owned(), b"age-encryption.org/v1\n-> X25519 x\n".to_vec()));
    assert!(bad.len() >= 30, "{}", bad.len());

    for (what, bytes) in bad {
        let (target, path) = (tempfile::tempdir().expect("a folder"), folder.path().join("bad.zip"));
        std::fs::write(&path, bytes).expect("an archive");
        let database = Database::fresh();

        let refused = restore(&path, &database.address, target.path());

        let sentence = said(&refused.expect_err(&what));
        assert!(sentence.len() > 20 && !sentence.contains('\n'), "{what}: {sentence}");
        let address = Address::parse(&database.address).expect("an address");
        let is_untouched = match &address {
            Address::Sqlite(path) => !path.exists(),
            Address::Pg(_) => Snapshot::take(&address).and_then(|mut snapshot| snapshot.tables()).is_err(),
        };
        assert!(is_untouched, "{what}: {sentence}");
        assert!(!folder.path().join("../escaped").exists() && !target.path().join("escaped").exists());
    }
    restore(&file, &Database::fresh().address, folder.path()).expect("the good one is good");
}

/// An archive that says of itself that a table is empty, and is whole.
fn without_rows(file: &Path, table: &str) -> Vec<u8> {
    forged(file, |parts| {
        let name = format!("tables/{table}.jsonl");
        parts.iter_mut().find(|(of, _)| *of == name).expect("the table").1.clear();
        let manifest = &mut parts.iter_mut().find(|(name, _)| name == "manifest.json").expect("a manifest").1;
        let mut value: serde_json::Value = serde_json::from_slice(manifest).expect("JSON");
        for part in value["tables"].as_array_mut().expect("tables") {
            if part["name"] == table {
                part["n_rows"] = 0.into();
                part["size_bytes"] = 0.into();
                part["digest"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".into();
            }
        }
        *manifest = serde_json::to_vec(&value).expect("JSON");
    })
}

/// What a command of the program printed, and whether it was content.
fn told(words: &[&str], database: &str, data: &Path, settings: &[(&str, &str)]) -> (String, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xuefa"));
    command.args(words).env("XUEFA_LOG", "error").env("XUEFA_DATABASE", database).env("XUEFA_DATA", data);
    command.env("LC_ALL", "C");
    command.envs(settings.iter().copied());
    let output = command.output().expect("it runs");
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (said, output.status.success())
}

/// B-02: nothing is overwritten without consent, nor while somebody uses it.
#[actix_web::test]
async fn a_database_is_replaced_only_when_asked_and_never_while_it_is_in_use() {
    let site = TestApp::start().await;
    let (database, data) = (site.app.config.database.clone(), site.app.config.data.clone());
    let file = data.join("b.zip").display().to_string();
    let (other, folder) = (Database::fresh(), tempfile::tempdir().expect("a folder"));

    let made = told(&["backup", &file], &database, &data, &[]);
    let twice = told(&["backup", &file], &database, &data, &[]);
    let in_use = told(&["restore", "--replace", &file], &database, &data, &[]);
    let checked = told(&["restore", "--check", &file], &database, &data, &[]);
    let first = told(&["restore", &file], &other.address, folder.path(), &[]);
    let without_consent = told(&["restore", &file], &other.address, folder.path(), &[]);
    std::fs::copy(data.join("secret.key"), folder.path().join("secret.key")).expect("the old key");
    let replaced = told(&["restore", "--replace", &file], &other.address, folder.path(), &[]);
    let nowhere = data.join("kept").display().to_string();
    let to_no_folder = told(&["backup", &nowhere], &database, &data, &[]);

    assert!(made.1 && made.0.contains("not locked"), "{}", made.0);
    assert!(!twice.1 && twice.0.contains("is there already"), "{}", twice.0);
    assert!(!in_use.1 && in_use.0.contains("stop"), "{}", in_use.0);
    assert!(checked.1 && checked.0.contains("is whole"), "{}", checked.0);
    assert!(first.1 && first.0.contains("all mail is held until the Office releases or drops it"), "{}", first.0);
    assert!(first.0.contains("before the first start put the secret.key of the old installation into"), "{}", first.0);
    assert!(!without_consent.1 && without_consent.0.contains("--replace"), "{}", without_consent.0);
    assert!(replaced.1 && !replaced.0.contains("old key"), "{}", replaced.0);
    assert!(!to_no_folder.1 && to_no_folder.0.contains("there is no folder"), "{}", to_no_folder.0);
    assert!(!data.join("kept").exists());
    assert_same_rows(&database, &other.address);
}

/// B-01: only whoever has the key opens a locked backup.
#[actix_web::test]
async fn a_locked_backup_opens_with_its_key_alone() {
    let site = TestApp::start().await;
    let (address, data) = (site.app.config.database.clone(), site.app.config.data.clone());
    let parsed = Address::parse(&address).expect("an address");
    let (identity, recipient) = backup::new_identity();
    let other = backup::new_identity().0;
    let file_of = |name: &str, text: &str| {
        std::fs::write(data.join(name), text).expect("a file");
        data.join(name)
    };
    let (right, wrong) = (file_of("right", &format!("# mine\n{identity}\n")), file_of("wrong", &other));
    let by_recipient = BackupConfig { recipient: Some(recipient), ..BackupConfig::default() };
    let by_passphrase =
        BackupConfig { passphrase: Some("correct horse battery".to_owned()), ..BackupConfig::default() };
    let make = |config: &BackupConfig, name: &str| {
        let (lock, file) = (Lock::of(config).expect("a lock"), data.join(name));
        backup::write(&parsed, &data, &file, &lock, WithKey::No, moment("2024-07-06")).expect("a backup");
        file
    };
    let opened = |file: &PathBuf, config: &BackupConfig, identity: Option<&PathBuf>| {
        let keys = Keys::of(config, identity.map(PathBuf::as_path))?;
        backup::open(file, &keys).map(|archive| archive.manifest.n_rows())
    };

    let (first, second) = (make(&by_recipient, "r.zip.age"), make(&by_passphrase, "p.zip.age"));

    let none = BackupConfig::default();
    let other_passphrase =
        BackupConfig { passphrase: Some("another passphrase".to_owned()), ..BackupConfig::default() };
    assert!(std::fs::read(&first).expect("a file").starts_with(b"age-encryption.org/v1"));
    assert!(opened(&first, &none, Some(&right)).is_ok_and(|n| n > 100));
    assert!(opened(&second, &by_passphrase, None).is_ok_and(|n| n > 100));
    assert!(opened(&first, &none, Some(&wrong)).is_err_and(|error| said(&error).contains("another one")));
    assert!(opened(&first, &none, None).is_err_and(|error| said(&error).contains("--identity")));
    assert!(opened(&second, &other_passphrase, None).is_err_and(|error| said(&error).contains("another one")));
    assert!(opened(&second, &none, None).is_err_and(|error| said(&error).contains("XUEFA_BACKUP_PASSPHRASE")));
    let mut bytes = std::fs::read(&first).expect("a file");
    let place = bytes.len() / 2;
    bytes[place] ^= 1;
    std::fs::write(&first, bytes).expect("a file");
    assert!(opened(&first, &none, Some(&right)).is_err_and(|error| said(&error).contains("damaged")));
}

/// P-04: the program's key is in a backup only when it was asked for, and is never put over another.
#[actix_web::test]
async fn the_programs_key_is_left_out_unless_asked_for() {
    let site = TestApp::start().await;
    let (address, data) = (site.app.config.database.clone(), site.app.config.data.clone());
    let parsed = Address::parse(&address).expect("an address");
    let key = std::fs::read(data.join("secret.key")).expect("the key");
    let (without, with) = (data.join("without.zip"), data.join("with.zip"));
    back_up(&address, &data, &without);
    backup::write(&parsed, &data, &with, &Lock::Open, WithKey::Yes, moment("2024-07-06")).expect("a backup");
    let folders = [(); 3].map(|()| tempfile::tempdir().expect("a folder"));
    std::fs::write(folders[2].path().join("secret.key"), secret::random_token()).expect("another key");

    let no_key = restore(&without, &Database::fresh().address, folders[0].path()).expect("restored");
    let same_key = restore(&with, &Database::fresh().address, folders[1].path()).expect("restored");
    let other_key = restore(&with, &Database::fresh().address, folders[2].path());

    assert!(no_key.is_other_key && !folders[0].path().join("secret.key").exists());
    assert!(!same_key.is_other_key);
    assert_eq!(std::fs::read(folders[1].path().join("secret.key")).expect("the key"), key);
    assert!(other_key.is_err_and(|error| said(&error).contains("another key")));
}

/// B-06: a backup of an older version's tables comes back as tables of today; and is made by today's program, before the upgrade.
#[actix_web::test]
async fn a_backup_of_older_tables_is_brought_up_to_date() {
    let (current, old, new) = (Database::fresh(), Database::fresh(), Database::fresh());
    drop(Db::open(&current.address).expect("a database"));
    let [current, old, new] = [&current, &old, &new].map(|of| Address::parse(&of.address).expect("an address"));
    let mut steps = Snapshot::take(&current).expect("a snapshot").steps().expect("the steps");
    steps.truncate(10);
    let mut rebuild = Rebuild::begin(&old, &steps).expect("the tables of then");
    let units = rebuild.tables().expect("tables").into_iter().find(|table| table.name == "units").expect("units");
    let row = r#"[[7,null,"G","利和集团","group",1,"/7/","0001",1]]"#;
    rebuild.insert(&units, row).expect("a unit");
    rebuild.set_next_id(&units, 9).expect("the next number");
    rebuild.switch().expect("a database of then");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("old.zip");

    let made = backup::write(&old, folder.path(), &file, &Lock::Open, WithKey::No, moment("2024-07-06"));
    let mut archive = backup::open(&file, &Keys::default()).expect("whole");
    let restored = backup::restore(&mut archive, &new, folder.path(), Mail::Held, moment("2024-07-07"));

    assert_eq!(made.expect("a backup").n_rows, 1);
    restored.expect("restored");
    assert!(matches!(migrate::standing(&old), Ok(Standing::Behind(_))));
    assert_eq!(migrate::standing(&new).expect("it stands"), Standing::Current);
    let mut snapshot = Snapshot::take(&new).expect("a snapshot");
    let mut rows = Vec::new();
    let read = snapshot.each_row(&units, &mut |line| {
        rows.push(plain(&units, line));
        Ok(())
    });
    read.expect("the units");
    assert_eq!(rows, [row[1..row.len() - 1].to_owned()]);
    assert_eq!(snapshot.next_id(&units).expect("the next number"), Some(9));
}

/// One a day, by one instance, the oldest go, and a failure is told until the next one is made.
#[actix_web::test]
async fn the_days_backup_is_made_once_and_a_failure_is_noted_and_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = folder.path().join("kept");
    let to = kept.clone();
    let site = TestApp::start_with(move |app| {
        let backup = BackupConfig { folder: Some(to), hour: 2, keep: 2, ..BackupConfig::default() };
        app.config = Arc::new(Config { backup, ..(*app.config).clone() });
    })
    .await;
    let (db, clock, config) = (&site.app.db, &site.app.clock, &site.app.config);
    let due = || backup::run_due(db, clock, config);
    let failure = || db.read(backup::queries::find_failure);

    site.set_clock("2024-07-06", "01:59");
    assert!(!due().await.expect("not yet"));
    site.set_clock("2024-07-06", "02:00");
    assert!(due().await.is_err(), "there is no folder");
    let problem = failure().await.expect("a read").and_then(|attempt| attempt.problem).unwrap_or_default();
    assert!(problem.contains("kept"), "{problem}");
    let mut admin = site.signed_in_as(site.cast.admin).await;
    let page = admin.get("/settings").await;
    assert!(page.says("The last backup failed"), "{}", page.text());
    std::fs::create_dir(&kept).expect("the folder");
    site.set_clock("2024-07-06", "02:29");
    assert!(!due().await.expect("too soon"));
    site.set_clock("2024-07-06", "02:30");
    let (one, other) = futures_util::future::join(due(), due()).await;
    assert_eq!([one.expect("a try"), other.expect("a try")].iter().filter(|done| **done).count(), 1);
    assert!(failure().await.expect("a read").is_none());
    assert!(!due().await.expect("once a day"));
    for day in ["2024-07-07", "2024-07-08"] {
        site.set_clock(day, "03:00");
        assert!(due().await.expect("made"));
    }

    let mut names: Vec<String> = std::fs::read_dir(&kept)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["xuefa-20240707-030000.zip", "xuefa-20240708-030000.zip"]);
    let mut admin = site.signed_in_as(site.cast.admin).await;
    let page = admin.get("/settings").await;
    assert!(page.says("xuefa-20240708-030000.zip"), "{}", page.text());
    restore(&kept.join(&names[1]), &Database::fresh().address, folder.path()).expect("it is good");
}

/// A file that is gone is told of, and the rest is kept all the same.
#[actix_web::test]
async fn a_file_that_is_gone_does_not_stop_the_backup_of_the_rest() {
    let site = TestApp::start().await;
    let (app, now) = (&site.app, site.app.clock.now());
    let session = site.given_session("2024-07-05", xuefa::training::SessionState::Closed, &[]).await;
    let received = files::receive(&app.db, &app.clock, &app.config.files_folder(), PDF.to_vec(), &SCANS).await;
    let received = received.expect("received");
    let path = files::model::path(&app.config.files_folder(), received.digest());
    let kept = site.write(move |conn| {
        let operator = xuefa::access::Actor::program("test");
        files::keep(conn, &operator, Subject::SignedSheet(session), &received, "a.pdf", now)
    });
    kept.await.expect("kept");
    std::fs::write(&path, "another content").expect("spoiled");

    let file = app.config.data.join("b.zip").display().to_string();
    let (said, is_content) = told(&["backup", &file], &app.config.database, &app.config.data, &[]);
    let made = restore(Path::new(&file), &Database::fresh().address, &app.config.data);

    assert!(is_content && said.contains("1 files that the database speaks of"), "{said}");
    assert_eq!(made.expect("restored").n_files, 0);
}
