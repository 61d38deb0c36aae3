//! Whom a route admits, and what meets whoever it does not: the sign-in, the second factor, the notice, or nothing there.

use super::errors::{self, Refusal};
use super::routes::Route;
use super::visit::Visit;
use super::{App, page};
use crate::access::{Role, Viewer};
use crate::error::Error;
use crate::links;
use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::{Method, header};

/// Who may call a route at all. What they may do with a thing, its verb decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Everybody, signed in or not.
    Anyone,
    /// Everybody who is signed in.
    SignedIn,
    /// Everybody who is signed in, found out in the handler's own write: one trip to the database instead of two.
    SignedInByWrite,
    /// Leaders and liaisons of any unit, and HQ.
    Units,
    /// Leaders of any unit, and HQ.
    Leader,
    /// HQ.
    Hq,
    /// HQ and the system duty.
    Settings,
    /// HQ and the security duty.
    Accounts,
    /// As [`Permission::Units`], and inspectors.
    Reports,
    /// Inspectors.
    Inspector,
    /// The audit duty.
    Audit,
    /// A tablet that is a kiosk, whose own cookie reaches nothing else.
    Kiosk,
    /// Nobody but a demo on this machine.
    Demo,
}

impl Permission {
    pub fn name(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::SignedIn | Self::SignedInByWrite => "signed-in",
            Self::Units => "units",
            Self::Leader => "leader",
            Self::Hq => "hq",
            Self::Settings => "settings",
            Self::Accounts => "accounts",
            Self::Reports => "reports",
            Self::Inspector => "inspector",
            Self::Audit => "audit",
            Self::Kiosk => "kiosk",
            Self::Demo => "demo",
        }
    }
}

/// The answer to a request that is not admitted.
pub(super) fn refuse(
    app: &App,
    visit: &Visit,
    request: &ServiceRequest,
    route: Option<&Route>,
) -> Option<HttpResponse> {
    let not_found = || errors::answer(app, visit, &Error::NotFound("page"));
    let Some(route) = route else { return Some(not_found()) };
    // A mail program that pauses reminders in one click comes from elsewhere, with the link's own proof.
    let is_by_mail = visit.pattern == "/reminders/pause/{person}/{token}";
    if request.method() != Method::GET && !is_by_mail && !is_same_origin(app, request) {
        return Some(errors::answer(app, visit, &Error::Forbidden));
    }
    let admitted = match route.permission {
        Permission::SignedInByWrite if visit.login.is_none() => Err(Refusal::SignInFirst),
        permission => admits(permission, visit, app.demo.is_some() && visit.is_from_here),
    };
    match admitted {
        Ok(()) if waits_for_factor(visit) => Some(page::go(links::FACTOR)),
        Err(Refusal::OutOfReach) if waits_for_factor(visit) => Some(page::go(links::FACTOR)),
        Ok(()) if waits_for_notice(visit, request) => Some(page::go(&links::notice_then(&visit.path))),
        Ok(()) => None,
        Err(Refusal::SignInFirst) => Some(
            HttpResponse::SeeOther()
                .insert_header((
                    header::LOCATION,
                    links::login_then(if comes_back(visit, request) { &visit.path } else { "/" }),
                ))
                .finish(),
        ),
        Err(Refusal::OutOfReach) => Some(not_found()),
    }
}

/// Whether signing in may lead back to the address: it shows a page. A check-in's does, whatever was sent to it.
fn comes_back(visit: &Visit, request: &ServiceRequest) -> bool {
    request.method() == Method::GET || visit.pattern == "/c/{code}"
}

/// Whether somebody is first told what is held about them. A check-in in a hall is never stopped for it, nor what is
/// projected there: the notice comes with the next page.
fn waits_for_notice(visit: &Visit, request: &ServiceRequest) -> bool {
    const WITHOUT: &[&str] =
        &["/welcome", "/demo", "/login", "/login/code", "/login/forgotten", "/reach", "/healthz", "/readyz"];
    let pattern = visit.pattern.as_str();
    request.method() == Method::GET
        && visit.viewer.as_ref().is_some_and(|viewer| !viewer.notice_seen)
        && !WITHOUT.contains(&pattern)
        && !["/c", "/help", "/door", "/invitation", "/reminders/pause"]
            .iter()
            .any(|start| pattern == *start || pattern.starts_with(&format!("{start}/")))
        && !["/checked-in", "/screen"].iter().any(|end| pattern.ends_with(end))
}

/// Whether somebody is first led to set up their second factor. Their own check-in and tasks go on meanwhile.
fn waits_for_factor(visit: &Visit) -> bool {
    const WITHOUT: &[&str] = &[
        "/login",
        "/login/code",
        "/login/demo",
        "/logout",
        "/welcome",
        "/help",
        "/help/{role}",
        "/c",
        "/tasks",
        "/healthz",
        "/readyz",
    ];
    let pattern = visit.pattern.as_str();
    visit.must_enrol
        && !WITHOUT.contains(&pattern)
        && !["/me/factor", "/c/", "/door/", "/tasks/"].iter().any(|start| pattern.starts_with(start))
        && !pattern.ends_with("/checked-in")
}

/// Whether a change was asked for by a page of this program. Browsers too old to say are held to the form's token alone.
fn is_same_origin(app: &App, request: &ServiceRequest) -> bool {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match text("origin") {
        None => true,
        Some(origin) if origin == app.config.base_url() => true,
        Some(origin) => origin.split_once("://").map(|(_, host)| host) == text("host"),
    }
}

/// Whether a permission admits the one who asks.
fn admits(permission: Permission, visit: &Visit, is_demo_here: bool) -> Result<(), Refusal> {
    let needs = |allowed: fn(&Viewer) -> bool| match &visit.viewer {
        None => Err(Refusal::SignInFirst),
        Some(viewer) if allowed(viewer) => Ok(()),
        Some(_) => Err(Refusal::OutOfReach),
    };
    match permission {
        Permission::Anyone | Permission::SignedInByWrite => Ok(()),
        Permission::SignedIn => needs(|_| true),
        Permission::Units => needs(|viewer| viewer.is_hq() || viewer.is_leader() || viewer.has(Role::Liaison)),
        Permission::Leader => needs(|viewer| viewer.is_hq() || viewer.is_leader()),
        Permission::Hq => needs(|viewer| viewer.is_hq()),
        Permission::Settings => needs(|viewer| viewer.is_hq() || viewer.has(Role::System)),
        Permission::Accounts => needs(|viewer| viewer.is_hq() || viewer.has(Role::Security)),
        Permission::Reports => needs(|viewer| {
            viewer.is_hq() || viewer.is_leader() || viewer.has(Role::Liaison) || viewer.has(Role::Inspector)
        }),
        Permission::Inspector => needs(|viewer| viewer.has(Role::Inspector)),
        Permission::Audit => needs(|viewer| viewer.has(Role::Audit)),
        Permission::Kiosk if visit.kiosk.is_some() => Ok(()),
        Permission::Kiosk => Err(Refusal::OutOfReach),
        Permission::Demo if is_demo_here => Ok(()),
        Permission::Demo => Err(Refusal::OutOfReach),
    }
}
