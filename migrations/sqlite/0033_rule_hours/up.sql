-- Hours before the start, for the rule that reminds on the day of a session; else 0.
alter table reminder_rules add column hours bigint not null default 0;
