-- The library: every text in every version it ever had, shipped or HQ's own; what a task or a mark is about is one version.
create table reading_versions (
    reading_id bigint not null references readings (id),
    number bigint not null,
    -- Of everything below that is text or file: what an approval is given for.
    digest text not null,
    title_zh text not null,
    title_en text not null default '',
    summary_zh text not null default '',
    summary_en text not null default '',
    issuer_zh text not null default '',
    issuer_en text not null default '',
    document_number text not null default '',
    in_force date,
    -- Markdown; empty when the reading is a file.
    body_zh text not null default '',
    body_en text not null default '',
    -- A line each.
    sources_zh text not null default '',
    sources_en text not null default '',
    -- What is downloaded, when the reading is a file.
    file_use_id bigint references file_uses (id),
    -- All of the above, normalised: the one column that a search looks through.
    searched text not null default '',
    -- Nobody for what ships.
    made_by bigint references people (id),
    made_at timestamp not null,
    primary key (reading_id, number)
);
-- What was known before versions were kept, as version 0.
insert into reading_versions (reading_id, number, digest, title_zh, made_at)
select id, 0, '', slug, '1970-01-01 00:00:00' from readings;
alter table readings add column shipped boolean not null default true;
-- The version that is read and assigned now.
alter table readings add column current_version bigint not null default 0;
alter table readings add column retired_at timestamp;
alter table readings add column retired_by bigint references people (id);
-- For two who edit at once.
alter table readings add column version bigint not null default 1;

create table reading_marks_by_version (
    person_id bigint not null references people (id),
    reading_id bigint not null references readings (id),
    reading_version bigint not null,
    read_at timestamp not null,
    primary key (person_id, reading_id, reading_version),
    foreign key (reading_id, reading_version) references reading_versions (reading_id, number)
);
insert into reading_marks_by_version select person_id, reading_id, 0, read_at from reading_marks;
drop table reading_marks;
alter table reading_marks_by_version rename to reading_marks;

-- Which version was given, and which one was read in the end.
alter table tasks add column reading_version bigint not null default 0;
alter table tasks add column read_version bigint;

-- The statutes that readings cite, kept by HQ.
create table statutes (
    id integer primary key autoincrement,
    -- Without the marks 《》.
    name text not null unique,
    in_force date,
    -- From then on every reading that cites it is flagged until HQ has looked at it.
    amended_on date,
    note text not null default '',
    version bigint not null default 1
);
create table reading_citations (
    reading_id bigint not null,
    reading_version bigint not null,
    position bigint not null,
    statute_id bigint not null references statutes (id),
    article text not null,
    in_force date,
    primary key (reading_id, reading_version, position),
    foreign key (reading_id, reading_version) references reading_versions (reading_id, number)
);
create index reading_citations_by_statute on reading_citations (statute_id);
-- HQ has looked at a reading after a statute was amended: for that amendment its flag is gone.
create table statute_reviews (
    statute_id bigint not null references statutes (id),
    reading_id bigint not null references readings (id),
    amended_on date not null,
    reviewed_by bigint references people (id),
    reviewed_at timestamp not null,
    primary key (statute_id, reading_id, amended_on)
);

-- Readings of a session are read before it or after it.
alter table session_readings add column timing text not null default 'before' check (timing in ('before', 'after'));

-- A shipped question is 待审定 until a named person of HQ approves it as it is.
create table question_approvals (
    reading_id bigint not null references readings (id),
    question text not null,
    digest text not null,
    approved_by bigint not null references people (id),
    approved_at timestamp not null,
    primary key (reading_id, question)
);
-- Who has passed the self-test on a reading. Nothing else of a test is ever stored: no answer, no count, no time.
create table self_test_passes (
    person_id bigint not null references people (id),
    reading_id bigint not null references readings (id),
    primary key (person_id, reading_id)
);
