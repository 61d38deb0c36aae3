//! Each request has an id, said by its answer and by each line of the log about it; a panic ends its request alone.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use tracing::Instrument;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, in its extensions.
struct RequestId(String);

/// The id that [`identify`] gave a request.
pub(super) fn of(request: &ServiceRequest) -> String {
    request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone())
}

/// The middleware around everything. An id that the client sends is not believed: it could be anything.
pub(super) async fn identify<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = format!("{:016x}", rand::random::<u64>());
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", id);
    let answered = AssertUnwindSafe(next.call(request)).catch_unwind().instrument(span.clone()).await;
    let value = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static(""));
    match answered {
        Ok(answer) => {
            let mut answer = answer?.map_into_boxed_body();
            answer.headers_mut().insert(HEADER, value);
            Ok(answer)
        }
        Err(_) => {
            span.in_scope(|| tracing::error!("a request panicked"));
            let words = format!("系统出了问题 / Something went wrong ({id})\n");
            let mut answer = HttpResponse::InternalServerError().content_type("text/plain; charset=utf-8").body(words);
            answer.headers_mut().insert(HEADER, value);
            Err(InternalError::from_response("a request panicked", answer).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::middleware::from_fn;
    use actix_web::{App, test, web};

    /// I-05: the next request is answered as if nothing had been.
    #[actix_web::test]
    async fn a_panic_ends_its_request_alone_and_is_answered_with_the_id() {
        async fn fails() -> HttpResponse {
            std::panic::resume_unwind(Box::new("on purpose"))
        }
        let routes = App::new()
            .wrap(from_fn(identify))
            .route("/fails", web::get().to(fails))
            .route("/works", web::get().to(HttpResponse::Ok));
        let service = test::init_service(routes).await;

        let failed = test::try_call_service(&service, test::TestRequest::with_uri("/fails").to_request()).await;
        let failed = failed.expect_err("an error").error_response();
        let works = test::call_service(&service, test::TestRequest::with_uri("/works").to_request()).await;

        assert_eq!((failed.status().as_u16(), works.status().as_u16()), (500, 200));
        assert_eq!(failed.headers().get(HEADER).map(HeaderValue::len), Some(16));
        assert_ne!(failed.headers().get(HEADER), works.headers().get(HEADER));
    }
}
