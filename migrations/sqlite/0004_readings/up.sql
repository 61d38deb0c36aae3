-- The texts themselves lie in content/; a row stands for one of them in every reference.
create table readings (
    id integer primary key autoincrement,
    slug text not null unique,
    position bigint not null,
    approved_by bigint references people (id),
    approved_at timestamp,
    approved_digest text
);

-- "Read" is a person's own word.
create table reading_marks (
    person_id bigint not null references people (id),
    reading_id bigint not null references readings (id),
    read_at timestamp not null,
    primary key (person_id, reading_id)
);
