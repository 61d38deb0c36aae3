-- The ledger: each person is told once of each task's stage, or it stands here why not.
create table reminders (
    id integer primary key autoincrement,
    person_id bigint not null references people (id),
    task_id bigint not null references tasks (id),
    stage text not null check (stage in ('due_in_three_days')),
    due_on date not null,
    outcome text not null check (outcome in ('queued', 'not_sent')),
    reason text,
    outbox_id bigint references outbox (id),
    planned_at timestamp not null,
    unique (person_id, task_id, stage)
);
