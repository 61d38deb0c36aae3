//! Kiosks and the phones opened at them.

use crate::store::ids::{DoorOpeningId, KioskEntryId, KioskId, SessionId};

pub const KIOSK: &str = "/kiosk";
pub const KIOSK_CHECK_IN: &str = "/kiosk/check-in";
pub const KIOSK_UNDO: &str = "/kiosk/undo";
pub const KIOSK_DOOR: &str = "/kiosk/door";
pub const KIOSK_ROSTER: &str = "/kiosk/roster";
pub const KIOSK_SYNC: &str = "/kiosk/sync";
pub const KIOSK_WORKER: &str = "/kiosk/worker.js";
pub const KIOSK_MANIFEST: &str = "/kiosk/manifest.webmanifest";

/// The result of a check-in at a kiosk.
pub fn kiosk_done(id: KioskEntryId) -> String {
    format!("{KIOSK}/done/{id}")
}

/// Where a tablet becomes a kiosk, once.
pub fn kiosk_link(id: KioskId, token: &str) -> String {
    format!("{KIOSK}/open/{id}/{token}")
}

pub fn end_kiosk(session: SessionId, id: KioskId) -> String {
    format!("/sessions/{session}/kiosks/{id}/end")
}

/// The QR for somebody's phone, at the kiosk.
pub fn kiosk_door(id: DoorOpeningId) -> String {
    format!("{KIOSK_DOOR}/{id}")
}

/// What that QR says: where the phone is opened, once.
pub fn door(id: DoorOpeningId, token: &str) -> String {
    format!("/door/{id}/{token}")
}
