//! What was typed in the form as a plan; what cannot be understood becomes a problem at its field.

use super::super::{lines, read_moment};
use super::{Background, SessionForm};
use crate::clock::{Clock, Moment};
use crate::error::{Message, Problem, Result};
use crate::organization::Person;
use crate::store::ids::PersonId;
use crate::study_hours::read_hours;
use crate::training::audience::Audience;
use crate::training::{Document, Plan, PlannedReading, PlannedVenue, Timing, VenueKind, Way, plan};
use std::collections::BTreeSet;

/// The time of day until which units answer, unless another is typed.
pub(in crate::web::training) const REPLY_TIME: &str = "17:30";

/// Understands what was typed; what cannot be understood becomes a problem at its field.
pub(super) fn read(form: &SessionForm, background: &Background, clock: &Clock) -> Result<Plan, Vec<Problem>> {
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
pub(super) fn chosen<T: std::str::FromStr + Ord + Copy>(
    ticked: &[String],
    there_are: impl Iterator<Item = T>,
) -> Vec<T> {
    let ticked: BTreeSet<T> = ticked.iter().filter_map(|text| text.parse().ok()).collect();
    there_are.filter(|id| ticked.contains(id)).collect()
}

/// The people of a field with a line each; a line that means nobody, or more than one, is a problem.
pub(super) fn people(text: &str, field: &'static str, called: &[Person], problems: &mut Vec<Problem>) -> Vec<PersonId> {
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

pub(super) fn first_word(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or("")
}

pub(super) fn way_value(n: usize, way: Way) -> String {
    format!("{}-{}", n + 1, way.as_str())
}

pub(in crate::web::training) fn is_chosen(form: &SessionForm, n: usize, way: Way) -> bool {
    form.venue_way.contains(&way_value(n, way))
}
