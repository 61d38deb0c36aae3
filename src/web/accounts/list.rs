//! `/accounts`: everybody's account; invitations on paper for many at once.

use super::prove::{asked_of, prove};
use crate::access::{Role, Viewer};
use crate::accounts::model::{self, AccountOf, AccountState};
use crate::accounts::queries::{self, AccountFilter, FoundInvitation};
use crate::accounts::{self, HandedOver};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::store::ids::{AccountId, InvitationId, PersonId};
use crate::store::{Conn, form_keys};
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    show: String,
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct ListPage {
    q: String,
    is_without: bool,
    n: i64,
    rows: Vec<ListRow>,
    previous: Option<String>,
    next: Option<String>,
    number: i64,
    n_pages: i64,
    /// Set when the viewer's password is asked for before anybody is invited.
    own_user_name: Option<String>,
}

#[derive(Serialize)]
struct ListRow {
    href: String,
    person: PersonId,
    name: String,
    employee_number: String,
    unit_name: String,
    state: &'static str,
    roles: Vec<&'static str>,
    may_invite: bool,
    ticked: bool,
}

const ROWS_A_PAGE: i64 = 50;

/// `GET /accounts`: everybody's account; those without one can be ticked for invitations on paper.
pub async fn list(app: Data<App>, visit: Visit, query: Query<ListQuery>) -> Result<HttpResponse> {
    let (viewer, query, now) = (visit.viewer()?.clone(), query.into_inner(), app.clock.now());
    let content = app.db.read(move |conn| list_content(conn, &viewer, &query, &[], now)).await?;
    page::show(&app, &visit, "accounts/list", &content)
}

fn list_content(
    conn: &mut Conn,
    viewer: &Viewer,
    query: &ListQuery,
    ticked: &[PersonId],
    now: Moment,
) -> Result<ListPage> {
    let is_without = query.show == "without";
    let filter = AccountFilter { text: query.q.trim().to_owned(), without_password: is_without };
    let number = query.page.parse().unwrap_or(1_i64).clamp(1, 100_000);
    let (found, n) = queries::list_accounts(conn, &filter, (number - 1) * ROWS_A_PAGE, ROWS_A_PAGE)?;
    let ids: Vec<AccountId> = found.iter().filter_map(|row| row.account.as_ref()).map(|account| account.id).collect();
    let mut roles: BTreeMap<AccountId, Vec<Role>> = BTreeMap::new();
    for grant in queries::list_grants(conn, &ids)? {
        roles.entry(grant.account_id).or_default().push(grant.role);
    }
    let invited = queries::list_open_invitations(conn, &ids, now)?;
    let row = |found: AccountOf| {
        let account = found.account.as_ref().map(|account| account.id);
        let held = account.and_then(|id| roles.get(&id)).cloned().unwrap_or_default();
        let state = found.state(invited.iter().any(|invitation| Some(invitation.account_id) == account));
        let has_none = matches!(state, AccountState::None | AccountState::WithoutPassword | AccountState::Invited);
        ListRow {
            href: links::account(found.person),
            person: found.person,
            ticked: ticked.contains(&found.person),
            state: state.as_str(),
            may_invite: has_none && model::may_manage(viewer, &held),
            roles: held.into_iter().map(Role::as_str).collect(),
            name: found.person_name,
            employee_number: found.employee_number,
            unit_name: found.unit_name,
        }
    };
    let n_pages = ((n + ROWS_A_PAGE - 1) / ROWS_A_PAGE).max(1);
    let address = |page: i64| {
        format!(
            "{}?q={}&show={}&page={page}",
            links::ACCOUNTS,
            links::percent(&query.q),
            if is_without { "without" } else { "" }
        )
    };
    Ok(ListPage {
        q: query.q.clone(),
        is_without,
        n,
        rows: found.into_iter().map(row).collect(),
        previous: (number > 1).then(|| address(number - 1)),
        next: (number < n_pages).then(|| address(number + 1)),
        number,
        n_pages,
        own_user_name: if is_without { asked_of(conn, viewer, now)? } else { None },
    })
}

#[derive(Deserialize)]
pub struct TickedForm {
    #[serde(default)]
    person: Vec<String>,
    /// The viewer's own.
    #[serde(default)]
    password: String,
    /// The list where they were ticked.
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
}

/// `POST /accounts/invite`: an invitation on paper for everybody who was ticked.
pub async fn invite_ticked(app: Data<App>, visit: Visit, form: Form<TickedForm>) -> Result<HttpResponse> {
    let (viewer, now, key, typed) = (visit.viewer()?.clone(), app.clock.now(), form.key, form.fields);
    let people: Vec<PersonId> = typed.person.iter().filter_map(|id| id.parse().ok()).collect();
    if people.is_empty() {
        return Ok(page::redirect(&app, &visit, links::ACCOUNTS_WITHOUT, &Message::new("accounts-nobody-ticked")));
    }
    let (by, invited) = (viewer.clone(), people.clone());
    let invite = move |conn: &mut Conn| {
        form_keys::once(conn, &key, now, |conn| {
            let mut last = InvitationId(0);
            for person in &invited {
                last = accounts::invite(conn, &by, *person, "", HandedOver::Paper, now)?;
            }
            Ok(links::slips(last))
        })
    };
    let done = match prove(&app, &viewer, &typed.password).await {
        Ok(()) => app.db.write(invite).await,
        Err(refused) => Err(refused),
    };
    match done {
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("account-invited-on-paper"))),
        Err(Error::Refused(problems)) => {
            let query = ListQuery { q: typed.q, show: "without".to_owned(), page: typed.page };
            let content = app.db.read(move |conn| list_content(conn, &viewer, &query, &people, now)).await?;
            page::refused(&app, &visit, "accounts/list", &content, &problems)
        }
        Err(other) => Err(other),
    }
}

#[derive(Serialize)]
struct SlipsPage {
    slips: Vec<Slip>,
    base_url: String,
}

#[derive(Serialize)]
struct Slip {
    name: String,
    unit_name: String,
    user_name: String,
    /// Where roles are given, once it is handed over.
    account: String,
    link: String,
    expires_at: Moment,
}

/// `GET /accounts/slips/{id}`: the invitations made together with this one, to be printed by whoever made them, soon.
pub async fn slips(app: Data<App>, visit: Visit, id: Path<InvitationId>) -> Result<HttpResponse> {
    let (id, viewer, now) = (id.into_inner(), visit.viewer()?.person, app.clock.now());
    let read = move |conn: &mut Conn| {
        let found = queries::find_invitation(conn, id)?.ok_or(Error::NotFound("invitation"))?.invitation;
        if found.created_by != Some(viewer) || now >= found.created_at + model::PRINTABLE_FOR {
            return Err(Error::NotFound("invitation"));
        }
        Ok(queries::list_invitations_of_batch(conn, viewer, found.created_at)?)
    };
    let found = app.db.read(read).await?;
    let base_url = app.config.base_url();
    let slip = |found: FoundInvitation| Slip {
        link: links::invitation_address(&app.secret, &base_url, found.invitation.id, &found.invitation.nonce),
        expires_at: found.invitation.expires_at,
        account: links::account(found.person),
        name: found.name,
        unit_name: found.unit_name,
        user_name: found.user_name,
    };
    let slips = found.into_iter().filter(|found| found.can_be_used(now)).map(slip).collect();
    page::show(&app, &visit, "accounts/slips", &SlipsPage { slips, base_url: base_url.clone() })
}
