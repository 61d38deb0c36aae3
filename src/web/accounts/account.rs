//! Other people's accounts: state, invitation, roles; for HQ and the security duty.

use super::prove::{asked_of, prove};
use crate::access::{Role, Viewer};
use crate::accounts::model::{self, AccountState, GrantOf};
use crate::accounts::sign_in::FailedTries;
use crate::accounts::{self, HandedOver, NewGrant, Secret, factor, queries, sign_in};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::i18n;
use crate::links;
use crate::mail;
use crate::organization;
use crate::store::ids::{AccountId, GrantId, PersonId, SessionId, UnitId};
use crate::store::{Conn, form_keys};
use crate::web::form::Form;
use crate::web::mail::{MailNotice, MailState};
use crate::web::unit_tree::indented;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// Sessions to choose from at the most.
const MOST_SESSIONS: i64 = 60;

#[derive(Serialize)]
struct AccountPage {
    here: String,
    name: String,
    unit_name: String,
    employee_number: String,
    email: Option<String>,
    /// Where HQ enters the mail address.
    edit: Option<String>,
    state: &'static str,
    has_account: bool,
    user_name: Option<String>,
    version: i64,
    invited_until: Option<Moment>,
    /// What became of the mail with the link that is open.
    link_mail: Option<MailState>,
    /// Why a link would not arrive by mail.
    mail_notice: Option<MailNotice>,
    /// What was tried in vain lately.
    failed: Option<ShownFailed>,
    may_invite: bool,
    may_disable: bool,
    may_enable: bool,
    has_factor: bool,
    may_reset_factor: bool,
    grants: Vec<ShownGrant>,
    /// The roles that the viewer may give here.
    roles: Vec<&'static str>,
    units: Vec<ShownUnit>,
    /// Sessions that an inspector may be sent to.
    sessions: Vec<ShownSession>,
    /// Set when the viewer's password is asked for before anything is changed.
    own_user_name: Option<String>,
    form: AccountForm,
}

#[derive(Serialize)]
struct ShownFailed {
    n: usize,
    last_at: Moment,
    /// The next try waits so long: a minute at the most.
    seconds: Option<i64>,
    /// Or it waits until then.
    until: Option<Moment>,
}

impl ShownFailed {
    fn of(tries: FailedTries, now: Moment) -> Self {
        let seconds = tries.waits_until.map(|until| (until - now).num_seconds() + 1);
        let is_short = |seconds: &i64| *seconds <= model::LONGEST_WAIT.num_seconds() + 1;
        let until = tries.waits_until.filter(|_| !seconds.as_ref().is_some_and(is_short));
        Self { n: tries.n, last_at: tries.last_at, seconds: seconds.filter(is_short), until }
    }
}

#[derive(Serialize)]
struct ShownGrant {
    id: GrantId,
    role: &'static str,
    unit_name: Option<String>,
    session_title: Option<String>,
    granted_at: Moment,
    starts_at: Option<Moment>,
    /// Within its last day.
    last_held_at: Option<Moment>,
    may_revoke: bool,
}

#[derive(Serialize)]
struct ShownSession {
    id: SessionId,
    title: String,
    starts_at: Moment,
    is_chosen: bool,
}

#[derive(Serialize)]
struct ShownUnit {
    id: UnitId,
    name: String,
    is_chosen: bool,
}

/// The fields of all forms of the page; each sends its own.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct AccountForm {
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    how: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    session: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    grant: String,
    #[serde(default)]
    version: String,
    /// The viewer's own.
    #[serde(default, skip_serializing)]
    password: String,
}

/// `GET /people/{id}/account`
pub async fn show(app: Data<App>, visit: Visit, id: Path<PersonId>) -> Result<HttpResponse> {
    let content = read(&app, &visit, id.into_inner(), AccountForm::default()).await?;
    page::show(&app, &visit, "accounts/account", &content)
}

async fn read(app: &App, visit: &Visit, person: PersonId, form: AccountForm) -> Result<AccountPage> {
    let (viewer, now, secret) = (visit.viewer()?.clone(), app.clock.now(), app.secret.clone());
    let content = app.db.read(move |conn| content(conn, &viewer, &secret, person, form, now)).await?;
    let by_mail = content.may_invite && content.email.is_some();
    let mail_notice = content.mail_notice.or_else(|| MailNotice::without_server(app)).filter(|_| by_mail);
    Ok(AccountPage { mail_notice, ..content })
}

fn content(
    conn: &mut Conn,
    viewer: &Viewer,
    secret: &Secret,
    person: PersonId,
    form: AccountForm,
    now: Moment,
) -> Result<AccountPage> {
    let found = queries::find_account_of(conn, person)?;
    let ids: Vec<AccountId> = found.account.iter().map(|account| account.id).collect();
    let open = queries::list_open_invitations(conn, &ids, now)?.pop();
    let invited_until = open.as_ref().map(|invitation| invitation.expires_at);
    let matter = open.map(|invitation| accounts::matter_of(invitation.id));
    let link_mail = matter.map(|matter| mail::queries::find_by_matter(conn, &matter)).transpose()?.flatten();
    let granted = queries::list_grants(conn, &ids)?;
    let units = organization::queries::list_units(conn)?;
    let state = found.state(invited_until.is_some());
    let held: Vec<Role> = granted.iter().map(|grant| grant.role).collect();
    let may_manage = model::may_manage(viewer, &held);
    let is_own = person == viewer.person;
    let is_live = matches!(state, AccountState::Active | AccountState::Invited | AccountState::WithoutPassword);
    let account = found.account.as_ref().map(|account| account.id);
    let has_factor = account.map(|account| factor::is_on(conn, account)).transpose()?.unwrap_or(false);
    let tries = found.account.as_ref().map(|of| sign_in::find_failed_tries(conn, secret, of.id, &of.user_name, now));
    let failed = tries.transpose()?.flatten().map(|tries| ShownFailed::of(tries, now));
    let chosen = form.unit.parse().unwrap_or(found.unit);
    let chosen_session = form.session.parse().ok();
    let roles = Role::ALL.iter().filter(|role| model::may_grant(viewer, **role) && !is_own && is_live);
    Ok(AccountPage {
        here: links::account(person),
        state: state.as_str(),
        has_account: account.is_some(),
        invited_until,
        link_mail: link_mail.map(MailState::from),
        mail_notice: MailNotice::find(conn, viewer, now)?,
        failed,
        may_invite: may_manage && (is_live || state == AccountState::None),
        may_disable: may_manage && is_live && !is_own,
        may_enable: may_manage && state == AccountState::Disabled,
        has_factor,
        may_reset_factor: has_factor && viewer.has(Role::Security) && !is_own,
        grants: granted.into_iter().map(|grant| shown_grant(viewer, grant)).collect(),
        roles: roles.map(|role| role.as_str()).collect(),
        units: units
            .into_iter()
            .map(|unit| ShownUnit { id: unit.id, name: indented(&unit), is_chosen: unit.id == chosen })
            .collect(),
        sessions: queries::list_inspectable(conn, MOST_SESSIONS)?
            .into_iter()
            .map(|(id, title, starts_at)| ShownSession { id, title, starts_at, is_chosen: chosen_session == Some(id) })
            .collect(),
        version: found.account.as_ref().map_or(0, |account| account.version),
        user_name: found.account.map(|account| account.user_name),
        name: found.person_name,
        unit_name: found.unit_name,
        employee_number: found.employee_number,
        email: found.email,
        edit: viewer.is_hq().then(|| links::edit_person(person)),
        own_user_name: asked_of(conn, viewer, now)?,
        form,
    })
}

fn shown_grant(viewer: &Viewer, grant: GrantOf) -> ShownGrant {
    ShownGrant {
        id: grant.id,
        role: grant.role.as_str(),
        last_held_at: grant.last_held_at(),
        unit_name: grant.unit_name,
        session_title: grant.session_title,
        granted_at: grant.granted_at,
        starts_at: grant.starts_at,
        may_revoke: model::may_grant(viewer, grant.role),
    }
}

/// A refused form shows the page again; other errors go their way.
async fn or_again(
    app: &App,
    visit: &Visit,
    person: PersonId,
    form: AccountForm,
    done: Result<HttpResponse>,
) -> Result<HttpResponse> {
    let Err(Error::Refused(problems)) = done else { return done };
    let content = read(app, visit, person, form).await?;
    page::refused(app, visit, "accounts/account", &content, &problems)
}

/// `POST /people/{id}/account/invite`: makes the account if need be, and a link, mailed or to be printed.
pub async fn invite(app: Data<App>, visit: Visit, id: Path<PersonId>, form: Form<AccountForm>) -> Result<HttpResponse> {
    let (person, viewer, now) = (id.into_inner(), visit.viewer()?.clone(), app.clock.now());
    let Ok(how) = form.fields.how.parse::<HandedOver>() else {
        let problems = vec![Problem::at("how", Message::new("account-how-missing"))];
        return or_again(&app, &visit, person, form.fields, Err(Error::Refused(problems))).await;
    };
    if let Err(refused) = prove(&app, &viewer, &form.fields.password).await {
        return or_again(&app, &visit, person, form.fields, Err(refused)).await;
    }
    let (user_name, key) = (form.fields.user_name.clone(), form.key);
    let done = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                let invitation = accounts::invite(conn, &viewer, person, &user_name, how, now)?;
                Ok(match how {
                    HandedOver::Mail => links::account(person),
                    HandedOver::Paper => links::slips(invitation),
                })
            })
        })
        .await;
    let sentence = match how {
        HandedOver::Mail => by_mail(&app, &visit, now).await?,
        HandedOver::Paper => Message::new("account-invited-on-paper"),
    };
    or_again(&app, &visit, person, form.fields, done.map(|to| page::redirect(&app, &visit, &to, &sentence))).await
}

/// What is said of a link that is to go by mail: that it goes, or that mail does not go out at present.
async fn by_mail(app: &App, visit: &Visit, now: Moment) -> Result<Message> {
    let viewer = visit.viewer()?.clone();
    let notice = app.db.read(move |conn| MailNotice::find(conn, &viewer, now)).await?;
    let goes = notice.is_none() && MailNotice::without_server(app).is_none();
    Ok(Message::new(if goes { "account-invited-by-mail" } else { "account-invited-mail-waits" }))
}

/// `POST /people/{id}/account/disable`
pub async fn disable(
    app: Data<App>,
    visit: Visit,
    id: Path<PersonId>,
    form: Form<AccountForm>,
) -> Result<HttpResponse> {
    let (person, viewer, now) = (id.into_inner(), visit.viewer()?.clone(), app.clock.now());
    let version = form.fields.version.parse().map_err(|_| Error::Conflict)?;
    let done = app.db.write(move |conn| accounts::disable(conn, &viewer, person, version, now)).await;
    let to = links::account(person);
    let done = done.map(|()| page::redirect(&app, &visit, &to, &Message::new("account-disabled-done")));
    or_again(&app, &visit, person, form.fields, done).await
}

/// `POST /people/{id}/account/enable`
pub async fn enable(app: Data<App>, visit: Visit, id: Path<PersonId>, form: Form<AccountForm>) -> Result<HttpResponse> {
    let (person, viewer, now) = (id.into_inner(), visit.viewer()?.clone(), app.clock.now());
    let version = form.fields.version.parse().map_err(|_| Error::Conflict)?;
    app.db.write(move |conn| accounts::enable(conn, &viewer, person, version, now)).await?;
    Ok(page::redirect(&app, &visit, &links::account(person), &Message::new("account-enabled-done")))
}

/// `POST /people/{id}/account/grant`
pub async fn grant(app: Data<App>, visit: Visit, id: Path<PersonId>, form: Form<AccountForm>) -> Result<HttpResponse> {
    let (person, viewer, now) = (id.into_inner(), visit.viewer()?.clone(), app.clock.now());
    let Ok(role) = form.fields.role.parse::<Role>() else {
        let problems = vec![Problem::at("role", Message::new("account-role-missing"))];
        return or_again(&app, &visit, person, form.fields, Err(Error::Refused(problems))).await;
    };
    let (from, until) = (read_day(&form.fields.from, "from"), read_day(&form.fields.until, "until"));
    let (from, until) = match (from, until) {
        (Ok(from), Ok(until)) => (from, until),
        (from, until) => {
            let problems = from.err().into_iter().chain(until.err()).collect();
            return or_again(&app, &visit, person, form.fields, Err(Error::Refused(problems))).await;
        }
    };
    let start_of = |day: NaiveDate| app.clock.moment(day, NaiveTime::MIN);
    let new = NewGrant {
        role,
        unit: form.fields.unit.parse().ok(),
        session: form.fields.session.parse().ok(),
        starts_at: from.map(start_of),
        // The last day belongs to it.
        ends_at: until.and_then(|day| day.succ_opt()).map(start_of),
    };
    if let Err(refused) = prove(&app, &viewer, &form.fields.password).await {
        return or_again(&app, &visit, person, form.fields, Err(refused)).await;
    }
    let said =
        if from.is_some_and(|day| app.clock.today() < day) { "account-granted-later" } else { "account-granted-done" };
    let done = app.db.write(move |conn| {
        accounts::grant(conn, &viewer, person, &new, now)?;
        Ok(queries::find_account_of(conn, person)?.person_name)
    });
    let (done, to) = (done.await, links::account(person));
    let role = i18n::word_of(visit.language, "role-", role.as_str());
    let message = |name: String| Message::new(said).with("name", name).with("role", role);
    let done = done.map(|name| page::redirect(&app, &visit, &to, &message(name)));
    or_again(&app, &visit, person, form.fields, done).await
}

fn read_day(text: &str, field: &'static str) -> Result<Option<NaiveDate>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Problem::at(field, Message::new("account-day-wrong"))),
    }
}

/// `POST /people/{id}/account/revoke`
pub async fn revoke(app: Data<App>, visit: Visit, id: Path<PersonId>, form: Form<AccountForm>) -> Result<HttpResponse> {
    let (person, viewer, now) = (id.into_inner(), visit.viewer()?.clone(), app.clock.now());
    let grant = GrantId(form.fields.grant.parse().map_err(|_| Error::NotFound("role"))?);
    if let Err(refused) = prove(&app, &viewer, &form.fields.password).await {
        return or_again(&app, &visit, person, form.fields, Err(refused)).await;
    }
    let done = app.db.write(move |conn| accounts::revoke(conn, &viewer, person, grant, now)).await;
    let to = links::account(person);
    let done = done.map(|()| page::redirect(&app, &visit, &to, &Message::new("account-revoked-done")));
    or_again(&app, &visit, person, form.fields, done).await
}

/// `POST /people/{id}/account/factor`: the security duty takes away the factor of somebody who lost it.
pub async fn reset_factor(
    app: Data<App>,
    visit: Visit,
    id: Path<PersonId>,
    form: Form<AccountForm>,
) -> Result<HttpResponse> {
    let (person, viewer, now) = (id.into_inner(), visit.viewer()?.clone(), app.clock.now());
    if let Err(refused) = prove(&app, &viewer, &form.fields.password).await {
        return or_again(&app, &visit, person, form.fields, Err(refused)).await;
    }
    app.db.write(move |conn| factor::reset(conn, &viewer, person, now)).await?;
    Ok(page::redirect(&app, &visit, &links::account(person), &Message::new("factor-reset-done")))
}
