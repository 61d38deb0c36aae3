-- When backups were made, and why one was not. The day claims a scheduled one for one instance.
create table backups (
    id integer primary key autoincrement,
    -- Nothing when somebody made it by hand.
    due_on date unique,
    state text not null check (state in ('running', 'done', 'failed')),
    n_tries bigint not null default 1,
    started_at timestamp not null,
    finished_at timestamp,
    file_name text,
    size_bytes bigint,
    problem text
);
create index backups_by_state on backups (state, finished_at);
