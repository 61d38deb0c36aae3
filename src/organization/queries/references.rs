//! Where the database refers to people, besides where they belong.

use crate::error::Result;
use crate::organization::model::Since;
use crate::store::Conn;
use crate::store::ids::{PersonId, RosterImportId};
use crate::store::whole_rows;
use serde_json::Value;

/// Every column that refers to a person, and what that tells of them. Memberships are not among them: an import writes
/// those itself.
pub const REFERENCES: &[(&str, &str, Since)] = &[
    ("roster_imports", "uploaded_by", Since::Other),
    ("accounts", "person_id", Since::Account),
    ("invitations", "created_by", Since::Other),
    ("grants", "granted_by", Since::Other),
    ("audit_entries", "person_id", Since::Other),
    ("jobs", "owner_id", Since::Other),
    ("outbox", "person_id", Since::Other),
    ("readings", "approved_by", Since::Other),
    ("readings", "retired_by", Since::Other),
    ("reading_marks", "person_id", Since::Other),
    ("reading_versions", "made_by", Since::Other),
    ("statute_reviews", "reviewed_by", Since::Other),
    ("question_approvals", "approved_by", Since::Other),
    ("own_questions", "made_by", Since::Other),
    ("question_retirements", "retired_by", Since::Other),
    ("self_test_passes", "person_id", Since::Other),
    ("sessions", "created_by", Since::Other),
    ("session_clerks", "person_id", Since::Session),
    ("audience_people", "person_id", Since::Session),
    ("roster", "person_id", Since::Session),
    ("attendance", "person_id", Since::Attendance),
    ("attendance", "recorded_by", Since::Other),
    ("attendance_changes", "changed_by", Since::Other),
    ("attendance_requests", "asked_by", Since::Other),
    ("attendance_requests", "decided_by", Since::Other),
    ("replies", "drafted_by", Since::Other),
    ("replies", "sent_by", Since::Other),
    ("guests", "asked_by", Since::Other),
    ("guests", "decided_by", Since::Other),
    ("guests", "merged_into", Since::Attendance),
    ("guests", "person_id", Since::Attendance),
    ("calls", "given_by", Since::Other),
    ("unit_tasks", "decided_by", Since::Other),
    ("unit_tasks", "submitted_by", Since::Other),
    ("implementation_reports", "written_by", Since::Other),
    ("implementation_changes", "changed_by", Since::Other),
    ("volume_list", "changed_by", Since::Other),
    ("volume_checks", "written_by", Since::Other),
    ("assignments", "given_by", Since::Other),
    ("tasks", "person_id", Since::Task),
    ("reminders", "person_id", Since::Other),
    ("reminder_pauses", "person_id", Since::Other),
    ("kiosks", "ended_by", Since::Other),
    ("kiosks", "opened_by", Since::Other),
    ("door_openings", "person_id", Since::Other),
    ("file_uses", "added_by", Since::Other),
    ("verifications", "decided_by", Since::Other),
    ("meetings", "begun_by", Since::Other),
    ("meetings", "submitted_by", Since::Other),
    ("meeting_people", "person_id", Since::Meeting),
    ("meeting_gists", "person_id", Since::Meeting),
    ("reflections", "decided_by", Since::Other),
    ("study_requirements", "set_by", Since::Other),
    ("final_reports", "made_by", Since::Other),
    ("session_archives", "made_by", Since::Other),
    ("people_lists", "asked_by", Since::Other),
    ("feedback", "answered_by", Since::Other),
    ("feedback", "written_by", Since::Other),
    ("notices", "written_by", Since::Other),
];

/// Those whom a roster added and something refers to by now, with what; somebody may stand there more than once.
pub(in crate::organization) fn list_referred_to(conn: &mut Conn, id: RosterImportId) -> Result<Vec<(PersonId, Since)>> {
    let added = format!(
        "select people.id from people inner join roster_import_rows \
         on roster_import_rows.employee_number = people.employee_number where import_id = {id} and verdict = 'new'"
    );
    let mut found = Vec::new();
    for (table, column, since) in REFERENCES {
        let those = format!("id in (select {column} from {table} where {column} in ({added}))");
        let ids = whole_rows::select(conn, "people", &["id"], &those)?;
        found.extend(ids.iter().flatten().filter_map(Value::as_i64).map(|person| (PersonId(person), *since)));
    }
    Ok(found)
}
