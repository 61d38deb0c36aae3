//! What was written to whom: the outbox, each mail as it was sent, the ledger of reminders, their rules, and whom mail
//! does not reach.

pub mod ledger;
pub mod rules;
mod standing;
pub mod unreachable;

pub(in crate::web) use standing::MailNotice;

use super::form::{Button, Form};
use super::paging::Paging;
use super::visit::Visit;
use super::{App, page};
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::{Message, Result};
use crate::links;
use crate::mail::{self, Letter, Outbox, OutboxState, OwnProblem, SecretLinks, queries};
use crate::settings;
use crate::store::ids::OutboxId;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};

const ROWS_A_PAGE: i64 = 50;

/// The pages about mail, of which one is shown.
#[derive(Serialize)]
pub(super) struct Tab {
    word: &'static str,
    href: &'static str,
    is_here: bool,
}

pub(super) fn tabs(here: &str) -> Vec<Tab> {
    [("outbox", links::MAIL), ("ledger", links::LEDGER), ("rules", links::RULES), ("unreachable", links::UNREACHABLE)]
        .map(|(word, href)| Tab { word, href, is_here: word == here })
        .into()
}

#[derive(Deserialize)]
pub struct MailQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct ListPage {
    tabs: Vec<Tab>,
    /// Nothing goes out until somebody lets it go.
    is_held: bool,
    /// Why else it does not go out.
    mail_notice: Option<MailNotice>,
    n_waiting: i64,
    states: Vec<StateFigure>,
    /// The state that the list is narrowed to, empty for all mail.
    state: String,
    n_rows: i64,
    mails: Vec<MailRow>,
    paging: Paging,
}

#[derive(Serialize)]
struct StateFigure {
    state: &'static str,
    href: String,
    n: i64,
}

#[derive(Serialize)]
struct MailRow {
    href: String,
    name: String,
    template: String,
    queued_at: Moment,
    state: OutboxState,
    look: &'static str,
    problem: Option<Problem>,
    /// When it is tried next, as long as it waits.
    next_try_at: Option<Moment>,
}

/// What became of a mail, in a line.
#[derive(Serialize)]
pub(in crate::web) struct MailState {
    state: OutboxState,
    look: &'static str,
    sent_at: Option<Moment>,
    problem: Option<Problem>,
}

impl From<Outbox> for MailState {
    fn from(mail: Outbox) -> Self {
        let (problem, look) = (Problem::of(&mail), look(mail.state));
        Self { state: mail.state, look, sent_at: mail.sent_at, problem }
    }
}

/// The colour and sign of a state, of those that every state in the program has.
fn look(state: OutboxState) -> &'static str {
    match state {
        OutboxState::Waiting => "planned",
        OutboxState::Sent => "done",
        OutboxState::Failed => "failed",
        OutboxState::Dropped => "withdrawn",
    }
}

/// Why a mail is not sent: a reason of ours, which has words, or what the mail server said.
#[derive(Serialize)]
struct Problem {
    is_ours: bool,
    text: String,
}

impl Problem {
    fn of(mail: &Outbox) -> Option<Self> {
        mail.problem.clone().map(Self::from)
    }
}

impl From<String> for Problem {
    fn from(text: String) -> Self {
        Self { is_ours: text.parse::<OwnProblem>().is_ok(), text }
    }
}

/// `GET /mail`: all mail by state, the newest first.
pub async fn list(app: Data<App>, visit: Visit, query: Query<MailQuery>) -> Result<HttpResponse> {
    let (query, viewer, now) = (query.into_inner(), visit.viewer()?.clone(), app.clock.now());
    let without_server = MailNotice::without_server(&app);
    let content = app
        .db
        .read(move |conn| {
            let counts = queries::count_by_state(conn)?;
            let state: Option<OutboxState> = query.state.parse().ok();
            let n_in = |wanted: Option<OutboxState>| -> i64 {
                counts.iter().filter(|(state, _)| wanted.is_none_or(|wanted| wanted == *state)).map(|(_, n)| n).sum()
            };
            let n_rows = n_in(state);
            let shown = state.map_or("", OutboxState::as_str);
            let paging = Paging::of(&query.page, n_rows, ROWS_A_PAGE, &links::mail_in(shown));
            let mut states = vec![StateFigure { state: "all", href: links::mail_in(""), n: n_in(None) }];
            states.extend(OutboxState::ALL.iter().map(|state| StateFigure {
                state: state.as_str(),
                href: links::mail_in(state.as_str()),
                n: n_in(Some(*state)),
            }));
            let rows = queries::list(conn, state, paging.offset, ROWS_A_PAGE)?;
            let mails = rows.into_iter().map(|(mail, name)| MailRow {
                href: links::mail(mail.id),
                name,
                problem: Problem::of(&mail),
                template: mail.template,
                queued_at: mail.queued_at,
                state: mail.state,
                look: look(mail.state),
                next_try_at: (mail.state == OutboxState::Waiting && mail.next_try_at > now).then_some(mail.next_try_at),
            });
            let mails = mails.collect();
            let (is_held, mail_notice) = match MailNotice::find(conn, &viewer, now)? {
                Some(notice) if notice.is_held() => (true, None),
                notice => (false, notice.map(MailNotice::here).or(without_server)),
            };
            let n_waiting = n_in(Some(OutboxState::Waiting));
            Ok(ListPage {
                tabs: tabs("outbox"),
                is_held,
                mail_notice,
                n_waiting,
                states,
                state: shown.to_owned(),
                n_rows,
                mails,
                paging,
            })
        })
        .await?;
    page::show(&app, &visit, "outbox/list", &content)
}

#[derive(Serialize)]
struct ShowPage {
    name: String,
    person: String,
    from: String,
    mail: Outbox,
    look: &'static str,
    letter: Letter,
    problem: Option<Problem>,
    is_waiting: bool,
    is_sent: bool,
    may_be_sent_again: bool,
    again: String,
}

/// `GET /mail/{id}`: the mail as it was sent, secret links hidden, and what became of it.
pub async fn show(app: Data<App>, visit: Visit, id: Path<OutboxId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let (mail, name) = app.db.read(move |conn| queries::find_with_name(conn, id)).await?;
    let content = ShowPage {
        name,
        person: links::person(mail.person_id),
        from: app.config.mail_from.clone(),
        letter: app.stationery().write(&mail, SecretLinks::Hidden, app.clock.now())?,
        problem: Problem::of(&mail),
        look: look(mail.state),
        is_waiting: mail.state == OutboxState::Waiting,
        is_sent: mail.state == OutboxState::Sent,
        may_be_sent_again: mail::may_be_sent_again(&mail),
        again: links::mail_again(id),
        mail,
    };
    page::show(&app, &visit, "outbox/show", &content)
}

/// `POST /mail/{id}/again`: a mail that failed is queued again.
pub async fn send_again(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<OutboxId>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    app.db.write(move |conn| mail::send_again(conn, &viewer, id, now)).await?;
    Ok(page::redirect(&app, &visit, &links::mail(id), &Message::new("mail-queued-again")))
}

/// `POST /mail/drop-held`: what was held back falls, and what comes after is sent.
pub async fn drop_held(app: Data<App>, visit: Visit, viewer: Viewer, _: Form<Button>) -> Result<HttpResponse> {
    let now = app.clock.now();
    let n = app.db.write(move |conn| mail::drop_held(conn, &viewer, now)).await?;
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    Ok(page::redirect(&app, &visit, links::MAIL, &Message::new("mail-drop-held-done").with("n", n)))
}

/// `POST /mail/let-go`: what was held back is sent.
pub async fn let_go(app: Data<App>, visit: Visit, viewer: Viewer, _: Form<Button>) -> Result<HttpResponse> {
    let now = app.clock.now();
    app.db.write(move |conn| settings::hold_mail(conn, &viewer.actor(), false, now)).await?;
    Ok(page::redirect(&app, &visit, links::MAIL, &Message::new("mail-let-go-done")))
}
