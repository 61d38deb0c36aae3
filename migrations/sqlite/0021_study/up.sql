-- What HQ itself asks about a reading; the shipped questions lie in content/.
create table own_questions (
    id integer primary key autoincrement,
    reading_id bigint not null references readings (id),
    kind text not null check (kind in ('single', 'multiple', 'true_false')),
    question_zh text not null,
    -- Empty, as the other English words, when there is only the Chinese.
    question_en text not null,
    -- A line each; none when it is true or false.
    choices_zh text not null,
    choices_en text not null,
    -- A digit for each right choice, counted from 0.
    right_choices text not null,
    explanation_zh text not null,
    explanation_en text not null,
    -- It rests on an article of a statute, without the marks 《》, or on a source of the reading.
    statute text not null,
    article text not null,
    source text not null,
    made_by bigint not null references people (id),
    made_at timestamp not null,
    version bigint not null default 1
);
create index own_questions_by_reading on own_questions (reading_id);
-- Shipped or HQ's own: from then on it is no longer asked.
create table question_retirements (
    reading_id bigint not null references readings (id),
    question text not null,
    retired_by bigint not null references people (id),
    retired_at timestamp not null,
    primary key (reading_id, question)
);

-- A reading of a session may go with one topic of it.
alter table session_readings add column topic bigint;
