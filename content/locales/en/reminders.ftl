reminders-title = Reminders
reminders-of = Reminders to { $name }
reminders-why = Xuefa reminds you of sessions and tasks of your own, by at most one mail a day. Here is what was sent, what is coming, and why something was not sent.
reminders-coming = Coming up
reminders-coming-empty = Nothing is coming up.
reminders-coming-empty-hint = New sessions and study tasks appear here.
reminders-coming-from = Reminder from { $date }
reminders-told = Reminders so far
reminders-told-n = { $n ->
    [one] One entry
   *[other] { $n } entries
}
reminders-told-empty = There are no reminders yet.
reminders-told-empty-hint = What you are reminded of, such as a published session or a task that falls due, is noted here.
reminders-pause-title = Pause reminders
reminders-paused-until = Reminders are paused until { $date }. Notices of sessions, changes and cancellations still come.
reminders-pause-hint = During a pause there are no reminders of tasks or of coming sessions; notices, changes and cancellations still come.
reminders-until = Pause until
reminders-until-range = Choose a day from today on, within a year
reminders-pause-button = Pause reminders
reminders-resume-button = Resume reminders
reminders-paused-done = Reminders are paused.
reminders-resumed-done = Reminders are resumed.
reminders-by-mail-title = Pause reminders from Xuefa
reminders-by-mail-text = For { $n } days there will be no reminders of tasks or coming sessions; notices, changes and cancellations still come. Sign in to resume at any time.
reminders-by-mail-done = Reminders are paused for { $n } days.
reminders-by-mail-done-text = Sign in and open “My account” to resume.
reminders-by-mail-wrong = This link is not valid
reminders-by-mail-wrong-text = Use the link in the latest reminder, or sign in and open “My account”.
reminders-kind-session-notice = Notice, change or cancellation of a session
reminders-kind-session-soon = A session is about to take place
reminders-kind-session-today = On the day, before a session begins
reminders-kind-task-overdue = A task is overdue
reminders-kind-task-today = A task is due today
reminders-kind-task-soon = A task is due soon
reminders-kind-call-given = New call (to the unit's leaders)
reminders-kind-call-unanswered = Call not answered (to the unit's leaders)
reminders-kind-request-decided = A request (leave, correction) was decided
reminders-kind-task-returned = Something handed in was returned
reminders-kind-call-returned = What the unit handed in was returned (to the unit's leaders)
reminders-kind-unit-digest = Weekly digest (to the unit's leaders)
reminders-kind-hq-digest = Weekly digest (to the Office)
reminders-state-planned = Waiting
reminders-state-sent = Sent
reminders-state-late = Sent late
reminders-state-failed = Failed
reminders-state-dropped = No longer needed, not sent
reminders-state-not-sent = Not sent
reminders-reason-address-missing = No e-mail address entered
reminders-reason-address-refused = The mail server refused the address
reminders-reason-paused = Paused by the person
reminders-reason-on-leave = On leave, exempt, or a stand-in comes
reminders-reason-told-already = Told in the same mail
reminders-reason-obsolete = Past, or nothing to tell
reminders-column-person = Person
reminders-column-kind = About
reminders-column-about = Its day
reminders-column-planned = Noted
reminders-column-state = State
reminders-column-reason = Explanation
ledger-title = Register of reminders
ledger-lead = { $n ->
    [one] One entry
   *[other] { $n } entries
}
ledger-all = All
ledger-queued = Mail made
ledger-not-sent = Not sent
ledger-kind = About
ledger-outcome = Outcome
ledger-show = Show
ledger-empty = No reminder matches.
ledger-empty-hint = Reminders are planned by the rules on working days within the sending hours; each matter is noted once for each person.
rules-title = Rules for reminders
rules-lead = At most one mail a person and day, with everything in it; changes and cancellations of sessions go at once. Working days and hours are in the settings.
rules-on = Send these reminders
rules-off = Off
rules-days = Days before
rules-days-after = Days to wait after the due date
rules-days-after-hint = 0: the day after it was due.
rules-hours = Hours before the start
rules-hours-hint = Only within the hours of sending, and to nobody who already had a mail that day.
rules-at-most = Most reminders for one matter (one a week)
rules-words-zh = Words of your own, in Chinese (optional)
rules-words-en = Words of your own, in English (optional)
rules-words-hint = At most { $n } characters, put below the text of these reminders.
rules-save = Save
rules-change = Change
rules-preview = Preview
rules-preview-none = There has been no such matter yet. Once there is a first session, task or call, an example is shown here.
rules-preview-text = Made from a real matter of today, without the name.
rules-preview-example = An example: nobody is to be told of this now. It is made from the latest session, task or call, without a name.
rules-saved = The rule is saved.
rules-days-range = Enter 1 to 14
rules-days-after-range = Enter 0 to 14
rules-hours-range = Enter 1 to 12
rules-at-most-range = Enter 1 to 3
rules-words-long = At most { $n } characters
rules-summary-days-after = { $n ->
    [one] { $n } day after
   *[other] { $n } days after
}
rules-summary-hours = { $n ->
    [one] { $n } hour before
   *[other] { $n } hours before
}
rules-summary-days = { $n ->
    [one] one day before
   *[other] { $n } days before
}
rules-summary-at-most = { $n ->
    [one] at most once
   *[other] at most { $n } times
}
unreachable-title = People not reached by mail
unreachable-lead = { $n ->
    [one] One person
   *[other] { $n } people
}
unreachable-hint = They have no e-mail address, or the mail server refused it. A corrected address works again by itself; otherwise print slips and hand them over.
unreachable-empty = Mail reaches everybody.
unreachable-empty-hint = Whoever has no address, or one that was refused, is listed here.
unreachable-column-name = Name
unreachable-column-unit = Unit
unreachable-column-post = Post
unreachable-column-why = Reason
unreachable-none = No e-mail address entered
unreachable-refused = { $address } was refused: { $problem }
unreachable-print = Print slips
unreachable-slip-title = Xuefa reminder
unreachable-slip-text = { $n ->
    [one] You have one open study task, due on { $date }.
   *[other] You have { $n } open study tasks, the first due on { $date }.
} Please sign in at { $address }.
unreachable-slip-nothing = Please sign in at { $address } to see your sessions and study tasks.
unit-text-title = Reminder text
unit-text-lead = To be pasted into WeCom or elsewhere and sent by hand; with counts only, without names.
unit-text = Xuefa reminder, { $unit }: { $n ->
    [0] there are no open study tasks
    [one] one person has open study tasks
   *[other] { $n } people have open study tasks
}{ $overdue ->
    [0] .
    [one] , one of them overdue.
   *[other] , { $overdue } of them overdue.
} Please sign in at { $address } to see your own.
me-reminders-where = See what you were reminded of, or pause reminders
home-reminders = My reminders
calendar-add = Add to calendar
