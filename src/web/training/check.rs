//! The check page before publishing, and publishing itself.

use super::form::PRESET_STUDY_MINUTES;
use super::{Facts, facts, notice};
use crate::access::Viewer;
use crate::clock::Clock;
use crate::error::{Message, Problem, Result};
use crate::links;
use crate::organization::{self, Category, Unit};
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::templates;
use crate::training::audience::{Headcount, Unticked};
use crate::training::{Plan, Session, SessionState, plan, publish, queries};
use crate::web::form::Form;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Serialize)]
struct CheckPage {
    facts: Facts,
    /// How many hours the session takes, where its study hours were left at the preset and are not as many.
    length: Option<String>,
    edit: String,
    publish: String,
    cancel: String,
    notice: String,
    places: String,
    counts: AudienceTable,
    added: Vec<String>,
    left_out: Vec<String>,
    /// People of the units whose category is not ticked.
    unticked: Vec<Unticked>,
    /// What it still lacks.
    missing: Vec<Missing>,
}

#[derive(Serialize)]
struct Missing {
    href: String,
    text: String,
}

/// Units of the group's first level, each with all below it, by category.
#[derive(Serialize)]
struct AudienceTable {
    categories: &'static [Category],
    rows: Vec<AudienceRow>,
    totals: Vec<i64>,
    n_units: i64,
    n_people: i64,
}

#[derive(Serialize)]
struct AudienceRow {
    name: String,
    counts: Vec<i64>,
    total: i64,
}

/// `GET /sessions/{id}/check`: everything once more, and the number of people by unit and category.
pub async fn check(app: Data<App>, visit: Visit, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, now, language) = (id.into_inner(), app.clock.now(), visit.language);
    let (content, problems) = app
        .db
        .read(move |conn| {
            let session = queries::find_session(conn, id)?;
            let plan = queries::find_plan(conn, &session)?;
            let (counts, unticked) = audience_table(conn, &plan)?;
            let problems = plan::check_complete(&plan, counts.n_people);
            let facts = facts(conn, &session, language, now)?;
            Ok((CheckPage { unticked, ..check_page(conn, &plan, facts, counts)? }, problems))
        })
        .await?;
    if content.facts.session.state != SessionState::Draft {
        return Ok(page::go(&links::session(id)));
    }
    let missing = problems.iter().map(|problem| missing(&app, &visit, &content.edit, problem)).collect();
    page::show(&app, &visit, "training/check", &CheckPage { missing, ..content })
}

fn missing(app: &App, visit: &Visit, edit: &str, problem: &Problem) -> Missing {
    Missing { href: format!("{edit}#{}", problem.field), text: page::word(app, visit, &problem.message) }
}

fn check_page(conn: &mut Conn, plan: &Plan, facts: Facts, counts: AudienceTable) -> Result<CheckPage> {
    let id = facts.session.id;
    let named = queries::list_named_people(conn, &plan.audience)?;
    let names = |ids: &[crate::store::ids::PersonId]| {
        named.iter().filter(|person| ids.contains(&person.id)).map(|person| person.name.clone()).collect()
    };
    Ok(CheckPage {
        length: unlike_preset(&facts.session).map(templates::hours_text),
        edit: links::session_part(id, "edit"),
        publish: links::session_part(id, "publish"),
        cancel: links::session_part(id, "cancel"),
        notice: links::session_part(id, "notice"),
        places: links::session_part(id, "places"),
        added: names(&plan.audience.added),
        left_out: names(&plan.audience.left_out),
        counts,
        unticked: Vec::new(),
        missing: Vec::new(),
        facts,
    })
}

/// The minutes that the session takes, where its study hours were left at the preset and are not as many.
fn unlike_preset(session: &Session) -> Option<i64> {
    let minutes = (session.ends_at - session.starts_at).num_minutes();
    (session.study_minutes == PRESET_STUDY_MINUTES && minutes != PRESET_STUDY_MINUTES).then_some(minutes)
}

fn audience_table(conn: &mut Conn, plan: &Plan) -> Result<(AudienceTable, Vec<Unticked>)> {
    let (units, headcounts) = (organization::queries::list_units(conn)?, queries::headcounts(conn)?);
    let named = queries::list_named(conn, &plan.audience)?;
    let unticked = plan.audience.unticked(&units, &headcounts, &named);
    Ok((table(&units, &plan.audience.count(&units, &headcounts, &named)), unticked))
}

fn table(units: &[Unit], counts: &[Headcount]) -> AudienceTable {
    let mut rows = Vec::new();
    for top in units.iter().filter(|unit| unit.depth() <= 1) {
        let below: BTreeSet<_> = match top.depth() {
            // The group's own people only: its units have rows of their own.
            0 => BTreeSet::from([top.id]),
            _ => units.iter().filter(|unit| top.path.contains(&unit.path)).map(|unit| unit.id).collect(),
        };
        let of = |category: &Category| {
            let own = counts.iter().filter(|count| below.contains(&count.unit) && count.category == *category);
            own.map(|count| count.n).sum::<i64>()
        };
        let by_category: Vec<i64> = Category::ALL.iter().map(of).collect();
        let total = by_category.iter().sum();
        if total > 0 {
            rows.push(AudienceRow { name: top.name.clone(), counts: by_category, total });
        }
    }
    let totals: Vec<i64> =
        (0..Category::ALL.len()).map(|n| rows.iter().filter_map(|row| row.counts.get(n)).sum()).collect();
    AudienceTable {
        categories: Category::ALL,
        n_people: totals.iter().sum(),
        n_units: counts.iter().map(|count| count.unit).collect::<BTreeSet<_>>().len() as i64,
        rows,
        totals,
    }
}

/// The version of what was shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    version: String,
}

/// `POST /sessions/{id}/publish`: freezes the roster. Sent twice, the second finds it done.
pub async fn publish(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<Shown>,
) -> Result<HttpResponse> {
    let (id, now, key) = (id.into_inner(), app.clock.now(), form.key);
    let version = form.fields.version.parse().unwrap_or(0);
    let clock = app.clock.clone();
    let (to, message) = app
        .db
        .write(move |conn| {
            let to = crate::store::form_keys::once(conn, &key, now, |conn| {
                publish::publish(conn, &viewer.actor(), id, version, now)?;
                Ok(links::session(id))
            })?;
            Ok((to, published(conn, id, &clock)?))
        })
        .await?;
    Ok(page::redirect(&app, &visit, &to, &message))
}

/// Who is told of a session that was published: nobody by mail where the rule is off or the session has begun.
fn published(conn: &mut Conn, id: SessionId, clock: &Clock) -> Result<Message> {
    let session = queries::find_session(conn, id)?;
    let n = queries::count_rosters(conn, &[id])?.first().map_or(0, |(_, n)| *n);
    let Some(from) = notice::mails_from(conn, &session, clock)? else {
        return Ok(Message::new("training-published-untold").with("n", n));
    };
    let by_mail = queries::count_with_email(conn, id)?;
    Ok(Message::new("training-published").with("n", n).with("mail", by_mail).with("at", from))
}
