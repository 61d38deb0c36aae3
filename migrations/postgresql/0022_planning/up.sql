-- Open tasks of one day in the order of their people, as the planner of reminders goes through them.
drop index tasks_by_due;
create index tasks_by_day on tasks (state, due_on, person_id, id);
-- What was decided lately.
create index attendance_requests_by_decision on attendance_requests (decided_at);
