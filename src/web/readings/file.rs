//! `/readings/{id}/file/{file}`: a reading that is a file.

use crate::error::Result;
use crate::files::{self, Subject};
use crate::links;
use crate::store::ids::{FileUseId, ReadingId};
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};

/// The file, to be downloaded and never shown within the program.
pub async fn download(app: Data<App>, of: Path<(ReadingId, FileUseId)>) -> Result<HttpResponse> {
    let (id, file) = of.into_inner();
    let file = app.db.read(move |conn| files::queries::find_use(conn, Subject::Reading(id), file)).await?;
    let content = files::read(&app.config.files_folder(), &file).await?;
    let plain = format!("reading-{id}.{}", file.kind.ending());
    let name = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", links::percent(&file.name));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.kind.content_type()))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(content))
}
