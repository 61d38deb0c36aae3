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
tasks-problem-gone = { $names }: no longer of this unit. Check the people, then send it again
tasks-problem-no-reading = Choose at least one reading
tasks-problem-note-long = The note may have at most { $n } characters
tasks-problem-due-missing = Enter a due date
tasks-problem-due-past = The due date cannot be before today
tasks-problem-due-far = The due date has to be within a year
tasks-problem-due-not-later = The new due date must be after the old one
tasks-problem-reason-missing = Enter the reason for more time
tasks-problem-nothing-ticked = Choose at least one task
tasks-problem-own = Your own tasks are decided by the leader of the unit above, or by the Office of Letters and Visits
follow-up-not-confirmed = Catch-up study can be assigned once the session is confirmed. The Office of Letters and Visits checks and confirms the roster first.
home-title = Home
home-greeting = { $name },{" "}
home-greeting-due = { $n ->
    [0] nothing is due
    [one] { $n } task is due
   *[other] { $n } tasks are due
}
home-greeting-inspector = { $name }, there are reports for you to inspect
home-today = Today,
home-check-in-how = On arrival type the six digits on the screen.
home-enter-code = Type the six-digit code
home-no-session = No session is coming up for you.
home-later = Sessions after that ({ $n })
home-all-sessions = See sessions
home-clerk = You are a clerk of this session
home-done = { $n } done
home-record = Study record
home-rate = Participation this year
tasks-title = My tasks
tasks-due-title = { $n } due
tasks-none = No study task is due.
tasks-none-explained = Tasks are given by the leader of your unit or the Office of Letters and Visits and appear here. Meanwhile there are the
tasks-to-readings = readings
tasks-make-up = Catch-up reading:{" "}
tasks-self-study = self-study, does not make up for it
tasks-reading = Reading:{" "}
tasks-released-title = { $n } released (you were there or are exempt)
tasks-done-title = { $n } done
tasks-new-title = Assign study
tasks-readings = Readings
tasks-reading-of-session = Read for this session
tasks-readings-ticked = { $n ->
    [one] 1 is ticked and stands
   *[other] { $n } are ticked and stand
} first. Each reading is a task of its own for everybody.
tasks-due-on = Due
tasks-note = Note (optional)
tasks-note-given = Note
tasks-no-secrets = Neither case material nor secrets belong here.
tasks-check = Next: check
tasks-cancel = Cancel
tasks-unit-people = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
tasks-people = Give to
tasks-everybody = Everybody of the unit and below ({ $n })
tasks-some = The people ticked
tasks-tick-people = Tick people
tasks-too-many = There are too many to list. To choose some, go to a unit below first:
tasks-check-title = Check before it is sent
tasks-burden-people = People
tasks-burden-tasks = New tasks
tasks-burden-known = { $n ->
    [one] One of them was given before and is not given again.
   *[other] { $n } of them were given before and are not given again.
}
tasks-burden-busy = { $n ->
    [one] One person already has
   *[other] { $n } people already have
} three or more open tasks; consider whether this is needed:
tasks-burden-busy-one = { $name }: { $n }
tasks-burden-none-busy = Each of those chosen has fewer than three open tasks.
tasks-people-count = Who ({ $n })
tasks-confirm = Confirm
tasks-back = Back to change
tasks-sent = Given to { $people ->
    [one] 1 person
   *[other] { $people } people
}, { $tasks ->
    [one] 1 task
   *[other] { $tasks } tasks
} in all.
tasks-sent-before = This form was sent before; nothing was given twice.
follow-up-title = Assign catch-up study
follow-up-count = { $n ->
    [one] 1 person not there
   *[other] { $n } people not there
}
follow-up-nobody = There is nobody to follow up.
follow-up-to-session = Back to the session
follow-up-self-study = What is chosen is self-study and does not make up for the session.
follow-up-done = Catch-up study assigned: { $people ->
    [one] 1 person
   *[other] { $people } people
}, { $tasks ->
    [one] 1 task
   *[other] { $tasks } tasks
}.
follow-up-nothing-new = Everybody chosen had it already; nothing was added.
board-year-rate = Participation { $year }
board-last-year = the year before
board-year-report = The year's report
board-outstanding = { $n } still to be made up for
board-report = Attendance report
board-own-tasks = { $n ->
    [one] { $n } task of your own is due
   *[other] { $n } tasks of your own are due
}
board-people = { $n ->
    [one] One person
   *[other] { $n } people
  }
board-waiting = The session of { $day } waits for the Office to confirm it: { $title }
board-session = Session
board-show = Show
board-missing = { $n ->
    [one] 1 person not there
   *[other] { $n } people not there
}
board-missing-counts = { $day } { $title }: due { $due }, present { $present }, on leave { $leave }
board-csv = Export CSV
board-choose = Choose
board-choose-one = Choose { $name }
board-name = Name
board-unit = Unit
board-post = Post
board-state = State
board-make-up = Make-up
board-due-on = Due
board-act = Action
board-record = Record
board-make-up-made-up = Made up
board-make-up-self-study = Self-study
board-make-up-overdue = Overdue
board-make-up-due = Catch-up due
board-make-up-not-assigned = No catch-up assigned
board-follow-up = Assign catch-up study
board-nobody-missing = Nobody was missing.
board-present = { $n } present
board-exempt = { $n } exempt
board-no-session = No session with people of this unit has begun yet.
board-no-session-explained = Sessions are created by the Office of Letters and Visits and appear here once they are held.
board-by-session = Participation by session ({ $n })
board-by-session-some = By session ({ $n } of { $of })
board-by-session-pages = Pages of sessions
board-sessions-later = Later sessions
board-sessions-earlier = Earlier sessions
board-by-session-formula = Each figure is “took part/due” and leads to the people. The latest session comes first; — means that nobody was due.
board-parts = Participation by unit ({ $n })
board-parts-caption = { $year }
board-own-people = { $name }, own people
board-trend = The last 12 months
board-trend-up = Participation rose:
board-trend-down = Participation fell:
board-trend-same = Participation stayed the same:
board-trend-single = Only one month had sessions:
board-no-trend = No session was confirmed in the last 12 months.
board-table = Show the figures
board-month = Month
board-month-of = { $month }/{ $year }
board-month-short = { $month }/{ $year }
board-given = Study given lately or overdue: { $n }
board-given-in-all = Study given: { $n }
board-given-done = Done
board-given-overdue = { $n } overdue
board-rate = Participation
board-formula = Participation = (present + made up) ÷ due; due = roster − exempt. Leave and stand-in stay in the denominator; self-study does not count. Confirmed sessions only, by the unit in the roster; units stand in their fixed order.
record-title = Study record
record-year = { $year }
record-made-on = made on
record-year-before = The year before
record-year-after = The year after
record-rate = Participation
record-hours = Study hours
record-sessions = Sessions ({ $n })
record-session = Session
record-date = Date
record-unit = Unit then
record-state = State
record-late = Late
record-left-early = Left early
record-no-sessions = There is no session in this year.
record-no-sessions-explained = Sessions appear here once their notice is published.
record-formula = Participation = (present + made up) ÷ due, confirmed sessions only; a make-up session counts together with the session it makes up for. A session's hours count once, when attended or made up; not for a stand-in or an exemption.
record-tasks = Study tasks ({ $n })
record-task = Reading
record-for-session = Session missed
record-no-tasks = There is no study task in this year.
record-print-how = To print, use the browser's print function; paper A4.
assignment-title = Progress
assignment-given = given
assignment-finished = Completion (people)
assignment-done = Tasks done
assignment-open = Open
assignment-overdue = of them overdue
assignment-released = Released
assignment-withdrawn-count = Withdrawn
assignment-formula = Completion = people who finished everything ÷ people assigned; released and withdrawn tasks do not count.
assignment-rows = { $n ->
    [one] 1 task on this page
   *[other] { $n } tasks on this page
}
assignment-extend = More time
assignment-withdraw = Withdraw
assignment-extend-title = More time for { $n ->
    [one] { $n } task
   *[other] { $n } tasks
}
assignment-withdraw-title = Withdraw { $n ->
    [one] { $n } task
   *[other] { $n } tasks
}
assignment-new-due = New due date
assignment-reason = Reason
assignment-withdraw-consequence = These people no longer see these tasks, and no figure counts them. They can be given again.
assignment-extended = More time given for { $n ->
    [one] 1 task
   *[other] { $n } tasks
}.
assignment-withdrawn = { $n ->
    [one] 1 task withdrawn.
   *[other] { $n } tasks withdrawn.
}
assignment-picks-changed = Somebody changed these tasks while you were at it. { $n ->
    [0] Below is how they stand now: check, then decide again.
    [one] 1 of those you ticked is no longer open and was left out.
   *[other] { $n } of those you ticked are no longer open and were left out.
}
task-state-submitted = Awaiting acceptance
task-state-returned = Returned
task-state-accepted = Accepted
task-kind-reading = Reading
task-kind-reflection = Reflection note
task-kind-hint-reading = Marked read by the person
task-kind-hint-reflection = Written by the person, accepted by the unit leader; no minimum length, no score
tasks-kind = Way of studying
tasks-reflection = Reflection note:{" "}
tasks-submitted-title = Awaiting acceptance: { $n }
tasks-problem-kind-off = The Office of Letters and Visits has not switched this on: choose another way
make-up-owed = Still to be made up for.
make-up-owed-n = { $n ->
    [one] One session is still to be made up for. Reading and self-tests are self-study and do not make up for it. Its page says what does:
   *[other] { $n } sessions are still to be made up for. Reading and self-tests are self-study and do not make up for them. Their pages say what does:
}
make-up-how = A make-up session or an exchange meeting of the unit makes up for it; reading and self-tests are self-study and do not.
make-up-how-notes = A make-up session, an exchange meeting of the unit or accepted study (a reflection note) makes up for it; reading and self-tests are self-study and do not.
make-up-next-session = Attend the make-up session: { $title } ({ $at })
make-up-next-note = Write a reflection note: { $title }
make-up-next-none = You have not been notified of a make-up session.
make-up-next-ask = Ask about the next exchange meeting:{" "}
make-up-next-ask-leader = Ask your unit leader about the next exchange meeting.
board-given-for = Catch-up: { $title }
board-given-show-all = Show all
tasks-own-only = Only your own study tasks are listed here.
tasks-unit-calls = What the Office asks of your unit
board-given-below = { $title } ({ $unit })
board-meetings = Exchange meetings this year: { $n }
board-paper-draft = The overview changes with the data and is never final; final figures are in the final reports of the Office.
