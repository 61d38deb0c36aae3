//! Passwords: argon2id, off the event loop, and never more of it at once than there are cores.

use crate::error::{Error, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Memory in KiB, passes and lanes: the least that OWASP's cheat sheet gives for argon2id.
const PARAMETERS: (u32, u32, u32) = (19_456, 2, 1);
/// How long somebody waits for their turn before they are asked to come back.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hashes and verifies. Each hash fills 19 MiB; unbounded, a hall that signs in at once would eat the machine.
/// Cloning is cheap.
#[derive(Clone)]
pub struct Hashing {
    turns: Arc<Semaphore>,
    n_runs: Arc<AtomicUsize>,
}

impl Hashing {
    /// As many at once as there are cores.
    pub fn bounded() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { turns: Arc::new(Semaphore::new(cores)), n_runs: Arc::default() }
    }

    /// How often this was asked to hash since the start: the work that an attempt costs must not tell whom there is.
    pub fn count_runs(&self) -> usize {
        self.n_runs.load(Ordering::Relaxed)
    }

    /// The PHC string of a password.
    ///
    /// # Errors
    /// `Busy` when too many others are waiting.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash_now(&password)).await
    }

    /// Whether the password is the one that was hashed. Without a hash the same work is done and the answer is no,
    /// so that the time does not tell whether there is such an account.
    ///
    /// # Errors
    /// `Busy` when too many others are waiting; `Broken` when the hash cannot be read.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.run(move || match hash {
            Some(hash) => {
                let hash = PasswordHash::new(&hash)
                    .map_err(|source| anyhow::anyhow!("a stored hash cannot be read: {source}"))?;
                Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok())
            }
            None => hash_now(&password).map(|_| false),
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, f: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        self.n_runs.fetch_add(1, Ordering::Relaxed);
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Error::Busy) };
        let task = tokio::task::spawn_blocking(move || {
            let result = f();
            drop(turn);
            result
        });
        task.await.unwrap_or_else(|failure| Err(anyhow::anyhow!("hashing ended early: {failure}").into()))
    }
}

/// Whether a hash was made with weaker parameters than today's, so that it is made again at the next sign-in.
pub fn is_outdated(hash: &str) -> bool {
    let (memory, passes, lanes) = PARAMETERS;
    let hash = PasswordHash::new(hash).ok();
    let parameters = hash.and_then(|hash| Params::try_from(&hash).ok());
    parameters.is_none_or(|old| old.m_cost() < memory || old.t_cost() < passes || old.p_cost() < lanes)
}

/// The PHC string of a password, made on this thread: for the command line.
///
/// # Errors
/// `Broken` when there is no memory for it.
pub fn hash_now(password: &str) -> Result<String> {
    let hash =
        argon2()?.hash_password(password.as_bytes()).map_err(|source| anyhow::anyhow!("hashing failed: {source}"))?;
    Ok(hash.to_string())
}

fn argon2() -> Result<Argon2<'static>> {
    let (memory, passes, lanes) = PARAMETERS;
    let parameters = Params::new(memory, passes, lanes, None).map_err(|source| anyhow::anyhow!("argon2: {source}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    ///
    #[test]
    fn a_hash_names_argon2id_and_at_least_nineteen_mebibytes() {
        let hash = hash_now("集团大院里的老槐树").expect("memory");

        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    ///
    #[test]
    fn a_hash_with_less_memory_is_made_again_and_one_of_today_is_not() {
        let weak = "$argon2id$v=19$m=4096,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaVIkHzYLdzbYDhtM";

        assert!(is_outdated(weak));
        assert!(!is_outdated(&hash_now("集团大院里的老槐树").expect("memory")));
    }

    #[tokio::test]
    async fn only_the_right_password_is_verified_and_none_without_a_hash() {
        let hashing = Hashing::bounded();
        let hash = hashing.hash("right".to_owned()).await.expect("memory");

        assert!(hashing.verify("right".to_owned(), Some(hash.clone())).await.expect("memory"));
        assert!(!hashing.verify("wrong".to_owned(), Some(hash)).await.expect("memory"));
        assert!(!hashing.verify("right".to_owned(), None).await.expect("memory"));
    }
}
