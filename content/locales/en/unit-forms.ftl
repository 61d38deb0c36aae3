# Forms with which a unit answers a call: what they share
unit-form-due = Due on { $day }
unit-form-submitted = submitted { $at }
unit-form-comments = Comments
unit-form-draft-kept = Draft saved { $at }.
unit-form-draft-kept-by = Draft saved { $at } by { $by }.
unit-form-preview = See it as printed
unit-form-hand-in = Submit
unit-form-draft = Save draft
unit-form-draft-for-leader = Save draft for the leader to submit
unit-form-cancel = Back
unit-form-go-on = Go on writing
unit-form-to-call = See the call
unit-form-to-call-take-back = See the call (it can be taken back there)

# Implementation report
implementation-title = Implementation report
implementation-no-cases = Topics and measures only: no petition matter, no petitioner, no case material and no secrets.
implementation-part-studied = What was studied
implementation-figures-since = Counted since { $from }; nothing to fill in.
implementation-sessions = Sessions attended
implementation-took-part = Participation rate
implementation-read = Readings finished
implementation-meetings = Exchange meetings
implementation-formula = With all units below. Participation rate = (present + made up) ÷ due, of confirmed sessions only. Readings finished = marked read ÷ assigned, each reading of each person, of all that was assigned in this time; the call's own page counts people who finished the readings of this call alone, so that the two differ. Exchange meetings are those held in this time, by records submitted and not returned, whether this call asked for them or not.
implementation-studied = In addition (optional)
implementation-studied-hint = What the figures do not say; at most 400 characters
implementation-part-rows = Problems and measures
implementation-rows-hint = At most { $most } rows of 80 characters a cell: one printed page. Blank rows are not saved.
implementation-no-rows = No problem has been entered.
implementation-no-rows-next = If there is none, say so under “Next steps”.
implementation-row-number = Row { $n }
implementation-problem = Problem
implementation-measure = Measure
implementation-responsible = Who
implementation-due-on = By when
implementation-state = State
implementation-state-open = Not begun
implementation-state-in-progress = In progress
implementation-state-done = Done
implementation-remove = Remove row { $n }
implementation-add = Add a row
implementation-part-next = Next steps and contact
implementation-next-steps = Next steps
implementation-next-steps-hint = May stay empty when problems and measures are listed; at most 400 characters
implementation-contact = Contact
implementation-contact-hint = A name, no telephone number
implementation-drafted = The draft is saved.
implementation-handed-in = The report is submitted; what it lists now stands under “Measures”.
implementation-problem-rows = At most { $most } rows; please combine some
implementation-problem-page = { $n ->
    [one] The report takes more than one page: shorten it by a line
   *[other] The report takes more than one page: shorten it by about { $n } lines
}
implementation-problem-long = At most { $most } characters
implementation-problem-no-problem = Enter the problem, or remove the row
implementation-problem-no-measure = Enter the measure
implementation-problem-no-responsible = Enter who is responsible
implementation-problem-no-date = Enter by when
implementation-problem-date-past = The date cannot be before today
implementation-problem-date-unreadable = Enter the date as 2024-07-15
implementation-problem-nothing = Enter at least one problem, or say what the next steps are
implementation-problem-no-contact = Enter a contact
implementation-problem-handed-in = The report has been submitted, so nothing was saved. Take it back first to change it
implementation-problem-unchanged = Neither state nor date has changed; enter a note
implementation-problem-state = Choose a state
implementation-unit = Unit
implementation-period = Period
implementation-period-of = { $from } to { $to }
implementation-call = Call
implementation-heading-studied = 1. What was studied
implementation-said-sessions =
    { $n ->
        [one] 1 session of the group
       *[other] { $n } sessions of the group
    }, participation rate { $took }.
implementation-said-no-sessions = No session of the group was for people of this unit.
implementation-said-readings = Of all readings assigned in this time, finished: { $read }.
implementation-said-meetings = Exchange meetings held: { $n }.
implementation-heading-rows =
    { $n ->
        [one] 2. Problems and measures (1 row)
       *[other] 2. Problems and measures ({ $n } rows)
    }
implementation-paper-no-rows = No problem is listed.
implementation-heading-next = 3. Next steps
implementation-head-line = Head of the unit:
implementation-rows-live = How the measures stand today
implementation-listed = Measure: { $measure } · { $who }
implementation-by = by { $day }
implementation-do-in-progress = Begin
implementation-do-done = Done
implementation-do-of = : { $problem }
implementation-row-changed = The state is updated.
implementation-board =
    { $n ->
        [one] 1 measure not done
       *[other] { $n } measures not done
    }
implementation-board-overdue = ({ $n } of them overdue)
implementation-all = All ({ $done } done)
implementation-more =
    { $n ->
        [one] 1 more
       *[other] { $n } more
    }
implementation-all-done =
    { $n ->
        [one] The one measure is done.
       *[other] All { $n } measures are done.
    }
implementation-overdue-link =
    { $n ->
        [one] 1 measure is overdue
       *[other] { $n } measures are overdue
    }
implementation-list-title = Measures
implementation-list-lead = from the implementation reports, with all units below
implementation-show-unfinished = Not done
implementation-show-overdue = Overdue
implementation-show-done = Done
implementation-count = { " " }({ $n })
implementation-empty-unfinished = No measure is left to be done.
implementation-empty-overdue = No measure is overdue.
implementation-empty-done = No measure is done.
implementation-empty-why = Measures are shown here once a unit has submitted its implementation report; its leader keeps their state up to date.
implementation-row-title = State of a measure
implementation-to-report = See the report
implementation-how-far = State
implementation-due-hint = Enter a later date if more time is needed; the old one is kept
implementation-note = Note (optional)
implementation-save-row = Save
implementation-history =
    { $n ->
        [one] 1 change
       *[other] { $n } changes
    }
implementation-new-day = Another date
implementation-noted = Note
implementation-no-history = Nothing has changed since it was submitted.

# Volume self-check
volumes-title = Volume self-check
volumes-paper-title = One case, one volume: self-check
volumes-reference-only = Reference list, not an official standard
volumes-how = Go through the unit's volumes by the list and mark only what is being completed and what does not apply. Articles are those of the Regulations on Petition Work.
volumes-print-blank = Print the list
volumes-no-cases = No case number, no petitioner, no case material and no secrets: volumes are not kept in this system.
volumes-items =
    { $n ->
        [one] List of 1 item
       *[other] List of { $n } items
    }
volumes-item = Item
volumes-article = Article
volumes-answer = Found
volumes-answer-of = Found: { $item }
volumes-answer-unmarked = Not marked
volumes-answer-complete = Complete
volumes-answer-completing = Being completed
volumes-answer-not-applicable = Does not apply
volumes-counts = Number of volumes
volumes-counts-hint = Shown on the self-check's page only: not printed, not exported, in no mail, and not for comparing units.
volumes-n-reviewed = Volumes reviewed
volumes-n-complete = Complete
volumes-n-completing = Being completed
volumes-note = Note (optional)
volumes-note-hint = Only where help is needed with something general; at most 300 characters
volumes-rest-complete = Whatever is not marked is submitted as complete.
volumes-about-list = About the list
volumes-hand-in = Submit: of { $n } items, those not marked are complete
volumes-drafted = The draft is saved.
volumes-handed-in = The self-check is submitted.
volumes-problem-number = Enter a whole number from 0 to 100000
volumes-problem-sum = Complete and being completed together cannot be more than were reviewed
volumes-problem-long = At most { $most } characters
volumes-problem-handed-in = The self-check has been submitted, so nothing was saved. Take it back first to change it
volumes-problem-list-changed = The Office has just changed the list. Please look at it before saving; what you entered is kept
volumes-checked-on = Checked on
volumes-paper-figures =
    { $n ->
        [one] 1 item
       *[other] { $n } items
    }: { $completing } being completed, { $none } not applicable, the rest complete.
volumes-paper-note = Note: { $note }
volumes-paper-foot = Reference list, not an official standard. Articles are those of the Regulations on Petition Work.
volumes-list-title = Reference list: one case, one volume
volumes-list-lead = Drawn up from what the Regulations on Petition Work ask of units, for their own checks; the Office may change it. No national filing standard for this was found.
volumes-list-version = Version { $version }, changed by the Office { $at }
volumes-list-as-shipped = As delivered with the system, not changed yet
volumes-n-unused =
    { $n ->
        [one] 1 more is not in use
       *[other] { $n } more are not in use
    }
volumes-edited = changed by the Office
volumes-source = Source: Regulations on Petition Work (in force since 1 May 2022)
volumes-edit-list = Edit the list
volumes-edit-lead = Saving makes a new version; units that are filling it in are told. Checks that were submitted stay as they were.
volumes-asks-counts = Ask units how many volumes they have
volumes-item-number = Item { $n }
volumes-order = Order
volumes-edit-hint = Clear the Chinese to restore what was delivered. Articles are numbers of the Regulations on Petition Work, such as 22 23, and may be left out. Items stand by their order; those not in use are no longer asked for.
volumes-field-of = { "" }Item { $n }: { "" }
volumes-used = In use
volumes-wording-zh = Chinese
volumes-wording-en = English (optional)
volumes-add-item = Add an item
volumes-save-list = Save the list
volumes-list-changed = The list is updated.
volumes-problem-no-wording = Enter what the item is
volumes-problem-wording-long = At most 120 characters
volumes-problem-article = The Regulations have fifty articles: enter numbers from 1 to 50
volumes-problem-order = Enter a number
volumes-problem-none-used = Leave at least one item in use
volumes-added-meanwhile = Items that somebody else has added stay: { $items }
