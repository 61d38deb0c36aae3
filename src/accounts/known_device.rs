//! A browser that has signed in to an account before: its owner gets in whatever strangers try elsewhere
//! (`reliability.md` A-06). Its cookie is no credential; it only decides which attempts are counted together.

use super::model::Account;
use crate::secret::{Secret, random_token};

/// The cookie's value for a browser that has just signed in. A new password makes it worthless. A browser that had one
/// keeps its name in it, whoever signs in: two people checked in by one browser are told by it.
pub fn make(secret: &Secret, account: &Account, had: Option<&str>) -> String {
    let device = had.and_then(name).map_or_else(random_token, str::to_owned);
    format!("{device}.{}", secret.derive(PURPOSE, &text(account, &device)))
}

/// The cookie's value for a browser that nobody has signed in with yet: a name, and nothing that it proves.
pub fn fresh() -> String {
    format!("{}.", random_token())
}

/// The random name of the browser in a cookie's value, whoever it was made for.
pub fn name(value: &str) -> Option<&str> {
    let (device, _) = value.split_once('.')?;
    (device.len() == 64 && device.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(device)
}

/// The device that a cookie's value stands for, if it was made for this account and password.
pub fn recognise(secret: &Secret, account: &Account, value: &str) -> Option<String> {
    let (device, mac) = value.split_once('.')?;
    secret.verify(PURPOSE, &text(account, device), mac).then(|| device.to_owned())
}

const PURPOSE: &str = "known device";

fn text(account: &Account, device: &str) -> String {
    format!("{}:{device}:{}", account.id, account.password_hash.as_deref().unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ids::{AccountId, PersonId};

    #[test]
    fn a_device_is_known_to_its_account_until_the_password_changes() {
        let secret = Secret::fleeting();
        let account = |id, hash: &str| Account {
            id: AccountId(id),
            person_id: PersonId(1),
            user_name: "a".to_owned(),
            password_hash: Some(hash.to_owned()),
        };
        let value = make(&secret, &account(1, "old"), None);

        assert!(recognise(&secret, &account(1, "old"), &value).is_some());
        assert_eq!(recognise(&secret, &account(2, "old"), &value), None);
        assert_eq!(recognise(&secret, &account(1, "new"), &value), None);
        assert_eq!(recognise(&Secret::fleeting(), &account(1, "old"), &value), None);
        assert_eq!(recognise(&secret, &account(1, "old"), "nonsense"), None);
        assert_eq!(recognise(&secret, &account(1, "old"), &fresh()), None);
    }

    #[test]
    fn a_browser_keeps_its_name_when_somebody_else_signs_in_and_takes_none_that_it_was_not_given() {
        let secret = Secret::fleeting();
        let account =
            |id| Account { id: AccountId(id), person_id: PersonId(1), user_name: "a".to_owned(), password_hash: None };
        let first = make(&secret, &account(1), Some(&fresh()));

        let second = make(&secret, &account(2), Some(&first));

        assert!(name(&first).is_some());
        assert_eq!(name(&first), name(&second));
        assert!(
            recognise(&secret, &account(2), &second).is_some() && recognise(&secret, &account(1), &second).is_none()
        );
        assert_ne!(name(&make(&secret, &account(1), Some("short.mac"))), Some("short"));
    }
}
