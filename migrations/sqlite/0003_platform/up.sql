create table settings (
    name text primary key not null,
    value text not null,
    version bigint not null default 1
);

-- Who did what, when and from where. Rows are only added.
create table audit_entries (
    id integer primary key autoincrement,
    at timestamp not null,
    person_id bigint references people (id),
    action text not null,
    subject_kind text not null,
    subject_id bigint,
    origin text not null
);
create index audit_entries_by_subject on audit_entries (subject_kind, subject_id);
-- The values before and after, apart from the trail so that they can be erased without breaking it.
create table audit_values (
    entry_id bigint primary key not null references audit_entries (id),
    details text not null
);

-- What a form that was sent twice has to answer the second time.
create table form_results (
    form_key text primary key not null,
    location text not null,
    at timestamp not null
);

create table jobs (
    id integer primary key autoincrement,
    kind text not null,
    subject_id bigint not null,
    owner_id bigint references people (id),
    state text not null check (state in ('waiting', 'running', 'done', 'failed')),
    n_total bigint not null default 0,
    n_done bigint not null default 0,
    n_failed bigint not null default 0,
    problem text,
    lease_until timestamp,
    created_at timestamp not null,
    finished_at timestamp
);
create index jobs_by_state on jobs (state);

-- Mail to be sent: template and arguments, never the body. `matter` says what it is about, once.
create table outbox (
    id integer primary key autoincrement,
    message_id text not null unique,
    matter text not null unique,
    person_id bigint not null references people (id),
    address text not null,
    language text not null,
    template text not null,
    arguments text not null,
    state text not null check (state in ('waiting', 'sent', 'failed', 'dropped')),
    n_tries bigint not null default 0,
    next_try_at timestamp not null,
    lease_until timestamp,
    lease_number bigint not null default 0,
    queued_at timestamp not null,
    sent_at timestamp,
    problem text
);
create index outbox_by_state on outbox (state, next_try_at);
