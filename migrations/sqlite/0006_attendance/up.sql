-- One row for each person and session, whatever happens. A roster row without one is still pending.
create table attendance (
    session_id bigint not null,
    person_id bigint not null,
    state text not null check (state in ('present', 'leave', 'stand_in', 'absent', 'exempt')),
    late boolean not null default false,
    left_early boolean not null default false,
    method text not null check (method in ('code', 'roll_call', 'paper', 'unit_word', 'correction', 'confirmation')),
    venue_id bigint references venues (id),
    leave_kind text check (leave_kind in ('public', 'sick', 'private')),
    stand_in text,
    make_up text not null default 'none' check (make_up in ('none', 'due', 'done')),
    make_up_kind text check (make_up_kind in ('session', 'exchange_meeting', 'accepted_study')),
    arrived_at timestamp,
    recorded_by bigint references people (id),
    recorded_at timestamp not null,
    version bigint not null default 1,
    primary key (session_id, person_id),
    foreign key (session_id, person_id) references roster (session_id, person_id)
);
create index attendance_by_person on attendance (person_id);

-- The old value of every change, which stays as long as the attendance does.
create table attendance_changes (
    id integer primary key autoincrement,
    session_id bigint not null,
    person_id bigint not null,
    state_before text,
    state_after text,
    reason text not null,
    after_confirmation boolean not null,
    changed_by bigint references people (id),
    changed_at timestamp not null,
    foreign key (session_id, person_id) references roster (session_id, person_id)
);
create index attendance_changes_by_person on attendance_changes (session_id, person_id);
