//! The two sets of migrations have the same steps, and each makes exactly the tables of `src/store/schema.rs`.
//! The part for PostgreSQL runs when `XUEFA_TEST_POSTGRESQL=postgres://…` is set.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use std::collections::BTreeMap;
use std::path::Path;
use xuefa::organization::queries::REFERENCES;
use xuefa::store::Address;
use xuefa::store::migrate;

/// `table.column` → its type in the words of `schema.rs`: `Nullable<Text>`.
type Columns = BTreeMap<String, String>;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    may_be_null: bool,
}

#[test]
fn both_databases_go_through_the_same_steps() {
    let steps = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(root().join("migrations").join(folder)).expect("a folder of migrations");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("a step").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };

    assert!(!steps("sqlite").is_empty());
    assert_eq!(steps("sqlite"), steps("postgresql"));
}

#[test]
fn sqlite_has_exactly_the_tables_of_the_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("xuefa.db");
    migrate::run(&Address::Sqlite(path.clone())).expect("the steps run");

    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("the database");
    let columns = diesel::sql_query(
        "select m.name as of_table, c.name as name, lower(c.type) as kind, (c.\"notnull\" = 0 and c.pk = 0) as may_be_null \
         from sqlite_master m join pragma_table_info(m.name) c \
         where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '\\_\\_%' escape '\\'",
    );

    assert_same(columns.load::<Column>(&mut conn).expect("the columns"));
}

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    of_column: String,
}

/// Who was added by an import goes with it only while nothing refers to them.
#[test]
fn every_reference_to_a_person_is_looked_at_before_an_import_is_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("xuefa.db");
    migrate::run(&Address::Sqlite(path.clone())).expect("the steps run");

    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("the database");
    let references = diesel::sql_query(
        "select m.name as of_table, k.\"from\" as of_column \
         from sqlite_master m join pragma_foreign_key_list(m.name) k \
         where m.type = 'table' and k.\"table\" = 'people' and m.name <> 'memberships'",
    );
    let references = references.load::<Reference>(&mut conn).expect("the references");

    let is_known =
        |of: &&Reference| REFERENCES.iter().any(|(table, column, _)| *table == of.of_table && *column == of.of_column);
    let missing: Vec<String> =
        references.iter().filter(|of| !is_known(of)).map(|of| format!("{}.{}", of.of_table, of.of_column)).collect();
    assert!(references.len() > 50, "{}", references.len());
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn postgresql_has_exactly_the_tables_of_the_schema() {
    let Ok(server) = std::env::var("XUEFA_TEST_POSTGRESQL") else { return };
    let name = format!("xuefa_migrations_{}", std::process::id());
    let mut conn = PgConnection::establish(&format!("{server}/postgres")).expect("the test server answers");
    conn.batch_execute(&format!("create database {name}")).expect("a database");
    let address = format!("{server}/{name}");
    migrate::run(&Address::Pg(address.clone())).expect("the steps run");

    let columns = diesel::sql_query(
        "select table_name::text as of_table, column_name::text as name, data_type::text as kind, \
         is_nullable = 'YES' as may_be_null from information_schema.columns \
         where table_schema = 'public' and table_name not like '\\_\\_%'",
    );
    let columns = columns.load::<Column>(&mut PgConnection::establish(&address).expect("the database"));
    conn.batch_execute(&format!("drop database {name} with (force)")).expect("the database goes");

    assert_same(columns.expect("the columns"));
}

fn assert_same(columns: Vec<Column>) {
    let found: Columns = columns
        .into_iter()
        .map(|column| {
            let kind = in_words_of_the_schema(&column.kind);
            let kind = if column.may_be_null { format!("Nullable<{kind}>") } else { kind };
            (format!("{}.{}", column.of_table, column.name), kind)
        })
        .collect();
    let declared = declared();
    let differing = |these: &Columns, others: &Columns| -> Vec<String> {
        let differing = these.iter().filter(|(name, kind)| others.get(*name) != Some(*kind));
        differing.map(|(name, kind)| format!("{name}: {kind}")).collect()
    };

    assert!(declared.len() > 100, "schema.rs was not understood");
    assert_eq!(
        differing(&declared, &found),
        differing(&found, &declared),
        "left: src/store/schema.rs, right: the database"
    );
}

fn in_words_of_the_schema(kind: &str) -> String {
    match kind {
        "integer" | "bigint" => "BigInt".to_owned(),
        "text" => "Text".to_owned(),
        "boolean" => "Bool".to_owned(),
        "blob" | "bytea" => "Binary".to_owned(),
        "date" => "Date".to_owned(),
        "timestamp" | "timestamp without time zone" => "Timestamp".to_owned(),
        other => other.to_owned(),
    }
}

/// What `schema.rs` declares: `table (key) {`, then `column -> Type,` in each line.
fn declared() -> Columns {
    let text = std::fs::read_to_string(root().join("src/store/schema.rs")).expect("the schema");
    let mut columns = Columns::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if let Some((column, kind)) = line.split_once(" -> ").filter(|_| line.ends_with(',')) {
            columns.insert(format!("{table}.{column}"), kind.trim_end_matches(',').to_owned());
        } else if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            table = name.to_owned();
        }
    }
    columns
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
