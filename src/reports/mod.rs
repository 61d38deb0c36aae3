//! Figures for page, paper and file. A report is one plain struct with everything computed; what shows it only lays out.

pub mod archive;
pub mod basis;
pub mod book;
pub mod csv;
pub mod docx;
pub mod exchange_record;
pub mod finals;
pub mod paper;
pub mod pdf;
pub mod people_list;
pub mod period;
pub mod seating;
pub mod session_attendance;
pub mod sign_in_sheet;
pub mod span;
pub mod tables;

use crate::error::Result;
use crate::store::Conn;
use std::collections::BTreeSet;

pub use period::PeriodReport;
pub use session_attendance::SessionReport;
pub use sign_in_sheet::SignInSheet;
pub use tables::Tables;

/// The digests of the contents that reports keep in the folder of files: archives and long lists.
///
/// # Errors
/// `Broken` when they cannot be read.
pub fn list_contents(conn: &mut Conn) -> Result<BTreeSet<String>> {
    let mut digests = archive::queries::list_digests(conn)?;
    digests.extend(people_list::queries::list_digests(conn)?);
    Ok(digests)
}
