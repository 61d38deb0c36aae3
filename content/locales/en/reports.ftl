report-title-attendance = Attendance report
report-heading-attendance = { $title }: attendance report
report-csv = Export CSV
report-sheet = Sign-in sheet
report-heading-sheet = { $title }: sign-in sheet
report-how-to-print = Choose A4, without the browser's headers and footers.
report-draft = Draft
report-made-at = Made on { $at }
report-time = Time
report-hours = Study hours
report-place = Place
report-speaker = Speaker
report-organiser = Organiser
report-and = {", "}
report-narrowed = This report holds only these units:{" "}
report-total = Expected { $roster }, due { $due }, present { $present }, on leave { $leave }, stand-in { $standin }, absent { $absent }, exempt { $exempt }
report-total-pending = { "," } to be checked { $n }
report-rates = Attendance rate { $attendance }, participation rate { $participation }, make-up rate { $makeup }
report-beside = Self-study { $study }, late { $late }, left early { $early }, corrected after confirmation { $corrections }
report-by-unit = 1. By unit ({ $n } { $n ->
    [one] unit
   *[other] units
})
report-by-category = 2. By category
report-list = 3. People ({ $n })
report-formulas = Due = expected − exempt. Attendance rate = present ÷ due. Participation rate = (present + made up) ÷ due. Make-up rate = made up ÷ (leave + stand-in + absent). Self-study is in no rate.
report-sum = Total
report-n-roster = Expected
report-n-exempt = Exempt
report-n-due = Due
report-n-present = Present
report-n-leave = Leave
report-n-stand-in = Stand-in
report-n-absent = Absent
report-n-pending = To check
report-n-made-up = Made up
report-attendance-rate = Attend. rate
report-participation-rate = Particip. rate
report-make-up-rate = Make-up rate
report-make-up-otherwise = Made up otherwise
report-make-up-outstanding = Outstanding
report-n-corrections = Corrected after confirmation
report-n-guests = Guests
report-column-number = No.
report-column-unit = Unit
report-column-name = Name
report-column-post = Post
report-column-category = Category
report-column-arrived = Arrived
report-by-hand-roll-call = roll
report-by-hand-paper = paper
report-by-hand-unit-word = unit
report-by-hand-request = asked
report-by-hand-correction = edited
report-by-hand-confirmation = list
report-column-state = State
report-column-make-up = Make-up
report-column-remark = Remark
report-column-sign = Signature
report-category-group-leadership = Group leading team
report-category-enterprise-leadership = Enterprise leading team
report-category-hq-middle = HQ mid-level
report-category-staff = Staff
report-make-up-session = Make-up session
report-make-up-exchange-meeting = Exchange meeting
report-make-up-accepted-study = Accepted study
report-make-up-done = Made up
report-make-up-self-study = Self-study
report-make-up-due = Catch-up due
report-make-up-none = —
report-late = Late
report-left-early = Left early
report-leave-public = Public business
report-leave-sick = Sick leave
report-leave-private = Private leave
report-stood-in = Stand-in: { $name }
report-filled-in-by = Filled in by:
report-checked-by = Checked by:
report-recorded-by = Recorded by:
report-seal = Unit (seal)
report-empty = There is no roster yet
report-empty-why = The roster is made when the session is published.
report-venue-main = Main venue
report-venue-branch = Branch venue
report-venue-online = Online
report-sheet-counts = Expected { $n }   Present ____   On leave ____   Absent ____
report-made-up-how = Made up by make-up session { $session }, exchange meeting { $meeting }, accepted study { $study }, otherwise { $otherwise }; outstanding { $outstanding } (of them self-study { $alone })
report-guests-count = Guests { $n } (in no figure):{ " " }
report-guest = { $name } ({ $unit })
report-guests-title = Guests { $n } (in no figure)
final-number = Report no. { $number }
final-scan = Scan to check this report
final-there = Made final. Only a final report has a number and is not marked as a draft; it prints from its own page:
final-is-replaced = (replaced since)
final-none-yet = This paper is a draft until the report is made final.
final-make = Make the report final
final-corrected-since = The records of { $n } { $n ->
    [one] person
   *[other] people
} were corrected after report { $number } was made final; it can be made anew.
final-see-why = What differs, and why
final-make-again = Make it final again
final-correction-leaves = The report of this session is final. A correction leaves it as it is; a new one can be made afterwards.
final-make-button = Make final and number it
final-consequence = The figures and the list are frozen as they stand now, and the report gets its number and a QR code that leads back to it. Later corrections stay possible: they do not change the report, and its page shows them.
final-replaces = It replaces report { $number } of { $at }; that one stays and says so.
final-to-verify = { $n } { $n ->
    [one] check-in is
   *[other] check-ins are
} still to be verified.
final-refused-not-confirmed = A report becomes final once the session is confirmed. Confirm it first.
final-made = Report { $number } is final.
final-stands = Nothing has changed since report { $number }: it stands.
finals = Final reports
finals-lead = Find a report by the number on its paper.
final-number-label = Report number
final-number-hint = As printed, e.g. 2026-0012
final-find = Find
final-not-found = There is no report with this number within what you may see. Hold it against the paper; if it is the same, the report may be of units or sessions outside what you may see: ask the Office.
final-number-unreadable = Give the year and the number, such as 2026-0012.
finals-newest = Newest
final-replaced-short = Replaced
final-replaced-by = This report has been replaced by
final-today = Compared with today
final-same = Today's figures are the same as on this paper.
final-differs = Today's records differ for { $n } { $n ->
    [one] person
   *[other] people
}.
final-sums-differ = Of each person the records say what this report says; these figures have changed.
final-lines = Units and categories that have changed ({ $n })
final-line-of = :{ " " }
final-line-and = ,{ " " }
final-line-apart = : in one of the two only
final-today-within = Only people you may see are compared; corrections in other units are not counted here.
final-live = Today's figures
final-live-differs = These are today's figures, not the final ones. Report { $number } differs from today's records for { $n } { $n ->
    [one] person
   *[other] people
}.
final-live-same = These are today's figures, the same as in final report { $number }.
final-on-paper = On paper
final-now = Today
final-not-named = not on the list
final-make-up = make-up: { $how }
final-genuine = Report { $number } is on record here: this system made it on { $at }.
final-excerpt = {" "}(excerpt)
final-excerpt-why = The report itself holds other units too; this page and its files hold those you may see, an excerpt with other sums. The sums on the paper and the people of other units cannot be checked within what you may see: ask the Office for leave to read the whole.
final-made-by = Made final { $at }
final-replaced-this = It replaced
final-digest = Digest of what it rests on (SHA-256)
final-verify = Verify a file
final-verify-how = PDF, Word and paper carry no digital signature. To tell whether a file is unchanged and this office's, ask the Office for the file to verify of the report (its number with .json, from the report's page) or for the session archive (.zip, from its page), and run on any computer with this program: xuefa verify FILE --key KEY
final-verify-key = This office's public key:
final-check = Spot check
final-check-lead = Draws people of this report at random and shows how each of them was recorded. The address of the result can be kept: it shows the same people again.
final-check-n = How many people
final-check-most = {" "}(1 to { $n })
final-check-draw = Draw
final-check-wrong = Give a number from 1 to { $n }.
final-arrived = arrived { $at }
final-mark = , { $mark }
final-marked-since = ; marked “{ $mark }” since, by whom and when is not kept
final-by-unknown = (who recorded it is not kept)
final-then = When made final
final-then-and-now = When made final and today
final-first = First recorded:
final-again = Recorded anew:
final-held-on = held on { $date }
final-held-at = held { $at }
final-make-up-unknown = (by what, when and who recorded it is not kept)
final-made-up-by-session = recorded by { $name }
final-made-up-by-exchange-meeting = submitted by { $name }
final-made-up-by-accepted-study = accepted by { $name }
entry-inspection = Inspection
inspection-title = Reports to inspect
inspection-lead = A session opens with its final report, or with the figures of the moment as long as there is none. Each report that you open is recorded in the operation log.
inspection-may-read = You may read the reports of:
inspection-mandate = { $what }, until { $date } (that day included)
inspection-has-final = Final { $number }
inspection-whole = whole session
inspection-only = only{ " " }
inspection-corrected = Corrected since: { $n }
inspection-no-final = Not final
inspection-none = No session has been held within what you may read
inspection-hint = Ask the Office if that cannot be right.
inspection-by-number = Find a final report by its number
report-xlsx = Export Excel
reports-title = Reports
reports-period-note = Month, quarter, half-year, year or any days, by unit and category
reports-session-note = Opened from its session
reports-finals-note = Found and checked by their number
reports-hours-note = Who reaches the year's study hours
period-title = Training by unit
period-heading-of-all = Training by unit, { $span }
period-heading = { $unit }: training by unit, { $span }
period-year = { $year }
period-half-year = { $n ->
    [1] first
   *[other] second
} half of { $year }
period-quarter = quarter { $n } of { $year }
period-days = { $first } to { $last }
period-first = First day
period-last = Last day
period-day-wrong = Enter a date, such as 2024-07-01
period-days-wrong = The last day cannot lie before the first; years from 2000 to 2999
period-all-categories = All categories
period-before = Previous period
period-after = Next period
period-up = Unit above
period-n-sessions = { $n ->
    [one] One confirmed session.
   *[other] { $n } confirmed sessions.
}
period-made-up-how = Made up by a make-up session { $session }, exchange meeting { $meeting }, accepted study { $study }, otherwise { $otherwise }; not made up yet { $outstanding }
period-outstanding = Show the { $n } not made up yet
period-by-unit = 1. By unit ({ $n } { $n ->
    [one] line
   *[other] lines
})
period-by-category = 2. By category
period-trend = 3. The last 12 months
period-by-session = 4. By session ({ $n })
period-session = Session
period-once = Figures count attendances. A session and those that make up for it count together, each person once.
period-message = Participation { $rate }; { $n } not made up yet
period-category-chart = Participation by category
period-trend-of = The 12 months up to the last of this report.
period-empty = No session was confirmed in this time
period-empty-why = A session counts once it is confirmed.
period-table = Table
period-units = By unit
period-categories = By category
period-sessions = By session
period-months-of = By month, { $years }
period-months = By month
period-about = Notes and formulas
period-people = People
period-people-n = { $n }
period-nobody = Nobody
period-figure-roster = Expected
period-figure-due = Due
period-figure-present = Present
period-figure-leave = Leave
period-figure-stand-in = Stand-in
period-figure-absent = Absent
period-figure-exempt = Exempt
period-figure-made-up = Made up
period-figure-outstanding = Not made up yet
board-missing-list = {": not there"}
unreachable-address = Address
unreachable-problem = Why
period-study = 5. Study given by itself (counted apart, in no rate above)
period-study-sheet = Study by itself
period-study-given = Tasks
period-study-done = Finished
period-study-rate = Rate
period-study-hours = Hours
period-study-formula = Reading and reflection tasks due in this time when they were given, by the unit people are in now, without catch-up tasks. Rate = done or accepted ÷ given. Hours as the Office set them, once for each person and assignment.
final-refused-empty-period = No session was confirmed in this time: there is nothing to make final.
final-period-consequence = The figures are frozen as they stand now, and the report gets its number and a QR code that leads back to it. Later corrections do not change the report, and its page shows them.
final-period-not-over = This time is not over yet.
final-period-unconfirmed = { $n } { $n ->
    [one] session of this time is not confirmed yet and is not in the figures.
   *[other] sessions of this time are not confirmed yet and are not in the figures.
}
final-period-differs = Today's figures differ from those on this paper for { $n } { $n ->
    [one] session.
   *[other] sessions.
}
final-period-without = not in it
final-period-why = The report of each session lists its corrections.
board-paper-heading = { $unit }: training and study
board-there = { $n } present or exempt
board-calls-met = Submitted
board-calls-forms = Asked
board-given-all = Given
board-given-late = Overdue
people-list-ask = Make an Excel file ({ $n } rows, made in the background)
people-list-ready = { $n } rows, { $size } KB. The file holds names and is kept until { $until }; it can be made anew afterwards.
people-list-not-yet = The file is not ready, or could not be made. Ask for it again from the list of people.
people-list-missing = The file is past the time it is kept. Ask for it again from the list of people.
people-list-title = { $heading }: { $figure }
