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
tasks-problem-nobody = Choose at least one person
tasks-problem-no-reading = Choose at least one reading
tasks-problem-note-long = The note may have { $n } characters at the most
tasks-problem-due-missing = Enter a due date
tasks-problem-due-past = The due date cannot be before today
tasks-problem-due-far = The due date has to be within a year
tasks-problem-due-not-later = The new due date has to be after the one that was set
tasks-problem-reason-missing = Enter the reason for more time
tasks-problem-nothing-ticked = Choose at least one task
tasks-problem-own = Your own tasks are decided by the leader of the unit above, or by the Office of Letters and Visits
follow-up-not-confirmed = Make-up study can be assigned once the session is confirmed. The Office of Letters and Visits checks and confirms the roster first.
