//! Forms: read with their token checked, their key for sending twice, and the language switch within them.

use super::App;
use super::errors::unreadable;
use super::visit::Visit;
use crate::error::{Argument, Error, Message, Problem, Result};
use crate::i18n::Language;
use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::TryStreamExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A form that was sent by a page of this program. Fields are text, or lists of text: what they mean is
/// checked afterwards, so that nothing typed is lost.
pub struct Form<T> {
    pub fields: T,
    /// Unique to this showing of the form and the login: sent twice, it has one effect.
    pub key: String,
    /// Set when the form was not sent off but shown again in this language.
    pub switch_to: Option<Language>,
}

/// The longest that a form takes to arrive, or the next piece of a file: V-01, whoever sends a byte at a time is cut.
const MOST_WAIT: Duration = Duration::from_secs(60);

/// The longest that a whole file takes: 20 MB over a line of 30 kB a second.
const MOST_UPLOAD: Duration = Duration::from_secs(15 * 60);

async fn in_time<T, E>(piece: impl Future<Output = std::result::Result<T, E>>) -> Result<T> {
    match tokio::time::timeout(MOST_WAIT, piece).await {
        Ok(Ok(piece)) => Ok(piece),
        Ok(Err(_)) | Err(_) => Err(unreadable()),
    }
}

/// What every form carries besides its own fields.
#[derive(Default, Deserialize)]
struct Common {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    form_key: String,
    #[serde(default)]
    switch_language: String,
}

/// The language that a form is shown again in; the answer to its request has the browser remember it.
pub(super) struct SwitchedTo(pub Language);

fn switched(request: &HttpRequest, word: &str) -> Option<Language> {
    let language = word.parse().ok()?;
    request.extensions_mut().insert(SwitchedTo(language));
    Some(language)
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
        let request = request.clone();
        Box::pin(async move {
            let app = app.ok_or_else(|| anyhow::anyhow!("no App was set up"))?;
            let visit = visit.await?;
            if !is_form {
                return Err(unreadable());
            }
            let body = tokio::time::timeout(MOST_WAIT, body).await.map_err(|_| unreadable())?;
            let body = body.map_err(|_| unreadable())?;
            let common: Common = serde_html_form::from_bytes(&body).map_err(|_| unreadable())?;
            if !visit.is_own_form(&app, &common.csrf) {
                return Err(Error::Forbidden);
            }
            let fields = serde_html_form::from_bytes(&body).map_err(|_| unreadable())?;
            let owner = visit.viewer.as_ref().map_or(0, |viewer| viewer.login.0);
            Ok(Self {
                fields,
                key: format!("{owner}:{}", common.form_key),
                switch_to: switched(&request, &common.switch_language),
            })
        })
    }
}

/// One file that was sent by a page of this program, with the form's key. The hidden fields stand before the file.
pub struct Upload {
    /// The other fields, as they were sent.
    others: Vec<(String, String)>,
    /// Set when the form was not sent off but shown again in this language.
    pub switch_to: Option<Language>,
    pub file_name: String,
    /// At most [`Upload::MOST_BYTES`] and one more, by which whoever takes it sees that it is too large.
    pub content: Vec<u8>,
    pub key: String,
}

impl Upload {
    /// No form here takes larger files; some take less.
    pub const MOST_BYTES: usize = crate::files::EVIDENCE.most_bytes;
    /// What is still read, and thrown away, of a file that is too large, so that the browser gets to see the answer.
    const MOST_READ: usize = 64 * 1024 * 1024;
    /// The longest field besides the file: a text of 60,000 characters.
    const MOST_FIELD: usize = 256 * 1024;
    /// No form here has more fields.
    const MOST_FIELDS: usize = 100;

    /// The other fields of the form.
    ///
    /// # Errors
    /// When they are not what a form of ours sends.
    pub fn fields<T: DeserializeOwned>(&self) -> Result<T> {
        let written = serde_html_form::to_string(&self.others).map_err(|_| unreadable())?;
        serde_html_form::from_str(&written).map_err(|_| unreadable())
    }

    async fn read(request: &HttpRequest, app: &App, visit: &Visit, mut parts: Multipart) -> Result<Self> {
        let (mut common, mut upload, mut others) = (Common::default(), None, Vec::new());
        while let Some(mut part) = in_time(parts.try_next()).await? {
            let name = part.name().unwrap_or("").to_owned();
            let file_name = part.content_disposition().and_then(|head| head.get_filename()).map(str::to_owned);
            let most = if file_name.is_some() { Self::MOST_BYTES + 1 } else { Self::MOST_FIELD };
            if file_name.is_some() && !visit.is_own_form(app, &common.csrf) {
                return Err(Error::Forbidden);
            }
            let (mut content, mut n_read) = (Vec::new(), 0);
            while let Some(chunk) = in_time(part.try_next()).await? {
                n_read += chunk.len();
                if n_read > Self::MOST_READ {
                    return Err(unreadable());
                }
                let (kept, _) = chunk.split_at(chunk.len().min(most - content.len()));
                content.extend_from_slice(kept);
            }
            match (name.as_str(), file_name) {
                (_, Some(file_name)) => upload = upload.or(Some((file_name, content))),
                ("csrf", None) => common.csrf = String::from_utf8_lossy(&content).into_owned(),
                ("form_key", None) => common.form_key = String::from_utf8_lossy(&content).into_owned(),
                ("switch_language", None) => common.switch_language = String::from_utf8_lossy(&content).into_owned(),
                (_, None) if others.len() < Self::MOST_FIELDS => {
                    others.push((name, String::from_utf8_lossy(&content).into_owned()));
                }
                (_, None) => return Err(unreadable()),
            }
        }
        if !visit.is_own_form(app, &common.csrf) {
            return Err(Error::Forbidden);
        }
        let owner = visit.viewer.as_ref().map_or(0, |viewer| viewer.login.0);
        let (file_name, content) = upload.unwrap_or_default();
        let switch_to = switched(request, &common.switch_language);
        Ok(Self { others, switch_to, file_name, content, key: format!("{owner}:{}", common.form_key) })
    }
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<App>>().cloned();
        let visit = Visit::extract(request);
        let parts = Multipart::new(request.headers(), payload.take());
        let request = request.clone();
        Box::pin(async move {
            let app = app.ok_or_else(|| anyhow::anyhow!("no App was set up"))?;
            let visit = visit.await?;
            let read = Self::read(&request, &app, &visit, parts);
            tokio::time::timeout(MOST_UPLOAD, read).await.map_err(|_| unreadable())?
        })
    }
}

/// What somebody else has stored meanwhile, said at each field that differs from what was typed: for the form that is
/// shown again to the second of two who edited at once, with the version that is stored now.
pub fn differences(fields: impl IntoIterator<Item = (&'static str, bool, Argument)>) -> Vec<Problem> {
    let differing = fields.into_iter().filter(|(_, differs, _)| *differs);
    let said = differing.map(|(field, _, now)| Problem::at(field, Message::new("form-now-says").with("value", now)));
    std::iter::once(Problem::at("", Message::new("form-changed-meanwhile"))).chain(said).collect()
}

/// A field of text for [`differences`].
pub fn text_field(field: &'static str, typed: &str, now: &str) -> (&'static str, bool, Argument) {
    (field, typed.trim() != now.trim(), Argument::from(if now.trim().is_empty() { "—" } else { now }))
}

/// A tick for [`differences`].
pub fn tick_field(field: &'static str, typed: bool, now: bool) -> (&'static str, bool, Argument) {
    let said = if now { "form-yes" } else { "form-no" };
    (field, typed != now, Argument::Texts(vec![said.to_owned()]))
}

/// For a page that shows how things stand now beside what was typed: when somebody else was faster, it says so.
pub fn meanwhile(failure: Error) -> Error {
    match failure {
        Error::Conflict => Error::refused(Message::new("changed-meanwhile")),
        other => other,
    }
}

/// How the ids of a row's fields end: those of the first have the plain name, so that a problem leads to them.
pub fn suffix(n: usize) -> String {
    if n == 0 { String::new() } else { format!("-{}", n + 1) }
}

/// A form without fields of its own: a button.
#[derive(Debug, Deserialize)]
pub struct Button {}
