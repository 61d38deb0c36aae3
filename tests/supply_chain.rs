//! what the program is built from: known licences, no version twice that nobody decided on, one source, all locked.
//! `deny.toml` has the lists, which `cargo deny check` reads too; this needs neither that program nor the network.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

struct Package {
    name: String,
    version: String,
    licence: String,
    /// Where it comes from; nothing for the program itself.
    source: Option<String>,
}

/// What is built for this machine, as `Cargo.lock` has it; an out-of-date lock is an error.
fn packages() -> Vec<Package> {
    let asked = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", "host-tuple"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    let told: Value = serde_json::from_slice(&asked.stdout).expect("JSON");
    let text = |package: &Value, key: &str| package[key].as_str().map(str::to_owned);
    let package = |package: &Value| Package {
        name: text(package, "name").expect("a name"),
        version: text(package, "version").expect("a version"),
        licence: text(package, "license").unwrap_or_default(),
        source: text(package, "source"),
    };
    told["packages"].as_array().expect("packages").iter().map(package).collect()
}

/// The texts of a list in `deny.toml`, one a line.
fn list(name: &str) -> BTreeSet<String> {
    let file = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml")).expect("deny.toml");
    let head = format!("{name} = [");
    let lines = file.lines().skip_while(|line| *line != head).skip(1).take_while(|line| *line != "]");
    let found: BTreeSet<String> = lines.filter_map(|line| Some(line.split('"').nth(1)?.to_owned())).collect();
    assert!(!found.is_empty(), "deny.toml has no list {name}");
    found
}

/// Whether a licence expression (SPDX, with the older `/` for OR) can be met by what is allowed.
fn is_met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "\0WITH\0");
    let words: Vec<String> =
        spaced.split(' ').filter(|word| !word.is_empty()).map(|it| it.replace('\0', " ")).collect();
    let (met, rest) = any_of(&words, allowed);
    met && rest.is_empty()
}

fn any_of<'a>(words: &'a [String], allowed: &BTreeSet<String>) -> (bool, &'a [String]) {
    let (mut met, mut rest) = all_of(words, allowed);
    while let [or, after @ ..] = rest
        && or == "OR"
    {
        let (other, left) = all_of(after, allowed);
        (met, rest) = (met || other, left);
    }
    (met, rest)
}

fn all_of<'a>(words: &'a [String], allowed: &BTreeSet<String>) -> (bool, &'a [String]) {
    let (mut met, mut rest) = one(words, allowed);
    while let [and, after @ ..] = rest
        && and == "AND"
    {
        let (other, left) = one(after, allowed);
        (met, rest) = (met && other, left);
    }
    (met, rest)
}

fn one<'a>(words: &'a [String], allowed: &BTreeSet<String>) -> (bool, &'a [String]) {
    match words {
        [bracket, after @ ..] if bracket == "(" => match any_of(after, allowed) {
            (met, [close, rest @ ..]) if close == ")" => (met, rest),
            (_, rest) => (false, rest),
        },
        [licence, rest @ ..] => (allowed.contains(licence), rest),
        [] => (false, words),
    }
}

#[test]
fn an_expression_is_met_by_one_of_its_choices_and_all_of_its_parts() {
    let allowed: BTreeSet<String> = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).into();
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("GPL-3.0-only/MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR GPL-3.0-only) AND ISC", true),
        ("(MIT OR ISC) AND GPL-3.0-only", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        ("MIT MIT", false),
        ("(MIT", false),
        ("", false),
    ] {
        assert_eq!(is_met(expression, &allowed), met, "{expression}");
    }
}

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let allowed = list("allow");
    let packages = packages();
    assert!(packages.len() > 300, "{} packages", packages.len());

    let wrong = packages.iter().filter(|package| !is_met(&package.licence, &allowed));
    let wrong: Vec<String> = wrong.map(|package| format!("{}: {}", package.name, package.licence)).collect();

    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_dependency_comes_from_the_registry() {
    let registry = "registry+https://github.com/rust-lang/crates.io-index";

    let other = packages().into_iter().filter(|package| package.source.as_deref() != Some(registry));
    let other: Vec<String> = other.map(|package| package.name).collect();

    assert_eq!(other, ["xuefa"]);
}

#[test]
fn no_dependency_is_built_twice_but_those_that_are_listed() {
    let skipped = list("skip");
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages() {
        if !skipped.contains(&format!("{}@{}", package.name, package.version)) {
            versions.entry(package.name).or_default().push(package.version);
        }
    }

    versions.retain(|_, versions| versions.len() > 1);

    assert!(versions.is_empty(), "{versions:#?}");
}
