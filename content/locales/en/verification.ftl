verify = Doubtful check-ins
verify-lead = These check-ins have something to be looked into. Nobody was held up. Confirm that they are right, or void them with a reason.
verify-open = Doubtful: { $n }
verify-none = No check-in is doubtful.
verify-back = Back to the session
verify-decided = Decided: { $n }
verify-doubt-shared-device = Shared device
verify-doubt-burst = Burst after the code changed
verify-doubt-kiosk = Kiosk's time is off
verify-because-shared-device = One device checked in more than one person.
verify-because-burst = Several people checked in with a code after it had left the screen.
verify-because-kiosk = The kiosk's time for it was outside what is tolerated.
verify-with = Also concerned:
verify-and-more = {" "}and { $n } of other units
verify-with-others = { $n ->
    [one] { $n } person of another unit is also concerned.
   *[other] { $n } people of other units are also concerned.
}
verify-note = Reason (needed to void)
verify-confirm = Confirm
verify-void = Void
verify-confirmed = The check-in of { $name } is confirmed
verify-voided = The check-in of { $name } is voided; the record is kept
verify-decision-confirmed = confirmed
verify-decision-voided = voided
verify-count = { $n ->
    [one] Doubtful check-in: { $n } person
   *[other] Doubtful check-ins: { $n } people
}
verify-before-confirming = { $n ->
    [one] The check-in of { $n } person is doubtful. You may confirm the roster first and verify later.
   *[other] Check-ins of { $n } people are doubtful. You may confirm the roster first and verify later.
}
