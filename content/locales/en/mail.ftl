mail-title = Mail
mail-lead = { $n ->
    [one] One mail
   *[other] { $n } mails
}
mail-state-all = All
mail-state-waiting = Waiting
mail-state-sent = Sent
mail-state-failed = Failed
mail-state-dropped = No longer needed
mail-column-person = To
mail-column-about = About
mail-column-queued = Queued
mail-column-state = State
mail-column-reason = Explanation
mail-about-reset = New password
mail-about-invitation = Sign-in link
mail-empty = There is no mail in this state.
mail-reason-let-fall = The Office dropped it after a backup was restored
mail-reason-link-ended = The link in it no longer works: used, expired, replaced by a newer one, or ended when a backup was restored. Send a new sign-in link if it is needed
mail-reason-no-longer-due = The task was finished or withdrawn, or its day has passed
mail-reason-not-an-address = The address is not an e-mail address
mail-reason-not-reached = The mail server could not be reached; it is tried again automatically
mail-reason-no-answer = The mail server did not answer in time; it is tried again automatically
mail-reason-untrusted-certificate = The certificate of the mail server is not trusted, so nothing was sent; ask the system administrator to run xuefa doctor to find out why
mail-reason-lease-ended = The program was interrupted; it is tried again automatically
mail-reason-not-written = The mail could not be written; ask the system administrator to look in the log
mail-reason-server = The mail server answered: { $text }
mail-sent-at = Sent
mail-next-try = Next try
mail-tries = Tries
mail-message-id = Message-ID
mail-to = Address
mail-from = Sender
mail-subject = Subject
mail-text-heading = Text
mail-not-as-sent = Not sent yet; this is how it would read now.
mail-again = Send again
mail-again-hint = If the address is wrong, correct the person first; sending again uses the address above.
mail-queued-again = The mail is in the queue again.
mail-not-failed = Only mail that failed can be sent again.
mail-greeting = Dear { $name },
mail-foot = This mail was sent automatically by Xuefa; please do not reply. Nobody is reminded of finished tasks.
mail-about-digest = Reminder
mail-empty-hint = Reminders go out on working days within the sending hours, at most one mail a person and day with everything in it; nobody is reminded of what is done.
mail-digest-title = Xuefa reminder
mail-digest-subject = { $n ->
    [1] { $first }
   *[other] { $first } ({ $n } matters in all)
}
mail-subject-published = Training: { $title }
mail-subject-moved = New time or place: { $title }
mail-subject-cancelled = Cancelled: { $title }
mail-subject-session-soon = Coming up: { $title }
mail-subject-session-today = Today: { $title }
mail-subject-task-overdue = Study task overdue: { $title }
mail-subject-task-today = Study task due today: { $title }
mail-subject-task-soon = Study task due on { $on }: { $title }
mail-subject-call-given = New call: { $title }
mail-subject-call-unanswered = Call due on { $on }: { $title }
mail-subject-call-overdue = Call overdue: { $title }
mail-subject-unit-digest = Study this week: { $title }
mail-subject-hq-digest = Calls this week
mail-subject-request-granted = Request granted: { $title }
mail-subject-request-refused = Request refused: { $title }
mail-subject-task-returned = Returned to you: { $title }
mail-subject-call-returned = Returned to your unit: { $title }
mail-line-published = Training: { $title }, { $when }, { $place }. Check in when you arrive; the calendar entry is attached.
mail-line-moved = New time or place: { $title }, now { $when }, { $place }.
mail-line-cancelled = Cancelled: { $title } (planned for { $when }).
mail-line-session-soon = Coming up: { $title }, { $when }, { $place }.
mail-line-session-today = Today: { $title }, { $when }, { $place }.
mail-line-task-overdue = { $title }: was due on { $on } and is overdue.
mail-line-task-today = { $title }: due on { $on }.
mail-line-task-soon = { $title }: due on { $on }.
mail-line-call-given = { $place } received the call “{ $title }”; please answer it by { $on }.
mail-line-call-unanswered = { $place } has not yet answered the call “{ $title }”, due on { $on }.
mail-line-call-overdue = { $place } has not answered the call “{ $title }”, which was due on { $on }.
mail-line-request-granted = Your request about “{ $title }” ({ $on }) was granted and is recorded.
mail-line-request-refused = Your request about “{ $title }” ({ $on }) was refused; the page says why.
mail-line-task-returned = { $title }: what you handed in was returned; please change it as asked and hand it in again. Due on { $on }.
mail-line-call-returned = What { $place } handed in for the call “{ $title }” was returned; please change it as asked and hand it in again. Due on { $on }.
mail-line-unit-digest = { $n ->
    [one] In { $place } one person has an overdue study task.
   *[other] In { $place } { $n } people have overdue study tasks.
}
mail-line-hq-digest = { $n ->
    [one] { $n } answer of a unit to a call is overdue.
   *[other] { $n } answers of units to calls are overdue.
}
mail-foot-pause = To pause reminders:
mail-foot-pause-link = Pause reminders
mail-held = Mail is held back until you release it. After a backup was restored, first see whether the waiting mail is still needed.
mail-let-go = Release mail
mail-held-n = All mail is held back ({ $n } in wait), most likely because a backup was restored. The Office looks at it on the page “Mail” and releases it, or drops what waits.
mail-stuck = { $n ->
    [one] One mail has
   *[other] { $n } mails have
 } not gone out since { $since }:{" "}
mail-stuck-untried = not tried once; perhaps nothing is running that sends it.
mail-stuck-do = Ask the system administrator to look at the setting XUEFA_SMTP (address, port and login of the mail server), and to run xuefa doctor --mail with their own address at the server. No mail is lost: it goes out by itself afterwards, and is tried for four days. A sign-in link that is needed now can be printed.
mail-help = Help: when mail does not go out
mail-no-server = No mail server is set: mail is only written to the folder mail of the data folder, and reaches nobody. The system administrator sets XUEFA_SMTP; print sign-in links and hand them over.
mail-waits-soon = about to be sent
mail-waits-held = held back
mail-waits-until = Next try: { $at }
mail-drop-held = Drop what waits ({ $n }) and send what comes after
mail-drop-held-done = Dropped: { $n }. Mail that comes after is sent.
mail-not-held = Mail is not held back, so there is nothing to drop
mail-let-go-done = Mail is released.
mail-nav = Mail and reminders
mail-nav-outbox = Mail
mail-nav-ledger = Register of reminders
mail-nav-rules = Rules
mail-nav-unreachable = People not reached
mail-copy = Text to copy
mail-copy-hint = To be pasted into WeCom or elsewhere and sent by hand.
mail-test-subject = Xuefa test mail
mail-test-text = This test mail was sent by xuefa doctor. That it arrived shows that the mail server is set up correctly; there is nothing to do.
mail-brand = Xuefa
mail-open = Open it
