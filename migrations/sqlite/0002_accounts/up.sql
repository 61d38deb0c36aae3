create table accounts (
    id integer primary key autoincrement,
    person_id bigint not null unique references people (id),
    user_name text not null unique,
    password_hash text,
    disabled_at timestamp,
    text_size text not null default 'standard' check (text_size in ('standard', 'large', 'largest')),
    notice_seen_at timestamp,
    created_at timestamp not null,
    version bigint not null default 1
);

-- What a browser holds: only a hash of its token is here.
create table logins (
    id integer primary key autoincrement,
    account_id bigint not null references accounts (id),
    token_hash text not null unique,
    created_at timestamp not null,
    last_seen_at timestamp not null,
    expires_at timestamp not null
);
create index logins_by_account on logins (account_id);

-- Failed attempts by subject (a digest of an account or an address), each making the next wait longer.
create table sign_in_failures (
    subject text primary key not null,
    n_failures bigint not null,
    last_failed_at timestamp not null,
    wait_until timestamp not null
);
create index sign_in_failures_by_age on sign_in_failures (last_failed_at);

-- The link's token is an HMAC over id and nonce, and so stands nowhere.
create table invitations (
    id integer primary key autoincrement,
    account_id bigint not null references accounts (id),
    nonce text not null,
    created_by bigint references people (id),
    created_at timestamp not null,
    expires_at timestamp not null,
    used_at timestamp,
    ended_at timestamp
);
create index invitations_by_account on invitations (account_id);

create table grants (
    id integer primary key autoincrement,
    account_id bigint not null references accounts (id),
    role text not null check (role in ('leader', 'liaison', 'hq', 'system', 'security', 'audit')),
    unit_id bigint references units (id),
    granted_by bigint references people (id),
    granted_at timestamp not null,
    unique (account_id, role, unit_id)
);
create unique index grants_without_unit on grants (account_id, role) where unit_id is null;
