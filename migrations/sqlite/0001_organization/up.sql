-- The tree of units. `path` holds the ids from the root ('/1/4/'), so that "this unit and all below" is one range;
-- `sort_key` holds the positions from the root, so that the units' fixed order is one sort.
create table units (
    id integer primary key autoincrement,
    parent_id bigint references units (id),
    code text not null unique,
    name text not null,
    kind text not null check (kind in ('group', 'department', 'enterprise', 'branch')),
    position bigint not null,
    path text not null unique,
    sort_key text not null,
    version bigint not null default 1
);
create index units_by_sort_key on units (sort_key);
create index units_by_parent on units (parent_id);

create table people (
    id integer primary key autoincrement,
    employee_number text not null unique,
    name text not null,
    unit_id bigint not null references units (id),
    post text not null,
    category text not null check (category in ('group_leadership', 'enterprise_leadership', 'hq_middle', 'staff')),
    order_number bigint not null,
    email text,
    language text not null default 'zh-CN' check (language in ('zh-CN', 'en')),
    left_on date,
    version bigint not null default 1
);
create index people_by_unit on people (unit_id, order_number);
create index people_by_name on people (name);

-- Where a person belonged, and when: at most one open membership.
create table memberships (
    id integer primary key autoincrement,
    person_id bigint not null references people (id),
    unit_id bigint not null references units (id),
    starts_on date not null,
    ends_on date,
    unique (person_id, starts_on)
);
create unique index memberships_one_open on memberships (person_id) where ends_on is null;

-- A roster that was handed in: its file, then its rows as understood, then applied or not.
create table roster_imports (
    id integer primary key autoincrement,
    file_name text not null,
    file blob not null,
    uploaded_by bigint references people (id),
    uploaded_at timestamp not null,
    state text not null check (state in ('received', 'checked', 'refused', 'applied')),
    problem text,
    n_new bigint not null default 0,
    n_changed bigint not null default 0,
    n_unchanged bigint not null default 0,
    n_errors bigint not null default 0,
    applied_at timestamp
);
create table roster_import_rows (
    import_id bigint not null references roster_imports (id),
    row_number bigint not null,
    verdict text not null check (verdict in ('new', 'changed', 'unchanged', 'error')),
    employee_number text not null,
    name text not null,
    unit_id bigint references units (id),
    unit_text text not null,
    post text not null,
    category text not null,
    order_number bigint not null,
    email text,
    changes text not null,
    primary key (import_id, row_number)
);
