-- Complaints, suggestions and requests about one's own data; HQ reads and answers each.
create table feedback (
    id integer primary key autoincrement,
    kind text not null check (kind in ('suggestion', 'complaint', 'own_data')),
    text text not null,
    written_by bigint not null references people (id),
    written_at timestamp not null,
    -- Empty until it is answered.
    answer text not null default '',
    answered_by bigint references people (id),
    answered_at timestamp,
    version bigint not null default 1
);
create index feedback_by_person on feedback (written_by);
