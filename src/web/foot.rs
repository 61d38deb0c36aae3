//! What the settings say to every page and every check-in, kept in memory so that none asks the database for it.

use crate::access::{Grant, Role};
use crate::accounts::factor;
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
    /// Who holds one of these has to have a second factor.
    pub factor_roles: Vec<Role>,
}

impl Foot {
    pub fn words(&self) -> Words {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How the check-in code rotates.
    pub fn rotation(&self) -> Rotation {
        self.0.read().unwrap_or_else(PoisonError::into_inner).rotation
    }

    /// Whether somebody who was granted this has to have a second factor.
    pub fn asks_for_factor(&self, grants: &[Grant]) -> bool {
        let words = self.0.read().unwrap_or_else(PoisonError::into_inner);
        factor::model::is_required(grants, &words.factor_roles)
    }

    /// Reads the settings again: at the start, after a change, and now and then for changes by other instances.
    ///
    /// # Errors
    /// `Broken` when they cannot be read; the words then stay.
    pub async fn refresh(&self, db: &Db) -> Result<()> {
        let found = db.read(settings::current).await?;
        let rotation = Rotation { seconds: found.code_seconds, previous_steps: found.code_previous_steps };
        let words = Words {
            organisation: found.organisation,
            help_contact: found.help_contact,
            rotation,
            factor_roles: found.factor_roles,
        };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = words;
        Ok(())
    }
}
