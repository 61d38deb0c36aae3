//! `/calls/{id}`: how the units answer, in their fixed order; whoever has not stands one filter away.

use super::super::ids;
use super::{UnitRow, unit_row};
use crate::access::Viewer;
use crate::assignments::calls::decide::{self, Decision};
use crate::assignments::calls::figures::Figures;
use crate::assignments::calls::progress::{self, PeopleCount, Progress, Show};
use crate::assignments::calls::{Call, ShownUnitTask, UnitTaskKind};
use crate::assignments::pick::Pick;
use crate::error::{Error, Message, Problem, Result};
use crate::links;
use crate::reports::Tables;
use crate::reports::book::Sheet;
use crate::settings;
use crate::store::Conn;
use crate::store::ids::{CallId, UnitTaskId};
use crate::templates::rate_text;
use crate::web::download::{self, Kind, Taken};
use crate::web::form::{Form, meanwhile};
use crate::web::paging::Paging;
use crate::web::papers::words;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

/// Units on one page.
const ON_A_PAGE: i64 = 100;

/// The filters in the address.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Filter {
    show: String,
    form: String,
    page: String,
}

impl Filter {
    fn show(&self) -> Show {
        self.show.parse().unwrap_or(Show::All)
    }

    fn kind(&self) -> Option<UnitTaskKind> {
        self.form.parse().ok()
    }

    /// As it stands in an address, without the page.
    fn words(&self) -> String {
        format!("show={}&form={}", self.show().as_str(), self.kind().map_or("", UnitTaskKind::as_str))
    }
}

#[derive(Serialize)]
struct ProgressPage {
    href: String,
    calls: &'static str,
    csv: String,
    xlsx: String,
    pdf: String,
    paper: String,
    withdraw: Option<String>,
    session_href: Option<String>,
    session_title: Option<String>,
    call: Call,
    figures: Figures,
    people: PeopleCount,
    kinds: Vec<KindChoice>,
    shows: Vec<ShowChoice>,
    is_filtered: bool,
    rows: Vec<UnitRow>,
    n_rows: i64,
    n_picks: usize,
    paging: Paging,
}

#[derive(Serialize)]
struct KindChoice {
    kind: UnitTaskKind,
    selected: bool,
    n_met: i64,
    n_asked: i64,
}

#[derive(Serialize)]
struct ShowChoice {
    show: Show,
    selected: bool,
}

/// `GET /calls/{id}`.
pub async fn show(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<CallId>,
    filter: Query<Filter>,
) -> Result<HttpResponse> {
    show_with(&app, &visit, &viewer, id.into_inner(), &filter, &[]).await
}

async fn show_with(
    app: &App,
    visit: &Visit,
    viewer: &Viewer,
    id: CallId,
    filter: &Filter,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let today = app.clock.today();
    let found = app.db.read(move |conn| progress::build(conn, id, today)).await?;
    let content = progress_page(found, viewer, filter, today);
    match problems {
        [] => page::show(app, visit, "calls/progress", &content),
        problems => page::refused(app, visit, "calls/progress", &content, problems),
    }
}

fn progress_page(found: Progress, viewer: &Viewer, filter: &Filter, today: chrono::NaiveDate) -> ProgressPage {
    let (href, show, kind) = (links::call(found.call.id), filter.show(), filter.kind());
    let listed: Vec<&progress::Row> = found.rows.iter().filter(|row| row.is_listed(show, kind)).collect();
    let address = format!("{href}?{}", filter.words());
    let paging = Paging::of(&filter.page, listed.len() as i64, ON_A_PAGE, &address);
    let of_page = listed.iter().skip(paging.offset as usize).take(ON_A_PAGE as usize);
    let may_decide = |task: &_| !decide::is_own(viewer, task);
    let rows: Vec<UnitRow> =
        of_page.map(|row| unit_row(row, &found.kinds, found.call.id, found.call.due_on, &may_decide, today)).collect();
    let picks = rows.iter().flat_map(|row| &row.cells).filter_map(|cell| cell.task.as_ref()?.pick.as_ref());
    let withdrawal = Decision::Withdraw { reason: String::new() };
    let can_be_withdrawn =
        found.rows.iter().flat_map(|row| row.cells.iter().flatten()).any(|cell| withdrawal.fits(&cell.task));
    ProgressPage {
        calls: links::CALLS,
        csv: format!("{}?{}", links::call_part(found.call.id, "units.csv"), filter.words()),
        xlsx: format!("{}?{}", links::call_part(found.call.id, "units.xlsx"), filter.words()),
        pdf: format!("{}?{}", links::call_part(found.call.id, "units.pdf"), filter.words()),
        paper: format!("{}?{}", links::call_part(found.call.id, "units/paper"), filter.words()),
        withdraw: can_be_withdrawn.then(|| links::call_part(found.call.id, "withdraw")),
        session_href: found.call.session_id.map(links::session),
        session_title: found.session_title,
        kinds: found
            .kinds
            .iter()
            .map(|column| {
                let figures = found.figures.kinds.iter().find(|one| one.kind == *column);
                KindChoice {
                    kind: *column,
                    selected: kind == Some(*column),
                    n_met: figures.map_or(0, |one| one.n_met),
                    n_asked: figures.map_or(0, |one| one.n_asked),
                }
            })
            .collect(),
        shows: Show::ALL.iter().map(|one| ShowChoice { show: *one, selected: *one == show }).collect(),
        is_filtered: show != Show::All || kind.is_some(),
        n_rows: listed.len() as i64,
        n_picks: picks.count(),
        rows,
        figures: found.figures,
        people: found.people,
        call: found.call,
        paging,
        href,
    }
}

#[derive(Debug, Default, Deserialize)]
pub struct PicksForm {
    #[serde(default)]
    task: Vec<String>,
}

/// `POST /calls/{id}/accept`: the ticked forms, or all at once.
pub async fn accept(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<CallId>,
    form: Form<PicksForm>,
) -> Result<HttpResponse> {
    let (id, now, today) = (id.into_inner(), app.clock.now(), app.clock.today());
    let picks: Vec<Pick<UnitTaskId>> = ids(&form.fields.task)?;
    let by = viewer.clone();
    let done = app.db.write(move |conn| decide::decide(conn, &by, id, &picks, &Decision::Accept, now, today)).await;
    let problems = match done.map_err(meanwhile) {
        Ok(n) => {
            let sentence = Message::new("call-accepted").with("n", n as i64);
            return Ok(page::redirect(&app, &visit, &links::call(id), &sentence));
        }
        Err(Error::Refused(problems)) => problems,
        Err(error) => return Err(error),
    };
    show_with(&app, &visit, &viewer, id, &Filter::default(), &problems).await
}

/// `GET /calls/{id}/units.csv`, `.xlsx`, `.pdf` and on paper: the table as it is filtered, with its last line.
pub async fn units_file(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind_of_file: Kind,
    id: Path<CallId>,
    filter: Query<Filter>,
) -> Result<HttpResponse> {
    let (id, today) = (id.into_inner(), app.clock.today());
    let read = move |conn: &mut Conn| Ok((progress::build(conn, id, today)?, settings::current(conn)?.organisation));
    let (found, organisation) = app.db.read(read).await?;
    let words = words(&app, &visit);
    let word = |id: &'static str| words.say(id);
    let mut head = vec![word("call-column-unit")];
    for kind in &found.kinds {
        head.extend([word(kind_key(*kind)), word("call-column-due")]);
        if *kind == UnitTaskKind::Readings {
            head.extend([word("call-column-people"), word("call-column-finished")]);
        }
    }
    let mut rows = vec![head];
    for row in found.rows.iter().filter(|row| row.is_listed(filter.show(), filter.kind())) {
        let mut line = vec![row.unit.name.clone()];
        for (kind, cell) in found.kinds.iter().zip(&row.cells) {
            line.push(cell.as_ref().map_or(String::new(), |cell| word(state_key(cell.shown))));
            line.push(cell.as_ref().map_or(String::new(), |cell| cell.task.due_on.to_string()));
            if *kind == UnitTaskKind::Readings {
                let people = cell.as_ref().map(|cell| cell.people).unwrap_or_default();
                line.extend([people.n.to_string(), people.n_finished.to_string()]);
            }
        }
        rows.push(line);
    }
    let mut foot = vec![word("call-answer-rate")];
    for kind in &found.kinds {
        let figures = found.figures.kinds.iter().find(|one| one.kind == *kind);
        foot.push(figures.map_or(String::new(), |one| rate_text(visit.language, one.n_met, one.n_asked)));
        foot.push(String::new());
        if *kind == UnitTaskKind::Readings {
            foot.extend([found.people.n.to_string(), found.people.n_finished.to_string()]);
        }
    }
    rows.push(foot);
    let counts: Vec<usize> = (1..rows.first().map_or(1, Vec::len)).collect();
    let due = Message::new("paper-fact").with("name", word("tasks-due-on")).with("text", words.date(found.call.due_on));
    let n_listed = rows.len() as i64 - 2;
    let given =
        Message::new("paper-fact").with("name", word("call-given-on")).with("text", words.day(found.call.given_at));
    let mut facts = vec![words.word(&given), words.word(&due)];
    facts.push(words.word(&Message::new("call-n-units").with("n", n_listed)));
    if filter.show() != Show::All || filter.kind().is_some() {
        facts.push(words.choice("call-show-", filter.show().as_str()));
    }
    let tables = Tables {
        title: found.call.title.clone(),
        sheets: vec![Sheet::of_texts(&found.call.title, rows, &counts)],
        unit: organisation.clone(),
        organisation,
        facts,
        formulas: vec![word("call-answer-formula"), word("call-completion-formula")],
        made_at: app.clock.now(),
    };
    let taken = Taken::new("call", "call", found.call.id.0);
    download::tables(&app, &visit, &viewer, kind_of_file, taken, tables).await
}

fn kind_key(kind: UnitTaskKind) -> &'static str {
    match kind {
        UnitTaskKind::Readings => "call-kind-readings",
        UnitTaskKind::ExchangeMeeting => "call-kind-exchange-meeting",
        UnitTaskKind::ImplementationReport => "call-kind-implementation-report",
        UnitTaskKind::VolumeCheck => "call-kind-volume-check",
    }
}

fn state_key(state: ShownUnitTask) -> &'static str {
    match state {
        ShownUnitTask::Open => "call-state-open",
        ShownUnitTask::Overdue => "call-state-overdue",
        ShownUnitTask::Returned => "call-state-returned",
        ShownUnitTask::Submitted => "call-state-submitted",
        ShownUnitTask::PassedOn => "call-state-passed-on",
        ShownUnitTask::Accepted => "call-state-accepted",
        ShownUnitTask::Withdrawn => "call-state-withdrawn",
    }
}
