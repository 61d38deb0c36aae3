-- A final report is of a session, or of a period of days for a unit (or all) and a category (or all); both have their
-- numbers from one series. Made anew, for SQLite cannot change what a column may hold.
create table final_reports_new (
    id integer primary key autoincrement,
    year bigint not null,
    serial bigint not null,
    session_id bigint references sessions (id),
    basis text not null,
    digest text not null,
    made_at timestamp not null,
    made_by bigint references people (id),
    replaces_id bigint unique references final_reports_new (id),
    first_day date,
    last_day date,
    unit_id bigint references units (id),
    category text,
    unique (year, serial),
    check ((session_id is null) = (first_day is not null and last_day is not null))
);
insert into final_reports_new (id, year, serial, session_id, basis, digest, made_at, made_by, replaces_id)
select id, year, serial, session_id, basis, digest, made_at, made_by, replaces_id from final_reports order by id;
drop table final_reports;
alter table final_reports_new rename to final_reports;
create index final_reports_by_session on final_reports (session_id);
-- A session's first final report replaces none, and there is one first; likewise a period's.
create unique index final_reports_first on final_reports (session_id) where replaces_id is null;
create unique index final_reports_first_of_period
    on final_reports (first_day, last_day, coalesce(unit_id, 0), coalesce(category, ''))
    where replaces_id is null and session_id is null;
-- What a person has of an assignment.
create index tasks_by_assignment on tasks (assignment_id, person_id);
