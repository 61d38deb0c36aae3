//! What the settings say to every page and every check-in, kept in memory so that none asks the database for it.

use crate::attendance::Rotation;
use crate::error::Result;
use crate::settings;
use crate::store::Db;
use std::sync::{Arc, PoisonError, RwLock};

/// The words; cloning shares them.
#[derive(Clone, Default)]
pub struct Foot(Arc<RwLock<Words>>);

/// Empty until somebody has set them.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub organisation: String,
    pub help_contact: String,
    pub rotation: Rotation,
}

impl Foot {
    pub fn words(&self) -> Words {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How the check-in code rotates.
    pub fn rotation(&self) -> Rotation {
        self.0.read().unwrap_or_else(PoisonError::into_inner).rotation
    }

    /// Reads the settings again: at the start, after a change, and now and then for changes by other instances.
    ///
    /// # Errors
    /// `Broken` when they cannot be read; the words then stay.
    pub async fn refresh(&self, db: &Db) -> Result<()> {
        let found = db.read(settings::current).await?;
        let rotation = Rotation { seconds: found.code_seconds, previous_steps: found.code_previous_steps };
        let words = Words { organisation: found.organisation, help_contact: found.help_contact, rotation };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = words;
        Ok(())
    }
}
