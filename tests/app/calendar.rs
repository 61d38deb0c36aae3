//! The calendar entries of sessions, read back by a calendar library.

use crate::reminders::decoded;
use crate::support::TestApp;
use chrono::{DateTime, Utc};
use icalendar::{Calendar, CalendarDateTime, Component, DatePerhapsTime, EventLike, EventStatus};
use xuefa::links;
use xuefa::training::SessionState;

/// What a calendar makes of an entry.
#[derive(Debug, PartialEq)]
struct Read {
    method: String,
    uid: String,
    sequence: Option<u32>,
    status: Option<EventStatus>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    place: Option<String>,
}

fn read(file: &str) -> Read {
    let calendar: Calendar = file.parse().expect("a calendar");
    let events: Vec<_> = calendar.events().collect();
    assert_eq!(events.len(), 1, "{file}");
    let event = events[0];
    let utc = |at| match at {
        Some(DatePerhapsTime::DateTime(CalendarDateTime::Utc(at))) => Some(at),
        _ => None,
    };
    Read {
        method: calendar.property_value("METHOD").unwrap_or("").to_owned(),
        uid: event.get_uid().unwrap_or("").to_owned(),
        sequence: event.get_sequence(),
        status: event.get_status(),
        starts_at: utc(event.get_start()),
        ends_at: utc(event.get_end()),
        place: event.get_location().map(str::to_owned),
    }
}

/// The calendar that goes with a mail.
fn attached(mail: &str) -> &str {
    let begin = mail.find("BEGIN:VCALENDAR").expect("a calendar");
    let end = mail.find("END:VCALENDAR").expect("a whole calendar") + "END:VCALENDAR\r\n".len();
    &mail[begin..end]
}

#[actix_web::test]
async fn a_calendar_takes_the_move_and_the_cancellation_for_the_same_entry() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let session = site.given_session("2024-07-19", SessionState::Published, &[(site.cast.trainee, None)]).await;

    site.tick(&delivery).await;
    site.session_moves(session, "2024-07-20", "14:30").await;
    site.tick(&delivery).await;
    site.session_is(session, SessionState::Cancelled).await;
    site.tick(&delivery).await;

    let mails: Vec<String> = memory.posted().iter().map(decoded).collect();
    let [published, moved, cancelled] = [0, 1, 2].map(|n| read(attached(&mails[n])));
    let at = |date, time| Some(site.moment(date, time).utc().and_utc());
    assert_eq!((published.starts_at, published.ends_at), (at("2024-07-19", "09:00"), at("2024-07-19", "11:00")));
    assert_eq!((moved.starts_at, moved.ends_at), (at("2024-07-20", "14:30"), at("2024-07-20", "16:30")));
    assert_eq!(cancelled.starts_at, moved.starts_at);
    assert_eq!([&published, &moved, &cancelled].map(|entry| entry.method.as_str()), ["PUBLISH", "PUBLISH", "CANCEL"]);
    assert_eq!(
        [&published, &moved, &cancelled].map(|entry| entry.status),
        [Some(EventStatus::Confirmed), Some(EventStatus::Confirmed), Some(EventStatus::Cancelled)]
    );
    assert!(published.sequence < moved.sequence && moved.sequence < cancelled.sequence, "{cancelled:?}");
    assert!(published.uid.starts_with("session-") && published.uid == moved.uid && moved.uid == cancelled.uid);
    assert_eq!(published.place.as_deref(), Some("主会场"));
}

#[actix_web::test]
async fn the_entry_of_the_sessions_page_is_the_one_that_was_mailed() {
    let site = TestApp::start().await;
    let (delivery, memory) = site.in_memory();
    let session = site.given_session("2024-07-19", SessionState::Published, &[(site.cast.trainee, None)]).await;
    site.tick(&delivery).await;
    let mut phone = site.signed_in_as(site.cast.trainee).await;

    let page = phone.get(links::session(session)).await;
    let file = phone.get(links::session_part(session, "session.ics")).await;

    assert!(page.body.contains(&format!("href=\"/sessions/{session}/session.ics\"")), "{}", page.text());
    assert_eq!(read(&file.body), read(attached(&decoded(&memory.posted()[0]))));
}
