//! The session page's part about its venues: how people are recorded at each, what is printed and entered, the scans of
//! what was signed, and what is still to be verified.

use super::scans::Scan;
use super::{Standing, verify};
use crate::access::Viewer;
use crate::attendance::kiosk;
use crate::attendance::model::may_see_scans;
use crate::error::Result;
use crate::files::{self, Subject};
use crate::links;
use crate::store::Conn;
use crate::store::ids::{SessionId, VenueId};
use crate::training::{self, SessionState, Venue, VenueKind, Way};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct WaysPart {
    venues: Vec<VenueWays>,
    /// The scans of the signed sheet, for who keeps them.
    scans: Option<ScansPart>,
    /// The sheet of the own people, for a leader who keeps no venue.
    own_sheet: Option<String>,
    n_to_verify: i64,
    verify: String,
    /// The session's kiosks, for who keeps them, also when all is over.
    kiosks: Option<KiosksLink>,
}

#[derive(Serialize)]
struct KiosksLink {
    href: String,
    n: i64,
    /// Check-ins without effect, which somebody has to look at.
    n_refused: i64,
}

#[derive(Serialize)]
struct VenueWays {
    name: String,
    kind: VenueKind,
    ways: Vec<Way>,
    links: Vec<WayLink>,
}

#[derive(Serialize)]
struct WayLink {
    name: &'static str,
    href: String,
}

#[derive(Serialize)]
struct ScansPart {
    href: String,
    files: Vec<Scan>,
}

impl WaysPart {
    pub(super) fn find(conn: &mut Conn, standing: &Standing, viewer: &Viewer) -> Result<Self> {
        let (session, is_clerk) = (&standing.session, standing.is_clerk());
        let venues = training::queries::list_venues(conn, session.id)?;
        let scans = if may_see_scans(session.state, standing.is_hq, is_clerk) {
            let files = files::queries::list_uses(conn, Subject::SignedSheet(session.id))?;
            let files = files.into_iter().map(|file| Scan::of(session.id, file)).collect();
            Some(ScansPart { href: links::session_part(session.id, "scans"), files })
        } else {
            None
        };
        let prints_own = session.state == SessionState::Published
            && !standing.is_hq
            && !is_clerk
            && venues.iter().any(|venue| venue.by_paper);
        let is_deciding = standing.is_hq || viewer.is_leader();
        let kept = venues.iter().map(|venue| venue.id);
        let kept: Vec<VenueId> = kept.filter(|venue| standing.is_hq || standing.served.contains(venue)).collect();
        Ok(Self {
            venues: venues.into_iter().map(|venue| VenueWays::of(standing, venue)).collect(),
            scans,
            own_sheet: prints_own.then(|| links::sign_in_sheet(session.id)),
            n_to_verify: if is_deciding { verify::count_open(conn, standing)? } else { 0 },
            verify: links::session_part(session.id, "verify"),
            kiosks: if kept.is_empty() { None } else { KiosksLink::find(conn, session.id, &kept)? },
        })
    }
}

impl KiosksLink {
    fn find(conn: &mut Conn, session: SessionId, kept: &[VenueId]) -> Result<Option<Self>> {
        let n = kiosk::queries::count(conn, session)?;
        let n_refused = kiosk::queries::count_refused(conn, session, kept)?;
        Ok((n > 0).then(|| Self { href: links::session_part(session, "kiosks"), n, n_refused }))
    }
}

impl VenueWays {
    fn of(standing: &Standing, venue: Venue) -> Self {
        let (session, ways) = (&standing.session, venue.ways());
        let keeps = standing.is_hq || standing.served.contains(&venue.id);
        let link = |name, part| WayLink {
            name,
            href: format!("{}?venue={}", links::session_part(session.id, part), venue.id),
        };
        let mut shown = Vec::new();
        if session.state == SessionState::Published && keeps {
            shown.extend(ways.has(Way::Paper).then(|| link("sheet", "sheet")));
            shown.push(link("seats", "seats"));
            shown.extend(ways.has(Way::Kiosk).then(|| link("slips", "slips")));
        }
        let is_running = matches!(session.state, SessionState::Published | SessionState::Closed);
        if is_running && keeps && ways.has(Way::Paper) {
            shown.push(link("enter", "roll"));
        }
        Self { name: venue.name, kind: venue.kind, ways: ways.chosen(), links: shown }
    }
}
