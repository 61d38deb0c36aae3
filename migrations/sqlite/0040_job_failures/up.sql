-- What of a piece of long work failed by itself while the rest went on, for its page: which part, why, and what is to be
-- named of it.
create table job_failures (
    id integer primary key autoincrement,
    job_id bigint not null references jobs (id) on delete cascade,
    part text not null,
    problem text not null check (problem in ('unprintable', 'file_lost')),
    detail text not null
);
create index job_failures_by_job on job_failures (job_id);
