//! A browser that has signed in to an account before: its owner gets in whatever strangers try elsewhere
//! (`reliability.md` A-06). Its cookie is no credential; it only decides which attempts are counted together.

use super::model::Account;
use crate::secret::{Secret, random_token};

/// The cookie's value for a browser that has just signed in. A new password makes it worthless.
pub fn make(secret: &Secret, account: &Account) -> String {
    let device = random_token();
    format!("{device}.{}", secret.derive(PURPOSE, &text(account, &device)))
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
        let value = make(&secret, &account(1, "old"));

        assert!(recognise(&secret, &account(1, "old"), &value).is_some());
        assert_eq!(recognise(&secret, &account(2, "old"), &value), None);
        assert_eq!(recognise(&secret, &account(1, "new"), &value), None);
        assert_eq!(recognise(&Secret::fleeting(), &account(1, "old"), &value), None);
        assert_eq!(recognise(&secret, &account(1, "old"), "nonsense"), None);
    }
}
