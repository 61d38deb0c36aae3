-- What a report rests on, frozen when HQ made it final; the number on its paper leads back to it.
create table final_reports (
    id integer primary key autoincrement,
    year bigint not null,
    serial bigint not null,
    session_id bigint not null references sessions (id),
    basis text not null,
    digest text not null,
    made_at timestamp not null,
    made_by bigint references people (id),
    replaces_id bigint unique references final_reports (id),
    unique (year, serial)
);
create index final_reports_by_session on final_reports (session_id);
-- A session's first final report replaces none, and there is one first.
create unique index final_reports_first on final_reports (session_id) where replaces_id is null;
