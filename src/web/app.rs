//! What every handler shares, and how the server is put together from it.

use super::visit;
use crate::accounts::Secret;
use crate::accounts::password::Hashing;
use crate::attendance::Codes;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::mail::{Delivery, Mailer, Stationery};
use crate::reports::pdf::Press;
use crate::store::Db;
use crate::templates::Templates;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, DefaultHeaders, from_fn};
use actix_web::web::{self, Data};
use std::sync::Arc;

/// What every handler shares. Cloning is cheap.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub config: Arc<Config>,
    pub templates: Templates,
    pub secret: Secret,
    pub hashing: Hashing,
    /// Lays papers out as PDF.
    pub press: Press,
    /// The settings' words for the foot of every page.
    pub foot: super::foot::Foot,
    /// What was refused to whom within the hour.
    pub refusals: super::refusals::Refusals,
    /// Set in `demo`: the sign-in page then offers the roles.
    pub demo: Option<Demo>,
}

/// What only a demo has.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The one password of all its people.
    pub password: String,
}

impl App {
    /// Puts together what handlers share.
    ///
    /// # Errors
    /// `Broken` when a template has a mistake or the program's key cannot be used.
    pub fn new(db: Db, clock: Clock, config: Config) -> Result<Self> {
        Ok(Self {
            db,
            templates: Templates::load(&clock)?,
            secret: Secret::open(config.secret.as_deref(), &config.data)?,
            clock,
            press: Press::new(config.fonts.as_deref()),
            config: Arc::new(config),
            hashing: Hashing::bounded(),
            foot: super::foot::Foot::default(),
            refusals: super::refusals::Refusals::default(),
            demo: None,
        })
    }

    /// Makes the check-in codes as HQ has set them, and tells real ones from forged ones.
    pub fn codes(&self) -> Codes {
        Codes::new(self.secret.clone(), self.foot.rotation())
    }

    /// Writes the letters of mails.
    pub fn stationery(&self) -> Stationery {
        Stationery::new(self.templates.clone(), self.config.base_url(), self.secret.clone())
    }

    /// What sends mail, by a mailer.
    ///
    /// # Errors
    /// `Broken` when the sender of the settings is no address.
    pub fn delivery(&self, mailer: Mailer) -> Result<Delivery> {
        Delivery::new(self.db.clone(), self.clock.clone(), self.stationery(), &self.config, mailer)
    }

    /// The application that actix serves: routes, permissions, headers, error pages.
    pub fn service(
        &self,
    ) -> actix_web::App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<impl MessageBody + use<>>,
            Error = actix_web::Error,
            InitError = (),
        > + use<>,
    > {
        actix_web::App::new()
            .app_data(Data::new(self.clone()))
            .app_data(web::PathConfig::default().error_handler(|_, _| Error::NotFound("page").into()))
            .app_data(web::QueryConfig::default().error_handler(|_, _| Error::NotFound("page").into()))
            .configure(super::configure)
            .default_service(web::to(|| async { Err::<actix_web::HttpResponse, Error>(Error::NotFound("page")) }))
            .wrap(from_fn(visit::admit))
            .wrap(
                DefaultHeaders::new()
                    .add(("Content-Security-Policy", CONTENT_SECURITY_POLICY))
                    .add(("X-Content-Type-Options", "nosniff"))
                    .add(("Referrer-Policy", "same-origin"))
                    .add(("Cache-Control", "no-store")),
            )
            .wrap(Compress::default())
            .wrap(from_fn(super::request_id::identify))
    }
}

/// Nothing foreign, nothing inline.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
