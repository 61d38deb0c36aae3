readings-title = Readings
readings-home = Home
readings-breadcrumbs = You are here
readings-search-label = Look for words in titles and texts
readings-search = Find
readings-count = { $n ->
    [one] { $n } reading
   *[other] { $n } readings
}
readings-found = “{ $q }”: { $n ->
    [one] { $n } reading found
   *[other] { $n } readings found
}
readings-none-found = No reading contains “{ $q }”.
readings-show-all = Show all readings
readings-none = There are no readings yet.
readings-none-explained = Readings come with the program and appear here after an upgrade. Ask the Office of Letters and Visits.
readings-read = Read
readings-unread = Not read
readings-read-explained = “Read” is your own word: nothing is timed, and it does not make up for a session.
readings-approval-awaited = Awaiting approval
readings-approval-explained-awaited = Not yet approved by the Office of Letters and Visits; for reference only.
readings-approval-explained-awaited-again = Changed since it was approved; it has to be approved again.
readings-approved-by = Approved by { $name },
readings-issuer = Issued by
readings-in-force = In force since
readings-sources = Sources
readings-task-for-session = Catch-up: { $title }
readings-task-for-call = Call: { $title }
readings-task-alone = (given by itself)
readings-mark = Mark as read
readings-mark-finishes = This finishes { $n } tasks at once
readings-unmark = Undo “read”
readings-marked = { $n ->
    [0] Marked as read.
    [one] Marked as read; one task is done.
   *[other] Marked as read; { $n } tasks are done.
}
readings-next = Next:{" "}
readings-unmarked = Undone; its tasks are open again.
readings-approve-explained = Once you approve, your name and the date stand on this page. Both languages are approved together; a change asks for approval again.
readings-approve = Approve this reading
readings-approved = Approved.
