//! The program's own pages: signing in, oneself, settings, the log; and what addresses may be gone to.

use crate::store::ids::{FeedbackId, JobId, SessionId};

pub const HOME: &str = "/";
pub const LOGIN: &str = "/login";
pub const FORGOTTEN: &str = "/login/forgotten";
pub const LOGIN_CODE: &str = "/login/code";
pub const ME: &str = "/me";
pub const FACTOR: &str = "/me/factor";
pub const HELP: &str = "/help";
pub const FEEDBACK: &str = "/feedback";
pub const OWN_DATA: &str = "/me/data.zip";
pub const NOTICE: &str = "/welcome";
/// What to try in a demo, and the screen of its hall.
pub const DEMO: &str = "/demo";
pub const DEMO_SCREEN: &str = "/demo/screen";
/// Where HQ changes the notice.
pub const EDIT_NOTICE: &str = "/settings/notice";
pub const TODAY: &str = "/today";
pub const RECORD: &str = "/record";
pub const SETTINGS: &str = "/settings";
pub const INSPECTION: &str = "/inspection";
pub const AUDIT: &str = "/audit";
pub const AUDIT_CSV: &str = "/audit.csv";
pub const REACH: &str = "/reach";

/// Where somebody writes to HQ that what is kept of them about a session is wrong.
pub fn feedback_about(session: SessionId) -> String {
    format!("{FEEDBACK}?kind=own_data&session={session}")
}

/// Where something that somebody wrote to HQ is answered.
pub fn answer_feedback(id: FeedbackId) -> String {
    format!("{FEEDBACK}/{id}/answer")
}

/// The page of help for a role.
pub fn help(role: &str) -> String {
    format!("{HELP}/{role}")
}

/// The notice of what is held, to go on to a page afterwards.
pub fn notice_then(next: &str) -> String {
    format!("{NOTICE}?next={}", percent(next))
}

/// Where to sign in, to come back to a page afterwards.
pub fn login_then(next: &str) -> String {
    format!("{LOGIN}?next={}", percent(next))
}

/// The page that asks for a code after the password, and then leads on to `next`.
pub fn login_code_then(next: &str) -> String {
    if next.is_empty() { LOGIN_CODE.to_owned() } else { format!("{LOGIN_CODE}?next={}", percent(next)) }
}

pub fn job(id: JobId) -> String {
    format!("/jobs/{id}")
}

/// The list of what failed of it.
pub fn job_failures(id: JobId) -> String {
    format!("/jobs/{id}/failures.csv")
}

/// Percent-encodes what is not a letter, a digit or one of `-_.~/` (a path stays readable).
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// Whether an address may be gone to after signing in: a path of this program and nothing else.
pub fn is_own(address: &str) -> bool {
    address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains('\\')
        && !address.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_program_may_follow_a_sign_in() {
        assert!(is_own("/sessions/7?a=b"));
        for foreign in ["https://evil.example", "//evil.example", "/\\evil.example", "", "javascript:alert(1)", "/a\nb"]
        {
            assert!(!is_own(foreign), "{foreign:?}");
        }
    }

    #[test]
    fn an_address_within_an_address_is_encoded() {
        assert_eq!(login_then("/c/472916?x=1"), "/login?next=/c/472916%3Fx%3D1");
    }
}
