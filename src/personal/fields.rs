//! Where persons stand in the tables.

/// Rows of one table that are about a person, as they are given to them.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    pub table: &'static str,
    /// Which rows are theirs; `{person}` stands for their id.
    pub theirs: &'static str,
    /// What is given: a word for the head of the column, and the expression. Moments are in UTC and end in `_at`.
    pub columns: &'static [(&'static str, &'static str)],
}

const fn held(table: &'static str, theirs: &'static str, columns: &'static [(&'static str, &'static str)]) -> Held {
    Held { table, theirs, columns }
}

const SESSION: (&str, &str) = ("session", "(select title from sessions where sessions.id = session_id)");
const READING: (&str, &str) = (
    "reading",
    "(select title_zh from reading_versions where reading_versions.reading_id = readings_of.reading_id \
     order by number desc limit 1)",
);

/// Everything about a person but secrets (digests of passwords and tokens) and what others wrote about others. What
/// somebody did to other people's rows stands in the log of acts.
pub const OWN: &[Held] = &[
    held(
        "people",
        "id = {person}",
        &[
            ("name", "name"),
            ("employee_number", "employee_number"),
            ("unit", "(select name from units where units.id = unit_id)"),
            ("post", "post"),
            ("category", "category"),
            ("email", "email"),
            ("language", "language"),
            ("left_on", "left_on"),
        ],
    ),
    held(
        "memberships",
        "person_id = {person}",
        &[
            ("unit", "(select name from units where units.id = unit_id)"),
            ("starts_on", "starts_on"),
            ("ends_on", "ends_on"),
        ],
    ),
    held(
        "accounts",
        "person_id = {person}",
        &[
            ("user_name", "user_name"),
            ("text_size", "text_size"),
            ("notice_seen_at", "notice_seen_at"),
            ("created_at", "created_at"),
            ("disabled_at", "disabled_at"),
        ],
    ),
    held(
        "grants",
        "account_id in (select id from accounts where person_id = {person})",
        &[
            ("role", "role"),
            ("unit", "(select name from units where units.id = unit_id)"),
            ("granted_at", "granted_at"),
        ],
    ),
    held(
        "factors",
        "account_id in (select id from accounts where person_id = {person})",
        &[("began_at", "began_at"), ("confirmed_at", "confirmed_at")],
    ),
    held(
        "logins",
        "account_id in (select id from accounts where person_id = {person})",
        &[
            ("kind", "kind"),
            ("created_at", "created_at"),
            ("last_seen_at", "last_seen_at"),
            ("expires_at", "expires_at"),
        ],
    ),
    held(
        "invitations",
        "account_id in (select id from accounts where person_id = {person})",
        &[("created_at", "created_at"), ("expires_at", "expires_at"), ("used_at", "used_at")],
    ),
    held(
        "roster",
        "person_id = {person}",
        &[
            SESSION,
            ("name", "name"),
            ("unit", "unit_name"),
            ("post", "post"),
            ("category", "category"),
            ("venue", "(select name from venues where venues.id = venue_id)"),
        ],
    ),
    held("session_clerks", "person_id = {person}", &[SESSION]),
    held("audience_people", "person_id = {person}", &[SESSION, ("choice", "choice")]),
    held(
        "attendance",
        "person_id = {person}",
        &[
            SESSION,
            ("state", "state"),
            ("late", "late"),
            ("left_early", "left_early"),
            ("method", "method"),
            ("venue", "(select name from venues where venues.id = venue_id)"),
            ("leave_kind", "leave_kind"),
            ("stand_in", "stand_in"),
            ("make_up", "make_up"),
            ("make_up_kind", "make_up_kind"),
            ("arrived_at", "arrived_at"),
            ("recorded_at", "recorded_at"),
            ("device", "device"),
            ("code_until_at", "code_until"),
        ],
    ),
    held(
        "attendance_changes",
        "person_id = {person}",
        &[
            SESSION,
            ("state_before", "state_before"),
            ("state_after", "state_after"),
            ("reason", "reason"),
            ("changed_at", "changed_at"),
            ("value_before", "value_before"),
            ("value_after", "value_after"),
        ],
    ),
    held(
        "attendance_requests",
        "person_id = {person}",
        &[
            SESSION,
            ("kind", "kind"),
            ("asked_value", "asked_value"),
            ("reason", "reason"),
            ("asked_at", "asked_at"),
            ("state", "state"),
            ("decided_at", "decided_at"),
            ("answer", "answer"),
        ],
    ),
    held(
        "verifications",
        "person_id = {person}",
        &[
            SESSION,
            ("reason", "reason"),
            ("arrived_at", "arrived_at"),
            ("decision", "decision"),
            ("note", "note"),
            ("decided_at", "decided_at"),
        ],
    ),
    held(
        "kiosk_entries",
        "person_id = {person}",
        &[
            SESSION,
            ("happened_at", "happened_at"),
            ("received_at", "received_at"),
            ("effect", "effect"),
            ("review", "review"),
            ("undone_at", "undone_at"),
        ],
    ),
    held(
        "door_openings",
        "person_id = {person}",
        &[("created_at", "created_at"), ("expires_at", "expires_at"), ("used_at", "used_at")],
    ),
    held(
        "guests",
        "person_id = {person} or merged_into = {person}",
        &[SESSION, ("name", "name"), ("unit", "unit_name"), ("asked_at", "asked_at"), ("state", "state")],
    ),
    held(
        "tasks readings_of",
        "person_id = {person}",
        &[READING, ("kind", "kind"), ("state", "state"), ("due_on", "due_on"), ("done_at", "done_at")],
    ),
    held(
        "reflections",
        "task_id in (select id from tasks where person_id = {person})",
        &[
            ("title", "title"),
            ("text", "text"),
            ("written_at", "written_at"),
            ("submitted_at", "submitted_at"),
            ("comment", "comment"),
        ],
    ),
    held("reading_marks readings_of", "person_id = {person}", &[READING, ("read_at", "read_at")]),
    held("self_test_passes readings_of", "person_id = {person}", &[READING]),
    held(
        "meeting_people",
        "person_id = {person}",
        &[
            ("meeting", "(select theme from meetings where meetings.id = meeting_id)"),
            ("held_on", "(select held_on from meetings where meetings.id = meeting_id)"),
            ("presence", "presence"),
            ("name", "name"),
            ("post", "post"),
            ("unit", "unit_name"),
        ],
    ),
    held(
        "meeting_gists",
        "person_id = {person}",
        &[("meeting", "(select theme from meetings where meetings.id = meeting_id)"), ("text", "text")],
    ),
    held(
        "outbox",
        "person_id = {person}",
        &[
            ("address", "address"),
            ("matter", "matter"),
            ("state", "state"),
            ("queued_at", "queued_at"),
            ("sent_at", "sent_at"),
        ],
    ),
    held(
        "reminders",
        "person_id = {person}",
        &[
            ("kind", "kind"),
            ("about_on", "about_on"),
            ("outcome", "outcome"),
            ("reason", "reason"),
            ("planned_at", "planned_at"),
        ],
    ),
    held("reminder_pauses", "person_id = {person}", &[("until_on", "until_on")]),
    held("file_uses", "added_by = {person}", &[("name", "name"), ("added_at", "added_at")]),
    held(
        "feedback",
        "written_by = {person}",
        &[
            ("kind", "kind"),
            ("text", "text"),
            ("written_at", "written_at"),
            ("answer", "answer"),
            ("answered_at", "answered_at"),
        ],
    ),
    held(
        "audit_entries",
        "person_id = {person}",
        &[("action", "action"), ("subject_kind", "subject_kind"), ("at", "at"), ("origin", "origin")],
    ),
];

/// Columns of words in which a person may be named: by name, number or address. JSON among them keeps names as they are.
/// The trail of acts (`audit_values`), mails and final reports are dealt with on their own.
pub const NAMING: &[(&str, &[&str])] = &[
    ("people", &["post"]),
    ("roster", &["name", "post"]),
    ("attendance", &["stand_in"]),
    ("attendance_changes", &["reason", "value_before", "value_after"]),
    ("attendance_requests", &["asked_value", "reason", "answer"]),
    ("verifications", &["note"]),
    ("guests", &["name"]),
    ("replies", &["draft"]),
    ("sessions", &["speaker", "purpose", "requirements", "remark", "state_reason", "title"]),
    ("calls", &["title", "note"]),
    ("unit_tasks", &["comment"]),
    ("assignments", &["title", "note"]),
    ("implementation_reports", &["studied", "next_steps", "contact", "handed_in"]),
    ("implementation_rows", &["problem", "measure", "responsible"]),
    ("implementation_changes", &["note"]),
    ("volume_checks", &["note", "handed_in"]),
    ("meetings", &["place", "chair", "recorder", "theme", "other_readings", "questions"]),
    ("meeting_people", &["name", "post"]),
    ("meeting_gists", &["text"]),
    ("meeting_actions", &["what", "who"]),
    ("reflections", &["title", "text", "comment"]),
    ("feedback", &["text", "answer"]),
    ("file_uses", &["name"]),
    ("settings", &["value"]),
    ("notices", &["text_zh", "text_en"]),
    ("statutes", &["note"]),
    ("reminder_rules", &["words_zh", "words_en"]),
    ("study_requirements", &["document_title"]),
    ("kiosks", &["name"]),
];
