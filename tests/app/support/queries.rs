//! How many queries something takes.

use diesel::Connection;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
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

/// How many queries each database has answered, by its address: every test has a database of its own.
static ANSWERED: Mutex<BTreeMap<String, Arc<AtomicUsize>>> = Mutex::new(BTreeMap::new());

fn counter(address: &str) -> Arc<AtomicUsize> {
    ANSWERED.lock().expect("the counters").entry(address.to_owned()).or_default().clone()
}

/// Counts what one connection asks, from the moment it is opened.
#[derive(Default)]
struct Watch(Option<Arc<AtomicUsize>>);

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => self.0 = Some(counter(url)),
            InstrumentationEvent::StartQuery { .. } => {
                if let Some(n) = &self.0 {
                    n.fetch_add(1, Ordering::Relaxed);
                }
            }
            _ => {}
        }
    }
}

/// From now on every connection that is opened is watched.
pub fn watch_new_connections() {
    diesel::connection::set_default_instrumentation(|| Some(Box::<Watch>::default())).expect("watching");
}

/// How many queries a database has answered since [`watch_new_connections`].
pub fn answered(address: &str) -> usize {
    counter(address).load(Ordering::Relaxed)
}
