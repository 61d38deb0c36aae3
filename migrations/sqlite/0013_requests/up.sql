-- Until when units answer who comes, and the session that this one makes up for.
alter table sessions add column reply_by timestamp;
alter table sessions add column make_up_of bigint references sessions (id);
create index sessions_by_make_up on sessions (make_up_of);

-- What somebody asked to be recorded of a person, and what was decided about it.
create table attendance_requests (
    id integer primary key autoincrement,
    session_id bigint not null,
    person_id bigint not null,
    kind text not null check (kind in ('leave', 'stand_in', 'exempt', 'correction')),
    -- As JSON, like the values of a change; nothing asks that what is recorded be cleared.
    asked_value text,
    reason text not null,
    asked_by bigint not null references people (id),
    asked_at timestamp not null,
    state text not null default 'asked' check (state in ('asked', 'granted', 'refused', 'withdrawn')),
    decided_by bigint references people (id),
    decided_at timestamp,
    answer text not null default '',
    version bigint not null default 1,
    foreign key (session_id, person_id) references roster (session_id, person_id)
);
-- One at a time of each person in a session.
create unique index attendance_requests_open on attendance_requests (session_id, person_id) where state = 'asked';
create index attendance_requests_by_person on attendance_requests (session_id, person_id);
create index attendance_requests_by_asker on attendance_requests (asked_by);

-- The answer of a unit to the notice: who comes.
create table replies (
    session_id bigint not null references sessions (id),
    unit_id bigint not null references units (id),
    -- What a liaison has filled in and nobody has sent yet.
    draft text,
    drafted_by bigint references people (id),
    drafted_at timestamp,
    sent_by bigint references people (id),
    sent_at timestamp,
    version bigint not null default 1,
    primary key (session_id, unit_id)
);
