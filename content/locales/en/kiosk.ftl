kiosk-list = Kiosks
kiosk-named = Kiosk { $name }
kiosk-app-name = Xuefa kiosk
kiosk-count = { $n ->
    [one] 1 kiosk
   *[other] { $n } kiosks
}
kiosk-list-none = There is no kiosk yet.
kiosk-list-none-what = With one, the clerk records arrivals on a tablet by name, pinyin or employee number, also without a network.
kiosk-open-link = Open and show its QR code
kiosk-open-here = Open on this device
kiosk-open-here-what = Opening it on this device ends your login here: a kiosk stands where everybody can reach it.
kiosk-opened = The kiosk is open: scan its code with the tablet
kiosk-ended = The kiosk has ended
kiosk-open-refused = Only a published session whose check-in has not ended can have kiosks
kiosk-state-waiting = Waiting for a tablet
kiosk-state-running = In use
kiosk-state-ended = Ended
kiosk-opened-by = Opened by { $name }, { $at }
kiosk-seen = Last connected { $at }
kiosk-waiting = { $n } not sent yet
kiosk-waiting-oldest = since { $at }
kiosk-waiting-none = everything sent
kiosk-link-scan = Scan with the tablet or open the address below; valid until { $at }, for one use
kiosk-end = End
kiosk-practice = How it works
kiosk-practice-what = A kiosk ends by itself with check-in; what it stored before without a network is still accepted for three days. It finds and records people of this session and opens no other page.
kiosk-start-title = Start kiosk { $name }
kiosk-start-what = This device becomes a kiosk: it finds and records people of this session only, until check-in ends.
kiosk-start = Start
kiosk-link-over = This link has been used or has expired: open a new kiosk on the session's page
kiosk-opens = Check-in opens at { $at }; people can be looked up already
kiosk-search = Name, pinyin initials or employee number
kiosk-search-hint = For example 张三, zs or zhangsan; a personal code can be scanned
kiosk-find = Find
kiosk-camera = Scan
kiosk-camera-not = The camera cannot be used: allow it in the browser, or type the name or number
kiosk-found = Found { $n }, showing { $shown }
kiosk-none = Nobody on this session's roster was found
kiosk-none-what = Check what was typed, or ask the clerk.
kiosk-check-in = Check in
kiosk-door = Register phone
kiosk-door-offline = Registering a phone needs the network
kiosk-newest = { $name } checked in at { $at }
kiosk-undo = Undo
kiosk-undo-too-late = More than a minute has passed, or there is nothing to undo: correct it in the list
kiosk-is-over = Check-in has ended, and with it this kiosk
kiosk-ended-page = Check-in has ended, and with it this kiosk. What is stored on this device is sent by itself.
kiosk-effect-recorded = Checked in
kiosk-effect-repeated = Already checked in
kiosk-effect-exempt = Exempt: no check-in needed
kiosk-effect-refused = Check-in has ended; kept to be verified
kiosk-effect-undone = Check-in undone
kiosk-next = Next person
kiosk-back = Back
kiosk-needs-script = Scripts are off: the kiosk works with a network only; type and press “Find”.
kiosk-needs-https = This address is not https: the kiosk needs its network and cannot use the camera.
kiosk-status-online = Connected, everything sent
kiosk-status-waiting = { $n } not sent yet, the oldest from { $at } ({ $age } min ago)
kiosk-status-offline = No network, check-in goes on
kiosk-status-offline-waiting = No network, check-in goes on. { $n } not sent yet, the oldest from { $at } ({ $age } min ago)
kiosk-status-over = Check-in has ended, everything was sent
kiosk-status-over-waiting = Check-in has ended, { $n } not sent yet, the oldest from { $at } ({ $age } min ago)
kiosk-status-lost-waiting = This kiosk is no longer known; { $n } not sent, the oldest from { $at } ({ $age } min ago): ask the Office
kiosk-door-scan = Scan with your own phone
kiosk-door-until = Valid until { $at }, for one use
kiosk-door-done = The phone is registered
kiosk-door-over = The QR code is no longer valid
kiosk-my-code = Personal code
kiosk-my-code-show = Show my personal code
kiosk-my-code-how = Show it at a kiosk: the clerk scans it to check you in.
kiosk-my-code-number = Employee number { $number }. The code only says who you are; nobody can sign in with it.
door-title = Registering at the door
door-button = Check in and register this phone
door-button-own = Check in
door-remembers = This phone stays signed in for { $n ->
    [one] { $n } day
   *[other] { $n } days
}, for your own check-in, study and tasks only; you can end that on “My account”.
door-not-me = If this is not you, do not press the button, and tell the clerk.
door-over = This QR code has been used or has expired: ask for a new one at the kiosk
kiosk-refused-count = { $n ->
    [one] 1 check-in without effect
   *[other] { $n } check-ins without effect
}
kiosk-refused-what = They happened after check-in or the kiosk had ended and do not count. Whoever was there can be corrected on their own page.
kiosk-refused-times = By kiosk { $kiosk } at { $happened }, received { $received }
kiosk-venue-without = { $venue } (has not chosen kiosks)
kiosk-choose = Where the venue has not chosen kiosks, choose them with this
kiosk-choose-what = Its other ways stay; both can be changed under “Venues and clerks”
kiosk-not-chosen = { $venue } has not chosen kiosks. If one is needed there, tick the box below
kiosk-not-chosen-ask-hq = { $venue } has not chosen kiosks. Ask the Office to choose them under “Venues and clerks”; until then you can call the roll
