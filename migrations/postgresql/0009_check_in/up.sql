-- Wrong codes typed by one login: after ten a pause.
create table code_tries (
    login_id bigint primary key not null references logins (id) on delete cascade,
    n_wrong bigint not null,
    wait_until timestamp
);

-- Everything that was recorded before and after a change; `state_before` and `state_after` are the states alone.
alter table attendance_changes add column value_before text;
alter table attendance_changes add column value_after text;

create index sessions_by_code on sessions (code);
-- The newest check-ins of the live roll.
create index attendance_by_arrival on attendance (session_id, arrived_at);
