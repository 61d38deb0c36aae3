//! Style sheets and scripts, and whether the program lives and is ready.

use super::App;
use crate::error::{Error, Result};
use crate::templates::StaticFiles;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};

/// The address of a style sheet or script: its name holds its hash, so that it can be kept for a year.
pub fn address(name: &str) -> String {
    match (StaticFiles::get(name), name.rsplit_once('.')) {
        (Some(file), Some((stem, ending))) => format!("/static/{stem}-{}.{ending}", hash(&file)),
        (_, _) => format!("/static/{name}"),
    }
}

fn hash(file: &rust_embed::EmbeddedFile) -> String {
    file.metadata.sha256_hash().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// `GET /static/{name}`: a style sheet or script, by the name with its hash.
pub async fn file(name: Path<String>) -> Result<HttpResponse> {
    let missing = || Error::NotFound("file");
    let (stem, ending) = name.rsplit_once('.').ok_or_else(missing)?;
    let (stem, wanted) = stem.rsplit_once('-').ok_or_else(missing)?;
    let found = StaticFiles::get(&format!("{stem}.{ending}")).ok_or_else(missing)?;
    if hash(&found) != wanted {
        return Err(missing());
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, found.metadata.mimetype().to_owned()))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(found.data.into_owned()))
}

/// `GET /healthz`: the process lives.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// `GET /readyz`: the database can be written to and its tables are up to date (they are, or we had not started).
pub async fn readyz(app: Data<App>) -> Result<HttpResponse> {
    match app.db.write(crate::store::touch).await {
        Ok(()) => Ok(HttpResponse::Ok().content_type("text/plain").body("ready\n")),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Ok(HttpResponse::ServiceUnavailable().content_type("text/plain").body("not ready\n"))
        }
    }
}
