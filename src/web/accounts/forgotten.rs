//! A forgotten password: asking for a link by mail. The answer is the same for every name.

use crate::accounts;
use crate::accounts::sign_in::{self, Admission, Attempt};
use crate::error::{Message, Problem, Result};
use crate::links;
use crate::mail::{self, Standing};
use crate::web::form::Form;
use crate::web::mail::MailNotice;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize, Serialize)]
pub struct ForgottenForm {
    #[serde(default)]
    user_name: String,
}

#[derive(Serialize)]
struct ForgottenPage {
    form: ForgottenForm,
    action: &'static str,
    minutes: i64,
    login: &'static str,
}

fn content(form: ForgottenForm) -> ForgottenPage {
    let minutes = accounts::RESET_LIFE.num_minutes();
    ForgottenPage { form, action: links::FORGOTTEN, minutes, login: links::LOGIN }
}

/// `GET /login/forgotten`
pub async fn form(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    page::show(&app, &visit, "accounts/forgotten", &content(ForgottenForm::default()))
}

/// `POST /login/forgotten`: mails a link, when there is somebody to mail it to.
pub async fn ask(app: Data<App>, visit: Visit, form: Form<ForgottenForm>) -> Result<HttpResponse> {
    let (fields, now) = (form.fields, app.clock.now());
    if fields.user_name.trim().is_empty() {
        let problems = [Problem::at("user_name", Message::new("forgotten-name-missing"))];
        return page::refused(&app, &visit, "accounts/forgotten", &content(fields), &problems);
    }
    // Counted apart from attempts to sign in, and the same for names that there are not.
    let attempt = Attempt::new(&app.secret, &format!("forgotten {}", fields.user_name.trim()), &visit.origin, None);
    if let Admission::ComeBackAt(until) = app.db.write(move |conn| sign_in::admit(conn, &attempt, now)).await? {
        let seconds = (until - now).num_seconds() + 1;
        let problem = Problem::whole(Message::new("forgotten-wait").with("seconds", seconds));
        return page::come_back(&app, &visit, "accounts/forgotten", &content(fields), problem, seconds);
    }
    let (name, origin) = (fields.user_name, visit.origin.clone());
    let standing = app
        .db
        .write(move |conn| {
            accounts::ask_reset(conn, &name, &origin, now)?;
            mail::standing(conn, now)
        })
        .await?;
    // The same for every name: it tells of the mail, not of who there is.
    let goes = standing == Standing::Flowing && MailNotice::without_server(&app).is_none();
    let said = if goes { "forgotten-asked" } else { "forgotten-asked-waits" };
    Ok(page::redirect(&app, &visit, links::LOGIN, &Message::new(said)))
}
