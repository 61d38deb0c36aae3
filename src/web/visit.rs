//! Who asks, and in which language: worked out once, before any handler.

use super::form::SwitchedTo;
use super::{App, Permission, ROUTES, admission, cookies, errors, refusals};
use crate::access::Viewer;
use crate::accounts::{queries, secret};
use crate::attendance::kiosk::{self, FoundKiosk};
use crate::error::{Error, Result};
use crate::i18n::Language;
use crate::links;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::rc::Rc;

/// One request: who asks, in which language, with which token for forms.
#[derive(Clone)]
pub struct Visit(Rc<VisitParts>);

/// The parts of a [`Visit`].
#[derive(Clone)]
pub struct VisitParts {
    pub viewer: Option<Viewer>,
    pub language: Language,
    /// What every form of this browser has to send back.
    pub csrf: String,
    /// The address asked for, with its query, without the language switch.
    pub path: String,
    /// The route's pattern, for the log.
    pub pattern: String,
    /// The kiosk whose pages are asked for. Nobody is signed in on them, whatever login the browser has.
    pub kiosk: Option<FoundKiosk>,
    /// Where the request came from.
    pub origin: String,
    /// Whether it came from this machine itself, and not through a proxy.
    pub is_from_here: bool,
    /// The cookie of a browser that has signed in before, unproven.
    pub device: Option<String>,
    /// Whether the browser sent back a cookie that it was given before.
    pub keeps_cookies: bool,
    /// What the browser kept of a scan at this address, unproven.
    pub scan: Option<String>,
    /// What the browser holds between password and code, unproven.
    pub step: Option<String>,
    /// A role asks for a second factor that the viewer does not have: they reach their own check-in and tasks alone.
    pub must_enrol: bool,
    /// One sentence about the last act, for this page.
    pub notice: Option<String>,
    /// The id of the request, as its answer, each line of the log and the audit trail say it.
    pub request: String,
    /// The hash of the login's token that the browser sent, not looked up yet: on a route that does so in its write.
    pub login: Option<String>,
    /// The token of the login or of the visit, which [`VisitParts::csrf`] was derived from.
    key: String,
}

impl std::ops::Deref for Visit {
    type Target = VisitParts;
    fn deref(&self) -> &VisitParts {
        &self.0
    }
}

impl Visit {
    /// The viewer of a route that only admits who is signed in.
    ///
    /// # Errors
    /// `NotFound` on a route that admits anyone, when nobody is signed in.
    pub fn viewer(&self) -> Result<&Viewer> {
        self.viewer.as_ref().ok_or(Error::NotFound("page"))
    }

    /// The kiosk of a route that only admits kiosks.
    ///
    /// # Errors
    /// `NotFound` on a route that admits anyone, when the browser is no kiosk.
    pub fn kiosk(&self) -> Result<&FoundKiosk> {
        self.kiosk.as_ref().ok_or(Error::NotFound("kiosk"))
    }

    /// The same visit with its viewer, on a route that looks for them by itself.
    ///
    /// # Errors
    /// `Broken` when they cannot be looked for.
    pub(super) async fn with_viewer(&self, app: &App) -> Result<Self> {
        let found = find_viewer(app, self.login.clone(), &self.origin, &self.request).await?;
        let (viewer, must_enrol) = found.map_or((None, false), |(viewer, must_enrol)| (Some(viewer), must_enrol));
        Ok(Self(Rc::new(VisitParts { viewer, must_enrol, ..VisitParts::clone(self) })))
    }

    /// The same visit in another language.
    pub(super) fn speaking(&self, language: Language) -> Self {
        Self(Rc::new(VisitParts { language, ..VisitParts::clone(self) }))
    }

    /// Whether a form came from a page shown to this browser.
    pub(super) fn is_own_form(&self, app: &App, token: &str) -> bool {
        app.secret.verify("csrf", &self.key, token)
    }
}

impl FromRequest for Visit {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let visit = request.extensions().get::<Visit>().cloned();
        ready(visit.ok_or_else(|| anyhow::anyhow!("a handler ran without a visit").into()))
    }
}

impl FromRequest for Viewer {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let visit = request.extensions().get::<Visit>().cloned();
        ready(visit.and_then(|visit| visit.viewer.clone()).ok_or(Error::NotFound("page")))
    }
}

/// The middleware around every route: works out the visit, decides, and turns errors into pages.
pub(super) async fn admit<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let app =
        request.app_data::<Data<App>>().cloned().ok_or_else(|| Error::Broken(anyhow::anyhow!("no App was set up")))?;
    let pattern = request.match_pattern().unwrap_or_default();
    // Style sheets need nobody, and are asked for most.
    if pattern.starts_with("/static/") {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let origin = origin(&app, &request);
    let name = super::request_id::of(&request);
    let route = ROUTES.iter().find(|route| route.path == pattern && route.method == *request.method());
    let looks_by_itself = route.is_some_and(|route| route.permission == Permission::SignedInByWrite);
    let is_kiosk_page = pattern == links::KIOSK || pattern.starts_with("/kiosk/");
    let token_of = |name| request.cookie(name).map(|cookie| cookie.value().to_owned());
    let login_token = if is_kiosk_page { token_of(cookies::KIOSK) } else { token_of(cookies::login_name(&app)) };
    let login = login_token.as_deref().map(secret::hash_token);
    let found = if is_kiosk_page {
        find_kiosk(&app, login_token.clone()).await.map(|kiosk| (None, kiosk))
    } else if looks_by_itself {
        Ok((None, None))
    } else {
        find_viewer(&app, login.clone(), &origin, &name).await.map(|found| (found, None))
    };
    let ((found, kiosk), failure) = match found {
        Ok(found) => (found, None),
        Err(failure) => ((None, None), Some(failure)),
    };
    let (viewer, must_enrol) = found.map_or((None, false), |(viewer, must_enrol)| (Some(viewer), must_enrol));
    let (wanted_language, path) = split_language(&request);
    let language = language(&request, wanted_language);
    let is_known = viewer.is_some() || kiosk.is_some() || looks_by_itself;
    let (key, new_visit) = match (is_known, login_token, request.cookie(cookies::VISIT)) {
        (true, Some(token), _) => (token, false),
        (_, _, Some(visit)) if visit.value().len() == 64 => (visit.value().to_owned(), false),
        (_, _, _) => (secret::random_token(), true),
    };
    let stored_notice = request.cookie(cookies::NOTICE).and_then(|cookie| cookies::read_notice(cookie.value()));
    let notice = stored_notice.as_ref().filter(|(at, _)| *at == path).map(|(_, sentence)| sentence.clone());
    let notice_is_over =
        stored_notice.is_some() && notice.is_none() && request.method() == Method::GET && failure.is_none();
    let visit = Visit(Rc::new(VisitParts {
        csrf: app.secret.derive("csrf", &key),
        viewer,
        must_enrol,
        step: request.cookie(cookies::STEP).map(|cookie| cookie.value().to_owned()),
        kiosk,
        language,
        path,
        pattern,
        origin,
        is_from_here: is_from_here(&request),
        device: request.cookie(cookies::DEVICE).map(|cookie| cookie.value().to_owned()),
        keeps_cookies: !new_visit,
        scan: request.cookie(cookies::SCAN).map(|cookie| cookie.value().to_owned()),
        notice,
        request: name,
        login,
        key,
    }));
    request.extensions_mut().insert(visit.clone());

    let refusal = match failure {
        Some(failure) => Some(errors::answer(&app, &visit, &failure)),
        None => admission::refuse(&app, &visit, &request, route),
    };
    let mut response = match refusal {
        Some(refusal) => request.into_response(refusal),
        None => {
            let response = next.call(request).await?.map_into_boxed_body();
            match response.response().error().map(|error| error.as_error::<Error>()) {
                None => response,
                Some(Some(error)) => {
                    let page = errors::answer(&app, &visit, error);
                    response.into_response(page)
                }
                Some(None) => {
                    let page = errors::answer(&app, &visit, &errors::unreadable());
                    response.into_response(page)
                }
            }
        }
    };
    let status = response.status();
    if let (Some(route), StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) = (route, status) {
        refusals::note(&app, &visit, route, status).await;
    }
    let switched_to = response.request().extensions().get::<SwitchedTo>().map(|switched| switched.0);
    let answer = response.response_mut();
    let is_page =
        answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if new_visit && is_page {
        let _ = answer.add_cookie(&cookies::visit(&app, visit.key.clone()));
    }
    if let Some(wanted) = wanted_language.or(switched_to) {
        let _ = answer.add_cookie(&cookies::language(&app, wanted));
    }
    if notice_is_over && is_page {
        let _ = answer.add_cookie(&cookies::no_notice(&app));
    }
    Ok(response)
}

async fn find_kiosk(app: &App, token: Option<String>) -> Result<Option<FoundKiosk>> {
    let Some(token) = token else { return Ok(None) };
    let now = app.clock.now();
    app.db.glance(move |conn| kiosk::find_by_token(conn, &token, now)).await
}

/// Who holds a login, and whether they have to set up a second factor before they may what they were granted.
async fn find_viewer(app: &App, hash: Option<String>, origin: &str, request: &str) -> Result<Option<(Viewer, bool)>> {
    let Some(hash) = hash else { return Ok(None) };
    let (now, origin) = (app.clock.now(), origin.to_owned());
    let found = app.db.glance(move |conn| Ok(queries::find_login(conn, &hash, now, &origin)?)).await?;
    let Some(mut found) = found else { return Ok(None) };
    found.viewer.request = request.to_owned();
    if now - found.last_seen_at >= crate::accounts::model::SEEN_EVERY {
        let login = found.viewer.login;
        let seen = app.db.write(move |conn| Ok(queries::mark_login_seen(conn, login, now)?)).await;
        if let Err(error) = seen {
            // The page is worth more than the note: the login only ends a little early.
            tracing::warn!(%error, "a login's last use could not be written down");
        }
    }
    let must_enrol = !found.has_factor && found.viewer.is_full() && app.foot.asks_for_factor(&found.viewer.grants);
    if must_enrol {
        found.viewer.grants.clear();
    }
    Ok(Some((found.viewer, must_enrol)))
}

fn origin(app: &App, request: &ServiceRequest) -> String {
    let peer: Option<IpAddr> = request.peer_addr().map(|address| address.ip());
    let trusted = |address: &IpAddr| app.config.trusted_proxies.contains(address);
    let Some(peer) = peer else { return String::new() };
    if !trusted(&peer) {
        return peer.to_string();
    }
    let forwarded = request.headers().get("x-forwarded-for").and_then(|value| value.to_str().ok()).unwrap_or("");
    // From the right: what the nearest trusted proxy added stands last; the first that is no proxy of ours is the visitor.
    let visitor = forwarded.rsplit(',').filter_map(|part| part.trim().parse().ok()).find(|address| !trusted(address));
    visitor.unwrap_or(peer).to_string()
}

/// Whether the visitor sits at this machine. A proxy on it would make everybody look so, and says that it is one.
fn is_from_here(request: &ServiceRequest) -> bool {
    let is_forwarded =
        ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| request.headers().contains_key(*name));
    !is_forwarded && request.peer_addr().is_some_and(|address| address.ip().is_loopback())
}

/// The language asked for by `?lang=`, and the address without it.
fn split_language(request: &ServiceRequest) -> (Option<Language>, String) {
    let mut wanted = None;
    let mut rest: Vec<&str> = Vec::new();
    for pair in request.query_string().split('&').filter(|pair| !pair.is_empty()) {
        match pair.strip_prefix("lang=").and_then(|word| word.parse().ok()) {
            Some(language) => wanted = Some(language),
            None => rest.push(pair),
        }
    }
    let path = request.path();
    (wanted, if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) })
}

fn language(request: &ServiceRequest, wanted: Option<Language>) -> Language {
    let remembered = || request.cookie(cookies::LANGUAGE).and_then(|cookie| cookie.value().parse().ok());
    let preferred = || {
        let header = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Language::preferred(header.unwrap_or(""))
    };
    wanted.or_else(remembered).unwrap_or_else(preferred)
}
