-- Which request an entry came from; empty for what the program does by itself.
alter table audit_entries add column request text not null default '';
-- Goes with the values when they are erased, so that nobody finds out by guessing what they were.
alter table audit_values add column salt text not null default '';
create index audit_entries_by_time on audit_entries (at);
create index audit_entries_by_person on audit_entries (person_id);

-- What an entry was when it was chained to the one before it. No foreign key: a seal outlives its entry, and tells of it.
create table audit_seals (
    entry_id bigint primary key not null,
    values_digest text,
    hash text not null
);
-- One row: how far the chain goes.
create table audit_chain (
    id bigint primary key not null check (id = 1),
    sealed_to bigint not null,
    hash text not null
);
insert into audit_chain (id, sealed_to, hash) values (1, 0, '');
-- Where the chain begins after older entries have been taken away.
create table audit_checkpoints (
    id integer primary key autoincrement,
    entry_id bigint not null,
    hash text not null,
    n_entries bigint not null,
    made_at timestamp not null,
    signature text not null
);
