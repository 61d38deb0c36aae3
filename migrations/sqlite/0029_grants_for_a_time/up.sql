-- A role may begin and end by itself; an inspector (检查人员) is granted sessions or units. Made anew, for SQLite cannot
-- change what a column may hold.
create table grants_new (
    id integer primary key autoincrement,
    account_id bigint not null references accounts (id),
    role text not null check (role in ('leader', 'liaison', 'hq', 'inspector', 'system', 'security', 'audit')),
    unit_id bigint references units (id),
    granted_by bigint references people (id),
    granted_at timestamp not null,
    session_id bigint references sessions (id),
    starts_at timestamp,
    ends_at timestamp
);
insert into grants_new (id, account_id, role, unit_id, granted_by, granted_at)
select id, account_id, role, unit_id, granted_by, granted_at from grants;
drop table grants;
alter table grants_new rename to grants;
create unique index grants_once on grants (account_id, role, coalesce(unit_id, 0), coalesce(session_id, 0));

-- When the password was set, for installations that ask for a new one after some time; nothing until one is set anew.
alter table accounts add column password_set_at timestamp;
