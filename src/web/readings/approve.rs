//! `/readings/approve`: everything that awaits approval, to be approved at once.

use crate::access::Viewer;
use crate::error::{Message, Result};
use crate::links;
use crate::readings::{self, approve};
use crate::store::ids::ReadingId;
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize)]
struct AllPage {
    action: &'static str,
    name: String,
    n_readings: usize,
    n_questions: usize,
    readings: Vec<Line>,
    questions: Vec<Line>,
    digest: String,
}

/// A reading, or the questions about one.
#[derive(Serialize)]
struct Line {
    href: String,
    heading: String,
    n: usize,
}

/// `GET /readings/approve`: what it covers.
pub async fn ask(app: Data<App>, visit: Visit, viewer: Viewer) -> Result<HttpResponse> {
    let language = visit.language;
    let (all, titles) =
        app.db.read(move |conn| Ok((approve::awaiting(conn)?, readings::titles(conn, language)?))).await?;
    let title = |id: &ReadingId| titles.get(id).cloned().unwrap_or_default();
    let mut by_reading: BTreeMap<ReadingId, usize> = BTreeMap::new();
    for (id, _) in &all.questions {
        *by_reading.entry(*id).or_default() += 1;
    }
    let content = AllPage {
        action: links::APPROVE_READINGS,
        name: viewer.name,
        n_readings: all.readings.len(),
        n_questions: all.questions.len(),
        readings: all
            .readings
            .iter()
            .map(|(id, _)| Line { href: links::reading(*id), heading: title(id), n: 0 })
            .collect(),
        questions: by_reading
            .iter()
            .map(|(id, n)| Line { href: links::reading_part(*id, "questions"), heading: title(id), n: *n })
            .collect(),
        digest: all.digest(),
    };
    page::show(&app, &visit, "readings/approve-all", &content)
}

#[derive(Deserialize)]
pub struct AllForm {
    #[serde(default)]
    digest: String,
}

/// `POST /readings/approve`: as it was shown.
pub async fn all(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<AllForm>) -> Result<HttpResponse> {
    let (now, digest) = (app.clock.now(), form.fields.digest);
    app.db.write(move |conn| approve::approve_all(conn, &viewer, &digest, now)).await?;
    Ok(page::redirect(&app, &visit, links::READINGS, &Message::new("library-approved-all")))
}
