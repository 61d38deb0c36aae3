request-title = Requests
request-lead = { $n ->
    [one] One request waits for you.
   *[other] { $n } requests wait for you.
  } What is granted is recorded as asked; a refusal says why. Nobody decides their own: the next leader above does, or the Office.
request-waiting = Waiting for your decision ({ $n })
request-waiting-hq = Only the Office can decide ({ $n })
request-with-leaders = Unit leaders may decide ({ $n })
request-none-waiting = No request waits for you.
request-none-waiting-how = Leave, stand-ins, exemptions and corrections that people ask for on a session's page are shown here.
request-own = What I asked for ({ $n })
request-own-none = You have not asked for anything.
request-own-none-how = Open a session and choose “Ask for leave” or “Ask for a correction”.
request-choose = Choose
request-choose-one = Choose { $name }
request-session = Session
request-what = Asked for
request-asked-on = Asked
request-act = Act
request-grant = Grant
request-refuse = Refuse
request-grant-ticked = Grant those ticked
request-refuse-ticked = Refuse those ticked
request-answer = Why it is refused
request-answer-hint = Whoever asked sees it
request-answer-missing = Say why it is refused
request-granted = { $n ->
    [one] One request granted
   *[other] { $n } requests granted
  }: { $names }
request-refused = { $n ->
    [one] One request refused
   *[other] { $n } requests refused
  }: { $names }
request-withdraw = Withdraw
request-withdrawn = The request is withdrawn
request-sent = Your request is sent; the answer will be shown here
request-sent-to-hq = Sent to the Office for its assent; until then the record stays as it is
request-by = by { $name }
request-decided = Answered by { $name }
request-withdrawn-by = Withdrawn by { $name }
request-overtaken = Changed again since the answer; what is recorded now stands
request-refuse-title = Refuse the request of { $name }
request-lately = Answered in the last 14 days ({ $n })
request-lately-newest = { $n ->
    [one] Only the newest is listed.
   *[other] Only the newest { $n } are listed.
  }
request-lately-none = No request was answered in the last 14 days.
request-turn-refuse = Refuse after all
request-turn-grant = Grant after all
request-turn-note = This request was granted. Refused after all, what was recorded before is recorded again, unless it was changed since.
request-clear = clear the record
request-kind-leave = Leave
request-kind-stand-in = Stand-in
request-kind-exempt = Exemption
request-kind-correction = Correction request
request-state-asked = Waiting
request-state-granted = Granted
request-state-refused = Refused
request-state-withdrawn = Withdrawn
request-leave-link = Ask for leave or a stand-in
request-correction-link = Ask for a correction
request-class = Kind
request-class-missing = Choose what you ask for
request-class-stand-in = Stand-in
request-class-stand-in-hint = Somebody else comes for you; give the name below
request-stand-in-alone = Choose “Stand-in”, or empty the name
request-exempt-hint = Not required to attend by the rules; not counted among those due
request-stand-in = Who stands in (for a stand-in only)
request-stand-in-hint = A stand-in does not count as your own study
request-stand-in-only = Who stood in (for a stand-in only)
request-no-diagnosis = Choose only the kind; no diagnosis, no reason and no certificate belong here.
request-leave-send = Send
request-decides = The leader of your unit, the next one above or the Office decides; until then you can withdraw it.
request-decides-above = You lead the unit: the next leader above or the Office decides; until then you can withdraw it.
request-decides-hq = The roster is confirmed: the Office decides; until then you can withdraw it.
request-leave-counts = Leave and stand-ins stay among those due and can be made up.
request-correction-title = Ask for a correction
request-recorded-now = Recorded now:
request-should-be = It should say
request-why = Why
request-why-hint = In one sentence
request-correction-send = Send
request-correction-days = It can be asked for until { $days ->
    [one] { $days } day
   *[other] { $days } days
} after a session is confirmed.
request-hq-assent = The roster is confirmed: a correction needs the Office's assent. It decides what you send; until then the record stays as it is.
request-before-opening = Check-in has not opened: only leave, a stand-in or an exemption can be recorded yet.
request-hq-send = Send to the Office
request-list = Requests ({ $n })
request-waiting-link = { $n ->
    [one] One request waits for your decision
   *[other] { $n } requests wait for your decision
  }
request-open-at-confirm = { $n ->
    [one] One request is
   *[other] { $n } requests are
  } still undecided for this session; once confirmed only the Office can decide.
request-refused-no-leave = Something is recorded already, so leave cannot be asked for; if it is wrong, ask for a correction
request-refused-nothing-to-correct = Check-in has not opened: there is nothing to correct. If you cannot come, ask for leave
request-refused-too-late = The session was confirmed more than { $days ->
    [one] { $days } day
   *[other] { $days } days
} ago, so nothing can be asked for any more; if the record is still wrong, write to the Office under “Suggestions and complaints”
request-too-late = A correction can be asked for within { $days ->
    [one] { $days } day
   *[other] { $days } days
} of a session's confirmation; that time is over.
request-too-late-link = Write to the Office
request-refused-same = That is what is recorded already
request-refused-open = A request is waiting for a decision; withdraw it first to ask for something else
request-refused-record-yourself = You can record this directly, without a request
request-refused-none-ticked = Tick the requests first
request-refused-own = Your own request is decided by the next leader above or the Office
request-refused-decided = This request is decided and cannot be withdrawn. Questions? Ask the Office
request-refused-meanwhile = The request of { $name } has changed; look at it again
request-refused-was-there = { $name } was there, so leave cannot be granted; refuse it and say why
request-class-public = Public business
request-class-sick = Sick leave
request-class-private = Private leave
