//! How many queries something takes.

use diesel::Connection;
use diesel::connection::InstrumentationEvent;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use xuefa::store::Conn;

/// Runs a closure on a connection and tells how many queries it took.
pub fn count_queries<T>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> T) -> (T, usize) {
    let n = Arc::new(AtomicUsize::new(0));
    let counter = n.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    let done = f(conn);
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    (done, n.load(Ordering::Relaxed))
}
