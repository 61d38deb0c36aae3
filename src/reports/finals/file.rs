//! A final report as a file: what it rests on, as it is kept, with its digest and a signature, to be checked without a
//! server and held against a paper.

use super::{Entry, Number, periods};
use crate::error::{Message, Result};
use crate::files::model::digest;
use crate::reports::SessionReport;
use crate::reports::archive::Seal;
use crate::reports::basis::Basis;
use crate::reports::session_attendance::Figures;
use serde::{Deserialize, Serialize};

/// The file. Its fields never change their names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FinalFile {
    pub number: String,
    /// UTC, in seconds since 1970.
    pub made_at: i64,
    /// SHA-256 of `basis`.
    pub digest: String,
    /// JSON as it was kept.
    pub basis: String,
    /// The office's public key.
    pub key: String,
    pub signature: String,
}

impl FinalFile {
    /// A report with what it rests on, as it is kept.
    pub fn of(entry: &Entry, (basis, digest): (String, String), seal: &Seal) -> Self {
        let mut file = Self {
            number: entry.number().to_string(),
            made_at: entry.made_at.timestamp(),
            digest,
            basis,
            key: seal.key().to_string(),
            signature: String::new(),
        };
        file.signature = seal.sign(file.signed().as_bytes());
        file
    }

    /// What the signature is of.
    pub fn signed(&self) -> String {
        format!("final report {} {} {}\n", self.number, self.made_at, self.digest)
    }

    /// What does not agree, a sentence each.
    pub fn faults(&self) -> Vec<Message> {
        let mut faults = Vec::new();
        if self.number.parse::<Number>().is_err() {
            faults.push(Message::new("cli-verify-final-number").with("number", self.number.as_str()));
        }
        if digest(self.basis.as_bytes()) != self.digest {
            faults.push(Message::new("cli-verify-final-basis"));
        } else if self.total().is_err() {
            faults.push(Message::new("cli-verify-final-newer"));
        }
        faults
    }

    /// What it is of, and its figures.
    fn total(&self) -> Result<(String, Figures)> {
        if let Ok(report) = periods::from_json(&self.basis) {
            let whose = report.unit.map_or(report.organisation, |unit| unit.name);
            return Ok((format!("{whose}, {} – {}", report.span.first, report.span.last), report.total));
        }
        let basis: Basis = super::from_json(&self.basis)?;
        let made_at = crate::clock::Moment::from_timestamp(self.made_at);
        let report = SessionReport::of(basis, &[], Some(self.number.clone()), made_at)?;
        Ok((report.session.title, report.total))
    }

    /// What it is, with the figures to hold against the paper.
    pub fn message(&self) -> Message {
        let Ok((what, total)) = self.total() else {
            return Message::new("cli-verify-final-unread").with("number", self.number.as_str());
        };
        let counts = &total.counts;
        Message::new("cli-verify-final")
            .with("number", self.number.as_str())
            .with("what", what)
            .with("expected", counts.n_roster)
            .with("due", total.n_due)
            .with("present", counts.n_present)
            .with("leave", counts.n_leave)
            .with("standin", counts.n_stand_in)
            .with("absent", counts.n_absent)
            .with("exempt", counts.n_exempt)
            .with("madeup", counts.n_made_up)
            .with("attendance", total.attendance_rate)
            .with("participation", total.participation_rate)
    }
}
