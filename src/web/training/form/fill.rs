//! A stored plan, or what is usual, as the fields of the form.

use super::super::typed;
use super::SessionForm;
use super::read::way_value;
use crate::access::Viewer;
use crate::clock::Clock;
use crate::organization::{Category, Person, Unit};
use crate::store::ids::PersonId;
use crate::training::{Plan, PlannedReading, Timing, VenueKind};
use crate::{settings, templates};
use chrono::TimeDelta;

/// The study hours of a new form, in minutes: as long as its times are apart.
pub(in crate::web::training) const PRESET_STUDY_MINUTES: i64 = 120;

/// What is usual: next week on the same weekday, in the afternoon, for the three groups of people in all units.
pub(super) fn preset(
    settings: &settings::Settings,
    viewer: &Viewer,
    clock: &Clock,
    group: Option<&Unit>,
) -> SessionForm {
    let usual = [Category::GroupLeadership, Category::EnterpriseLeadership, Category::HqMiddle];
    SessionForm {
        day: (clock.today() + TimeDelta::days(7)).to_string(),
        starts: "14:30".to_owned(),
        ends: "16:30".to_owned(),
        opens_before_minutes: settings.opens_before_minutes.to_string(),
        study_hours: templates::hours_text(PRESET_STUDY_MINUTES),
        organiser: viewer.unit_name.clone(),
        category: usual.iter().map(|category| category.as_str().to_owned()).collect(),
        unit: group.iter().map(|unit| unit.id.to_string()).collect(),
        venue_kind: vec![VenueKind::Main.as_str().to_owned()],
        ..SessionForm::default()
    }
}

pub(in crate::web::training) fn form_of(plan: &Plan, named: &[Person], clock: &Clock) -> SessionForm {
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

/// Those that go with the session as a whole.
fn readings_at(planned: &[PlannedReading], timing: Timing) -> Vec<String> {
    let of_session = planned.iter().filter(|one| one.timing == timing && one.topic.is_none());
    of_session.map(|one| one.reading.to_string()).collect()
}

/// Those that go with a topic.
fn topic_readings_at(planned: &[PlannedReading], timing: Timing) -> Vec<String> {
    let of_topic = planned.iter().filter(|one| one.timing == timing);
    of_topic.filter_map(|one| Some(format!("{}-{}", one.topic?, one.reading))).collect()
}
