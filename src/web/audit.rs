//! The audit trail, for those with the audit duty: searched, paged, exported.

use super::paging::Paging;
use super::visit::Visit;
use super::{App, page};
use crate::access::Viewer;
use crate::audit::search::{self, Affected, Filter, Found};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Message, Problem, Result};
use crate::i18n::{self, Language};
use crate::links;
use crate::reports::csv;
use crate::store::Conn;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Query};
use chrono::{NaiveDate, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};
use serde_json::json;

const ROWS_A_PAGE: i64 = 50;
/// Entries of one export at the most: what is more is exported month by month.
const MOST_EXPORTED: i64 = 100_000;

/// The parts of the program that entries tell of: what every action's name begins with.
const AREAS: &[&str] = &[
    "access",
    "accounts",
    "archive",
    "assignments",
    "attendance",
    "audit",
    "backup",
    "calls",
    "demo",
    "feedback",
    "file",
    "guest",
    "implementation",
    "kiosk",
    "mail",
    "meetings",
    "organization",
    "personal",
    "questions",
    "readings",
    "reflections",
    "reminders",
    "reports",
    "self_test",
    "session",
    "settings",
    "statutes",
    "study_hours",
    "volumes",
];

/// The search as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct AuditQuery {
    from: String,
    until: String,
    actor: String,
    affected: String,
    area: String,
    action: String,
    kind: String,
    object: String,
    #[serde(skip_serializing)]
    page: String,
}

impl AuditQuery {
    /// The filter, or what is wrong at which field. Both days belong to it.
    fn read(&self, app: &App, language: Language) -> Result<Filter, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut day = |field: &'static str, text: &str| match text.trim() {
            "" => None,
            text => text.parse::<NaiveDate>().map_err(|_| problems.push(wrong(field, "audit-day-wrong"))).ok(),
        };
        let (from, until) = (day("from", &self.from), day("until", &self.until));
        let object = match self.object.trim() {
            "" => None,
            text => text.parse().map_err(|_| problems.push(wrong("object", "audit-object-wrong"))).ok(),
        };
        let start = |day: NaiveDate| app.clock.moment(day, NaiveTime::MIN);
        let filter = Filter {
            from: from.map(start),
            until: until.and_then(|day| day.succ_opt()).map(start),
            actor: self.actor.trim().to_owned(),
            affected: self.affected.trim().to_owned(),
            area: AREAS.iter().find(|area| **area == self.area).map(ToString::to_string).unwrap_or_default(),
            action: self.action.trim().to_owned(),
            actions: actions_called(language, self.action.trim()),
            subject_kind: self.kind.trim().to_owned(),
            subject: object,
        };
        if problems.is_empty() { Ok(filter) } else { Err(problems) }
    }

    fn address(&self, of: &str) -> String {
        format!("{of}?{}", serde_html_form::to_string(self).unwrap_or_default())
    }
}

/// The actions whose words, as the list has them, hold what was typed; none for nothing.
fn actions_called(language: Language, typed: &str) -> Vec<String> {
    if typed.is_empty() {
        return Vec::new();
    }
    let typed = typed.to_lowercase();
    let named = |key: &String| {
        let name = key.strip_prefix("audit-did-")?;
        let after = |area: &str| name.strip_prefix(&area.replace('_', "-"))?.strip_prefix('-');
        let (area, done) = AREAS.iter().find_map(|area| Some((*area, after(area)?)))?;
        let action = format!("{area}.{}", done.replace('-', "_"));
        let word = i18n::known_word(language, "audit-did-", &action)?;
        word.to_lowercase().contains(&typed).then_some(action)
    };
    i18n::keys(language).iter().filter_map(named).collect()
}

fn wrong(field: &'static str, id: &'static str) -> Problem {
    Problem::at(field, Message::new(id))
}

#[derive(Serialize)]
struct AuditPage {
    form: AuditQuery,
    action: &'static str,
    areas: Vec<&'static str>,
    export: String,
    n_rows: i64,
    rows: Vec<ShownEntry>,
    paging: Paging,
}

#[derive(Serialize)]
struct ShownEntry {
    id: i64,
    at: Moment,
    /// The second of it, after the minute.
    second: String,
    name: Option<String>,
    employee_number: Option<String>,
    /// The part of the program, when it is one that there is a word for.
    area: Option<&'static str>,
    /// The words for the action and for the kind of its object; nothing for those of a later program.
    word: Option<String>,
    kind: Option<String>,
    action: String,
    subject_kind: String,
    subject: Option<i64>,
    /// Whom it is about, by name and employee number: the first of them, and how many they are in all.
    affected: Vec<(String, String)>,
    n_affected: Option<usize>,
    origin: String,
    request: String,
    details: Option<String>,
}

impl ShownEntry {
    fn of(found: Found, known: &Affected, language: Language) -> Self {
        let people = known.people(&found);
        let affected: Vec<(String, String)> = people
            .iter()
            .filter_map(|person| known.name(*person))
            .map(|(name, number)| (one_line(name), one_line(number)))
            .take(search::MOST_NAMED)
            .collect();
        let area = found.action.split('.').next().and_then(|first| AREAS.iter().find(|area| **area == first));
        let (name, employee_number) =
            found.person.map(|(_, name, number)| (one_line(&name), one_line(&number))).unzip();
        Self {
            id: found.id,
            at: found.at,
            second: format!(":{:02}", found.at.utc().second()),
            name,
            employee_number,
            area: area.copied(),
            word: i18n::known_word(language, "audit-did-", &found.action),
            kind: i18n::known_word(language, "audit-kind-", &found.subject_kind),
            affected,
            n_affected: Some(people.len()).filter(|n| *n > search::MOST_NAMED),
            action: found.action,
            subject_kind: found.subject_kind,
            subject: found.subject,
            origin: found.origin,
            request: found.request,
            details: found.details,
        }
    }
}

/// A text in which nothing begins a new line or speaks to a terminal: an entry is one line, whatever people are called.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{FFFD}' } else { character }).collect()
}

/// `GET /audit`: what was done, the newest first.
pub async fn list(app: Data<App>, visit: Visit, query: Query<AuditQuery>) -> Result<HttpResponse> {
    let query = query.into_inner();
    let (filter, problems) = match query.read(&app, visit.language) {
        Ok(filter) => (Some(filter), Vec::new()),
        Err(problems) => (None, problems),
    };
    let (asked, address) = (query.page.clone(), query.address(links::AUDIT));
    let read = move |conn: &mut Conn| {
        let Some(filter) = filter else {
            return Ok((0, Paging::of("1", 0, ROWS_A_PAGE, &address), Vec::new(), Affected::default()));
        };
        let n_rows = search::count(conn, &filter)?;
        let paging = Paging::of(&asked, n_rows, ROWS_A_PAGE, &address);
        let found = search::list(conn, &filter, paging.offset, ROWS_A_PAGE)?;
        let known = Affected::of(conn, &found)?;
        Ok((n_rows, paging, found, known))
    };
    let (n_rows, paging, found, known) = app.db.read(read).await?;
    let content = AuditPage {
        action: links::AUDIT,
        // A real system has nothing of a demo.
        areas: AREAS.iter().copied().filter(|area| *area != "demo" || app.demo.is_some()).collect(),
        export: query.address(links::AUDIT_CSV),
        form: query,
        n_rows,
        rows: found.into_iter().map(|found| ShownEntry::of(found, &known, visit.language)).collect(),
        paging,
    };
    if problems.is_empty() {
        page::show(&app, &visit, "audit/list", &content)
    } else {
        page::refused(&app, &visit, "audit/list", &content, &problems)
    }
}

/// `GET /audit.csv`: the same as a file, which is itself an entry of the trail.
pub async fn export(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<AuditQuery>) -> Result<HttpResponse> {
    let query = query.into_inner();
    let Ok(filter) = query.read(&app, visit.language) else { return Ok(page::go(&query.address(links::AUDIT))) };
    let now = app.clock.now();
    let asked = query.clone();
    let found = app.db.write(move |conn| {
        let n_rows = search::count(conn, &filter)?;
        if n_rows > MOST_EXPORTED {
            return Ok(None);
        }
        let found = search::list(conn, &filter, 0, MOST_EXPORTED)?;
        let details = json!({ "search": asked, "n_entries": n_rows });
        audit::record(conn, &viewer.actor(), now, Action::new("audit.exported", "audit"), None, &details)?;
        Ok(Some(found))
    });
    let Some(found) = found.await? else {
        let message = Message::new("audit-too-many").with("n", MOST_EXPORTED);
        return Ok(page::redirect(&app, &visit, &query.address(links::AUDIT), &message));
    };
    let say = |key: &'static str| page::word(&app, &visit, &Message::new(key));
    let mut rows: Vec<Vec<String>> = vec![COLUMNS.iter().map(|key| say(key)).collect()];
    rows.extend(
        found.into_iter().map(|found| cells(&app, ShownEntry::of(found, &Affected::default(), visit.language))),
    );
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"audit-{}.csv\"", app.clock.today()),
        ))
        .body(csv::write(&rows)?))
}

const COLUMNS: &[&str] = &[
    "audit-column-id",
    "audit-column-at",
    "audit-column-actor",
    "audit-column-number",
    "audit-column-action",
    "audit-column-kind",
    "audit-column-object",
    "audit-column-origin",
    "audit-column-request",
    "audit-column-details",
];

fn cells(app: &App, entry: ShownEntry) -> Vec<String> {
    vec![
        entry.id.to_string(),
        // With its zone, so that the file says by itself when it was.
        app.clock.local(entry.at).to_rfc3339(),
        entry.name.unwrap_or_default(),
        entry.employee_number.unwrap_or_default(),
        entry.action,
        entry.subject_kind,
        entry.subject.map(|id| id.to_string()).unwrap_or_default(),
        entry.origin,
        entry.request,
        entry.details.unwrap_or_default(),
    ]
}
