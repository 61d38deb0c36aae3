//! The two doors of the database: what is written together, and what a failure leaves behind.

use crate::support::{TestApp, database::Database};
use diesel::RunQueryDsl;
use futures_util::future::join_all;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use xuefa::error::Error;
use xuefa::organization::{self, UnitKind};
use xuefa::store::{Conn, Db, form_keys};

fn add_unit(conn: &mut Conn, code: &str) -> xuefa::error::Result<()> {
    organization::queries::insert_unit(conn, None, code, code, UnitKind::Group, 9)?;
    Ok(())
}

async fn codes(site: &TestApp) -> Vec<String> {
    let units = site.app.db.read(|conn| Ok(organization::queries::list_units(conn)?)).await.expect("a read");
    units.into_iter().map(|unit| unit.code).collect()
}

#[actix_web::test]
async fn a_write_that_fails_leaves_nothing_and_those_committed_with_it_stand() {
    let site = TestApp::start().await;

    let writes = (0..40).map(|n| {
        site.app.db.write(move |conn| {
            add_unit(conn, &format!("N{n:02}"))?;
            if n % 4 == 0 { Err(Error::Forbidden) } else { Ok(()) }
        })
    });
    let results = join_all(writes).await;

    let n_failed = results.iter().filter(|result| matches!(result, Err(Error::Forbidden))).count();
    let written = codes(&site).await.into_iter().filter(|code| code.starts_with('N')).count();
    assert_eq!((n_failed, written), (10, 30));
}

#[derive(diesel::QueryableByName)]
struct Kept {
    #[diesel(sql_type = diesel::sql_types::Text)]
    synchronous: String,
}

/// D-02: what is told as written was synced before: the writer's connection is set so, on either database.
#[actix_web::test]
async fn a_write_is_not_told_before_it_is_synced() {
    let site = TestApp::start().await;

    let kept = site.app.db.write(|conn| match conn {
        Conn::Sqlite(conn) => {
            let journal = "select journal_mode || ' ' || (select synchronous from pragma_synchronous) as synchronous \
                           from pragma_journal_mode";
            Ok(diesel::sql_query(journal).get_result::<Kept>(conn)?.synchronous)
        }
        Conn::Pg(conn) => {
            let setting = "select current_setting('synchronous_commit') as synchronous";
            Ok(diesel::sql_query(setting).get_result::<Kept>(conn)?.synchronous)
        }
    });

    let kept = kept.await.expect("its settings");
    assert!(["wal 2", "on"].contains(&kept.as_str()), "{kept}");
}

/// The names and posts in it are nobody else's on the machine, whatever its umask.
#[actix_web::test]
async fn a_new_database_is_read_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.db");

    let db = Db::open(&path.to_string_lossy()).expect("a database");
    db.write(|conn| add_unit(conn, "N")).await.expect("a row");

    for file in ["new.db", "new.db-wal", "new.db-shm"] {
        let mode = std::fs::metadata(folder.path().join(file)).expect(file).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[actix_web::test]
async fn a_refusal_that_wrote_nothing_makes_nobody_write_again() {
    let site = TestApp::start().await;
    let n_runs = Arc::new(AtomicUsize::new(0));

    let writes = (0..40).map(|n| {
        let n_runs = n_runs.clone();
        site.app.db.write(move |conn| {
            n_runs.fetch_add(1, Ordering::Relaxed);
            if n % 4 == 0 { Err(Error::Forbidden) } else { add_unit(conn, &format!("N{n:02}")) }
        })
    });
    let results = join_all(writes).await;

    let n_refused = results.iter().filter(|result| matches!(result, Err(Error::Forbidden))).count();
    let written = codes(&site).await.into_iter().filter(|code| code.starts_with('N')).count();
    assert_eq!((n_refused, written, n_runs.load(Ordering::Relaxed)), (10, 30, 40));
}

#[actix_web::test]
async fn a_write_that_panics_is_an_error_and_the_next_one_succeeds() {
    let site = TestApp::start().await;

    let panicked: xuefa::error::Result<()> = site
        .app
        .db
        .write(|conn| {
            add_unit(conn, "LOST")?;
            unreachable!("this write panics on purpose")
        })
        .await;
    let next = site.app.db.write(|conn| add_unit(conn, "KEPT")).await;

    assert!(matches!(panicked, Err(Error::Broken(_))));
    assert!(next.is_ok());
    let codes = codes(&site).await;
    assert!(codes.contains(&"KEPT".to_owned()) && !codes.contains(&"LOST".to_owned()), "{codes:?}");
}

#[actix_web::test]
async fn a_form_sent_sixteen_times_at_once_has_one_effect_and_one_answer() {
    let site = TestApp::start().await;
    let now = site.app.clock.now();

    let sent = (0..16).map(|n| {
        site.app.db.write(move |conn| {
            form_keys::once(conn, "one showing of a form", now, |conn| {
                add_unit(conn, &format!("F{n:02}"))?;
                Ok(format!("/units/{n}"))
            })
        })
    });
    let answers: Vec<String> = join_all(sent).await.into_iter().map(|answer| answer.expect("an answer")).collect();

    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let written = codes(&site).await.into_iter().filter(|code| code.starts_with('F')).count();
    assert_eq!(written, 1);
}

#[actix_web::test]
async fn uniqueness_is_kept_by_the_database_itself() {
    let site = TestApp::start().await;

    let again = site.app.db.write(|conn| add_unit(conn, "E01")).await;

    let Err(Error::Broken(source)) = again else { unreachable!("a second unit E01 was written") };
    let source = source.downcast_ref::<diesel::result::Error>().expect("the database's own error");
    assert!(xuefa::store::is_duplicate(source), "{source}");
}

#[actix_web::test]
async fn what_only_reads_cannot_write_on_sqlite() {
    let site = TestApp::start().await;
    if std::env::var("XUEFA_TEST_POSTGRESQL").is_ok() {
        return;
    }

    let written = site.app.db.read(|conn| add_unit(conn, "SNEAKED")).await;

    assert!(written.is_err());
}

#[actix_web::test]
async fn a_database_that_is_newer_than_the_program_is_refused_in_one_sentence() {
    let database = Database::fresh();
    let db = Db::open(&database.address).expect("the database opens");
    db.write(|conn| {
        use diesel::connection::SimpleConnection;
        let step = "insert into __diesel_schema_migrations (version) values ('9999')";
        xuefa::each!(conn, c => c.batch_execute(step))?;
        Ok(())
    })
    .await
    .expect("a step of the future");
    drop(db);

    let refused = Db::open(&database.address).map(drop).expect_err("a newer database");

    assert!(refused.to_string().contains("newer than this program"), "{refused}");
}

#[actix_web::test]
async fn an_address_that_cannot_be_reached_is_one_sentence_and_no_panic() {
    let refused = Db::open("postgres://nobody@127.0.0.1:1/none").map(drop).expect_err("no server there");

    assert!(refused.to_string().contains("the PostgreSQL database cannot be reached"), "{refused}");
}

#[actix_web::test]
async fn text_to_be_found_is_taken_literally() {
    assert_eq!(xuefa::store::containing("50%_a\\B"), "%50\\%\\_a\\\\b%");
}
