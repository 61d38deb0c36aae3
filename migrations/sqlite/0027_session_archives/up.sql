-- One session, one file (一训一档): each archive that was built, the content lying among the files by its digest.
create table session_archives (
    id integer primary key autoincrement,
    session_id bigint not null references sessions (id),
    version bigint not null,
    digest text not null,
    size_bytes bigint not null,
    made_at timestamp not null,
    made_by bigint references people (id),
    unique (session_id, version)
);
