-- What is reminded of, when, and with which words of HQ's own; a kind without a row goes by the program's default.
create table reminder_rules (
    kind text primary key not null,
    is_on boolean not null,
    days bigint not null,
    at_most bigint not null,
    words_zh text not null,
    words_en text not null,
    version bigint not null default 1
);

-- The ledger: each person is told once of each matter's occurrence (the session's revision, the week after a due
-- date), or it stands here why not. How far a queued one came stands in the outbox.
create table reminders (
    id integer primary key autoincrement,
    person_id bigint not null references people (id),
    kind text not null,
    subject_id bigint not null,
    occurrence text not null,
    outcome text not null check (outcome in ('queued', 'not_sent')),
    reason text,
    outbox_id bigint references outbox (id),
    -- The day it is about, for the list: when the task is due, when the session is.
    about_on date not null,
    planned_at timestamp not null,
    unique (person_id, kind, subject_id, occurrence)
);
create index reminders_by_outcome on reminders (outcome, id);
create index outbox_by_person on outbox (person_id, state);
create index reminders_by_outbox on reminders (outbox_id);

-- Whoever wants no reminders for a while; what changes about a session today comes all the same.
create table reminder_pauses (
    person_id bigint primary key not null references people (id),
    until_on date not null
);

-- Addresses that a mail server refused for good. A corrected address is another one.
create table refused_addresses (
    address text primary key not null,
    problem text not null,
    refused_at timestamp not null
);
