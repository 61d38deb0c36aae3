//! Guards the house: the order of imports, and the one door of each library (`src/lib.rs` is the map).

#![allow(clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A word that only some files may say, and which: a path, or the beginning of one.
const DOORS: &[(&str, &[&str])] = &[
    ("actix_web", &["src/web/", "src/cli/serve.rs"]),
    ("actix_multipart", &["src/web/"]),
    // Building and running queries. The derives of rows (`diesel::prelude::Queryable`) may stand at their types.
    ("diesel::prelude::*", &["src/store/", "queries.rs"]),
    ("diesel::insert_into", &["src/store/", "queries.rs"]),
    ("diesel::update", &["src/store/", "queries.rs"]),
    ("diesel::delete", &["src/store/", "queries.rs"]),
    ("diesel::sql_query", &["src/store/", "queries.rs"]),
    ("diesel::dsl", &["src/store/", "queries.rs"]),
    ("store::schema", &["src/store/", "queries.rs"]),
    (".transaction(", &["src/store/"]),
    ("TransactionManager", &["src/store/"]),
    ("handlebars::", &["src/templates/"]),
    // The helper `t` hands its arguments on.
    ("fluent_bundle::", &["src/i18n.rs", "src/templates/"]),
    ("lettre::", &["src/mail/"]),
    ("argon2::", &["src/accounts/password.rs"]),
    ("SystemTime", &["src/clock.rs"]),
    ("Utc::now", &["src/clock.rs"]),
    ("Local::now", &["src/clock.rs"]),
    ("env::var", &["src/config.rs"]),
    ("env = \"", &["src/config.rs"]),
];

#[test]
fn each_module_imports_only_modules_declared_above_it() {
    let map = read(Path::new("src/lib.rs"));
    let order: Vec<&str> = map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let place = |name: &str| order.iter().position(|known| *known == name);

    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let own = module(&path);
        let Some(own_place) = place(&own) else { continue };
        for used in imported(&code) {
            match place(&used) {
                Some(used_place) if used_place <= own_place => {}
                Some(_) => wrong.push(format!("{} ({own}) imports {used}, which stands to its right", path.display())),
                None => wrong.push(format!("{} names crate::{used}, which lib.rs does not declare", path.display())),
            }
        }
    }

    assert!(order.len() > 15, "lib.rs was not understood: {order:?}");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn each_library_has_its_one_door() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let shown = path.display().to_string();
        // A folder `queries/` is a `queries.rs` that grew too long.
        let named = shown.split_once("/queries/").map(|(feature, _)| format!("{feature}/queries.rs"));
        let named = named.unwrap_or_else(|| shown.clone());
        for (word, doors) in DOORS {
            if code.contains(word) && !doors.iter().any(|door| named.starts_with(door) || named.ends_with(door)) {
                wrong.push(format!("{shown} says {word}, which belongs in {}", doors.join(", ")));
            }
        }
    }

    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The words after `crate::`, also within `use crate::{…}`, but for the two macros that live at the root.
fn imported(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, _) in code.match_indices("crate::").filter(|(at, _)| !code[..*at].ends_with('$')) {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => words.push(first_word(rest)),
            Some(list) => {
                let mut depth = 0;
                let mut item = String::new();
                for character in list.chars() {
                    match character {
                        '}' if depth == 0 => break,
                        ',' if depth == 0 => words.push(first_word(&std::mem::take(&mut item))),
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        other => item.push(other),
                    }
                }
                words.push(first_word(&item));
            }
        }
    }
    words.retain(|word| !["", "each", "choices"].contains(&word.as_str()));
    words
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
}

/// `src/mail/deliver.rs` and `src/mail.rs` are of the module `mail`.
fn module(path: &Path) -> String {
    let first =
        path.components().nth(1).map(|part| part.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    first.trim_end_matches(".rs").to_owned()
}

/// Every source file, as a path from the root, without its comments.
fn sources() -> Vec<(PathBuf, String)> {
    let (mut folders, mut found) = (vec![PathBuf::from("src")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("a folder of src") {
            let path = folder.join(entry.expect("an entry of src").file_name());
            match path.extension() {
                None => folders.push(path),
                Some(kind) if kind == "rs" => found.push(path),
                Some(_) => {}
            }
        }
    }
    found.sort();
    let code = |path: &Path| -> String {
        let text = read(path);
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    };
    found.into_iter().map(|path| (path.clone(), code(&path))).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).expect("a readable source file")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A text that a page names and nobody wrote is an error when somebody opens that page.
#[test]
fn every_text_that_a_template_names_is_written_in_both_languages() {
    let texts = |language: &str| -> BTreeSet<String> {
        let folder = root().join("content/locales").join(language);
        let lines = files(&folder, "ftl").into_iter().flat_map(|file| lines_of(&file));
        lines.filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect()
    };
    let (chinese, english) = (texts("zh-CN"), texts("en"));
    let mut named = 0;
    for file in files(&root().join("templates"), "hbs") {
        for line in lines_of(&file) {
            for key in line.replace("{{t \"", "(t \"").split("(t \"").skip(1).filter_map(|rest| rest.split('"').next())
            {
                assert!(chinese.contains(key) && english.contains(key), "{}: {key}", file.display());
                named += 1;
            }
        }
    }
    assert!(named > 1_000, "{named} texts were looked at");
}

/// The operation log is read by people: what is done has a word, and so has what it was done to.
#[test]
fn every_action_of_the_log_and_its_object_has_a_word_in_both_languages() {
    let texts = |language: &str| -> BTreeSet<String> {
        let lines = lines_of(&root().join("content/locales").join(language).join("audit.ftl"));
        lines.into_iter().filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect()
    };
    let (chinese, english) = (texts("zh-CN"), texts("en"));
    let areas: Vec<String> =
        english.iter().filter_map(|key| Some(key.strip_prefix("audit-area-")?.replace('-', "_"))).collect();
    // Names of files look like actions.
    let is_file = |name: &str| ["css", "csv", "ics", "js", "png", "svg", "zip"].contains(&name);
    let is_word =
        |name: &str| !name.is_empty() && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    let mut n_actions = 0;
    for (path, code) in sources() {
        for area in &areas {
            for rest in code.split(&format!("\"{area}.")).skip(1) {
                let name = rest.split('"').next().unwrap_or_default();
                if is_word(name) && !is_file(name) {
                    let key = format!("audit-did-{area}-{name}").replace('_', "-");
                    assert!(chinese.contains(&key) && english.contains(&key), "{}: {area}.{name}", path.display());
                    n_actions += 1;
                }
            }
        }
        for rest in code.split("Action::new(").skip(1) {
            let kind = rest.split(')').next().and_then(|arguments| arguments.split('"').rev().nth(1));
            let Some(kind) = kind.filter(|kind| is_word(kind)) else { continue };
            let key = format!("audit-kind-{}", kind.replace('_', "-"));
            assert!(chinese.contains(&key) && english.contains(&key), "{}: {kind}", path.display());
        }
    }
    assert!(n_actions > 100, "{n_actions} actions were looked at");
}

fn lines_of(file: &Path) -> Vec<String> {
    read(file).lines().map(str::to_owned).collect()
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|of| of == ending) {
            found.push(path);
        }
    }
    found
}
