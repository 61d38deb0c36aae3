library-new = Add a reading
library-new-explained = A text, a file, or both. Chinese is needed, English is optional. Once saved it stands approved in your name.
library-edit = Change this reading
library-edit-explained = Saving makes a new version. What was read or assigned before keeps naming its own version.
library-awaiting = { $readings ->
    [one] Awaiting approval: 1 reading
   *[other] Awaiting approval: { $readings } readings
}, { $questions ->
    [one] 1 question
   *[other] { $questions } questions
}
library-search-hint = Title, law, article or text; several words with spaces between them.
library-parts = Part of the library
library-part-in-use = In use
library-part-awaiting = Awaiting approval
library-part-flagged = Cited law amended
library-part-retired = Retired
library-none-awaiting = No reading awaits approval.
library-none-flagged = No reading cites a law that was amended. Note an amendment in the list of statutes, and the readings that cite it appear here.
library-none-retired = No reading is retired.
library-state-retired = Retired
library-retired-explained = It is no longer assigned; earlier tasks and records stand.
library-retired = Retired. It can be brought back at any time.
library-brought-back = In use again.
library-retire = Retire
library-retire-explained = It then no longer appears in the library and where study is assigned; tasks given before can still be finished.
library-bring-back = Bring back
library-bring-back-explained = It then appears in the library again and can be assigned.
library-flagged = Cited law amended
library-flag-says = This reading cites{ " " }
library-flag-amended = , amended on
library-flag-wait = . The Office has not reviewed the reading yet; rely on the articles now in force.
library-review = Reviewed, no change needed
library-reviewed = The review is recorded; the note is gone.
library-read-before = Earlier version read
library-version-n = Version { $n }
library-version-old = Not the current version.
library-version-newest = See the current version
library-versions = { $n ->
    [one] The only version
   *[other] All { $n } versions
}
library-task-reading = Reading task
library-task-self-test = Self-test task
library-task-reflection = Reflection-note task
library-document-number = Document number
library-file = File to download
library-citations = Statutes cited
library-citation-in-force = in force from
library-office = Office of Letters and Visits
library-ships = This reading comes with the program and is not changed here; it can be retired, and another one added.
library-questions = Self-test questions
library-questions-count = { $n ->
    [one] 1 question
   *[other] { $n } questions
}, { $awaiting } awaiting approval
library-approve-question = Approve this question
library-approve-questions = { $n ->
    [one] Approve the one question
   *[other] Approve all { $n } questions
}
library-questions-approved = { $n ->
    [one] 1 question approved.
   *[other] { $n } questions approved.
}
library-approve-all-title = Approve all at once
library-approve-all-explained = Everything listed then says that { $name } approved it, with the date. Please open and read each first; each can also be approved on its own page.
library-approve-all-readings = { $n ->
    [one] 1 reading
   *[other] { $n } readings
}
library-approve-all-questions = { $n ->
    [one] 1 self-test question
   *[other] { $n } self-test questions
}
library-n-questions = { $n ->
    [one] 1 question
   *[other] { $n } questions
}
library-approve-all = Approve all of it
library-approved-all = Everything is approved.
library-group-head = The reading
library-title-zh = Title (Chinese)
library-title-en = Title (English, optional)
library-summary-zh = Summary (Chinese, optional)
library-summary-en = Summary (English, optional)
library-summary-hint = What it says, in a sentence; shown in the library.
library-issuer-zh = Issued by (Chinese, optional)
library-issuer-en = Issued by (English, optional)
library-number-optional = Document number (optional)
library-in-force-optional = In force from (optional)
library-group-citations = What it rests on
library-citations-hint = Statute, article, and since when it is in force. When the statute is amended, this reading is flagged. At least one statute or other source is needed.
library-statute-n = Statute { $n }
library-article-n = Article { $n }
library-statute-in-force-n = In force from { $n }
library-add-citation = One more row
library-sources-zh = Other sources (Chinese)
library-sources-hint = One per line, with name, origin and date.
library-sources-en = Other sources (English, optional)
library-group-text = Text and file
library-body-zh = Text (Chinese)
library-body-hint = At most { $n } characters. ## begins a heading, - a list, | a table. Upload anything longer as a file.
library-body-en = Text (English, optional)
library-file-optional = File (optional)
library-file-hint = PDF, OFD, DOCX or XLSX, to be downloaded.
library-file-now = The file now:
library-drop-file = Without this file from now on
library-save = Save
library-saved = Saved.
library-title-missing = Enter the title
library-day-unreadable = Enter a date, such as 2024-07-05
library-body-missing = Enter the text, or upload a file
library-body-chinese-first = Enter the Chinese text first
library-sources-missing = Enter at least one statute or source
library-statute-missing = Enter the statute of that article
library-too-long = At most { $n } characters
library-file-again = The rest could not be saved; choose the file again
library-file-kind = Only PDF, OFD, DOCX and XLSX files are accepted
statutes-title = Statutes
statutes-explained = What readings cite. Once an amendment is noted, every reading that cites the text from before says so, until the Office has reviewed it.
statutes-new = Add a statute
statutes-edit = Change a statute
statutes-count = { $n ->
    [one] 1 statute
   *[other] { $n } statutes
}
statutes-none = There are no statutes on the list yet.
statutes-none-explained = What readings cite is put here by itself; more can be added.
statutes-name = Name
statutes-name-hint = The full name, without 《》.
statutes-name-missing = Enter the name, at most { $n } characters
statutes-name-taken = This statute is on the list already: change it there
statutes-in-force = In force from
statutes-in-force-optional = In force from (optional)
statutes-amended-on = Amended on
statutes-amended-on-optional = Amended on (optional)
statutes-amended-hint = The day from which the amended text is in force. Once saved, readings that cite the text from before are flagged at once.
statutes-amended-before = It cannot be amended before it was in force
statutes-citing = Readings
statutes-to-review = To review
statutes-note = Note
statutes-note-optional = Note (optional)
statutes-saved = Saved.
statutes-cited-by = { $n ->
    [one] Cited by 1 reading
   *[other] Cited by { $n } readings
}
statutes-cited-by-none = No reading in use cites it.
self-test = Self-test
self-test-explained = As many tries as you like, each answer explained with its article; only “passed” is kept, no score, count or time.
self-test-begin = Begin the self-test
self-test-again = Try again
self-test-to-reading = Back to the reading
self-test-state-passed = Passed
self-test-state-not-yet = Not passed yet
self-test-rule = { $n ->
    [one] 1 question
   *[other] { $n } questions
}; { $percent }% answered right is a pass. No limit of tries or time; only “passed” is kept, no score.
self-test-kind-single = (one answer)
self-test-kind-multiple = (several answers)
self-test-kind-true-false = (true or false)
self-test-true = True
self-test-false = False
self-test-hand-in = Hand in
self-test-unanswered = Answer question { $n }
self-test-passed = Self-test passed; if you were given it as a task, that is done.
self-test-result = Self-test explained
self-test-kept = “Passed” is kept. Each answer is explained below.
self-test-passed-before = You passed before, and that stands. Each answer is explained below.
self-test-nothing-kept = Nothing of this try is kept. Each answer is explained below; try again when you like.
self-test-answer-right = Right
self-test-answer-wrong = Read the article again
self-test-chosen = (chosen)
self-test-right-one = Right answer
self-test-basis = Basis:
self-test-question-n = Question { $n }
self-test-overdue = { $n ->
    [one] Self-test overdue by 1 day
   *[other] Self-test overdue by { $n } days
}
self-test-task = Self-test:{ " " }
self-test-make-up = Catch-up self-test:{ " " }
task-kind-self-test = Self-test
task-kind-hint-self-test = About ten questions, any number of tries, done when passed; only for readings with questions
tasks-problem-no-questions = None of these readings has questions; choose another
