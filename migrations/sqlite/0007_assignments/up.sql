-- A call (部署): HQ asks units for something by a day.
create table calls (
    id integer primary key autoincrement,
    title text not null,
    note text not null,
    session_id bigint references sessions (id),
    given_by bigint references people (id),
    given_at timestamp not null,
    due_on date not null,
    version bigint not null default 1
);
-- The readings that a call asks the units to study, tied to the text of that day.
create table call_readings (
    call_id bigint not null references calls (id),
    reading_id bigint not null references readings (id),
    position bigint not null,
    primary key (call_id, reading_id)
);
-- One thing one unit was given to do. `parent_id` is the task of the unit above that passed it on: such a task is in no
-- exchange rate.
create table unit_tasks (
    id integer primary key autoincrement,
    call_id bigint not null references calls (id),
    unit_id bigint not null references units (id),
    parent_id bigint references unit_tasks (id),
    kind text not null check (kind in ('readings', 'exchange_meeting', 'implementation_report', 'volume_check')),
    state text not null check (state in ('open', 'submitted', 'returned', 'accepted', 'withdrawn')),
    due_on date not null,
    submitted_by bigint references people (id),
    submitted_at timestamp,
    decided_by bigint references people (id),
    decided_at timestamp,
    -- What the last decision said: why it was returned, extended or withdrawn.
    comment text not null default '',
    version bigint not null default 1,
    unique (call_id, unit_id, kind)
);
create index unit_tasks_by_unit on unit_tasks (unit_id, state);

create table assignments (
    id integer primary key autoincrement,
    kind text not null check (kind in ('reading', 'self_test', 'reflection')),
    title text not null,
    note text not null,
    unit_id bigint not null references units (id),
    session_id bigint references sessions (id),
    given_by bigint references people (id),
    given_at timestamp not null,
    due_on date not null,
    -- What it counts for once it is accepted; set by HQ.
    study_minutes bigint not null default 0,
    -- The unit's task that it passes on.
    unit_task_id bigint references unit_tasks (id)
);
create index assignments_by_unit on assignments (unit_id);

-- One thing one person was given to do: to read a reading, to test oneself on it, to write a note about it. `matter` makes the same thing given twice one task.
create table tasks (
    id integer primary key autoincrement,
    assignment_id bigint not null references assignments (id),
    kind text not null check (kind in ('reading', 'self_test', 'reflection')),
    person_id bigint not null references people (id),
    reading_id bigint not null references readings (id),
    session_id bigint references sessions (id),
    matter text not null,
    state text not null check (state in ('open', 'submitted', 'returned', 'accepted', 'done', 'withdrawn')),
    due_on date not null,
    done_at timestamp,
    version bigint not null default 1,
    unique (person_id, matter)
);
create index tasks_by_person on tasks (person_id, state);
create index tasks_by_due on tasks (state, due_on);
create index tasks_by_session on tasks (session_id, person_id);
