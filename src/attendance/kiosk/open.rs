//! Opening and ending a kiosk: acts of HQ and of the venue's clerk. A link used once makes a tablet the kiosk.

use super::model::{self, Kiosk, LINK_LIFE, Standing};
use super::queries::{self, NewKiosk};
use crate::access::{Actor, Viewer};
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::secret::{self, Secret};
use crate::store::Conn;
use crate::store::ids::{KioskId, SessionId, VenueId};
use crate::training::{self, Session, SessionState, Venue};
use serde_json::json;

/// A kiosk with its session and what it can still do.
#[derive(Debug, Clone)]
pub struct FoundKiosk {
    pub kiosk: Kiosk,
    pub session: Session,
    pub venue: String,
    pub standing: Standing,
}

impl FoundKiosk {
    fn of((kiosk, session, venue): (Kiosk, Session, String), now: Moment) -> Self {
        Self { standing: model::standing(&kiosk, &session, now), kiosk, session, venue }
    }

    /// The same as it stands in this write, its session held until that ends: since the request began somebody may have
    /// closed or confirmed the session.
    pub(super) fn held(&self, conn: &mut Conn, now: Moment) -> Result<Self> {
        crate::attendance::queries::take_turns(conn, self.session.id)?;
        let found = queries::find(conn, self.kiosk.id)?.ok_or(Error::NotFound("kiosk"))?;
        Ok(Self::of(found, now))
    }

    /// Who acts for it in the audit trail: the one who opened it.
    pub(super) fn actor(&self, address: &str) -> Actor {
        Actor::person(self.kiosk.opened_by, address)
    }
}

/// The kiosk whose cookie has this token; nothing when there is none or all is over.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn find_by_token(conn: &mut Conn, token: &str, now: Moment) -> Result<Option<FoundKiosk>> {
    let found = queries::find_by_token(conn, &secret::hash_token(token))?.map(|found| FoundKiosk::of(found, now));
    Ok(found.filter(|found| found.standing != Standing::Over))
}

/// The token that completes a kiosk's link. It stands nowhere.
pub fn link_token(secret: &Secret, id: KioskId, nonce: &str) -> String {
    secret.derive("kiosk link", &format!("{id}:{nonce}"))[..32].to_owned()
}

/// The kiosk that a link leads to, whether or not it can still be taken up.
///
/// # Errors
/// `NotFound` when the link is not one of ours.
pub fn find_by_link(conn: &mut Conn, secret: &Secret, id: KioskId, token: &str, now: Moment) -> Result<FoundKiosk> {
    let found = queries::find(conn, id)?.ok_or(Error::NotFound("kiosk"))?;
    let is_right = secret::is_same(&link_token(secret, id, &found.0.nonce), token);
    if is_right { Ok(FoundKiosk::of(found, now)) } else { Err(Error::NotFound("kiosk")) }
}

/// The venues of a session at which the viewer may keep kiosks.
///
/// # Errors
/// `NotFound` when the session is out of the viewer's reach, or they may keep none.
pub fn may_open(conn: &mut Conn, viewer: &Viewer, session: SessionId) -> Result<(Session, Vec<Venue>)> {
    let session = training::queries::find_visible(conn, viewer, session)?;
    let served = crate::attendance::queries::list_served(conn, session.id, viewer)?;
    let mut venues = training::queries::list_venues(conn, session.id)?;
    venues.retain(|venue| model::may_keep(viewer, &served, venue.id));
    if venues.is_empty() { Err(Error::NotFound("session")) } else { Ok((session, venues)) }
}

/// Whether a session can have a new kiosk now.
pub fn may_be_opened(session: &Session, now: Moment) -> bool {
    session.state == SessionState::Published && now <= session.ends_at + model::FORGOTTEN_AFTER
}

/// Opens a kiosk at a venue. A tablet takes it up by its link, or [`start_here`] does.
///
/// # Errors
/// `NotFound` as [`may_open`] and for another venue; `Refused` when check-in of the session has ended or it is none, and
/// where the venue did not choose kiosks: HQ can choose them for it in the same step ([`choose`]).
pub fn open(conn: &mut Conn, viewer: &Viewer, session: SessionId, venue: VenueId, now: Moment) -> Result<KioskId> {
    let (session, venues) = may_open(conn, viewer, session)?;
    let place = venues.iter().find(|own| own.id == venue).ok_or(Error::NotFound("venue"))?;
    if !may_be_opened(&session, now) {
        return Err(Error::refused(Message::new("kiosk-open-refused")));
    }
    if !place.by_kiosk {
        let why = if viewer.is_hq() { "kiosk-not-chosen" } else { "kiosk-not-chosen-ask-hq" };
        return Err(Error::Refused(vec![Problem::at("venue", Message::new(why).with("venue", place.name.clone()))]));
    }
    crate::attendance::queries::take_turns(conn, session.id)?;
    let n_before = queries::count(conn, session.id)?;
    let name = model::next_name(usize::try_from(n_before).unwrap_or(0));
    let nonce = secret::random_token();
    let new = NewKiosk {
        session: session.id,
        venue,
        name: &name,
        nonce: &nonce,
        by: viewer.person,
        at: now,
        link_expires_at: now + LINK_LIFE,
    };
    let id = queries::insert(conn, &new)?;
    let details = json!({ "session": session.id, "venue": venue, "name": name });
    audit::record(conn, &viewer.actor(), now, Action::new("kiosk.opened", "kiosk"), id.0, &details)?;
    Ok(id)
}

/// Has kiosks from now on at a venue that did not choose them, besides its other ways.
///
/// # Errors
/// As [`training::places::choose_ways`].
pub fn choose(conn: &mut Conn, viewer: &Viewer, session: SessionId, venue: VenueId, now: Moment) -> Result<()> {
    let (session, venues) = may_open(conn, viewer, session)?;
    let place = venues.iter().find(|own| own.id == venue).ok_or(Error::NotFound("venue"))?;
    let ways = training::Ways { kiosk: true, ..place.ways() };
    training::places::choose_ways(conn, &viewer.actor(), session.id, venue, ways, now)
}

/// Makes the tablet that keeps `token` the kiosk. Whoever opened the link was handed it; its token was compared by
/// the caller.
///
/// # Errors
/// `Refused` when the link was used before or is too old.
pub fn start(conn: &mut Conn, id: KioskId, token: &str, address: &str, now: Moment) -> Result<()> {
    let (kiosk, session, _) = queries::find(conn, id)?.ok_or(Error::NotFound("kiosk"))?;
    let works = model::standing(&kiosk, &session, now) == Standing::Works;
    if !works || !queries::take_up(conn, id, &secret::hash_token(token), now)? {
        return Err(Error::refused(Message::new("kiosk-link-over")));
    }
    let actor = Actor::person(kiosk.opened_by, address);
    audit::record(conn, &actor, now, Action::new("kiosk.started", "kiosk"), id.0, &())
}

/// Opens a kiosk on the viewer's own device, whose login ends: a kiosk stands where everybody can reach it.
///
/// # Errors
/// As [`open`].
pub fn start_here(
    conn: &mut Conn,
    viewer: &Viewer,
    session: SessionId,
    venue: VenueId,
    token: &str,
    now: Moment,
) -> Result<()> {
    let id = open(conn, viewer, session, venue, now)?;
    start(conn, id, token, &viewer.origin, now)?;
    crate::accounts::sign_in::sign_out(conn, viewer, now)
}

/// Ends a kiosk by hand; what it stored before is still taken, and looked at.
///
/// # Errors
/// `NotFound` when it is not of a venue that the viewer keeps.
pub fn end(conn: &mut Conn, viewer: &Viewer, session: SessionId, id: KioskId, now: Moment) -> Result<()> {
    let (session, venues) = may_open(conn, viewer, session)?;
    let found = queries::find(conn, id)?.map(|(kiosk, _, _)| kiosk);
    let own =
        found.filter(|kiosk| kiosk.session_id == session.id && venues.iter().any(|venue| venue.id == kiosk.venue_id));
    let kiosk = own.ok_or(Error::NotFound("kiosk"))?;
    if queries::mark_ended(conn, kiosk.id, viewer.person, now)? {
        audit::record(conn, &viewer.actor(), now, Action::new("kiosk.ended", "kiosk"), id.0, &())?;
    }
    Ok(())
}
