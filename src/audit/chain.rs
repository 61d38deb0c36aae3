//! The chain: what an entry's seal is made from. Keyed, with the key outside the database, so that whoever can write to
//! the tables cannot make a chain of their own.

use super::queries::{Checkpoint, Entry};
use crate::clock::Moment;
use crate::secret::{Secret, is_same};

/// Makes seals and compares them. Cloning is cheap.
#[derive(Clone)]
pub struct Chain(Secret);

impl Chain {
    pub fn new(secret: &Secret) -> Self {
        Self(secret.key_for("audit", "chain"))
    }

    /// What the seal holds of an entry's values. The salt is erased with them.
    pub(super) fn digest(&self, salt: &str, details: &str) -> String {
        self.0.derive("values", &format!("{salt}\0{details}"))
    }

    /// The seal of an entry that follows the one with the seal `before`.
    pub(super) fn link(&self, before: &str, entry: &Entry, values_digest: Option<&str>) -> String {
        // As JSON, so that no field can be taken for a part of its neighbour.
        let told = serde_json::json!([
            before,
            entry.id,
            entry.at,
            entry.person,
            entry.action,
            entry.subject_kind,
            entry.subject,
            entry.origin,
            entry.request,
            values_digest,
        ]);
        self.0.derive("link", &told.to_string())
    }

    /// Signs where the chain begins after older entries have gone.
    pub(super) fn sign(&self, entry: i64, hash: &str, n_entries: i64, made_at: Moment) -> String {
        self.0.derive("checkpoint", &serde_json::json!([entry, hash, n_entries, made_at]).to_string())
    }

    pub(super) fn is_genuine(&self, checkpoint: &Checkpoint) -> bool {
        let signature = self.sign(checkpoint.entry, &checkpoint.hash, checkpoint.n_entries, checkpoint.made_at);
        is_same(&signature, &checkpoint.signature)
    }
}
