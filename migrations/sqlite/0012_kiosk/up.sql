-- A tablet at a venue's door: a narrow credential of its own. Only hashes and what a key outside the database completes are here.
create table kiosks (
    id integer primary key autoincrement,
    session_id bigint not null references sessions (id),
    venue_id bigint not null references venues (id),
    name text not null,
    nonce text not null,
    link_expires_at timestamp not null,
    token_hash text unique,
    opened_by bigint not null references people (id),
    opened_at timestamp not null,
    started_at timestamp,
    last_seen_at timestamp,
    n_waiting bigint not null default 0,
    oldest_waiting_at timestamp,
    ended_at timestamp,
    ended_by bigint references people (id),
    unique (session_id, name)
);

-- Each check-in of a kiosk once, by a key the kiosk made, with both times: the kiosk's and ours.
create table kiosk_entries (
    id integer primary key autoincrement,
    kiosk_id bigint not null references kiosks (id),
    entry_key text not null,
    session_id bigint not null,
    person_id bigint not null,
    happened_at timestamp not null,
    received_at timestamp not null,
    -- How far the kiosk's clock was ahead of ours when it sent this.
    clock_ahead_seconds bigint not null,
    effect text not null check (effect in ('recorded', 'repeated', 'exempt', 'refused', 'undone')),
    -- Why somebody should look at it; nothing when it is plain.
    review text check (review in ('clock', 'window', 'late', 'ended', 'closed')),
    undone_at timestamp,
    unique (kiosk_id, entry_key),
    foreign key (session_id, person_id) references roster (session_id, person_id)
);
create index kiosk_entries_by_session on kiosk_entries (session_id, review);
create index kiosk_entries_by_person on kiosk_entries (session_id, person_id);

-- A QR for one phone, shown at a kiosk for two minutes: it checks its person in and remembers their phone.
create table door_openings (
    id integer primary key autoincrement,
    kiosk_id bigint not null references kiosks (id),
    person_id bigint not null references people (id),
    nonce text not null,
    created_at timestamp not null,
    expires_at timestamp not null,
    used_at timestamp,
    ended_at timestamp
);
create index door_openings_by_kiosk on door_openings (kiosk_id, person_id);

-- A remembered phone reaches its owner's own matters only, whatever else they may do with a password.
alter table logins add column kind text not null default 'full' check (kind in ('full', 'remembered'));
