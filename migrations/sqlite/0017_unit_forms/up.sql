-- What a unit reports on putting what it learnt into practice: one report under one task of the unit.
create table implementation_reports (
    unit_task_id bigint primary key references unit_tasks (id),
    studied text not null,
    next_steps text not null,
    contact text not null,
    -- The report as it was last handed in, figures included (JSON): what is printed of it changes no more.
    handed_in text,
    written_by bigint references people (id),
    written_at timestamp not null,
    version bigint not null default 1
);
-- Its rows: problem, measure, who, by when. They live on on the unit's board after it was handed in.
create table implementation_rows (
    id integer primary key autoincrement,
    unit_task_id bigint not null references implementation_reports (unit_task_id),
    position bigint not null,
    problem text not null,
    measure text not null,
    responsible text not null,
    due_on date,
    state text not null check (state in ('open', 'in_progress', 'done')),
    -- When it was left out of a report that had been handed in before; what became of it until then is kept.
    removed_at timestamp,
    version bigint not null default 1
);
create index implementation_rows_by_task on implementation_rows (unit_task_id, position);
create table implementation_changes (
    id integer primary key autoincrement,
    row_id bigint not null references implementation_rows (id),
    state_before text not null,
    state text not null,
    due_before date,
    due_on date,
    note text not null,
    changed_by bigint references people (id),
    changed_at timestamp not null
);
create index implementation_changes_by_row on implementation_changes (row_id, id);

-- The reference list for checking volumes (一案一卷): what is shipped by its number, what HQ added without.
create table volume_items (
    id integer primary key autoincrement,
    shipped bigint unique,
    position bigint not null,
    -- What HQ wrote instead of what is shipped; nothing while it stands as shipped.
    wording_zh text,
    wording_en text,
    articles text,
    is_used boolean not null
);
create table volume_list (
    id bigint primary key check (id = 1),
    -- Whether units are asked how many volumes they have gone through.
    asks_counts boolean not null,
    changed_by bigint references people (id),
    changed_at timestamp,
    version bigint not null default 1
);
insert into volume_list (id, asks_counts) values (1, false);
insert into volume_items (shipped, position, is_used) values
    (1, 1, true), (2, 2, true), (3, 3, true), (4, 4, true), (5, 5, true), (6, 6, true), (7, 7, true), (8, 8, true),
    (9, 9, true), (10, 10, true), (11, 11, true), (12, 12, true), (13, 13, true), (14, 14, true), (15, 15, true),
    (16, 16, true), (17, 17, true), (18, 18, true), (19, 19, true), (20, 20, true), (21, 21, true), (22, 22, true);

-- How a unit has gone through its volumes by that list. What is not named in the answers is complete.
create table volume_checks (
    unit_task_id bigint primary key references unit_tasks (id),
    note text not null,
    n_reviewed bigint,
    n_complete bigint,
    n_completing bigint,
    -- The check as it was last handed in, with the list's wording of that day (JSON).
    handed_in text,
    written_by bigint references people (id),
    written_at timestamp not null,
    version bigint not null default 1
);
create table volume_answers (
    unit_task_id bigint not null references volume_checks (unit_task_id),
    item_id bigint not null references volume_items (id),
    answer text not null check (answer in ('completing', 'not_applicable')),
    primary key (unit_task_id, item_id)
);
