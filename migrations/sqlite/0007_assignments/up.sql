create table assignments (
    id integer primary key autoincrement,
    kind text not null check (kind in ('reading')),
    title text not null,
    note text not null,
    unit_id bigint not null references units (id),
    session_id bigint references sessions (id),
    given_by bigint references people (id),
    given_at timestamp not null,
    due_on date not null
);
create index assignments_by_unit on assignments (unit_id);

-- One thing one person was given to do. `matter` makes the same thing given twice one task.
create table tasks (
    id integer primary key autoincrement,
    assignment_id bigint not null references assignments (id),
    person_id bigint not null references people (id),
    reading_id bigint not null references readings (id),
    session_id bigint references sessions (id),
    matter text not null,
    state text not null check (state in ('open', 'done', 'withdrawn')),
    due_on date not null,
    done_at timestamp,
    version bigint not null default 1,
    unique (person_id, matter)
);
create index tasks_by_person on tasks (person_id, state);
create index tasks_by_due on tasks (state, due_on);
create index tasks_by_session on tasks (session_id, person_id);
