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

#[cfg(test)]
mod tests {
    use super::*;

    fn size_bytes(name: &str) -> usize {
        StaticFiles::get(name).expect("the file lies in templates/static").data.len()
    }

    #[test]
    fn the_style_sheet_of_every_page_is_under_twenty_kilobytes() {
        let size_bytes = size_bytes("xuefa.css");

        assert!(size_bytes < 20_000, "{size_bytes}");
    }

    /// All scripts of pages together: no page can have more. The kiosk's are counted apart.
    #[test]
    fn no_page_has_fifteen_kilobytes_of_scripts() {
        let of_pages = |name: &str| name.ends_with(".js") && !name.starts_with("kiosk") && name != "qr-reader.js";

        let sizes_bytes: Vec<usize> =
            StaticFiles::iter().filter(|name| of_pages(name)).map(|name| size_bytes(&name)).collect();

        assert!(!sizes_bytes.is_empty());
        assert!(sizes_bytes.iter().sum::<usize>() < 15_000, "{sizes_bytes:?}");
    }

    /// The kiosk has its page's script and its worker from the start; the reader comes only when a camera is there and
    /// the browser reads no codes by itself.
    #[test]
    fn the_kiosk_has_twenty_kilobytes_of_scripts_and_its_reader_of_codes_forty() {
        let (page, reader) = (size_bytes("kiosk.js") + size_bytes("kiosk-worker.js"), size_bytes("qr-reader.js"));

        assert!(page < 20_000, "{page}");
        assert!(reader < 40_000, "{reader}");
    }

    #[actix_web::test]
    async fn a_file_is_kept_for_a_year_under_the_name_with_its_hash_and_not_found_under_another() {
        let hashed = address("xuefa.css").trim_start_matches("/static/").to_owned();

        let answer = file(Path::from(hashed)).await.expect("the file is found");

        let kept = answer.headers().get(header::CACHE_CONTROL).expect("it may be kept");
        assert_eq!(kept, "public, max-age=31536000, immutable");
        assert!(matches!(file(Path::from("xuefa.css".to_owned())).await, Err(Error::NotFound("file"))));
        assert!(matches!(file(Path::from("xuefa-000000000000.css".to_owned())).await, Err(Error::NotFound("file"))));
    }
}
