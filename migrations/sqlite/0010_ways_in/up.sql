-- How people can be recorded at a venue.
alter table venues add column by_phone boolean not null default true;
alter table venues add column by_kiosk boolean not null default false;
alter table venues add column by_paper boolean not null default true;

-- Three more ways in, and a digest of the device a person checked in with. SQLite cannot change a check in place.
create table attendance_with_ways (
    session_id bigint not null,
    person_id bigint not null,
    state text not null check (state in ('present', 'leave', 'stand_in', 'absent', 'exempt')),
    late boolean not null default false,
    left_early boolean not null default false,
    method text not null check (method in ('code', 'kiosk', 'door', 'roll_call', 'paper', 'unit_word', 'request', 'correction', 'confirmation')),
    venue_id bigint references venues (id),
    leave_kind text check (leave_kind in ('public', 'sick', 'private')),
    stand_in text,
    make_up text not null default 'none' check (make_up in ('none', 'due', 'done')),
    make_up_kind text check (make_up_kind in ('session', 'exchange_meeting', 'accepted_study')),
    arrived_at timestamp,
    recorded_by bigint references people (id),
    recorded_at timestamp not null,
    version bigint not null default 1,
    device text,
    primary key (session_id, person_id),
    foreign key (session_id, person_id) references roster (session_id, person_id)
);
insert into attendance_with_ways
select session_id, person_id, state, late, left_early, method, venue_id, leave_kind, stand_in, make_up, make_up_kind,
    arrived_at, recorded_by, recorded_at, version, null
from attendance;
drop table attendance;
alter table attendance_with_ways rename to attendance;
create index attendance_by_person on attendance (person_id);
create index attendance_by_arrival on attendance (session_id, arrived_at);
create index attendance_by_device on attendance (session_id, device);
