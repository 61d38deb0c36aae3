reply-title = Replies
reply-unit = { $unit }, { $n } on the roster.
reply-until = Send it by { $at }.
reply-extend = Give more time
reply-over = Closed on { $at }.
reply-lead = Everybody is taken to come. Change only the exceptions: leave (choose its kind), a stand-in (enter the name), another venue. It may be sent again until the deadline.
reply-state = Reply
reply-state-sent = Sent
reply-state-none = Not sent
reply-state-drafted = Prepared, not sent
reply-draft-of = Prepared by { $name }:
reply-coming-or-not = Coming
reply-coming = Coming
reply-of = Whether { $name } comes
reply-word-coming = Coming
reply-word-leave-public = On leave (public business)
reply-word-leave-sick = On leave (sick)
reply-word-leave-private = On leave (private)
reply-word-stand-in = Stand-in
reply-has-asked = has asked
reply-decided-above = Leads the unit: the next leader above or the Office records whether they come
reply-own = Ask for your own leave on the session's page: the next leader above or the Office decides
reply-venue = Venue
reply-venue-of = Venue of { $name }
reply-by-venue = By venue
reply-not-answered = Unit has not answered
reply-no-reasons = Choose only the kind of leave; enter no diagnosis and no reason.
reply-send = Send the reply
reply-send-again = Send again
reply-draft = Save draft
reply-draft-for-leader = Save draft for the leader to send
reply-sent = The reply is sent
reply-drafted = The draft is saved and not sent yet
reply-to-answer = Reply to be sent: { $title }, by { $at }
reply-refused-over = Replies have closed; ask for leave on the session's page, or let the leader record it
reply-refused-meanwhile = Somebody else has just changed your unit's reply; open it again
training-reply-day = Day
training-reply-time = Time (optional, otherwise 17:30)
training-reply-by-title = Deadline for replies
training-reply-by-now = The deadline is { $at }.
training-reply-by-none = No replies are asked for so far.
training-reply-by-consequence = Until then units can send their reply, and send it again; replies already sent stay. No notice is sent.
training-reply-by-button = Save the deadline
training-reply-by-set = The deadline for replies is saved
training-reply-too-late = Check-in has opened, so replies are over; record changes on the roll
training-reply-after-opening = The deadline must not be later than check-in opens ({ $at })
training-reply-in-the-past = The deadline must be later than now
training-need-reply = { $n ->
    [one] { $n } unit has not replied
   *[other] { $n } units have not replied
}
seating = Seating order
seating-heading = { $title }: seating order
seating-lead = By the replies and what has been recorded, in the order of the roster: who is on leave, absent or exempt has no seat; a stand-in sits where the person would.
seating-title = { $title }: seating order
seating-counts = { $seats ->
    [one] { $seats } seat
   *[other] { $seats } seats
} ({ $expected } on the roster)
seating-seat = Seat
seating-venue = Venue
seating-instead = for { $name }
