product = Xuefa
title-error = Error:{" "}
skip-to-content = Skip to content
demo-bar = Demonstration: all people and data are fictional
entries = Main entries
entry-tasks = Tasks
entry-sessions = Sessions
entry-readings = Readings
entry-units = Units
entry-people = People
entry-settings = Settings
entry-me = My account
help = Help
print-button = Print
help-contact = Questions? Ask the Office of Letters and Visits
foot-help-contact = Help: { $contact }
sign-out = Sign out
error-summary = { $n ->
    [one] Please correct one thing
   *[other] Please correct { $n } things
}
error-home = Go to the home page
error-title-not-found = This page was not found
error-text-not-found = The address may be wrong, or this is outside of what you may see. Start from the home page, or ask the Office.
error-title-forbidden = This could not be done
error-text-forbidden = The page may have been open for too long, or you may not do this. Nothing was changed. Go back, reload and try again.
error-title-refused = This could not be done
error-text-refused = Nothing was changed. Please go back.
error-title-conflict = Somebody else has changed this
error-text-conflict = While you were writing, somebody changed the same thing. Your change was not saved. Go back, reload, compare and change it again.
error-title-busy = Many people are using this right now
error-text-busy = Nothing was changed. Please wait a few seconds and try again.
error-title-broken = Something went wrong
error-text-broken = What you did was not completed, and the problem has been recorded. Try again later; if it persists, ask the Office.
error-title-full = The server's disk is full
error-text-full = Nothing was saved. What is there can still be read. Tell the Office; once there is room, try again.
error-request = Reference number: { $request }
error-unreadable = What was sent could not be read: reload the page and send it again
paging = Pages
paging-previous = Previous page
paging-next = Next page
paging-page-of = Page { $page } of { $pages }

form-changed-meanwhile = Somebody changed this while you were editing. What you typed is kept; each field that differs says what is stored now. Check and save again.
changed-meanwhile = Somebody changed this while you were at it. Below is how it stands now; what you typed is still there. Check, then decide again.
form-now-says = Now stored: “{ $value }”
form-yes = yes
form-no = no
