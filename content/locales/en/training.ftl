training-step-from-draft = The session is still a draft: publish it first
training-step-from-published = The session is published and check-in has not been ended, so this step is not possible: go on from the step its page shows
training-step-from-closed = Check-in has ended and the roster is being reconciled, so this step is not possible: go on from the step its page shows
training-step-from-confirmed = The roster of the session is confirmed, so this step is not possible: go on from the step its page shows
training-step-from-archived = The session is archived and its state no longer changes; records can still be corrected
training-step-from-cancelled = The session is cancelled and cannot be restored: plan a new one if it is to take place
training-place = You are here
training-title-missing = Enter a title
training-title-long = The title may have { $n } characters at most
training-ends-before-start = The end must be later than the start
training-opens-before-range = Check-in may open 0 to 240 minutes before the start
training-study-hours-range = Study hours must be a number from 0 to 24
training-document-title-missing = Enter the title of each document
training-main-venue-missing = Enter the main venue
training-venue-name-missing = Enter the name of the venue
training-audience-empty = Nobody is in the audience: choose categories and units
training-no-draft = The session is published and can no longer be changed as a draft; change time and place on its page
training-reason-missing = Enter the reason
training-day-unreadable = Enter a date, for example 2024-07-05
training-time-unreadable = Enter a time, for example 14:30
training-person-unknown = Nobody found for “{ $line }”: enter an employee number or a name
training-person-ambiguous = Several people are called “{ $line }”: enter the employee number
training-draft-kept = The draft is saved and not published yet
training-published = The session is published with a roster of { $n }. The notice has not gone out yet: from { $at } on it is mailed automatically to those with an address ({ $mail }); see “Mail” on the page “Today”
training-published-untold = The session is published with a roster of { $n }. No notice is sent (its rule is off, or the session has begun): tell them otherwise
training-cancelled = The session is cancelled
training-moved = Time and place are changed
training-venue-assigned = { $n ->
    [one] Venue changed for { $n } person
   *[other] Venue changed for { $n } people
}
training-clerk-named = The clerk is named
training-clerk-removed = The clerk is removed
training-form-title-new = New session
training-form-title-edit = Change the draft
training-new-title = New session
training-edit-title = Change the draft
training-form-lead = It is saved as a draft, to be checked before it is published; until then it can be changed.
training-group-what = What
training-title = Title
training-purpose = Purpose
training-purpose-optional = Purpose (optional)
training-speaker = Speaker
training-speaker-optional = Speaker (optional)
training-organiser = Organiser
training-no-secrets = No petition case material and no secrets here.
training-group-when = When and where
training-day = Date
training-starts = Start
training-ends = End
training-study-hours = Study hours
training-length-differs = The meeting lasts { $length } hours; the study hours are still the preset
training-opens-before = Check-in opens (minutes before)
training-venue-n = Venue { $n }
training-venue-kind-n = Kind of venue { $n }
training-add-venue = Add a venue
training-more-venues = Further venues (optional): { $n } entered
training-group-topics = Topics and readings
training-topic-n = Topic { $n } (optional)
training-add-topic = Add a topic
training-readings-before = Readings before the session
training-readings-after = Readings after the session
training-readings-before-optional = Readings before the session (optional)
training-readings-after-optional = Readings after the session (optional)
training-readings-chosen = Readings for the whole session (optional): { $before } before it, { $after } after it
training-reading-twice = A reading is chosen once: for the session or one topic, before or after it
training-documents-entered = Basis (optional): { $n } entered
training-documents-hint = Documents, speeches, regulations. Leaders' words only as authorised, never reworded.
training-document-title-n = Document { $n }: title
training-document-source-n = Document { $n }: source
training-document-date-n = Document { $n }: date
training-document-text-n = Document { $n }: authorised text
training-add-document = Add a document
training-group-audience = Audience
training-selected = { $units ->
    [one] { $units } unit
   *[other] { $units } units
} and { $people ->
    [one] { $people } person
   *[other] { $people } people
} selected
training-n-people = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
training-categories = Categories
training-units = Units
training-units-hint = A unit includes all below it. Numbers are all people of the unit and below.
training-units-below = { $n } below
training-units-below-ticked = { $n } below, { $ticked } chosen
training-added-optional = People added (optional)
training-left-out-optional = People left out (optional)
training-people-changed = Individual people (optional): { $added } added, { $left_out } left out
training-added = Added
training-left-out = Left out
training-people-hint = One person a line: employee number or name.
training-count-again = Count again
training-group-requirements = Requirements and remark
training-requirements = Requirements
training-requirements-optional = What the meeting asks of the units (optional)
training-requirements-hint = One per line.
training-remark = Remark
training-remark-optional = Remark (optional)
training-check-button = Check and create
training-back-to-list = Cancel
training-fact-time = Time
training-fact-venues = Place
training-venue-line = { $kind }: { $name }
training-topics = Topics
training-basis = Basis
training-bracket = ({ $text })
training-check-title = Check the session
training-check-lead = Not published yet. Check it, then publish.
training-check-facts = The session
training-change = Change
training-notice = Notice
training-places = Venues and clerks
training-missing = { $n } more needed before publishing
training-opens = Check-in opens
training-unit = Unit
training-total = Total
training-unticked = In these units, not on the roster because their category is not ticked:{" "}
training-unticked-of = { $category }: { $n }
training-burden = Publishing fixes the roster at { $n ->
    [one] { $n } person
   *[other] { $n } people
}: later transfers do not change it. The notice then goes out by mail, by the rules for reminders.
training-publish-button = Publish the session
training-keep-draft = Not now
training-cancel-link = Cancel this session
training-cancel-title = Cancel the session
training-cancel-heading = Cancel “{ $title }”
training-cancel-consequence = { $n ->
    [one] The { $n } person on the roster is no longer expected, and check-in stays closed. This cannot be undone.
   *[other] The { $n } people on the roster are no longer expected, and check-in stays closed. This cannot be undone.
}
training-cancel-consequence-draft = A cancelled draft can be neither published nor restored.
training-cancel-reason = Reason
training-cancel-button = Cancel the session
training-back = Back
training-move-title = Change time and place
training-move-now = Now
training-move-consequence = The roster and the code stay as they are, and so do check-ins.
training-move-button = Change time and place
training-places-count = Venues: { $n }
training-venue = Venue
training-venue-kind = Kind
training-on-roster = On the roster
training-clerks = Clerks
training-clerk-remove = Remove
training-clerks-explained = A clerk may open the check-in screen and the kiosk of the venue, and call its roll.
training-assign-unit = Assign a venue to a unit
training-assign = Assign
training-assign-explained = People of the unit and all below it who are on the roster. At publishing everybody is at the main venue.
training-find-person = Find a person
training-find-label = Name or employee number
training-find = Find
training-found = { $n } found, at most 20 shown
training-goes-to = Venue: { $venue }
training-venue-for = Venue for { $name }
training-clerk-name = Name as clerk
training-none-found = Nobody found for “{ $q }”: try a part of the name or the employee number
training-no-venues = No venue yet: add one to the draft first
training-paper = paper-en
training-notice-title = Notice: “{ $title }”
training-notice-to = To all units and departments:
training-notice-to-units = To { $units }:
training-notice-to-some = To the units and departments concerned:
training-notice-opening = The arrangements for the training are as follows.
training-notice-time = 1. Time
training-notice-check-in = Check-in opens at { $at }
training-notice-place = 2. Place
training-notice-people = 3. Participants
training-notice-roster = { $n ->
    [one] { $n } person; each unit finds its own on the session's page in the system.
   *[other] { $n } people; each unit finds its own on the session's page in the system.
}
training-notice-roster-draft = The roster is fixed when the session is published.
training-notice-content = 4. Content
training-notice-speaker = Speaker: { $name }
training-notice-hours = Study hours: { $hours }
training-notice-print = Choose A4.
training-notice-mails = Mails with the notice go out on working days from { $from }:00 to { $to }:00, one mail of reminders a person and day; who has had today's gets it on the next.
training-notice-mails-link = See which mails went out
training-notice-no-mails = No mail with the notice is sent (its rule is off): tell them otherwise.
training-list-count = { $n ->
    [one] { $n } session
   *[other] { $n } sessions
}
training-year = Year
training-all = All
training-state = State
training-filter = Filter
training-starts-at = Time
training-expected = Expected
training-present-rate = Attendance rate
training-present-formula = Attendance rate = present ÷ (expected − exempt)
training-coming = Now and to come: { $n }
training-past = Past
training-found-sessions = Found
training-none-with-filter = No session matches.
training-show-all = Show all sessions
training-none = No session yet.
training-none-hq = Make a draft, check it, publish it.
training-none-explained = The Office of Letters and Visits creates sessions; they appear here once published.
training-today = Today
training-first-steps = Three steps to begin
training-first-steps-lead = There is no session yet. First enter the name of the group and whom to ask for help, then in this order:
training-first-contact = Name of the group and contact
training-first-filled = Entered
training-first-missing = Missing
training-first-units = Enter the units
training-first-units-done = { $n ->
    [one] { $n } unit
   *[other] { $n } units
}
training-first-next = Next
training-first-open = Not begun
training-first-people = Import people
training-first-session = Create the first session
training-open-session = Open the session
training-nothing-today = No session today.
training-needs = Waiting for you: { $n }
training-needs-none = Nothing waits for you.
training-need-close = Check-in to be closed
training-need-reconcile = { $n } to be checked
training-need-follow-up = { $n } not there, no catch-up study assigned
training-next = Next
training-next-none = No published session to come.
training-drafts = Drafts: { $n }
training-drafts-none = No drafts.
training-all-sessions = All sessions
session-state-draft = Draft
session-state-published = Published
session-state-open = In progress
session-state-closed = Being reconciled
session-state-confirmed = Confirmed
session-state-archived = Archived
session-state-cancelled = Cancelled
venue-kind-main = Main venue
venue-kind-branch = Branch venue
venue-kind-online = Online
training-reply-day-optional = Replies by: day (optional)
training-reply-time-optional = Replies by: time (optional, otherwise 17:30)
training-reply-hint = With a day, units say who comes by then. Without one, no replies are asked for.
training-reply-asked = Replies of the units (optional): by { $day } { $time }
training-reply-not-asked = Replies of the units (optional): not asked for
training-reply-after-start = The deadline for replies must be before the session begins
training-make-up-title = { $title } (make-up)
training-make-up-not-confirmed = A make-up session can be planned once the session is confirmed
training-make-up-of = Makes up for
training-make-up-audience = This is a make-up session. Its roster is of those who have not made up yet; add or remove people. Once it is confirmed, whoever was present has made up for the session missed.
training-topic-readings = Readings for topic { $topic } ({ $n } chosen)
training-topic-readings-before = To be read before it
training-topic-readings-after = To be read after it
training-topic-before = Before:
training-topic-after = After:
training-comma = ,{ " " }
training-topic-of-reading-missing = Enter the topic whose readings you have chosen
