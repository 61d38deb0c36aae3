//! Final reports of sessions: HQ is asked and makes them; the page behind their number, held against today's figures.

use super::{ChangedSum, Linked, changed, changed_make_up, changed_sums, count, redirect_to};
use crate::access::{Reach, Viewer};
use crate::attendance::{self, Recorded, requests};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::organization;
use crate::reports::archive::Seal;
use crate::reports::basis::{Basis, starts_of};
use crate::reports::finals::{
    self, Difference, Draw, Drawn, FinalReport, MakingUp, Number, Recording, Reference, Side,
};
use crate::reports::paper::{Finality, Words};
use crate::reports::session_attendance::{CategoryLine, Figures, MadeUp};
use crate::reports::{self, SessionReport};
use crate::secret::random_token;
use crate::store::Conn;
use crate::store::ids::{FinalReportId, PersonId, SessionId, UnitId};
use crate::training::{self, RosterRow};
use crate::web::attendance::person::{ShownChange, ShownRecorded, shown_change};
use crate::web::attendance::verify::count_people;
use crate::web::download::{self, Kind, Taken};
use crate::web::form::{Button, Form};
use crate::web::reports::{Crumb, Paper, file_of};
use crate::web::visit::Visit;
use crate::web::{App, page, papers};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// People of one spot check at the most.
const MOST_DRAWN: usize = 50;

#[derive(Serialize)]
struct AskPage {
    head: Crumb,
    starts_at: Moment,
    ends_at: Moment,
    total: Figures,
    /// The one that this one would replace.
    replaces: Option<Reference>,
    n_to_verify: i64,
    verify: String,
    n_requests: usize,
    requests: &'static str,
    report: String,
}

/// `GET /sessions/{id}/report/final`: what making the report final means, and what is still open.
pub async fn ask(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let content = app.db.read(move |conn| {
        let report = reports::session_attendance::build(conn, &viewer, id, now)?;
        if !report.session.is_confirmed() {
            return Ok(None);
        }
        let before = finals::queries::list_of_session(conn, id)?.into_iter().next();
        Ok(Some(AskPage {
            n_to_verify: count_people(&attendance::list_doubted(conn, &report.session)?),
            verify: links::session_part(id, "verify"),
            n_requests: requests::queries::list_open_of_session(conn, id)?.len(),
            requests: links::REQUESTS,
            replaces: before.map(|before| Reference { number: before.number().to_string(), made_at: before.made_at }),
            head: Crumb { title: report.session.title, href: links::session(id) },
            starts_at: report.session.starts_at,
            ends_at: report.session.ends_at,
            total: report.total,
            report: links::session_report(id),
        }))
    });
    match content.await? {
        Some(content) => page::show(&app, &visit, "reports/make-final", &content),
        None => Ok(page::go(&links::session(id))),
    }
}

/// `POST /sessions/{id}/report/final`: freezes it and gives it its number.
pub async fn make(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    _form: Form<Button>,
) -> Result<HttpResponse> {
    let (id, now, year) = (id.into_inner(), app.clock.now(), app.clock.today().year());
    let made = app.db.write(move |conn| finals::make(conn, &viewer, id, year, now)).await?;
    Ok(redirect_to(&app, &visit, made))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShowQuery {
    /// How many people to draw.
    n: String,
    /// The name of the draw.
    draw: String,
}

/// What the page behind a number reads.
pub(super) struct Opened {
    report: FinalReport,
    /// As far as the viewer may see it, as it is now.
    today: Basis,
    reached: Vec<UnitId>,
}

/// A final report as far as the viewer may see it, beside what stands today.
pub(super) fn open(conn: &mut Conn, viewer: &Viewer, number: Number) -> Result<Opened> {
    let mut report = finals::queries::find(conn, number)?;
    let session = training::queries::find_for_report(conn, viewer, report.basis.session.id)?;
    let (units, reach) = (organization::queries::list_units(conn)?, viewer.reach_of_reports(session.id));
    report.basis.narrow(&units, &reach);
    if report.basis.roll.is_empty() && reach != Reach::Group {
        return Err(Error::NotFound("final report"));
    }
    let reached = starts_of(&units, &reach);
    Ok(Opened { today: Basis::gather(conn, session, &reach)?, reached, report })
}

#[derive(Serialize)]
struct FinalPage {
    #[serde(skip)]
    id: FinalReportId,
    #[serde(flatten)]
    paper: Paper,
    head: Crumb,
    /// Where an inspector came from.
    inspection: Option<&'static str>,
    /// Today's figures.
    live: String,
    csv: String,
    pdf: String,
    docx: String,
    /// The file to verify, for HQ.
    file: Option<String>,
    /// The public key that it is verified with.
    key: String,
    /// Where HQ makes another, once records have moved on and none has been made yet.
    make_final: Option<String>,
    xlsx: String,
    made_by: Option<String>,
    digest: String,
    replaces: Option<Linked>,
    replaced_by: Option<Linked>,
    differences: Vec<ShownDifference>,
    sums: Vec<ChangedSum>,
    lines: Vec<ChangedLine>,
    here: String,
    n: String,
    most_drawn: usize,
    /// The spot check is open: somebody was drawn, or a number was wrong.
    is_checking: bool,
    drawn: Option<Vec<ShownDrawn>>,
}

/// The line of a unit or a category whose figures are no longer those on paper.
#[derive(Serialize)]
struct ChangedLine {
    name: String,
    /// None where only one of the two has the line.
    sums: Vec<ChangedSum>,
}

#[derive(Serialize)]
struct ShownDifference {
    name: String,
    unit: String,
    /// The person's page of this session, for whom there is one.
    href: Option<String>,
    before: Option<Side>,
    after: Option<Side>,
    /// Changes since the report was made, the newest first.
    changes: Vec<ShownChange>,
    /// A single change is the difference itself, and is not said twice.
    is_once: bool,
}

#[derive(Serialize)]
struct ShownDrawn {
    number: usize,
    name: String,
    unit: String,
    href: Option<String>,
    then: Side,
    now: Option<Side>,
    is_same: bool,
    first: Option<ShownRecording>,
    /// The oldest first.
    changes: Vec<ShownChange>,
    again: Option<ShownRecording>,
    made_up: Option<ShownMakingUp>,
}

/// A record with who made it when, as `parts/attendance-recording` shows it.
#[derive(Serialize)]
struct ShownRecording {
    recorded: ShownRecorded,
    /// Nobody where it was the person themselves.
    by: Option<String>,
    at: Option<Moment>,
    /// Where that is another minute.
    arrived_at: Option<Moment>,
    /// Somebody recorded it, and who is not kept.
    is_by_unknown: bool,
    /// Marked after the person had checked in, and by whom and when is not kept.
    late: bool,
    left_early: bool,
}

#[derive(Serialize)]
struct ShownMakingUp {
    how: MadeUp,
    title: Option<String>,
    starts_at: Option<Moment>,
    held_on: Option<NaiveDate>,
    by: Option<String>,
    at: Option<Moment>,
    /// Nothing of that is kept.
    is_unknown: bool,
}

/// The page behind the number of a session's report: the paper as it was made final, whether today's figures differ, and a
/// spot check.
pub(super) async fn show(
    app: &App,
    visit: &Visit,
    viewer: &Viewer,
    number: Number,
    query: ShowQuery,
) -> Result<HttpResponse> {
    let here = links::final_report(number);
    let n = query.n.trim().parse::<usize>().ok().filter(|n| (1..=MOST_DRAWN).contains(n));
    if n.is_some() && !is_draw(&query.draw) {
        let draw: String = random_token().chars().take(8).collect();
        return Ok(page::go(&format!("{here}?n={}&draw={draw}#check", query.n.trim())));
    }
    let typed = query.n.clone();
    let wrong = n.is_none() && !typed.trim().is_empty();
    let address = format!("{}{here}", app.config.base_url());
    let (reader, words) = (viewer.clone(), papers::words(app, visit));
    let mut content =
        app.db.read(move |conn| final_page(conn, &reader, number, n.map(|n| (n, query)), address, &words)).await?;
    download::note(app, viewer, Taken::new("final", "final_report", content.id.0), Kind::Paper).await?;
    content.inspection = viewer.is_inspector().then_some(links::INSPECTION);
    content.key = Seal::of(&app.secret)?.key().to_string();
    if wrong {
        (content.is_checking, content.n) = (true, typed);
        let at_most = i64::try_from(MOST_DRAWN).unwrap_or(i64::MAX);
        let problem = Problem::at("n", Message::new("final-check-wrong").with("n", at_most));
        return page::refused(app, visit, "reports/final", &content, &[problem]);
    }
    page::show(app, visit, "reports/final", &content)
}

fn is_draw(draw: &str) -> bool {
    (4..=16).contains(&draw.len()) && draw.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn final_page(
    conn: &mut Conn,
    viewer: &Viewer,
    number: Number,
    wanted: Option<(usize, ShowQuery)>,
    address: String,
    words: &Words,
) -> Result<FinalPage> {
    let Opened { report, today, reached } = open(conn, viewer, number)?;
    let FinalReport { entry, basis, digest } = report;
    let session = basis.session.id;
    let (replaces, replaced_by) = finals::queries::find_neighbours(conn, &entry)?;
    let before = replaces.clone();
    let made_by = match entry.made_by {
        Some(person) => attendance::queries::find_name(conn, person)?,
        None => None,
    };
    let drawn = match &wanted {
        Some((n, query)) => Some(finals::drawn(conn, &basis, entry.made_at, &today, *n, &query.draw)?),
        None => None,
    };
    let differences = shown_differences(conn, viewer, &basis, &today, entry.made_at)?;
    let now = SessionReport::of(today, &reached, None, entry.made_at)?;
    let report = SessionReport::of(basis, &reached, Some(number.to_string()), entry.made_at)?;
    Ok(FinalPage {
        id: entry.id,
        head: Crumb { title: report.session.title.clone(), href: links::session(session) },
        inspection: None,
        key: String::new(),
        make_final: (viewer.is_hq() && !differences.is_empty() && replaced_by.is_none())
            .then(|| links::make_final(session)),
        live: links::session_report(session),
        csv: links::final_report_csv(number),
        pdf: format!("{}.pdf", links::final_report(number)),
        docx: format!("{}.docx", links::final_report(number)),
        file: viewer.is_hq().then(|| format!("{}.json", links::final_report(number))),
        xlsx: links::final_report_xlsx(number),
        made_by,
        digest,
        replaces: replaces.map(Linked::to),
        replaced_by: replaced_by.map(Linked::to),
        sums: changed_in_all(&report, &now),
        lines: changed_lines(&report, &now, words),
        differences,
        here: links::final_report(number),
        is_checking: wanted.is_some(),
        most_drawn: MOST_DRAWN,
        n: wanted.map_or_else(|| "5".to_owned(), |(_, query)| query.n),
        drawn: drawn.map(|draw| shown_draw(viewer, session, draw)),
        paper: Paper::of(report, Some(address), words).replacing(before),
    })
}

/// What the head of the report says otherwise today.
fn changed_in_all(paper: &SessionReport, today: &SessionReport) -> Vec<ChangedSum> {
    let guests = |of: &SessionReport| i64::try_from(of.guests.len()).unwrap_or(i64::MAX);
    let others = [
        count("n-corrections", paper.n_corrections, today.n_corrections),
        count("n-guests", guests(paper), guests(today)),
    ];
    [changed_sums(&paper.total, &today.total), changed_make_up(&paper.make_up, &today.make_up), changed(others)]
        .concat()
}

/// The lines of units, then those of categories, that say something else today.
fn changed_lines(paper: &SessionReport, today: &SessionReport, words: &Words) -> Vec<ChangedLine> {
    let units = |of: &SessionReport| of.units.iter().map(|line| (line.name.clone(), line.figures.clone())).collect();
    let category = |line: &CategoryLine| words.choice("report-category-", line.category.as_str());
    let categories =
        |of: &SessionReport| of.categories.iter().map(|line| (category(line), line.figures.clone())).collect();
    let mut lines = changed_of(units(paper), units(today));
    lines.extend(changed_of(categories(paper), categories(today)));
    lines
}

/// Lines are the same where they have the same name.
fn changed_of(paper: Vec<(String, Figures)>, today: Vec<(String, Figures)>) -> Vec<ChangedLine> {
    let mut after: BTreeMap<String, Figures> = today.iter().cloned().collect();
    let mut lines = Vec::new();
    for (name, before) in paper {
        match after.remove(&name) {
            Some(figures) if figures == before => {}
            Some(figures) => lines.push(ChangedLine { sums: changed_sums(&before, &figures), name }),
            None => lines.push(ChangedLine { name, sums: Vec::new() }),
        }
    }
    let new = today.into_iter().map(|(name, _)| name).filter(|name| after.contains_key(name));
    lines.extend(new.map(|name| ChangedLine { name, sums: Vec::new() }));
    lines
}

/// A person's page of a session. Whoever was sent to read the reports alone has none.
fn person_page(viewer: &Viewer, session: SessionId, person: PersonId) -> Option<String> {
    (!viewer.reads_reports_alone()).then(|| links::attendance_of(session, person))
}

fn shown_differences(
    conn: &mut Conn,
    viewer: &Viewer,
    basis: &Basis,
    today: &Basis,
    made_at: Moment,
) -> Result<Vec<ShownDifference>> {
    let found = finals::differences(basis, today);
    let people: Vec<_> = found.iter().map(|difference| difference.row.person_id).collect();
    let mut changes = attendance::queries::list_changes_of(conn, basis.session.id, &people)?;
    changes.retain(|(change, _)| change.changed_at > made_at);
    let of = |row: &RosterRow| -> Vec<ShownChange> {
        let own = changes.iter().filter(|(change, _)| change.person_id == row.person_id);
        own.cloned().map(|(change, by)| shown_change(change, by)).collect()
    };
    Ok(found
        .into_iter()
        .map(|Difference { row, before, after }| {
            let changes = of(&row);
            ShownDifference {
                is_once: changes.len() == 1,
                changes,
                href: person_page(viewer, basis.session.id, row.person_id),
                name: row.name,
                unit: row.unit_name,
                before,
                after,
            }
        })
        .collect())
}

fn shown_draw(viewer: &Viewer, session: SessionId, Draw { people, names }: Draw) -> Vec<ShownDrawn> {
    people.into_iter().map(|drawn| shown_drawn(viewer, session, drawn, &names)).collect()
}

fn shown_drawn(viewer: &Viewer, session: SessionId, drawn: Drawn, names: &BTreeMap<PersonId, String>) -> ShownDrawn {
    let person = drawn.row.person_id;
    let name = |by: Option<PersonId>| by.filter(|by| *by != person).and_then(|by| names.get(&by).cloned());
    let recording = |Recording { recorded, by, at, confirmed_by }: Recording| {
        // Checking in marks nobody: somebody has done so since.
        let is_check_in = recorded.method.is_check_in();
        let (late, left_early) = (is_check_in && recorded.late, is_check_in && recorded.left_early);
        ShownRecording {
            is_by_unknown: by.is_none() && confirmed_by.is_none() && !is_check_in,
            by: name(by).or(confirmed_by),
            at,
            arrived_at: recorded.arrived_at.filter(|arrived_at| Some(*arrived_at) != at),
            late,
            left_early,
            recorded: ShownRecorded::of(Recorded {
                late: recorded.late && !is_check_in,
                left_early: recorded.left_early && !is_check_in,
                ..recorded
            }),
        }
    };
    let making_up = |MakingUp { how, session, held_on, by, at }: MakingUp| {
        let by = by.and_then(|by| names.get(&by).cloned());
        let (title, starts_at) = session.unzip();
        let is_unknown = title.is_none() && held_on.is_none() && by.is_none() && at.is_none();
        ShownMakingUp { how, title, starts_at, held_on, by, at, is_unknown }
    };
    ShownDrawn {
        number: drawn.number,
        href: person_page(viewer, session, person),
        is_same: drawn.now.as_ref() == Some(&drawn.then),
        then: drawn.then,
        now: drawn.now,
        first: drawn.first.map(recording),
        changes: drawn.changes.into_iter().map(|(change, by)| shown_change(change, by)).collect(),
        again: drawn.again.map(recording),
        made_up: drawn.made_up.map(making_up),
        name: drawn.row.name,
        unit: drawn.row.unit_name,
    }
}

/// The file of a session's report, on paper with its number and what leads back to it.
pub(super) async fn file(
    app: &App,
    visit: &Visit,
    viewer: &Viewer,
    kind: Kind,
    number: Number,
) -> Result<HttpResponse> {
    let reader = viewer.clone();
    let address = format!("{}{}", app.config.base_url(), links::final_report(number));
    let read = app.db.read(move |conn| {
        let Opened { report, reached, .. } = open(conn, &reader, number)?;
        let (replaces, _) = finals::queries::find_neighbours(conn, &report.entry)?;
        let (id, made_at) = (report.entry.id, report.entry.made_at);
        let report = SessionReport::of(report.basis, &reached, Some(number.to_string()), made_at)?;
        Ok((id, report, Finality { address: address.clone(), replaces }))
    });
    let (id, report, finality) = read.await?;
    download::note(app, viewer, Taken::new("final", "final_report", id.0), kind).await?;
    file_of(app, visit, report, Some(&finality), kind).await
}
