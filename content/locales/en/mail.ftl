mail-title = Mail
mail-lead = { $n ->
    [one] One mail
   *[other] { $n } mails
}
mail-filter = State
mail-state-all = All
mail-state-waiting = Waiting
mail-state-sent = Sent
mail-state-failed = Failed
mail-state-dropped = No longer needed
mail-state-not-sent = Not sent
mail-column-person = To
mail-column-about = About
mail-column-queued = Queued
mail-column-state = State
mail-column-reason = Explanation
mail-column-due = Due
mail-about-task-due = Reminder of a task
mail-about-invitation = Invitation
mail-empty = There is no mail in this state.
mail-empty-hint = Three days before a task is due, whoever has not finished it is sent a reminder between 08:00 and 20:00, at most one mail a person and day; nobody is reminded of what is done.
mail-not-sent-hint = These reminders were not sent, for the reason in each row. Once an address is entered, the next stage is sent as usual.
mail-not-sent-address-missing = No e-mail address entered
mail-reason-no-longer-due = The task was finished or withdrawn, or its day has passed
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
mail-task-due-subject = { $n ->
    [one] Study task due on { $date }
   *[other] { $n } study tasks due soon, the first on { $date }
}
mail-task-due-text = { $n ->
    [one] This study task is due soon and not yet finished:
   *[other] These { $n } study tasks are due soon and not yet finished:
}
mail-task-due-line = { $title } (due { $date })
mail-task-due-all = All tasks:
mail-task-due-all-link = See all tasks
