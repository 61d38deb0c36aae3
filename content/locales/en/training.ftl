training-step-from-draft = The session is still a draft: publish it first
training-step-from-published = The session is published and check-in has not been closed: this step is not possible now
training-step-from-closed = Check-in is closed and the roster is being reconciled: this step is not possible now
training-step-from-confirmed = The roster of the session is confirmed: this step is not possible now
training-step-from-archived = The session is archived: its state no longer changes
training-step-from-cancelled = The session is cancelled: its state no longer changes
