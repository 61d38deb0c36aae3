//! The form of a new session or of a draft: one page of grouped fields that works without scripts.

use super::{conflict, lines, make_up, read_moment, reading_titles, typed};
use crate::access::Viewer;
use crate::clock::{Clock, Moment};
use crate::error::{Error, Message, Problem, Result};
use crate::i18n::Language;
use crate::links;
use crate::organization::{self, Category, Person, Unit};
use crate::readings;
use crate::store::ids::{PersonId, ReadingId, SessionId};
use crate::store::{Conn, form_keys};
use crate::study_hours::read_hours;
use crate::training::audience::{Audience, Headcount};
use crate::training::{
    Document, Plan, PlannedReading, PlannedVenue, SessionState, Timing, VenueKind, Way, Ways, plan, queries,
};
use crate::web::form::Form;
use crate::web::unit_tree::{UnitNode, unit_tree};
use crate::web::visit::Visit;
use crate::web::{App, page};
use crate::{settings, templates};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The time of day until which units answer, unless another is typed.
pub(super) const REPLY_TIME: &str = "17:30";

/// The fields as they were typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct SessionForm {
    pub(super) version: String,
    pub(super) title: String,
    pub(super) purpose: String,
    pub(super) day: String,
    pub(super) starts: String,
    pub(super) ends: String,
    pub(super) opens_before_minutes: String,
    pub(super) reply_day: String,
    pub(super) reply_time: String,
    pub(super) make_up_of: String,
    pub(super) study_hours: String,
    pub(super) speaker: String,
    pub(super) organiser: String,
    pub(super) requirements: String,
    pub(super) remark: String,
    pub(super) document_title: Vec<String>,
    pub(super) document_source: Vec<String>,
    pub(super) document_date: Vec<String>,
    pub(super) document_text: Vec<String>,
    pub(super) topic: Vec<String>,
    pub(super) reading: Vec<String>,
    pub(super) reading_after: Vec<String>,
    /// The place of the row among the topics and a reading before it or after it: `1-12`.
    pub(super) topic_reading: Vec<String>,
    pub(super) topic_reading_after: Vec<String>,
    pub(super) venue_id: Vec<String>,
    pub(super) venue_name: Vec<String>,
    pub(super) venue_kind: Vec<String>,
    /// The place of the row among the venues and a way chosen there: `1-phone`.
    pub(super) venue_way: Vec<String>,
    pub(super) category: Vec<String>,
    pub(super) unit: Vec<String>,
    pub(super) added: String,
    pub(super) left_out: String,
    /// Which list gets one more row, or `count`: the form is then shown again and nothing is saved.
    pub(super) again: String,
}

/// What the form shows besides what was typed.
struct Background {
    units: Vec<Unit>,
    headcounts: Vec<Headcount>,
    readings: Vec<readings::Choice>,
    /// The people whose numbers or names were typed.
    called: Vec<Person>,
}

#[derive(Serialize)]
struct FormPage {
    action: String,
    is_new: bool,
    mode: &'static str,
    form: SessionForm,
    documents: Vec<DocumentRow>,
    topics: Vec<TopicRow>,
    venues: Vec<VenueRow>,
    readings: Vec<ReadingTick>,
    categories: Vec<Tick>,
    units: Vec<UnitNode>,
    n_units: i64,
    n_people: i64,
}

/// A reading to be ticked, before the session or after it.
#[derive(Serialize)]
struct ReadingTick {
    value: String,
    heading: readings::Said,
    awaits_approval: bool,
    is_flagged: bool,
    before: bool,
    after: bool,
}

#[derive(Serialize)]
struct DocumentRow {
    n: usize,
    suffix: String,
    // Not `title`: in a template that is the page's.
    heading: String,
    source: String,
    issued: String,
    text: String,
}

#[derive(Serialize)]
struct TopicRow {
    n: usize,
    suffix: String,
    heading: String,
    readings: Vec<ReadingTick>,
    n_readings: usize,
}

#[derive(Serialize)]
struct VenueRow {
    n: usize,
    suffix: String,
    id: String,
    name: String,
    kinds: Vec<Kind>,
    ways: Vec<WayTick>,
}

#[derive(Serialize)]
struct WayTick {
    way: Way,
    value: String,
    checked: bool,
}

#[derive(Serialize)]
struct Kind {
    word: &'static str,
    selected: bool,
}

#[derive(Serialize)]
struct Tick {
    value: String,
    label: String,
    n: i64,
    checked: bool,
}

/// What a new session is to make up for, if anything.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewQuery {
    make_up_of: String,
}

/// `GET /sessions/new`: the form with what is usual filled in, or with what a make-up session needs.
pub async fn new(app: Data<App>, visit: Visit, viewer: Viewer, query: Query<NewQuery>) -> Result<HttpResponse> {
    let (clock, language) = (app.clock.clone(), visit.language);
    let missed: Option<SessionId> = query.make_up_of.parse().ok();
    let content = app
        .db
        .read(move |conn| {
            let units = organization::queries::list_units(conn)?;
            let mut form = preset(&settings::current(conn)?, &viewer, &clock, units.first());
            if let Some(missed) = missed {
                form = make_up::preset(conn, missed, form, &clock, language)?;
            }
            let background = background(conn, &form, language)?;
            Ok(form_page(form, &background, None))
        })
        .await?;
    page::show(&app, &visit, "training/form", &content)
}

/// `POST /sessions/new`: keeps the draft and goes on to the check page.
pub async fn create(app: Data<App>, visit: Visit, viewer: Viewer, form: Form<SessionForm>) -> Result<HttpResponse> {
    save(app, visit, viewer, form, None).await
}

/// `GET /sessions/{id}/edit`: the form with the draft; what is no draft any more leads to its own page.
pub async fn edit(app: Data<App>, visit: Visit, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, clock, language) = (id.into_inner(), app.clock.clone(), visit.language);
    let content = app
        .db
        .read(move |conn| {
            let session = queries::find_session(conn, id)?;
            if session.state != SessionState::Draft {
                return Ok(None);
            }
            let plan = queries::find_plan(conn, &session)?;
            let named = queries::list_named_people(conn, &plan.audience)?;
            let form = SessionForm { version: session.version.to_string(), ..form_of(&plan, &named, &clock) };
            let background = background(conn, &form, language)?;
            Ok(Some(form_page(form, &background, Some(id))))
        })
        .await?;
    match content {
        Some(content) => page::show(&app, &visit, "training/form", &content),
        None => Ok(page::go(&links::session(id))),
    }
}

/// `POST /sessions/{id}/edit`: changes the draft and goes on to the check page.
pub async fn change(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    id: Path<SessionId>,
    form: Form<SessionForm>,
) -> Result<HttpResponse> {
    save(app, visit, viewer, form, Some(id.into_inner())).await
}

async fn save(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    form: Form<SessionForm>,
    id: Option<SessionId>,
) -> Result<HttpResponse> {
    let Form { fields, key, switch_to } = form;
    let (asked, language) = (fields.clone(), switch_to.unwrap_or(visit.language));
    let background = app.db.read(move |conn| background(conn, &asked, language)).await?;
    let content = form_page(fields, &background, id);
    if let Some(language) = switch_to {
        return page::switched(&app, &visit, language, "training/form", &content);
    }
    if !content.form.again.is_empty() {
        return page::show(&app, &visit, "training/form", &content);
    }
    let plan = match read(&content.form, &background, &app.clock) {
        Ok(plan) => plan,
        Err(problems) => return page::refused(&app, &visit, "training/form", &content, &problems),
    };
    match keep(&app, viewer, key, id, &content.form.version, plan).await {
        Err(Error::Refused(problems)) => page::refused(&app, &visit, "training/form", &content, &problems),
        Err(Error::Conflict) => show_both(&app, &visit, content, id).await,
        Err(other) => Err(other),
        Ok(to) => Ok(page::redirect(&app, &visit, &to, &Message::new("training-draft-kept"))),
    }
}

/// Somebody else was faster: the form again with what was typed, and at each field that differs what is stored now.
async fn show_both(app: &App, visit: &Visit, mut content: FormPage, id: Option<SessionId>) -> Result<HttpResponse> {
    let id = id.ok_or(Error::Conflict)?;
    let (clock, language, typed) = (app.clock.clone(), visit.language, content.form.clone());
    let (version, problems) = app
        .db
        .read(move |conn| {
            let session = queries::find_session(conn, id)?;
            let plan = queries::find_plan(conn, &session)?;
            let named = queries::list_named_people(conn, &plan.audience)?;
            let (stored, titles) = (form_of(&plan, &named, &clock), reading_titles(conn, language)?);
            let units = organization::queries::list_units(conn)?;
            Ok((session.version, conflict::differences_from(&typed, &stored, &titles, &units)))
        })
        .await?;
    content.form.version = version.to_string();
    page::refused(app, visit, "training/form", &content, &problems)
}

async fn keep(
    app: &App,
    viewer: Viewer,
    key: String,
    id: Option<SessionId>,
    version: &str,
    plan: Plan,
) -> Result<String> {
    let (now, version) = (app.clock.now(), version.parse().unwrap_or(0));
    app.db
        .write(move |conn| {
            form_keys::once(conn, &key, now, |conn| {
                let id = match id {
                    None => plan::create(conn, &viewer.actor(), &plan, now)?,
                    Some(id) => {
                        plan::change(conn, &viewer.actor(), id, version, &plan, now)?;
                        id
                    }
                };
                Ok(links::session_part(id, "check"))
            })
        })
        .await
}

/// What is usual: next week on the same weekday, in the afternoon, for the three groups of people in all units.
fn preset(settings: &settings::Settings, viewer: &Viewer, clock: &Clock, group: Option<&Unit>) -> SessionForm {
    let usual = [Category::GroupLeadership, Category::EnterpriseLeadership, Category::HqMiddle];
    SessionForm {
        day: (clock.today() + TimeDelta::days(7)).to_string(),
        starts: "14:30".to_owned(),
        ends: "16:30".to_owned(),
        opens_before_minutes: settings.opens_before_minutes.to_string(),
        study_hours: "2".to_owned(),
        organiser: viewer.unit_name.clone(),
        category: usual.iter().map(|category| category.as_str().to_owned()).collect(),
        unit: group.iter().map(|unit| unit.id.to_string()).collect(),
        venue_kind: vec![VenueKind::Main.as_str().to_owned()],
        ..SessionForm::default()
    }
}

fn form_of(plan: &Plan, named: &[Person], clock: &Clock) -> SessionForm {
    let ((day, starts), (_, ends)) = (typed(clock, plan.starts_at), typed(clock, plan.ends_at));
    let names = |ids: &[PersonId]| {
        let people = named.iter().filter(|person| ids.contains(&person.id));
        people.map(|person| format!("{} {}", person.employee_number, person.name)).collect::<Vec<_>>().join("\n")
    };
    let (reply_day, reply_time) = plan.reply_by.map(|by| typed(clock, by)).unwrap_or_default();
    SessionForm {
        version: String::new(),
        title: plan.title.clone(),
        purpose: plan.purpose.clone(),
        day,
        starts,
        ends,
        opens_before_minutes: plan.opens_before_minutes.to_string(),
        reply_day,
        reply_time,
        make_up_of: plan.make_up_of.map(|missed| missed.to_string()).unwrap_or_default(),
        study_hours: templates::hours_text(plan.study_minutes),
        speaker: plan.speaker.clone(),
        organiser: plan.organiser.clone(),
        requirements: plan.requirements.clone(),
        remark: plan.remark.clone(),
        document_title: plan.documents.iter().map(|document| document.title.clone()).collect(),
        document_source: plan.documents.iter().map(|document| document.source.clone()).collect(),
        document_date: plan
            .documents
            .iter()
            .map(|document| document.issued_on.map(|day| day.to_string()).unwrap_or_default())
            .collect(),
        document_text: plan.documents.iter().map(|document| document.text.clone()).collect(),
        topic: plan.topics.clone(),
        reading: readings_at(&plan.readings, Timing::Before),
        reading_after: readings_at(&plan.readings, Timing::After),
        topic_reading: topic_readings_at(&plan.readings, Timing::Before),
        topic_reading_after: topic_readings_at(&plan.readings, Timing::After),
        venue_id: plan.venues.iter().map(|venue| venue.id.map(|id| id.to_string()).unwrap_or_default()).collect(),
        venue_name: plan.venues.iter().map(|venue| venue.name.clone()).collect(),
        venue_kind: plan.venues.iter().map(|venue| venue.kind.as_str().to_owned()).collect(),
        venue_way: plan
            .venues
            .iter()
            .enumerate()
            .flat_map(|(n, venue)| venue.ways.chosen().into_iter().map(move |way| way_value(n, way)))
            .collect(),
        category: plan.audience.categories.iter().map(|category| category.as_str().to_owned()).collect(),
        unit: plan.audience.units.iter().map(ToString::to_string).collect(),
        added: names(&plan.audience.added),
        left_out: names(&plan.audience.left_out),
        again: String::new(),
    }
}

fn background(conn: &mut Conn, form: &SessionForm, language: Language) -> Result<Background> {
    // A line may be a number, a name, or a number with the name after it.
    let typed = lines(&form.added).into_iter().chain(lines(&form.left_out));
    let words: Vec<String> = typed.flat_map(|line| [first_word(&line).to_owned(), line]).collect();
    Ok(Background {
        units: organization::queries::list_units(conn)?,
        headcounts: queries::headcounts(conn)?,
        readings: readings::choices(conn, &chosen_before(form), language)?,
        called: queries::list_people_called(conn, &words)?,
    })
}

/// What is ticked: it stays in the list even when it was retired since.
fn chosen_before(form: &SessionForm) -> Vec<ReadingId> {
    let of_topics =
        form.topic_reading.iter().chain(&form.topic_reading_after).filter_map(|value| value.split_once('-'));
    let of_session = form.reading.iter().chain(&form.reading_after).map(String::as_str);
    of_session.chain(of_topics.map(|(_, id)| id)).filter_map(|id| id.parse().ok()).collect()
}

/// Those that go with the session as a whole.
pub(super) fn readings_at(planned: &[PlannedReading], timing: Timing) -> Vec<String> {
    let of_session = planned.iter().filter(|one| one.timing == timing && one.topic.is_none());
    of_session.map(|one| one.reading.to_string()).collect()
}

/// Those that go with a topic.
pub(super) fn topic_readings_at(planned: &[PlannedReading], timing: Timing) -> Vec<String> {
    let of_topic = planned.iter().filter(|one| one.timing == timing);
    of_topic.filter_map(|one| Some(format!("{}-{}", one.topic?, one.reading))).collect()
}

/// What is ticked, with the topic of the row it is ticked at; `Err` when nothing is written there.
fn planned_readings(form: &SessionForm, background: &Background) -> Result<Vec<PlannedReading>, Problem> {
    let known = || background.readings.iter().map(|choice| choice.id);
    let mut planned = Vec::new();
    let columns = [
        (&form.reading, &form.topic_reading, Timing::Before),
        (&form.reading_after, &form.topic_reading_after, Timing::After),
    ];
    for (of_session, of_topics, timing) in columns {
        let of_session = chosen(of_session, known());
        planned.extend(of_session.into_iter().map(|reading| PlannedReading { reading, timing, topic: None }));
        // A row may hold several topics, a line each: its readings go with the first.
        let mut topic = 1;
        for (row, text) in form.topic.iter().enumerate() {
            let prefix = format!("{}-", row + 1);
            let ticked: Vec<String> =
                of_topics.iter().filter_map(|value| value.strip_prefix(&prefix)).map(str::to_owned).collect();
            let of_row = chosen(&ticked, known());
            let n_topics = lines(text).len();
            if n_topics == 0 && !of_row.is_empty() {
                return Err(Problem::at("topic", Message::new("training-topic-of-reading-missing")));
            }
            planned.extend(of_row.into_iter().map(|reading| PlannedReading { reading, timing, topic: Some(topic) }));
            topic += n_topics as i64;
        }
    }
    Ok(planned)
}

fn first_word(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or("")
}

/// Understands what was typed; what cannot be understood becomes a problem at its field.
fn read(form: &SessionForm, background: &Background, clock: &Clock) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wrong = |field, id| problems.push(Problem::at(field, Message::new(id)));
    let starts_at = read_moment(clock, &form.day, &form.starts);
    let ends_at = read_moment(clock, &form.day, &form.ends);
    if form.day.trim().parse::<chrono::NaiveDate>().is_err() {
        wrong("day", "training-day-unreadable");
    } else {
        if starts_at.is_none() {
            wrong("starts", "training-time-unreadable");
        }
        if ends_at.is_none() {
            wrong("ends", "training-time-unreadable");
        }
    }
    let opens_before_minutes = form.opens_before_minutes.trim().parse().unwrap_or(-1);
    let study_minutes = read_hours(&form.study_hours).unwrap_or(-1);
    let reply_by = read_reply_by(form, clock);
    if reply_by.is_none() && !form.reply_day.trim().is_empty() {
        wrong("reply_day", "training-day-unreadable");
    }
    let documents: Vec<Document> = (0..form.document_title.len()).filter_map(|n| document(form, n)).collect();
    let has_bad_date = form.document_date.iter().any(|day| !day.trim().is_empty() && read_day(day).is_none());
    if has_bad_date {
        wrong("document_date", "training-day-unreadable");
    }
    let readings = planned_readings(form, background).unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    let (added, left_out) = (
        people(&form.added, "added", &background.called, &mut problems),
        people(&form.left_out, "left_out", &background.called, &mut problems),
    );
    let plan = Plan {
        title: form.title.trim().to_owned(),
        purpose: form.purpose.trim().to_owned(),
        speaker: form.speaker.trim().to_owned(),
        organiser: form.organiser.trim().to_owned(),
        requirements: form.requirements.trim().to_owned(),
        remark: form.remark.trim().to_owned(),
        // When one of them is missing, that is a problem already.
        starts_at: starts_at.or(ends_at).unwrap_or_else(|| clock.now()),
        ends_at: ends_at.or(starts_at).unwrap_or_else(|| clock.now()),
        opens_before_minutes,
        study_minutes,
        documents,
        topics: form.topic.iter().flat_map(|topic| lines(topic)).collect(),
        readings,
        venues: venues(form),
        audience: Audience {
            categories: form.category.iter().filter_map(|word| word.parse().ok()).collect(),
            units: chosen(&form.unit, background.units.iter().map(|unit| unit.id)),
            added,
            left_out,
        },
        reply_by,
        make_up_of: form.make_up_of.parse().ok(),
    };
    let times_are_read = starts_at.is_some() && ends_at.is_some();
    problems.extend(plan::check(&plan).into_iter().filter(|problem| problem.field != "ends" || times_are_read));
    let order = ["title", "day", "starts", "ends"];
    problems.sort_by_key(|problem| order.iter().position(|field| *field == problem.field).unwrap_or(order.len()));
    if problems.is_empty() { Ok(plan) } else { Err(problems) }
}

/// Until when units answer: no day, no replies; a day without a time lasts until its end of work.
fn read_reply_by(form: &SessionForm, clock: &Clock) -> Option<Moment> {
    let time = Some(form.reply_time.trim()).filter(|time| !time.is_empty()).unwrap_or(REPLY_TIME);
    read_moment(clock, &form.reply_day, time)
}

fn read_day(text: &str) -> Option<chrono::NaiveDate> {
    text.trim().parse().ok()
}

pub(super) fn at(list: &[String], n: usize) -> String {
    list.get(n).map(|text| text.trim().to_owned()).unwrap_or_default()
}

/// A row of the documents, if anything was typed in it.
fn document(form: &SessionForm, n: usize) -> Option<Document> {
    let document = Document {
        title: at(&form.document_title, n),
        source: at(&form.document_source, n),
        issued_on: read_day(&at(&form.document_date, n)),
        text: at(&form.document_text, n),
    };
    if document == Document::default() { None } else { Some(document) }
}

/// The venues with a name, the main one first.
fn venues(form: &SessionForm) -> Vec<PlannedVenue> {
    let mut venues: Vec<PlannedVenue> = (0..form.venue_name.len())
        .map(|n| PlannedVenue {
            id: at(&form.venue_id, n).parse().ok(),
            name: at(&form.venue_name, n),
            kind: at(&form.venue_kind, n).parse().unwrap_or(VenueKind::Branch),
            ways: Way::ALL.iter().copied().filter(|way| is_chosen(form, n, *way)).collect(),
        })
        .filter(|venue| !venue.name.is_empty())
        .collect();
    venues.sort_by_key(|venue| venue.kind);
    venues
}

/// Those of the ids there are that were ticked, in the order in which they stand.
fn chosen<T: std::str::FromStr + Ord + Copy>(ticked: &[String], there_are: impl Iterator<Item = T>) -> Vec<T> {
    let ticked: BTreeSet<T> = ticked.iter().filter_map(|text| text.parse().ok()).collect();
    there_are.filter(|id| ticked.contains(id)).collect()
}

/// The people of a field with a line each; a line that means nobody, or more than one, is a problem.
fn people(text: &str, field: &'static str, called: &[Person], problems: &mut Vec<Problem>) -> Vec<PersonId> {
    let mut found = Vec::new();
    for line in lines(text) {
        let numbered = called.iter().find(|person| person.employee_number == first_word(&line));
        let mut namesakes = called.iter().filter(|person| person.name == line);
        match (numbered.or_else(|| namesakes.next()), namesakes.next()) {
            (Some(person), None) if !found.contains(&person.id) => found.push(person.id),
            (Some(_), None) => {}
            (None, _) => problems.push(Problem::at(field, Message::new("training-person-unknown").with("line", line))),
            (Some(_), Some(_)) => {
                problems.push(Problem::at(field, Message::new("training-person-ambiguous").with("line", line)));
            }
        }
    }
    found
}

fn form_page(form: SessionForm, background: &Background, id: Option<SessionId>) -> FormPage {
    let mut ignored = Vec::new();
    let audience = Audience {
        categories: form.category.iter().filter_map(|word| word.parse().ok()).collect(),
        units: chosen(&form.unit, background.units.iter().map(|unit| unit.id)),
        added: people(&form.added, "added", &background.called, &mut ignored),
        left_out: people(&form.left_out, "left_out", &background.called, &mut ignored),
    };
    let named: Vec<_> = background
        .called
        .iter()
        .map(|person| crate::training::audience::Candidate {
            person: person.id,
            unit: person.unit_id,
            category: person.category,
        })
        .collect();
    let counts = audience.count(&background.units, &background.headcounts, &named);
    let n_units = counts.iter().map(|count| count.unit).collect::<BTreeSet<_>>().len() as i64;
    let row_count = |list: &[String], least: usize, name: &str| {
        let filled = list.iter().rposition(|text| !text.trim().is_empty()).map_or(0, |last| last + 1);
        if form.again == name { least.max(list.len() + 1) } else { least.max(list.len()).max(filled + 1) }
    };
    FormPage {
        action: id.map_or_else(|| links::NEW_SESSION.to_owned(), |id| links::session_part(id, "edit")),
        is_new: id.is_none(),
        mode: if id.is_none() { "new" } else { "edit" },
        documents: (0..row_count(&form.document_title, 1, "documents"))
            .map(|n| DocumentRow {
                n: n + 1,
                suffix: suffix(n),
                heading: at(&form.document_title, n),
                source: at(&form.document_source, n),
                issued: at(&form.document_date, n),
                text: at(&form.document_text, n),
            })
            .collect(),
        topics: (0..row_count(&form.topic, 3, "topics"))
            .map(|n| {
                let readings = ticks(background, n + 1, &form.topic_reading, &form.topic_reading_after);
                let n_readings = readings.iter().filter(|one| one.before || one.after).count();
                TopicRow { n: n + 1, suffix: suffix(n), heading: at(&form.topic, n), readings, n_readings }
            })
            .collect(),
        venues: (0..row_count(&form.venue_name, 2, "venues"))
            .map(|n| VenueRow {
                n: n + 1,
                suffix: suffix(n),
                id: at(&form.venue_id, n),
                name: at(&form.venue_name, n),
                kinds: kinds(&at(&form.venue_kind, n), n),
                ways: ways(&form, n),
            })
            .collect(),
        readings: ticks(background, 0, &form.reading, &form.reading_after),
        categories: Category::ALL
            .iter()
            .map(|category| Tick {
                value: category.as_str().to_owned(),
                label: category.as_str().to_owned(),
                n: background.headcounts.iter().filter(|count| count.category == *category).map(|count| count.n).sum(),
                checked: form.category.iter().any(|word| word == category.as_str()),
            })
            .collect(),
        units: units_to_tick(background, &audience),
        n_units,
        n_people: counts.iter().map(|count| count.n).sum(),
        form,
    }
}

/// The library to be ticked, for the session as a whole or for the topic in a row, counted from 1.
fn ticks(background: &Background, row: usize, before: &[String], after: &[String]) -> Vec<ReadingTick> {
    let tick = |choice: &readings::Choice| {
        let value = if row == 0 { choice.id.to_string() } else { format!("{row}-{}", choice.id) };
        ReadingTick {
            heading: choice.title.clone(),
            awaits_approval: choice.awaits_approval,
            is_flagged: choice.is_flagged,
            before: before.contains(&value),
            after: after.contains(&value),
            value,
        }
    };
    background.readings.iter().map(tick).collect()
}

/// The first row's fields have the plain name as their id, so that a problem leads to it.
fn suffix(n: usize) -> String {
    if n == 0 { String::new() } else { format!("-{}", n + 1) }
}

fn way_value(n: usize, way: Way) -> String {
    format!("{}-{}", n + 1, way.as_str())
}

pub(super) fn is_chosen(form: &SessionForm, n: usize, way: Way) -> bool {
    form.venue_way.contains(&way_value(n, way))
}

/// The ways of a row: as they were ticked, or what is usual in a row that was not there yet.
fn ways(form: &SessionForm, n: usize) -> Vec<WayTick> {
    let is_new = form.venue_name.len() <= n;
    let tick = |way: &Way| WayTick {
        way: *way,
        value: way_value(n, *way),
        checked: if is_new { Ways::usual().has(*way) } else { is_chosen(form, n, *way) },
    };
    Way::ALL.iter().map(tick).collect()
}

fn kinds(chosen: &str, n: usize) -> Vec<Kind> {
    let usual = if n == 0 { VenueKind::Main } else { VenueKind::Branch };
    let chosen = chosen.parse().unwrap_or(usual);
    VenueKind::ALL.iter().map(|kind| Kind { word: kind.as_str(), selected: *kind == chosen }).collect()
}

fn units_to_tick(background: &Background, audience: &Audience) -> Vec<UnitNode> {
    let n_own =
        |unit| background.headcounts.iter().filter(|count| count.unit == unit).map(|count| count.n).sum::<i64>();
    unit_tree(&background.units, None, &n_own, &|unit| audience.units.contains(&unit))
}
