//! What a page says when mail does not go out: on the homes, with the settings, where a link is sent, and with the mail.

use super::Problem;
use crate::access::Viewer;
use crate::clock::Moment;
use crate::error::Result;
use crate::links;
use crate::mail::{self, Standing, Stuck};
use crate::store::Conn;
use crate::web::App;
use serde::Serialize;

/// The notice, for `templates/outbox/notice.hbs`.
#[derive(Serialize)]
pub(in crate::web) struct MailNotice {
    /// `held`, `stuck`, or `no-server` where mail becomes files.
    what: &'static str,
    n: i64,
    since: Option<Moment>,
    problem: Option<Problem>,
    /// The page of mail, for who may open it.
    href: Option<&'static str>,
}

impl MailNotice {
    /// Nothing when mail goes out, as far as is known.
    pub(in crate::web) fn find(conn: &mut Conn, viewer: &Viewer, now: Moment) -> Result<Option<Self>> {
        let href = viewer.is_hq().then_some(links::MAIL);
        Ok(match mail::standing(conn, now)? {
            Standing::Flowing => None,
            Standing::Held { n_waiting: n } => Some(Self { what: "held", n, since: None, problem: None, href }),
            Standing::Stuck(Stuck { n, since, problem }) => {
                let problem = problem.map(Problem::from);
                Some(Self { what: "stuck", n, since: Some(since), problem, href })
            }
        })
    }

    /// Nothing when there is a mail server, and in a demo, which writes to nobody.
    pub(in crate::web) fn without_server(app: &App) -> Option<Self> {
        let notice = Self { what: "no-server", n: 0, since: None, problem: None, href: None };
        (app.config.smtp.is_none() && app.demo.is_none()).then_some(notice)
    }

    /// The same on the page of mail itself, which need not lead there.
    pub(super) fn here(self) -> Self {
        Self { href: None, ..self }
    }

    /// Whether it is only held, of which the page of mail speaks for itself.
    pub(super) fn is_held(&self) -> bool {
        self.what == "held"
    }
}
