//! Six digits that somebody types: how they are read, what they mean, how often they may be wrong.

use crate::clock::Moment;
use crate::store::ids::VenueId;
use crate::training::{Session, SessionState};
use chrono::TimeDelta;

/// Wrong codes that one login may type before it has to wait (`rules.md` 5).
pub const WRONG_CODES: i64 = 10;
/// How long it then waits.
pub const CODE_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// Wrong codes are forgotten when there was none for this long.
pub const WRONG_CODES_FORGOTTEN_AFTER: TimeDelta = TimeDelta::minutes(10);
/// Wrong codes a minute from one address; past them, only those are heard there who have typed none. A hall of
/// thousands is often one address: its people mistype, and must not stop each other.
pub const WRONG_CODES_OF_ADDRESS: i64 = 120;

/// How often a login typed a wrong code.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tries {
    pub n_wrong: i64,
    pub wait_until: Option<Moment>,
    pub wrong_at: Option<Moment>,
}

impl Tries {
    /// The wrong codes that still count: a pause that is over, or a while without any, begins the count anew.
    pub fn n_counted(self, now: Moment) -> i64 {
        let waited = self.wait_until.is_some_and(|until| until <= now);
        let forgotten = self.wrong_at.is_none_or(|at| at + WRONG_CODES_FORGOTTEN_AFTER < now);
        if waited || forgotten { 0 } else { self.n_wrong }
    }

    /// Until when this login is not heard, when it has to wait. `n_of_address` wrong codes came from where it is in
    /// the minute that `now` lies in.
    pub fn pause(self, n_of_address: i64, now: Moment) -> Option<Moment> {
        if let Some(until) = self.wait_until.filter(|until| now < *until) {
            return Some(until);
        }
        let is_crowded = n_of_address >= WRONG_CODES_OF_ADDRESS && self.n_counted(now) > 0;
        is_crowded.then(|| Moment::from_timestamp((minute(now) + 1) * 60))
    }
}

/// Minutes since 1970.
pub fn minute(at: Moment) -> i64 {
    at.timestamp().div_euclid(60)
}

/// What six digits were typed as, however they were grouped or whatever width they have.
pub fn read_code(text: &str) -> Option<String> {
    let mut code = String::with_capacity(6);
    for character in text.chars().filter(|character| !character.is_whitespace() && *character != '-') {
        let digit = match character {
            '0'..='9' => character,
            // Full-width digits, as Chinese input methods type them.
            '０'..='９' => char::from_digit(character as u32 - '０' as u32, 10)?,
            _ => return None,
        };
        code.push(digit);
    }
    (code.len() == 6).then_some(code)
}

/// A venue whose code was typed, and whether the one who typed it is on the session's roster.
#[derive(Debug, Clone)]
pub struct CodeHit {
    pub session: Session,
    pub venue: VenueId,
    pub venue_name: String,
    pub on_roster: bool,
    /// The step whose six digits they are.
    pub step: i64,
}

/// Of the venues with the six digits that were typed, those that were meant: one's own open sessions before one's
/// own that are still to come, and these before anybody's. More than one is asked about.
pub fn resolve(hits: Vec<CodeHit>, now: Moment) -> Vec<CodeHit> {
    let rank = |hit: &CodeHit| match (hit.on_roster, hit.session.is_open(now), is_to_come(&hit.session, now)) {
        (true, true, _) => Some(0),
        (true, false, true) => Some(1),
        (false, true, _) | (false, false, true) => Some(2),
        (_, false, false) => None,
    };
    let best = hits.iter().filter_map(rank).min();
    hits.into_iter().filter(|hit| best.is_some() && rank(hit) == best).collect()
}

fn is_to_come(session: &Session, now: Moment) -> bool {
    session.state == SessionState::Published && now < session.opens_at()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::model::tests::{at, session_from};
    use crate::store::ids::SessionId;

    #[test]
    fn a_code_is_six_digits_however_they_are_grouped() {
        for typed in ["472916", " 472 916 ", "472-916", "４７２９１６"] {
            assert_eq!(read_code(typed).as_deref(), Some("472916"), "{typed}");
        }
        for typed in ["", "47291", "4729160", "47291a", "四七二九一六"] {
            assert_eq!(read_code(typed), None, "{typed}");
        }
    }

    fn hit(id: i64, on_roster: bool, start: &str, end: &str) -> CodeHit {
        let session = Session { id: SessionId(id), ..session_from(start, end) };
        CodeHit { session, venue: VenueId(id), venue_name: String::new(), on_roster, step: 1 }
    }

    fn meant(hits: Vec<CodeHit>, now: &str) -> Vec<i64> {
        resolve(hits, at(now)).iter().map(|hit| hit.session.id.0).collect()
    }

    #[test]
    fn a_code_means_ones_own_open_session_before_anything_else() {
        let (foreign, own) = (hit(1, false, "09:00", "11:00"), hit(2, true, "09:00", "11:00"));
        let (later, over) = (hit(3, true, "15:00", "16:00"), hit(4, true, "05:00", "06:00"));

        assert_eq!(meant(vec![foreign.clone(), later.clone(), own.clone()], "10:00"), [2]);
        assert_eq!(meant(vec![own, hit(5, true, "09:30", "11:00")], "10:00"), [2, 5]);
        assert_eq!(meant(vec![over.clone(), later, foreign.clone()], "10:00"), [3]);
        assert_eq!(meant(vec![over.clone(), foreign.clone()], "10:00"), [1]);
        assert_eq!(meant(vec![over, foreign], "12:00"), [0; 0]);
        assert_eq!(meant(Vec::new(), "10:00"), [0; 0]);
    }

    #[test]
    fn ten_wrong_codes_pause_a_login_for_its_minute_and_are_then_forgotten() {
        let paused = Tries { n_wrong: 10, wait_until: Some(at("10:01")), wrong_at: Some(at("10:00")) };

        assert_eq!(paused.pause(0, at("10:00")), Some(at("10:01")));
        assert_eq!((paused.pause(0, at("10:01")), paused.n_counted(at("10:01"))), (None, 0));
        let few = Tries { n_wrong: 9, wait_until: None, wrong_at: Some(at("10:00")) };
        assert_eq!((few.n_counted(at("10:10")), few.n_counted(at("10:11"))), (9, 0));
    }

    #[test]
    fn past_the_limit_of_an_address_only_those_are_heard_who_have_typed_no_wrong_code() {
        let wrong_once = Tries { n_wrong: 1, wait_until: None, wrong_at: Some(at("10:00")) };

        assert_eq!(wrong_once.pause(119, at("10:00")), None);
        assert_eq!(wrong_once.pause(120, at("10:00")), Some(at("10:01")));
        assert_eq!(Tries::default().pause(5_000, at("10:00")), None);
        assert_eq!(wrong_once.pause(120, at("10:11")), None);
    }
}
