-- Codes are derived from the program's key, the session, the venue and the time: nothing of them is stored.
drop index sessions_by_code;
alter table sessions drop column code;

-- When the code that somebody checked in with left the screen.
alter table attendance add column code_until timestamp;

-- The last wrong code of a login, and how many wrong codes came from one address in one minute since 1970.
alter table code_tries add column wrong_at timestamp;
create table code_addresses (
    address text primary key not null,
    minute bigint not null,
    n_wrong bigint not null
);

-- The screens that show codes, each by a random name of its own, and when it last asked.
create table screens (
    name text primary key not null,
    session_id bigint not null references sessions (id),
    venue_id bigint not null references venues (id),
    seen_at timestamp not null
);
create index screens_by_session on screens (session_id, seen_at);

-- People who were there and are not on the roster: listed apart, in no figure.
create table guests (
    id integer primary key autoincrement,
    session_id bigint not null references sessions (id),
    venue_id bigint not null references venues (id),
    person_id bigint references people (id),
    name text not null,
    unit_name text not null,
    asked_by bigint references people (id),
    asked_at timestamp not null,
    state text not null check (state in ('asked', 'confirmed', 'refused')),
    decided_by bigint references people (id),
    decided_at timestamp,
    merged_into bigint references people (id),
    version bigint not null default 1,
    unique (session_id, person_id)
);
create index guests_by_session on guests (session_id, asked_at);
