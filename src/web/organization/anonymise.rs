//! `/people/{id}/anonymise`: HQ takes the name of somebody who has left out of everything.

use crate::access::{Reach, Viewer};
use crate::error::{Error, Message, Result};
use crate::links;
use crate::organization::queries;
use crate::personal::{self, Anonymised};
use crate::store::ids::PersonId;
use crate::web::form::{Button, Form};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

#[derive(Serialize)]
struct AskPage {
    name: String,
    action: String,
    back: String,
}

/// `GET /people/{id}/anonymise`: says what goes and what stays, and asks.
pub async fn ask(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<PersonId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let person = app.db.read(move |conn| queries::find_person(conn, &Reach::Group, viewer.person, id)).await?;
    if person.left_on.is_none() {
        return Err(Error::NotFound("person who has left"));
    }
    let content = AskPage { name: person.name, action: links::anonymise(id), back: links::person(id) };
    page::show(&app, &visit, "organization/anonymise", &content)
}

/// `POST /people/{id}/anonymise`.
pub async fn anonymise(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<PersonId>,
    _: Form<Button>,
) -> Result<HttpResponse> {
    let (id, now) = (id.into_inner(), app.clock.now());
    let done = app.db.write(move |conn| personal::anonymise(conn, &viewer, id, now)).await?;
    let sentence = match done {
        Anonymised::Everywhere => "anonymise-done",
        Anonymised::ButForWords => "anonymise-done-but-for-words",
    };
    Ok(page::redirect(&app, &visit, &links::person(id), &Message::new(sentence)))
}
