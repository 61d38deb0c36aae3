task-state-open = Open
task-state-overdue = Overdue
task-state-done = Done
task-state-released = Released
task-state-withdrawn = Withdrawn
tasks-overdue = { $n ->
    [one] { $n } day overdue
   *[other] { $n } days overdue
}
tasks-due = Due
