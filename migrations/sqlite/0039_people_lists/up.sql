-- A long list of the people behind a figure, asked for as a file: whose reach it was narrowed to when it was asked for
-- stands in `wanted`. The content lies among the files by its digest, for some days.
create table people_lists (
    id integer primary key autoincrement,
    asked_by bigint not null references people (id),
    asked_at timestamp not null,
    language text not null,
    title text not null,
    wanted text not null,
    n_rows bigint not null,
    digest text,
    size_bytes bigint
);
