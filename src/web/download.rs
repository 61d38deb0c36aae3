//! A file that was handed in goes out as it came: to be kept, and never shown within the program.

use crate::files::FileUse;
use crate::links;
use actix_web::HttpResponse;
use actix_web::http::header;

/// The answer with a kept file. Its name is said twice (RFC 6266): `plain` for the old, the real one for all others.
pub fn attachment(plain: &str, file: &FileUse, content: Vec<u8>) -> HttpResponse {
    let ending = file.kind.ending();
    let name = links::percent(&file.name).replace('/', "%2F");
    let disposition = format!("attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{name}");
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.kind.content_type()))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(content)
}
