//! SQLite's one writer, which commits in groups, and the ordinary transaction.
//!
//! The writer takes the writes that wait in its queue, runs them in one transaction, commits once, and only then answers
//! all of them. One sync of the disk so serves many people who check in at once. A savepoint for each would cost as much
//! as a small write does, so there is none until a write fails after it has begun to write: then nothing of the group
//! stands, and it is run again with savepoints, which take back that one write alone.

use super::Conn;
use super::pool::{self, Address, Purpose};
use crate::error::{Error, Result};
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use tokio::sync::oneshot;

/// Writes in one commit at the most, so that the first of them does not wait long for the last.
const GROUP: usize = 256;
/// Writes that may wait before another is told to come back.
const QUEUE: usize = 4096;
/// Times that a transaction is run again when PostgreSQL found it in conflict with another.
const TRIES: usize = 5;

/// The thread that writes, and its queue.
pub(super) struct Writer {
    queue: SyncSender<Box<dyn Job>>,
}

impl Writer {
    pub(super) fn start(address: &Address) -> Result<Self> {
        let conn = pool::connect(address, Purpose::Write)?;
        let (queue, waiting) = sync_channel(QUEUE);
        let address = address.clone();
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || run(conn, &address, &waiting))
            .map_err(|source| anyhow::Error::new(source).context("the writer's thread cannot be started"))?;
        Ok(Self { queue })
    }

    pub(super) async fn write<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        match self.queue.try_send(Box::new(Write { f, result: None, reply })) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(Error::Busy),
            Err(TrySendError::Disconnected(_)) => return Err(anyhow::anyhow!("the writer has stopped").into()),
        }
        answer.await.unwrap_or_else(|_| Err(anyhow::anyhow!("the writer stopped before it answered").into()))
    }
}

/// How a write ended, before the commit.
#[derive(PartialEq)]
enum Ending {
    /// It is to be committed.
    Done,
    /// It was refused by a rule.
    Refused,
    /// It failed, as by a query that the database could not run.
    Broken,
}

/// A write whose type is forgotten, so that different ones wait in one queue.
trait Job: Send {
    /// Runs it and keeps its result, instead of that of a run before.
    fn run(&mut self, conn: &mut Conn) -> Ending;
    /// Tells the one who waits: the kept result, or why the commit failed.
    fn answer(self: Box<Self>, commit_failure: Option<&str>);
}

struct Write<T, F> {
    f: F,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Job for Write<T, F>
where
    T: Send,
    F: Fn(&mut Conn) -> Result<T> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Ending {
        let result = run_caught(conn, &self.f);
        let ending = match &result {
            Ok(_) => Ending::Done,
            Err(Error::Broken(_) | Error::Full) => Ending::Broken,
            Err(_) => Ending::Refused,
        };
        self.result = Some(result);
        ending
    }

    fn answer(self: Box<Self>, commit_failure: Option<&str>) {
        let result = match (commit_failure, self.result) {
            (Some(failure), Some(Ok(_)) | None) => {
                Err(anyhow::anyhow!("a write could not be committed: {failure}").into())
            }
            (None, None) => Err(anyhow::anyhow!("a write was not run").into()),
            (_, Some(result)) => result,
        };
        // Nobody waits any more when the browser has gone away: the write stands all the same.
        drop(self.reply.send(result));
    }
}

/// Runs a write, turning a panic into an error so that one bad request does not end all writing.
fn run_caught<T>(conn: &mut Conn, f: &impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(|| f(conn))).unwrap_or_else(|_| Err(anyhow::anyhow!("a write panicked").into()))
}

fn run(mut conn: Conn, address: &Address, waiting: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        while group.len() < GROUP {
            match waiting.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        let failure = commit_group(&mut conn, &mut group).err().map(|error| error.to_string());
        if let Some(failure) = &failure {
            tracing::error!(failure, n_writes = group.len(), "a group of writes could not be committed");
            // What state the old connection is in is unknown; a new one rolls back whatever it left open.
            match pool::connect(address, Purpose::Write) {
                Ok(fresh) => conn = fresh,
                Err(error) => tracing::error!(%error, "the writer could not connect again"),
            }
        }
        for job in group {
            job.answer(failure.as_deref());
        }
    }
}

fn commit_group(conn: &mut Conn, group: &mut [Box<dyn Job>]) -> QueryResult<()> {
    begin(conn)?;
    if !run_together(conn, group)? {
        <Conn as Connection>::TransactionManager::rollback_transaction(conn)?;
        begin(conn)?;
        run_apart(conn, group)?;
    }
    <Conn as Connection>::TransactionManager::commit_transaction(conn)
}

/// Runs each write after the other; tells whether what is written now is to be committed. Of those that were refused
/// nothing was written, or it is not.
fn run_together(conn: &mut Conn, group: &mut [Box<dyn Job>]) -> QueryResult<bool> {
    for job in group.iter_mut() {
        let before = n_changes(conn)?;
        match job.run(conn) {
            Ending::Done => {}
            // Refusals are ordinary: who comes late must not make a hall wait.
            Ending::Refused if n_changes(conn)? == before => {}
            Ending::Refused | Ending::Broken => return Ok(false),
        }
    }
    Ok(true)
}

/// Runs each write in a savepoint of its own.
fn run_apart(conn: &mut Conn, group: &mut [Box<dyn Job>]) -> QueryResult<()> {
    for job in group.iter_mut() {
        <Conn as Connection>::TransactionManager::begin_transaction(conn)?;
        if job.run(conn) == Ending::Done {
            <Conn as Connection>::TransactionManager::commit_transaction(conn)?;
        } else {
            // When the engine has rolled everything back by itself (disk full), this fails, and the group with it.
            <Conn as Connection>::TransactionManager::rollback_transaction(conn)?;
        }
    }
    Ok(())
}

diesel::define_sql_function! {
    /// How many rows SQLite's connection has changed since it was opened.
    fn total_changes() -> diesel::sql_types::BigInt;
}

fn n_changes(conn: &mut Conn) -> QueryResult<i64> {
    match conn {
        Conn::Sqlite(sqlite) => diesel::select(total_changes()).get_result(sqlite),
        Conn::Pg(_) => Ok(0), // has no such writer
    }
}

/// Begins a transaction that may write: on SQLite at once, since one that only later wants to write may
/// find the database locked and cannot wait.
fn begin(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE"),
        Conn::Pg(pg) => AnsiTransactionManager::begin_transaction(pg),
    }
}

/// Runs one write as one transaction, again when the database found it in conflict with another.
pub(super) fn transaction<T>(conn: &mut Conn, f: &impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
    let mut tries = 1;
    loop {
        begin(conn)?;
        let result = run_caught(conn, f).and_then(|value| {
            <Conn as Connection>::TransactionManager::commit_transaction(conn)?;
            Ok(value)
        });
        match result {
            Ok(value) => return Ok(value),
            Err(error) => {
                // A failed commit has already ended the transaction; a second end is refused, and does no harm.
                drop(<Conn as Connection>::TransactionManager::rollback_transaction(conn));
                if tries == TRIES || !is_conflict(&error) {
                    return Err(error);
                }
                tries += 1;
            }
        }
    }
}

fn is_conflict(error: &Error) -> bool {
    let Error::Broken(source) = error else { return false };
    match source.downcast_ref::<QueryError>() {
        Some(QueryError::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
        // The same form twice at the same moment: the second try finds the first one's answer.
        Some(QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, details)) => {
            details.message().contains("form_results")
        }
        // A deadlock has no kind of its own.
        Some(QueryError::DatabaseError(_, details)) => details.message().contains("deadlock detected"),
        _ => false,
    }
}
