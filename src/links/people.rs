//! Units, people, their accounts, and the roster.

use crate::secret::Secret;
use crate::store::ids::{InvitationId, PersonId, RosterImportId, UnitId};

pub const UNITS: &str = "/units";
pub const NEW_UNIT: &str = "/units/new";
pub const PEOPLE: &str = "/people";
pub const NEW_PERSON: &str = "/people/new";
pub const IMPORT: &str = "/import";
pub const ROSTER_TEMPLATE: &str = "/import/template.xlsx";
pub const ACCOUNTS: &str = "/accounts";
pub const ACCOUNTS_WITHOUT: &str = "/accounts?show=without";

/// Where the name of somebody who has left is taken out of everything.
pub fn anonymise(id: PersonId) -> String {
    format!("/people/{id}/anonymise")
}

pub fn unit(id: UnitId) -> String {
    format!("/units/{id}")
}

pub fn person(id: PersonId) -> String {
    format!("/people/{id}")
}

/// The account of a person: its state, its roles, an invitation.
pub fn account(id: PersonId) -> String {
    format!("/people/{id}/account")
}

/// Invitations to be printed: this one and those made together with it.
pub fn slips(id: InvitationId) -> String {
    format!("/accounts/slips/{id}")
}

/// The page of an invitation, as a path.
pub fn invitation(id: InvitationId, token: &str) -> String {
    format!("/invitation/{id}/{token}")
}

/// The whole address in an invitation, for mail and paper; made again from the key each time it is needed.
pub fn invitation_address(secret: &Secret, base_url: &str, id: InvitationId, nonce: &str) -> String {
    format!("{base_url}{}", invitation(id, &secret.invitation_token(id.0, nonce)))
}

pub fn edit_person(id: PersonId) -> String {
    format!("/people/{id}/edit")
}

pub fn edit_unit(id: UnitId) -> String {
    format!("/units/{id}/edit")
}

pub fn apply_import(id: RosterImportId) -> String {
    format!("/import/{id}/apply")
}

/// Where an import that was written is taken back.
pub fn undo_import(id: RosterImportId) -> String {
    format!("/import/{id}/undo")
}

pub fn roster_import(id: RosterImportId) -> String {
    format!("/import/{id}")
}
