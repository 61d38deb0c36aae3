-- A role may begin and end by itself; an inspector (检查人员) is granted sessions or units.
alter table grants add column session_id bigint references sessions (id);
alter table grants add column starts_at timestamp;
alter table grants add column ends_at timestamp;
alter table grants drop constraint grants_role_check;
alter table grants add constraint grants_role_check
    check (role in ('leader', 'liaison', 'hq', 'inspector', 'system', 'security', 'audit'));
alter table grants drop constraint grants_account_id_role_unit_id_key;
drop index grants_without_unit;
create unique index grants_once on grants (account_id, role, coalesce(unit_id, 0), coalesce(session_id, 0));

-- When the password was set, for installations that ask for a new one after some time; nothing until one is set anew.
alter table accounts add column password_set_at timestamp;
