//! 到场开通: the QR at the kiosk, and the page that the phone opens.

use super::Head;
use super::pages::{PersonForm, back_to_start};
use crate::attendance::kiosk::{self, Standing, model};
use crate::clock::Moment;
use crate::error::{Error, Message, Result};
use crate::links;
use crate::secret;
use crate::store::form_keys;
use crate::store::ids::{DoorOpeningId, PersonId};
use crate::web::form::{Button, Form};
use crate::web::visit::Visit;
use crate::web::{App, cookies, page};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Serialize;

/// While the QR is shown, the page is loaded anew after this many seconds, to see whether it was scanned.
const REFRESH_SECONDS: i64 = 4;
/// How long it says that the phone was opened.
const RESULT_SECONDS: i64 = 4;

/// `POST /kiosk/door`: asks for a QR for the phone of somebody who stands before the kiosk.
pub async fn open(app: Data<App>, visit: Visit, form: Form<PersonForm>) -> Result<HttpResponse> {
    let (found, now, address) = (visit.kiosk()?.clone(), app.clock.now(), visit.origin.clone());
    let person: PersonId = form.fields.person.parse().map_err(|_| Error::NotFound("person"))?;
    if found.standing != Standing::Works {
        return Err(Error::refused(Message::new("kiosk-is-over")));
    }
    let key = form.key;
    let to = app
        .db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                Ok(links::kiosk_door(kiosk::open_door(conn, &found, person, &address, now)?))
            })
        })
        .await?;
    Ok(page::go(&to))
}

#[derive(Serialize)]
struct DoorPage {
    head: Head,
    name: String,
    unit: String,
    /// What the QR says, while it can be used.
    address: Option<String>,
    is_used: bool,
    expires_at: Moment,
}

/// `GET /kiosk/door/{id}`: the QR, until it was scanned or is too old.
pub async fn show(app: Data<App>, visit: Visit, id: Path<DoorOpeningId>) -> Result<HttpResponse> {
    let (found, now, id) = (visit.kiosk()?.clone(), app.clock.now(), id.into_inner());
    let of = app.db.read(move |conn| kiosk::find_door(conn, id)).await?;
    if of.kiosk.id != found.kiosk.id {
        return Err(Error::NotFound("opening"));
    }
    let can_be_used = of.opening.can_be_used(now) && found.standing == Standing::Works;
    let address = || {
        let token = kiosk::door_token(&app.secret, id, &of.opening.nonce);
        format!("{}{}", app.config.base_url(), links::door(id, &token))
    };
    let content = DoorPage {
        head: Head::of(&found, now),
        name: of.row.name.clone(),
        unit: of.row.unit_name.clone(),
        address: can_be_used.then(address),
        is_used: of.opening.used_at.is_some(),
        expires_at: of.opening.expires_at,
    };
    let mut response = page::show(&app, &visit, "kiosk/door", &content)?;
    if can_be_used {
        super::super::check_in::refresh_in(&mut response, REFRESH_SECONDS);
    } else {
        back_to_start(&mut response, RESULT_SECONDS);
    }
    Ok(response)
}

#[derive(Serialize)]
struct AskPage {
    title: String,
    starts_at: Moment,
    ends_at: Moment,
    /// Hidden but for its ends: the address may have been opened by somebody else.
    name: String,
    can_be_used: bool,
    remembers_days: i64,
    /// Signed in as this very person already: then they are checked in and nothing else changes.
    is_own: bool,
}

/// `GET /door/{id}/{token}`: whose phone is to be opened, and a button. Changes nothing.
pub async fn ask(app: Data<App>, visit: Visit, link: Path<(DoorOpeningId, String)>) -> Result<HttpResponse> {
    ask_with(&app, &visit, link.into_inner(), StatusCode::OK).await
}

async fn ask_with(
    app: &App,
    visit: &Visit,
    (id, token): (DoorOpeningId, String),
    status: StatusCode,
) -> Result<HttpResponse> {
    let now = app.clock.now();
    let read = move |conn: &mut crate::store::Conn| {
        Ok((kiosk::find_door(conn, id)?, crate::settings::current(conn)?.remembered_days))
    };
    let (of, remembers_days) = app.db.read(read).await?;
    if !secret::is_same(&kiosk::door_token(&app.secret, id, &of.opening.nonce), &token) {
        return Err(Error::NotFound("opening"));
    }
    let works = model::standing(&of.kiosk, &of.session, now) == Standing::Works;
    let content = AskPage {
        can_be_used: of.opening.can_be_used(now) && works && status == StatusCode::OK,
        is_own: visit.viewer.as_ref().is_some_and(|viewer| viewer.person == of.row.person_id),
        name: model::masked(&of.row.name),
        title: of.session.title,
        starts_at: of.session.starts_at,
        ends_at: of.session.ends_at,
        remembers_days,
    };
    page::show_with(app, visit, status, "kiosk/enter", &content)
}

/// `POST /door/{id}/{token}`: checks the phone's owner in and remembers the phone, once.
pub async fn enter(
    app: Data<App>,
    visit: Visit,
    link: Path<(DoorOpeningId, String)>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let ((id, link_token), now, secret) = (link.into_inner(), app.clock.now(), app.secret.clone());
    let (token, viewer, address) = (secret::random_token(), visit.viewer.clone(), visit.origin.clone());
    let (kept, compared) = (token.clone(), link_token.clone());
    let done = app
        .db
        .write(move |conn| {
            let nonce = kiosk::find_door(conn, id)?.opening.nonce;
            if !secret::is_same(&kiosk::door_token(&secret, id, &nonce), &compared) {
                return Err(Error::NotFound("opening"));
            }
            kiosk::use_door(conn, id, viewer.as_ref(), &kept, &address, now)
        })
        .await;
    match done {
        Ok(done) => {
            let mut response = page::go(&links::checked_in(done.session));
            if let Some(days) = done.remembered_days {
                let _ = response.add_cookie(&cookies::remembered(&app, &token, days));
            }
            Ok(response)
        }
        // Too late, or used by somebody faster: said on the page itself.
        Err(Error::Refused(_)) => ask_with(&app, &visit, (id, link_token), StatusCode::UNPROCESSABLE_ENTITY).await,
        Err(failure) => Err(failure),
    }
}
