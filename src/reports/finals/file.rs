//! A final report as a file: what it rests on, as it is kept, with its digest and a signature, to be checked without a
//! server and held against a paper.

use super::{FinalReport, Number};
use crate::error::Result;
use crate::files::model::digest;
use crate::reports::SessionReport;
use crate::reports::archive::Seal;
use crate::reports::basis::Basis;
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
    pub fn of(report: &FinalReport, basis: String, seal: &Seal) -> Self {
        let mut file = Self {
            number: report.entry.number().to_string(),
            made_at: report.entry.made_at.timestamp(),
            digest: report.digest.clone(),
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
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.number.parse::<Number>().is_err() {
            faults.push(format!("“{}” is no number of a report", self.number));
        }
        if digest(self.basis.as_bytes()) != self.digest {
            faults.push("what it rests on was changed: its SHA-256 is not the one stated".to_owned());
        } else if self.report().is_err() {
            faults.push("what it rests on cannot be read by this program: use a newer one".to_owned());
        }
        faults
    }

    fn report(&self) -> Result<SessionReport> {
        let basis: Basis = super::from_json(&self.basis)?;
        SessionReport::of(basis, &[], Some(self.number.clone()), crate::clock::Moment::from_timestamp(self.made_at))
    }

    /// What it is, with the figures to hold against the paper.
    pub fn in_words(&self) -> String {
        let Ok(report) = self.report() else { return format!("final report {}", self.number) };
        let (total, counts) = (&report.total, &report.total.counts);
        format!(
            "final report {} of “{}”: expected {}, due {}, present {}, leave {}, stand-in {}, absent {}, exempt {}, made up {}; attendance {}, participation {}",
            self.number,
            report.session.title,
            counts.n_roster,
            total.n_due,
            counts.n_present,
            counts.n_leave,
            counts.n_stand_in,
            counts.n_absent,
            counts.n_exempt,
            counts.n_made_up,
            total.attendance_rate,
            total.participation_rate,
        )
    }
}
