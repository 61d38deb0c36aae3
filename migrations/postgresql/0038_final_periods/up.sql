-- A final report is of a session, or of a period of days for a unit (or all) and a category (or all); both have their
-- numbers from one series.
alter table final_reports alter column session_id drop not null;
alter table final_reports add column first_day date;
alter table final_reports add column last_day date;
alter table final_reports add column unit_id bigint references units (id);
alter table final_reports add column category text;
alter table final_reports
    add check ((session_id is null) = (first_day is not null and last_day is not null));
-- A period's first final report replaces none, and there is one first.
create unique index final_reports_first_of_period
    on final_reports (first_day, last_day, coalesce(unit_id, 0), coalesce(category, ''))
    where replaces_id is null and session_id is null;
-- What a person has of an assignment.
create index tasks_by_assignment on tasks (assignment_id, person_id);
