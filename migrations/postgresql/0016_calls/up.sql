-- What study given by a call counts for once it is accepted; set by HQ.
alter table calls add column study_minutes bigint not null default 0;
create index unit_tasks_by_parent on unit_tasks (parent_id);
create index assignments_by_unit_task on assignments (unit_task_id);
