-- The record of a unit's learning exchange meeting (学习交流会).
create table meetings (
    id integer primary key autoincrement,
    unit_id bigint not null references units (id),
    -- The unit's task of a call that it answers.
    unit_task_id bigint unique references unit_tasks (id),
    -- The session that it was about: whoever missed that and was present has made up.
    session_id bigint references sessions (id),
    state text not null check (state in ('draft', 'submitted')),
    held_on date,
    place text not null,
    chair text not null,
    recorder text not null,
    theme text not null,
    -- What was read besides the library's readings.
    other_readings text not null,
    -- A question a line.
    questions text not null,
    -- Whether the people of the sub-units are listed too.
    with_below boolean not null,
    begun_by bigint references people (id),
    begun_at timestamp not null,
    submitted_by bigint references people (id),
    submitted_at timestamp,
    -- The day of the first submission: a record that was returned is not entered anew.
    entered_on date,
    version bigint not null default 1
);
create index meetings_by_unit on meetings (unit_id, held_on);
create index meetings_by_session on meetings (session_id);

-- Who is counted in a meeting, as they were called on its day.
create table meeting_people (
    meeting_id bigint not null references meetings (id),
    person_id bigint not null references people (id),
    presence text not null check (presence in ('present', 'leave', 'absent')),
    position bigint not null,
    name text not null,
    post text not null,
    unit_name text not null,
    primary key (meeting_id, person_id)
);
create index meeting_people_by_person on meeting_people (person_id);

create table meeting_readings (
    meeting_id bigint not null references meetings (id),
    reading_id bigint not null references readings (id),
    position bigint not null,
    primary key (meeting_id, reading_id)
);

-- What somebody said, in two or three lines.
create table meeting_gists (
    meeting_id bigint not null references meetings (id),
    position bigint not null,
    person_id bigint references people (id),
    text text not null,
    primary key (meeting_id, position)
);

-- What was agreed: what, who, by when.
create table meeting_actions (
    meeting_id bigint not null references meetings (id),
    position bigint not null,
    what text not null,
    who text not null,
    due_on date,
    primary key (meeting_id, position)
);

-- The note (心得体会) that somebody writes for a task; as long as it has none, nothing was written.
create table reflections (
    task_id bigint primary key references tasks (id),
    title text not null,
    text text not null,
    written_at timestamp not null,
    submitted_at timestamp,
    decided_by bigint references people (id),
    decided_at timestamp,
    -- Why it was returned.
    comment text not null default '',
    version bigint not null default 1
);
