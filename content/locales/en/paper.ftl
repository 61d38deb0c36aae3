venue-way-phone = phone
venue-way-kiosk = kiosk
venue-way-paper = paper sheet
venue-way-and = {", "}
training-ways = Ways to check in
training-ways-n = Ways to check in at venue { $n }
training-ways-hint = Each venue has at least one. Choose the paper sheet where there is no network or phones are no use.
training-ways-save = Save ways
training-ways-chosen = The venue's ways to check in are saved
training-ways-elsewhere = Change the ways to check in at each venue
training-venue-way-missing = Choose at least one way to check in for each venue

sheet-narrowed = Only people of your units, with their numbers in the sheet of the whole venue.
sheet-all-venues = All venues
sheet-n-people = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
sheet-page-of = { $venue }: page { $page } of { $pages }
sheet-page = Page { $page } of { $pages }
sheet-number = Session { $id }
sheet-made = Made { $at }
slips = Slips
slips-lead = { $n ->
    [one] { $n } slip, to cut out along the dashes. Shown to a kiosk, the code checks the person in.
   *[other] { $n } slips, ten on a page, to cut apart along the dashes. Shown to a kiosk, the code checks the person in.
}
slips-empty = Nobody is left who has not checked in.
slip-number = Employee number { $number }
slip-show = Show to the kiosk

roll-pending-only = Show only “{ $state }”
roll-search-saves = Searching also saves what you marked on this page
roll-count = { $n ->
    [one] { $n } person
   *[other] { $n } people
}; { $state }: { $undecided }
roll-found = { $n ->
    [one] { $n } person found
   *[other] { $n } people found
}
roll-by-venue = Enter by venue, page by page as the sheet was printed
roll-sheet-title = Enter the sign-in sheet: { $venue }
roll-sheet-page = Page { $page } of { $pages } of the sign-in sheet
roll-sheet-lead = Numbers are those of the printed sheet. Each page is saved on its own.
roll-sheet-print = See the sheet
roll-number = No.
roll-numbers = Numbers
roll-numbers-hint = For example: 3, 7-9, 15. May be empty
roll-numbers-are = These numbers
roll-numbers-unsigned = did not sign; the others on this page ({ $state }) did
roll-numbers-signed = signed
roll-numbers-unreadable = “{ $part }” is no number. Enter numbers or ranges, such as 7-9
roll-number-not-here = Number { $number } is not on this page ({ $first }–{ $last })
roll-fill = Fill this page by numbers
roll-filled = { $n ->
    [0] Nobody was left to fill in. Nothing is saved yet
    [one] 1 person filled in and not saved yet. Check, then save the page
   *[other] { $n } people filled in and not saved yet. Check, then save the page
}
roll-keys = Keys: j, k or the arrows go from row to row; 1 present, 2 on business, 3 sick, 4 private, 5 stand-in, 6 absent, 7 exempt, 0 no record, then on to the next.
roll-choice-present = Present
roll-choice-leave-public = On business
roll-choice-leave-sick = Sick
roll-choice-leave-private = Private
roll-choice-stand-in = Stand-in
roll-choice-absent = Absent
roll-choice-exempt = Exempt
roll-word-leave-public = Public business
roll-word-leave-sick = Sick leave
roll-word-leave-private = Private leave
roll-which-stands = Somebody else has changed the record of { $name }: choose which stands
roll-theirs = Recorded by { $by } at { $at }
roll-theirs-unknown = Recorded by somebody else
roll-mine = What you entered
roll-choose-one = Somebody recorded the same person at the same time: choose which stands in the rows marked

live-as-of = As of
live-every = , refreshed every { $n } seconds.
live-said = { $present } of { $due } present

ways-title = Venues: { $n }
ways-link-sheet = Print the sheet
ways-link-seats = Seating order
ways-link-slips = Print slips
ways-link-enter = Enter the sheet
scans-manage = Manage scans
ways-own-sheet = Print the sheet of your own people
