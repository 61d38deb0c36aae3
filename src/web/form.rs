//! Forms: read with their token checked, their key for sending twice, and the language switch within them.

use super::App;
use super::errors::unreadable;
use super::visit::Visit;
use crate::error::{Error, Result};
use crate::i18n::Language;
use actix_web::dev::Payload;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;

/// A form that was sent by a page of this program. Fields are text, or lists of text: what they mean is
/// checked afterwards, so that nothing typed is lost.
pub struct Form<T> {
    pub fields: T,
    /// Unique to this showing of the form and the login: sent twice, it has one effect.
    pub key: String,
    /// Set when the form was not sent off but shown again in this language.
    pub switch_to: Option<Language>,
}

/// What every form carries besides its own fields.
#[derive(Deserialize)]
struct Common {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    form_key: String,
    #[serde(default)]
    switch_language: String,
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<App>>().cloned();
        let visit = Visit::extract(request);
        let is_form = request
            .headers()
            .get("content-type")
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        let body = Bytes::from_request(request, payload);
        Box::pin(async move {
            let app = app.ok_or_else(|| anyhow::anyhow!("no App was set up"))?;
            let visit = visit.await?;
            if !is_form {
                return Err(unreadable());
            }
            let body = body.await.map_err(|_| unreadable())?;
            let common: Common = serde_html_form::from_bytes(&body).map_err(|_| unreadable())?;
            if !visit.is_own_form(&app, &common.csrf) {
                return Err(Error::Forbidden);
            }
            let fields = serde_html_form::from_bytes(&body).map_err(|_| unreadable())?;
            let owner = visit.viewer.as_ref().map_or(0, |viewer| viewer.login.0);
            Ok(Self {
                fields,
                key: format!("{owner}:{}", common.form_key),
                switch_to: common.switch_language.parse().ok(),
            })
        })
    }
}

/// A form without fields of its own: a button.
#[derive(Debug, Deserialize)]
pub struct Button {}
