//! Errors as statuses and pages: the only place that knows both.

use super::App;
use super::page;
use super::visit::Visit;
use crate::error::{Error, Message};
use crate::links;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;

/// Why a route does not admit somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Refusal {
    SignInFirst,
    /// Looks like a page that does not exist.
    OutOfReach,
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Full => StatusCode::INSUFFICIENT_STORAGE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// An empty answer, which [`answer`] replaces by a page: only there is it known who asks.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

#[derive(Serialize)]
struct ErrorPage {
    kind: &'static str,
    messages: Vec<String>,
    /// What to quote when asking for help with a failure; it stands in the log.
    request: Option<String>,
    home: &'static str,
    help: &'static str,
}

/// The page for an error. Failures are logged here, once.
pub(super) fn answer(app: &App, visit: &Visit, error: &Error) -> HttpResponse {
    let (kind, messages) = match error {
        Error::NotFound(_) => ("not-found", Vec::new()),
        Error::Forbidden => ("forbidden", Vec::new()),
        Error::Refused(problems) => {
            ("refused", problems.iter().map(|problem| page::word(app, visit, &problem.message)).collect())
        }
        Error::Conflict => ("conflict", Vec::new()),
        Error::Busy => ("busy", Vec::new()),
        Error::Full => {
            tracing::error!(path = %visit.pattern, "the disk is full");
            ("full", Vec::new())
        }
        Error::Broken(source) => {
            tracing::error!(path = %visit.pattern, error = format!("{source:#}"), "a request failed");
            ("broken", Vec::new())
        }
    };
    let status = error.status_code();
    let content = ErrorPage {
        kind,
        messages,
        request: matches!(error, Error::Broken(_) | Error::Full).then(|| visit.request.clone()),
        home: if visit.kiosk.is_some() { links::KIOSK } else { links::HOME },
        help: links::HELP,
    };
    let mut response = page::show_with(app, visit, status, "errors/error", &content).unwrap_or_else(|failure| {
        tracing::error!(error = %failure, "the error page failed");
        HttpResponseBuilder::new(status).body(status.to_string())
    });
    if matches!(error, Error::Busy | Error::Full) {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
    }
    response
}

/// Words for what an actix extractor could not read (a body too large, not a form).
pub(super) fn unreadable() -> Error {
    Error::refused(Message::new("error-unreadable"))
}
