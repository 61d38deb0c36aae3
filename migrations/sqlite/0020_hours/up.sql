-- How many study hours a year asks of a category of people, and the document that this rests on. Nothing is asked by
-- default. What was taken back keeps its row, without minutes, so that two editors still notice each other.
create table study_requirements (
    year bigint not null,
    category text not null check (category in ('group_leadership', 'enterprise_leadership', 'hq_middle', 'staff')),
    minutes bigint check (minutes > 0),
    document_title text not null,
    document_number text not null,
    document_on date,
    set_by bigint references people (id),
    set_at timestamp not null,
    version bigint not null default 1,
    primary key (year, category)
);
