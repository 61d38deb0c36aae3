-- The second factor of an account (RFC 6238): its secret is sealed with the key outside the database.
create table factors (
    account_id integer primary key references accounts (id),
    sealed_secret blob not null,
    began_at timestamp not null,
    -- Nothing until a first code has shown that the phone knows the secret.
    confirmed_at timestamp,
    -- The step of the last code used: it and all before it are worthless.
    last_step bigint
);
create table recovery_codes (
    id integer primary key autoincrement,
    account_id bigint not null references accounts (id),
    code_hash text not null,
    used_at timestamp,
    unique (account_id, code_hash)
);
