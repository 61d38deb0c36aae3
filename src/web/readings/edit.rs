//! `/readings/new` and `/readings/{id}/edit`: HQ's own readings, text or file, each change a version.

use crate::access::Viewer;
use crate::error::{Argument, Error, Message, Problem, Result};
use crate::files;
use crate::links;
use crate::readings::edit::{self, BODY_LENGTH, Draft, TypedCitation};
use crate::readings::{queries, statutes};
use crate::store::form_keys;
use crate::store::ids::ReadingId;
use crate::web::form::{Upload, differences, suffix, text_field};
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};

const _: () = assert!(Upload::MOST_BYTES >= files::READINGS.most_bytes);

/// Rows for what is cited, at least.
const CITATION_ROWS: usize = 2;

#[derive(Debug, Default, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct ReadingForm {
    version: String,
    title_zh: String,
    title_en: String,
    summary_zh: String,
    summary_en: String,
    issuer_zh: String,
    issuer_en: String,
    document_number: String,
    in_force: String,
    body_zh: String,
    body_en: String,
    sources_zh: String,
    sources_en: String,
    statute: Vec<String>,
    article: Vec<String>,
    statute_in_force: Vec<String>,
    drop_file: String,
    /// One more row for what is cited: the form is shown again and nothing is saved.
    again: String,
}

#[derive(Serialize)]
struct FormPage {
    action: String,
    back: String,
    is_new: bool,
    heading: &'static str,
    form: ReadingForm,
    citations: Vec<CitationRow>,
    statutes: Vec<String>,
    body_length: usize,
    /// The file that goes with it now.
    file_name: Option<String>,
}

#[derive(Serialize)]
struct CitationRow {
    n: usize,
    suffix: String,
    statute: String,
    article: String,
    in_force: String,
}

impl ReadingForm {
    fn of(draft: &Draft, version: i64) -> Self {
        let each = |of: fn(&TypedCitation) -> &String| draft.citations.iter().map(|one| of(one).clone()).collect();
        Self {
            version: version.to_string(),
            title_zh: draft.title_zh.clone(),
            title_en: draft.title_en.clone(),
            summary_zh: draft.summary_zh.clone(),
            summary_en: draft.summary_en.clone(),
            issuer_zh: draft.issuer_zh.clone(),
            issuer_en: draft.issuer_en.clone(),
            document_number: draft.document_number.clone(),
            in_force: draft.in_force.clone(),
            body_zh: draft.body_zh.clone(),
            body_en: draft.body_en.clone(),
            sources_zh: draft.sources_zh.clone(),
            sources_en: draft.sources_en.clone(),
            statute: each(|one| &one.statute),
            article: each(|one| &one.article),
            statute_in_force: each(|one| &one.in_force),
            drop_file: String::new(),
            again: String::new(),
        }
    }

    fn row(&self, n: usize) -> TypedCitation {
        let at = |column: &[String]| column.get(n).cloned().unwrap_or_default();
        TypedCitation { statute: at(&self.statute), article: at(&self.article), in_force: at(&self.statute_in_force) }
    }

    fn draft(&self) -> Draft {
        Draft {
            title_zh: self.title_zh.clone(),
            title_en: self.title_en.clone(),
            summary_zh: self.summary_zh.clone(),
            summary_en: self.summary_en.clone(),
            issuer_zh: self.issuer_zh.clone(),
            issuer_en: self.issuer_en.clone(),
            document_number: self.document_number.clone(),
            in_force: self.in_force.clone(),
            body_zh: self.body_zh.clone(),
            body_en: self.body_en.clone(),
            sources_zh: self.sources_zh.clone(),
            sources_en: self.sources_en.clone(),
            citations: (0..self.statute.len()).map(|n| self.row(n)).collect(),
            drop_file: !self.drop_file.is_empty(),
        }
    }

    /// What is cited, a line each, to be compared.
    fn cited(&self) -> String {
        let row = |n| {
            let row = self.row(n);
            format!("{} {} {}", row.statute.trim(), row.article.trim(), row.in_force.trim()).trim().to_owned()
        };
        (0..self.statute.len()).map(row).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("；")
    }
}

/// `GET /readings/new`.
pub async fn new_form(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    show_form(&app, &visit, None, ReadingForm::default(), &[]).await
}

/// `GET /readings/{id}/edit`.
pub async fn edit_form(app: Data<App>, visit: Visit, id: Path<ReadingId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let form = stored(&app, id).await?;
    show_form(&app, &visit, Some(id), form, &[]).await
}

/// What is stored now, as the form has it; `NotFound` for what ships.
async fn stored(app: &App, id: ReadingId) -> Result<ReadingForm> {
    app.db
        .read(move |conn| {
            let reading = queries::find(conn, id)?;
            if reading.row.shipped {
                return Err(Error::NotFound("reading"));
            }
            let citations = queries::list_citations(conn, id, reading.version.number)?;
            Ok(ReadingForm::of(&Draft::of(&reading.version, &citations), reading.row.version))
        })
        .await
}

async fn show_form(
    app: &App,
    visit: &Visit,
    id: Option<ReadingId>,
    form: ReadingForm,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let (statutes, file_name) = app
        .db
        .read(move |conn| {
            let statutes = statutes::queries::list(conn)?;
            let Some(id) = id else { return Ok((statutes, None)) };
            let file = match queries::find(conn, id)?.version.file_use_id {
                Some(file) => Some(files::queries::find_use(conn, files::Subject::Reading(id), file)?.name),
                None => None,
            };
            Ok((statutes, file))
        })
        .await?;
    let n_rows = form.statute.len().max(CITATION_ROWS) + usize::from(!form.again.is_empty());
    let row = |n: usize| {
        let TypedCitation { statute, article, in_force } = form.row(n);
        CitationRow { n: n + 1, suffix: suffix(n), statute, article, in_force }
    };
    let content = FormPage {
        action: id.map_or_else(|| links::NEW_READING.to_owned(), |id| links::reading_part(id, "edit")),
        back: id.map_or_else(|| links::READINGS.to_owned(), links::reading),
        is_new: id.is_none(),
        heading: if id.is_none() { "library-new" } else { "library-edit" },
        citations: (0..n_rows).map(row).collect(),
        statutes: statutes.into_iter().map(|statute| statute.name).collect(),
        body_length: BODY_LENGTH,
        file_name,
        form,
    };
    if problems.is_empty() {
        return page::show(app, visit, "readings/form", &content);
    }
    page::refused(app, visit, "readings/form", &content, problems)
}

/// `POST /readings/new`.
pub async fn add(app: Data<App>, visit: Visit, viewer: Viewer, upload: Upload) -> Result<HttpResponse> {
    keep(&app, &visit, viewer, None, upload).await
}

/// `POST /readings/{id}/edit`.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<ReadingId>,
    upload: Upload,
) -> Result<HttpResponse> {
    keep(&app, &visit, viewer, Some(id.into_inner()), upload).await
}

async fn keep(app: &App, visit: &Visit, viewer: Viewer, id: Option<ReadingId>, upload: Upload) -> Result<HttpResponse> {
    let form: ReadingForm = upload.fields()?;
    if let Some(language) = upload.switch_to {
        return show_form(app, &visit.speaking(language), id, form, &[]).await;
    }
    if !form.again.is_empty() {
        return show_form(app, visit, id, form, &[]).await;
    }
    let has_file = !upload.file_name.is_empty();
    match store(app, viewer, id, &form, upload).await {
        Ok(to) => Ok(page::redirect(app, visit, &to, &Message::new("library-saved"))),
        Err(Error::Refused(mut problems)) => {
            // A browser does not send a file again by itself.
            if has_file && !problems.iter().any(|problem| problem.field == "file") {
                problems.push(Problem::at("file", Message::new("library-file-again")));
            }
            show_form(app, visit, id, form, &problems).await
        }
        Err(Error::Conflict) => {
            let id = id.ok_or(Error::Conflict)?;
            let now = stored(app, id).await?;
            let problems = differences_from(&form, &now);
            show_form(app, visit, Some(id), ReadingForm { version: now.version, ..form }, &problems).await
        }
        Err(other) => Err(other),
    }
}

/// Nothing touches the folder before it is known that everything else is right.
async fn store(app: &App, viewer: Viewer, id: Option<ReadingId>, form: &ReadingForm, upload: Upload) -> Result<String> {
    viewer.require_hq()?;
    let (draft, now, has_file) = (form.draft(), app.clock.now(), !upload.file_name.is_empty());
    // Whether the file of before is still there, the verb sees to.
    let problems = edit::check(&draft, has_file || id.is_some());
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let received = if has_file {
        Some(files::receive(&app.db, &app.clock, &app.config.files_folder(), upload.content, &files::READINGS).await?)
    } else {
        None
    };
    let (name, key) = (upload.file_name, upload.key);
    let version = match id {
        Some(_) => form.version.parse().map_err(|_| Error::Conflict)?,
        None => 0,
    };
    app.db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                let file = received.as_ref().map(|received| (received, name.as_str()));
                let id = match id {
                    None => edit::add(conn, &viewer, &draft, file, now)?,
                    Some(id) => {
                        edit::change(conn, &viewer, id, version, &draft, file, now)?;
                        id
                    }
                };
                Ok(links::reading(id))
            })
        })
        .await
}

fn differences_from(typed: &ReadingForm, stored: &ReadingForm) -> Vec<Problem> {
    let cited = stored.cited();
    differences([
        text_field("title_zh", &typed.title_zh, &stored.title_zh),
        text_field("title_en", &typed.title_en, &stored.title_en),
        text_field("summary_zh", &typed.summary_zh, &stored.summary_zh),
        text_field("summary_en", &typed.summary_en, &stored.summary_en),
        text_field("issuer_zh", &typed.issuer_zh, &stored.issuer_zh),
        text_field("issuer_en", &typed.issuer_en, &stored.issuer_en),
        text_field("document_number", &typed.document_number, &stored.document_number),
        text_field("in_force", &typed.in_force, &stored.in_force),
        ("statute", typed.cited() != cited, Argument::from(if cited.is_empty() { "—" } else { cited.as_str() })),
        text_field("sources_zh", &typed.sources_zh, &stored.sources_zh),
        text_field("sources_en", &typed.sources_en, &stored.sources_en),
        text_field("body_zh", &typed.body_zh, &stored.body_zh),
        text_field("body_en", &typed.body_en, &stored.body_en),
    ])
}
