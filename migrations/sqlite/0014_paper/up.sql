-- What was handed in as a file. The content lies in the data folder under its digest; the same content lies there once.
create table files (
    id integer primary key autoincrement,
    digest text not null unique,
    kind text not null check (kind in ('pdf', 'jpeg', 'png', 'ofd', 'docx', 'xlsx')),
    size_bytes bigint not null,
    -- When it was last handed in or taken away: what nobody uses is swept a day after that.
    touched_at timestamp not null
);
-- What a file is kept with. The name is for people and never a path.
create table file_uses (
    id integer primary key autoincrement,
    file_id bigint not null references files (id),
    subject_kind text not null,
    subject_id bigint not null,
    name text not null,
    added_by bigint references people (id),
    added_at timestamp not null,
    unique (subject_kind, subject_id, file_id)
);
create index file_uses_by_file on file_uses (file_id);

-- What was decided about check-ins that were to be verified (待核实).
create table verifications (
    session_id bigint not null,
    person_id bigint not null,
    reason text not null check (reason in ('shared_device', 'burst', 'kiosk')),
    -- Which check-in it was about: a later one of the same person is decided anew.
    arrived_at timestamp not null,
    decision text not null check (decision in ('confirmed', 'voided')),
    note text not null,
    decided_by bigint references people (id),
    decided_at timestamp not null,
    primary key (session_id, person_id, reason, arrived_at),
    foreign key (session_id, person_id) references roster (session_id, person_id)
);
