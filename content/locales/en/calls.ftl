calls-title = Calls
calls-lead = What the Office asks units to study and submit.
calls-n = { $n ->
    [one] 1 call
   *[other] { $n } calls
}
calls-none = There are no calls yet.
calls-none-explained = Once a session is confirmed, its page leads to a call to all units in one step; or begin one here.
calls-burden-title = Asked so far in { $year }
calls-burden-calls = Calls
calls-burden-forms = Forms for units
calls-burden-a-unit = {" "}({ $units ->
    [one] 1 unit
   *[other] { $units } units
}, { $n } for each on average)
calls-burden-tasks = Study tasks for people
calls-burden-a-person = {" "}({ $people ->
    [one] 1 person
   *[other] { $people } people
}, { $n } for each on average)
calls-burden-most = Most for one person
calls-burden-formula = Forms do not include readings; study tasks include catch-up study and what units assign themselves; what was withdrawn is not counted.
call-title = Title
call-title-after = Study and implement: { $title }
call-given-on = Given on
call-state = State
call-course = History
call-session = Follows the session
call-session-optional = Session that it follows (optional)
call-session-none = None
call-new-title = New call
call-group-what = The call
call-group-forms = What is asked
call-group-units = Units
call-forms = Forms
call-kind-readings = Readings
call-kind-exchange-meeting = Learning exchange meeting
call-kind-implementation-report = Implementation report
call-kind-volume-check = Volume self-check
call-kind-hint-exchange-meeting = Hold a meeting and submit its record
call-kind-hint-implementation-report = One page: problem, measure, who, by when
call-kind-hint-volume-check = Ticks against a reference list, no cases
call-readings-optional = Readings (optional)
call-readings-hint = Units assign them to their people; nothing is submitted.
call-study-hours = Study hours once accepted
call-study-hours-hint = 0 counts for nothing
call-study-hours-given = Accepted study counts { $n } study hours.
call-due = Due
call-due-in = within { $n } days
call-due-other = another day
call-due-other-day = Day (when another day is chosen)
call-units = Units asked
call-units-hint = The group's direct units are ticked. Each ticked unit answers for itself; those below get it from the unit above them.
call-check-title = Check, then send
call-burden-title = Burden
call-burden-units = Units
call-burden-people = People
call-burden-forms = Forms to fill in
call-burden-tasks = Tasks for people
call-burden-mails = Mails
call-burden-formula = Tasks as if each unit assigned the readings to all its people; mails as one for each leader of a unit, within their mail of the day.
call-burden-busy = { $n ->
    [one] This unit already has three or more requests to answer, please consider:
   *[other] These { $n } units already have three or more requests to answer, please consider:
}
call-burden-none-busy = No unit has three or more requests to answer yet.
call-without-leader = { $n ->
    [one] Nobody leads this unit with an account yet; the Office has to submit for it:
   *[other] Nobody leads these { $n } units with an account yet; the Office has to submit for them:
}
call-units-count = { $n ->
    [one] The unit
   *[other] The { $n } units
}
call-confirm = Send the call
call-sent = { $n ->
    [one] Sent to 1 unit.
   *[other] Sent to { $n } units.
}
call-answer-rate = Answer rate
call-exchange-rate = Exchange rate
call-answer-formula = Answer rate = units that submitted, or had accepted, all forms ÷ units asked; for one form likewise, and that of the exchange meeting is the exchange rate. What was withdrawn or passed on to sub-units is not counted. Units stand in their fixed order.
call-completion-rate = Completion rate
call-completion-formula = Completion rate = people who read everything ÷ people assigned.
call-unanswered = Units yet to answer
call-overdue = Of those overdue
call-to-decide = Units awaiting acceptance
call-n-overdue = { $n } overdue
call-n-to-decide = { $n } to accept
call-n-unanswered = { $n } yet to answer
call-all-met = All submitted
call-filter-show = State
call-filter-form = Form
call-filter-any-form = All
call-show-all = All
call-show-unanswered = Yet to answer
call-show-overdue = Overdue
call-show-to-decide = Awaiting acceptance
call-show-returned = Returned
call-show-met = Submitted
call-show-withdrawn = Withdrawn
call-n-units = { $n ->
    [one] 1 unit
   *[other] { $n } units
}
call-no-units = No unit is in this state.
call-column-unit = Unit
call-column-due = Due
call-column-people = People assigned
call-column-finished = People finished
call-accept-ticked = Accept what is ticked
call-accept-hint = What awaits acceptance is ticked ({ $n }). To return something or to give more time, open the unit.
call-more-decisions = More time, withdraw
call-accepted = Accepted: { $n }.
call-returned = Returned: { $n }.
call-extended = Extended: { $n }.
call-withdrawn = Withdrawn: { $n }.
call-taken-back = Taken back: it can be changed again.
call-state-open = Open
call-state-overdue = Overdue
call-state-returned = Returned
call-state-submitted = Submitted
call-state-passed-on = Assigned
call-state-accepted = Accepted
call-state-withdrawn = Withdrawn
call-handed-in-open = Submitted
call-handed-in-overdue = Submitted
call-handed-in-returned = Submitted
call-handed-in-submitted = Submitted
call-handed-in-passed-on = Assigned
call-handed-in-accepted = Submitted
call-handed-in-withdrawn = Submitted
call-decided-open = Last returned
call-decided-overdue = Last returned
call-decided-returned = Returned
call-decided-submitted = Last returned
call-decided-passed-on = Decided
call-decided-accepted = Accepted
call-decided-withdrawn = Withdrawn
call-said = Comment: { $text }
call-read = People finished
call-read-formula = People finished = people who read everything of this call ÷ people assigned, with all units below. The implementation report counts each reading of each person, with what else was assigned in that time.
call-below = Passed on to { $n ->
    [one] 1 sub-unit
   *[other] { $n } sub-units
}, { $met } done
call-met = { $n }/{ $of } done
call-n-forms = { $n ->
    [one] 1 request
   *[other] { $n } requests
}
call-due-extended = (extended)
call-due-extended-to = extended to
call-passed-on-by = Passed on by { $unit }, to which it is submitted
call-liaison = You are the liaison: you may fill in, the unit's leader submits.
call-has-draft = Draft begun
call-fill-in = Fill in
call-open = Open
call-to-people = Assign to people
call-who-read = Who has finished
call-take-back = Take back
call-decide-title = Decide
call-accept = Accept
call-return = Return
call-comment = Comment or reason
call-comment-hint = To return or extend; the unit sees it
call-accepted-can-be-returned = What was accepted by mistake can be returned: tick it and say why.
call-below-title = { $n ->
    [one] 1 sub-unit
   *[other] { $n } sub-units
}
call-below-explained = This unit accepts what its sub-units submit; they are in no rate of the group. Open what they sent before you tick it.
call-to-units = Pass on to sub-units
call-to-units-explained = Sub-units then submit to this unit, which accepts. The unit's own forms stay its own.
call-to-units-confirm = Pass on
call-sub-units = Sub-units ({ $n })
call-was-asked = passed on
call-passed-on = { $n ->
    [one] Passed on to 1 sub-unit.
   *[other] Passed on to { $n } sub-units.
}
call-passed-on-nothing-new = Those units had it already, nothing was added.
call-to-people-title = Assign the readings
call-people-burden = { $people ->
    [one] 1 person
   *[other] { $people } people
}, { $tasks ->
    [one] 1 task
   *[other] { $tasks } tasks
}
call-people-known = { $n ->
    [one] 1 more was assigned before, by this unit or a sub-unit, and is not assigned again
   *[other] { $n } more were assigned before, by this unit or a sub-unit, and are not assigned again
}
call-people-busy = { $n ->
    [one] One of them has three or more open tasks
   *[other] { $n } of them have three or more open tasks
}
call-people-ticked = { $n ->
    [one] 1 person, ticked
   *[other] { $n } people, all ticked
}
call-person-open = { $n } open
call-withdraw-link = Withdraw
call-withdraw-title = Withdraw a call
call-withdraw-consequence = { $forms ->
    [one] 1 request
   *[other] { $forms } requests
} to { $units ->
    [one] 1 unit
   *[other] { $units } units
} will be withdrawn, with all that was passed on of them. Nothing has to be submitted any more, and no figure counts them.
call-withdraw-unit-consequence = What is ticked will be withdrawn, with all that was passed on of it. It does not have to be submitted any more, and no figure counts it.
call-withdraw-people = Tasks that people were given by it and have not finished ({ $n ->
    [one] 1 person
   *[other] { $n } people
}) go with it.
call-withdraw-accepted = What was accepted ({ $n }) stays.
call-withdraw-reason = Reason
call-withdraw-button = Withdraw
call-after-follow-up = Call on the units for exchange meetings, implementation reports and more
call-problem-title-missing = Enter a title
call-problem-title-long = The title may have { $n } characters at most
call-problem-nothing-asked = Choose at least one form or reading
call-problem-no-unit = Choose at least one unit
call-problem-nothing-ticked = Tick at least one
call-problem-own = What you submitted, or what a unit that you lead was asked for, is decided by the leader above or by somebody else of the Office
call-problem-does-not-fit = Only what was submitted can be accepted, only what was submitted or accepted can be returned, only what is still open can be extended: tick only those
call-problem-comment-missing = Enter what has to be changed
call-problem-withdraw-reason-missing = Enter the reason for withdrawing it
call-problem-nothing-to-withdraw = There is nothing left to withdraw: what was accepted stays, the rest was withdrawn before
call-problem-readings-are-passed-on = Readings are not submitted: assign them to your people
call-problem-handed-in = It has been submitted. Take it back first to change it
call-problem-withdrawn = This request was withdrawn: nothing needs to be submitted
call-problem-not-to-be-taken-back = Only what was submitted and is not yet accepted can be taken back: ask whoever accepted it to return it
board-calls = { $n ->
    [one] 1 call from the Office
   *[other] { $n } calls from the Office
}
training-need-call-overdue = { $n ->
    [one] 1 unit overdue
   *[other] { $n } units overdue
}
training-need-call-to-decide = { $n ->
    [one] 1 unit to accept
   *[other] { $n } units to accept
}
attendance-action-call = Call on the units
