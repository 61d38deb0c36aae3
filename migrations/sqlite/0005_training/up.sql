create table sessions (
    id integer primary key autoincrement,
    title text not null,
    purpose text not null,
    speaker text not null,
    organiser text not null,
    requirements text not null,
    remark text not null,
    starts_at timestamp not null,
    ends_at timestamp not null,
    opens_before_minutes bigint not null,
    study_minutes bigint not null,
    state text not null check (state in ('draft', 'published', 'closed', 'confirmed', 'archived', 'cancelled')),
    code text,
    revision bigint not null default 0,
    created_by bigint references people (id),
    published_at timestamp,
    closed_at timestamp,
    confirmed_at timestamp,
    cancelled_at timestamp,
    state_reason text,
    version bigint not null default 1
);
create index sessions_by_start on sessions (starts_at);

-- What the session is based on. Leaders' words are never reworded: `text` has room for the authorised one.
create table session_documents (
    session_id bigint not null references sessions (id),
    position bigint not null,
    title text not null,
    source text not null,
    issued_on date,
    text text not null,
    primary key (session_id, position)
);
create table session_topics (
    session_id bigint not null references sessions (id),
    position bigint not null,
    title text not null,
    primary key (session_id, position)
);
create table session_readings (
    session_id bigint not null references sessions (id),
    reading_id bigint not null references readings (id),
    position bigint not null,
    primary key (session_id, reading_id)
);
create table venues (
    id integer primary key autoincrement,
    session_id bigint not null references sessions (id),
    position bigint not null,
    name text not null,
    kind text not null check (kind in ('main', 'branch', 'online')),
    unique (session_id, position)
);
-- Who serves a venue on the day.
create table session_clerks (
    session_id bigint not null references sessions (id),
    venue_id bigint not null references venues (id),
    person_id bigint not null references people (id),
    primary key (session_id, venue_id, person_id)
);

-- The audience: people of these categories in these units and below, and these people besides or not.
create table audience_categories (
    session_id bigint not null references sessions (id),
    category text not null,
    primary key (session_id, category)
);
create table audience_units (
    session_id bigint not null references sessions (id),
    unit_id bigint not null references units (id),
    primary key (session_id, unit_id)
);
create table audience_people (
    session_id bigint not null references sessions (id),
    person_id bigint not null references people (id),
    choice text not null check (choice in ('added', 'left_out')),
    primary key (session_id, person_id)
);

-- Frozen at publish: who is expected, as they were on that day, in the order of that day.
create table roster (
    session_id bigint not null references sessions (id),
    person_id bigint not null references people (id),
    position bigint not null,
    unit_id bigint not null references units (id),
    unit_name text not null,
    name text not null,
    post text not null,
    category text not null,
    venue_id bigint not null references venues (id),
    primary key (session_id, person_id),
    unique (session_id, position)
);
create index roster_by_person on roster (person_id);
create index roster_by_unit on roster (unit_id, session_id);
