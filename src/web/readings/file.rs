//! `/readings/{id}/file/{file}`: a reading that is a file.

use crate::error::Result;
use crate::files::{self, Subject};
use crate::store::ids::{FileUseId, ReadingId};
use crate::web::App;
use crate::web::download::attachment;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

/// The file, to be downloaded and never shown within the program.
pub async fn download(app: Data<App>, of: Path<(ReadingId, FileUseId)>) -> Result<HttpResponse> {
    let (id, file) = of.into_inner();
    let file = app.db.read(move |conn| files::queries::find_use(conn, Subject::Reading(id), file)).await?;
    let content = files::read(&app.config.files_folder(), &file).await?;
    Ok(attachment(&format!("reading-{id}"), &file, content))
}
