//! `/readings`: the library, or what of it holds the words looked for.

use crate::access::Viewer;
use crate::error::Result;
use crate::i18n::Language;
use crate::links;
use crate::readings::queries::{self, Shown};
use crate::readings::search::{self, Snippet};
use crate::readings::{Reading, Said, approve, marks_queries};
use crate::store::ids::ReadingId;
use crate::web::paging::Paging;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const ROWS_A_PAGE: i64 = 20;

#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    show: String,
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct LibraryPage {
    q: String,
    show: &'static str,
    n: i64,
    readings: Vec<Row>,
    paging: Paging,
    /// What HQ finds besides; nothing for others.
    parts: Vec<Part>,
    is_hq: bool,
    new: &'static str,
    approve: &'static str,
    statutes: &'static str,
    n_awaiting: usize,
    n_questions_awaiting: usize,
}

/// A part of the library that HQ may look at.
#[derive(Serialize)]
struct Part {
    show: &'static str,
    href: String,
    is_current: bool,
}

#[derive(Serialize)]
struct Row {
    href: String,
    heading: Said,
    summary: Said,
    /// Where the words stand, when not in the title.
    snippet: Option<Snippet>,
    snippet_lang: Option<&'static str>,
    /// `read`, `before` (an earlier version), `unread`.
    read: &'static str,
    awaits_approval: bool,
    is_flagged: bool,
    is_retired: bool,
    is_file: bool,
}

/// `GET /readings`.
pub async fn list(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<Search>) -> Result<HttpResponse> {
    let (query, language, is_hq) = (query.into_inner(), visit.language, viewer.is_hq());
    let q = query.q.trim().to_owned();
    let words = search::words(&q);
    let shown = query.show.parse().ok().filter(|_| is_hq).unwrap_or(Shown::InUse);
    let (looked_for, asked) = (words.clone(), query.page);
    let address = address(shown, &q);
    let (found, n, paging, marked, flagged, awaiting) = app
        .db
        .read(move |conn| {
            let mut flagged: Vec<ReadingId> =
                queries::list_flags(conn, None)?.into_iter().map(|flag| flag.reading).collect();
            flagged.dedup();
            let n = queries::count(conn, shown, &looked_for, &flagged)?;
            let paging = Paging::of(&asked, n, ROWS_A_PAGE, &address);
            let found = queries::page(conn, shown, &looked_for, &flagged, ROWS_A_PAGE, paging.offset)?;
            let marked = marks_queries::list_marked(conn, viewer.person)?;
            let awaiting = if is_hq { approve::awaiting(conn)? } else { approve::Awaiting::default() };
            Ok((found, n, paging, marked, flagged, awaiting))
        })
        .await?;
    let marked: BTreeMap<ReadingId, i64> = marked.into_iter().collect();
    let row = |reading: Reading| row(reading, &words, language, &marked, &flagged);
    let part = |one: &Shown| Part { show: one.as_str(), href: part_address(*one), is_current: *one == shown };
    let content = LibraryPage {
        q,
        show: shown.as_str(),
        n,
        readings: found.into_iter().map(row).collect(),
        paging,
        parts: if is_hq { Shown::ALL.iter().map(part).collect() } else { Vec::new() },
        is_hq,
        new: links::NEW_READING,
        approve: links::APPROVE_READINGS,
        statutes: links::STATUTES,
        n_awaiting: awaiting.readings.len(),
        n_questions_awaiting: awaiting.questions.len(),
    };
    page::show(&app, &visit, "readings/list", &content)
}

fn row(
    reading: Reading,
    words: &[String],
    language: Language,
    marked: &BTreeMap<ReadingId, i64>,
    flagged: &[ReadingId],
) -> Row {
    let awaits_approval = reading.awaits_approval();
    let Reading { row, version } = reading;
    let (zh, en) = ((Language::Chinese, &version.body_zh), (Language::English, &version.body_en));
    let (own, other) = if language == Language::Chinese { (zh, en) } else { (en, zh) };
    let heading = version.title(language);
    let in_body = |(written, body): (Language, &String)| search::snippet(body, words).map(|found| (found, written));
    let snippet = if words.is_empty() || search::snippet(&heading.text, words).is_some() {
        None
    } else {
        in_body(own).or_else(|| in_body(other))
    };
    Row {
        href: links::reading(row.id),
        summary: Said::of(&version.summary_zh, &version.summary_en, language),
        snippet_lang: snippet.as_ref().filter(|(_, written)| *written != language).map(|(_, written)| written.as_str()),
        snippet: snippet.map(|(found, _)| found),
        read: match marked.get(&row.id) {
            Some(number) if *number == row.current_version => "read",
            Some(_) => "before",
            None => "unread",
        },
        awaits_approval,
        is_flagged: flagged.contains(&row.id),
        is_retired: !row.is_active(),
        is_file: version.is_file_only(),
        heading,
    }
}

fn part_address(shown: Shown) -> String {
    match shown {
        Shown::InUse => links::READINGS.to_owned(),
        Shown::Awaiting | Shown::Flagged | Shown::Retired => format!("{}?show={}", links::READINGS, shown.as_str()),
    }
}

fn address(shown: Shown, q: &str) -> String {
    let part = part_address(shown);
    match (q.is_empty(), part.contains('?')) {
        (true, _) => part,
        (false, true) => format!("{part}&q={}", links::percent(q)),
        (false, false) => format!("{part}?q={}", links::percent(q)),
    }
}
