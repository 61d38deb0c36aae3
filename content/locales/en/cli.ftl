# What the commands of the program say to whoever runs them. The logs speak English.
cli-not-found = no such { $what }
cli-forbidden = not permitted
cli-conflict = changed by somebody else in the meantime
cli-busy = busy, try again in a moment
cli-full = the disk is full
cli-unreadable = { $file } cannot be read: { $why }

# Settings
cli-setting-wrong = { $variable } is “{ $value }”: { $what }
cli-setting-xuefa-listen = give an address and a port, like 127.0.0.1:8080
cli-setting-xuefa-smtp-rate = give a whole number from 1
cli-setting-xuefa-mail-haste = give a whole number from 1 to 1000
cli-setting-xuefa-zone = give a time zone by its usual name, like Asia/Shanghai
cli-setting-xuefa-trusted-proxies = give IP addresses, separated by commas
cli-setting-xuefa-backup-hour = give an hour from 0 to 23
cli-setting-xuefa-backup-keep = give a whole number from 1
cli-setting-unknown = { $variable } is no setting of this program and has no effect; see whether it is misspelled (xuefa serve --help lists them)
cli-secret-short = XUEFA_SECRET is shorter than 32 characters; set a longer one
cli-key-short = the key { $file } is too short: restore it from the backup

# serve
cli-plain-http = the base address is not https and { $listen } is not this machine alone: set XUEFA_BASE_URL=https://…, or XUEFA_PLAIN_HTTP=1 on a closed network
cli-plain-http-https = the base address is { $base }, but plain http would be served at { $listen }, beyond this machine: set XUEFA_TLS_CERTIFICATE and XUEFA_TLS_KEY for the program's own https, or XUEFA_TRUSTED_PROXIES to the address of the proxy that has it, or let XUEFA_LISTEN be 127.0.0.1; on a closed network XUEFA_PLAIN_HTTP=1
cli-tls-address = XUEFA_BASE_URL is { $base }, but the program serves https by itself (XUEFA_TLS_CERTIFICATE): let it begin with https://
cli-tls-half = XUEFA_TLS_CERTIFICATE and XUEFA_TLS_KEY belong together, and { $variable } is not set
cli-tls-unreadable = { $variable }: the file { $file } cannot be read: { $why }
cli-tls-no-certificate = XUEFA_TLS_CERTIFICATE: { $file } holds no certificate that begins with -----BEGIN CERTIFICATE-----
cli-tls-no-key = XUEFA_TLS_KEY: { $file } holds no private key (PEM, without a password)
cli-tls-no-pair = the key in { $key } does not belong to the certificate in { $file }: { $why }
cli-tls-other-name = the certificate in { $file } is not for { $host }, the name in XUEFA_BASE_URL: browsers will refuse it

# create-admin, migrate, remind
cli-admin-link = Open this link within seven days to set the password of { $name }. It works once.
cli-migrated = The database is up to date; { $n } steps were run.
cli-reminded = Planned { $mails } mails for { $matters } matters ({ $unsent } more are not sent, with the reason in the register of reminders); sent { $sent }, failed { $failed }, to be tried later { $later }, no longer needed { $dropped }.

# import-roster
cli-import-refused = { $what } Nothing was changed.
cli-import-unreadable = The roster cannot be read.
cli-import-counts = { $n } rows: { $new } new, { $changed } changed, { $unchanged } unchanged, { $errors } with errors
cli-import-row = row { $row }, { $column }: { $what }
cli-import-errors = the roster has { $n } rows with errors; nothing was changed
cli-import-nothing = Nothing was changed.
cli-import-done = The roster was written. People missing from it stay as they are.
cli-import-overtaken = people were changed by somebody else in the meantime; nothing was written, run it again
cli-import-failed = the work on the roster failed; nothing was changed

# doctor
cli-doctor-line = { $grade } { $part }: { $text }
cli-doctor-faults = { $n ->
    [one] there is a fault; see the line above that begins with “fault”
   *[other] there are { $n } faults; see the lines above that begin with “fault”
 }
cli-doctor-part-settings = settings
cli-doctor-part-data-folder = data folder
cli-doctor-part-key = key
cli-doctor-part-base-address = base address
cli-doctor-part-listening = listening
cli-doctor-part-tls = TLS
cli-doctor-part-fonts = fonts
cli-doctor-part-mail-server = mail server
cli-doctor-part-mail-sender = mail sender
cli-doctor-part-test-mail = test mail
cli-doctor-part-database = database
cli-doctor-part-database-file = database file
cli-doctor-part-clock = clock
cli-doctor-part-program = program
cli-doctor-part-operation-log = operation log
cli-doctor-part-outbox = outbox
cli-doctor-part-backup = backup
cli-doctor-folder = { $folder } can be written to
cli-doctor-folder-wrong = { $folder } cannot be written to ({ $why }); make it, and give it to the user that runs the program
cli-doctor-key-given = given by XUEFA_SECRET
cli-doctor-key-open = others on this machine can read { $file }; run chmod 600 on it
cli-doctor-key = { $file }; keep a copy of it away from here
cli-doctor-key-none = { $file } is made at the first start; if a backup was restored here, put the old installation's there before
cli-doctor-base-no-address = XUEFA_BASE_URL { $base } is no address like https://xuefa.example.com
cli-doctor-base-no-host = XUEFA_BASE_URL { $base } names no host
cli-doctor-base-scheme = XUEFA_BASE_URL { $base } begins neither with https:// nor with http://
cli-doctor-base-path = XUEFA_BASE_URL { $base } goes on after the host; the program is served at the root of a host
cli-doctor-base-here = links in mail begin with { $base }: XUEFA_BASE_URL is an address of this machine alone; set the one by which people reach it
cli-doctor-base-none = links in mail begin with { $base }: set XUEFA_BASE_URL, or it is the listening address, which opens on this machine alone
cli-doctor-base-example = XUEFA_BASE_URL is still { $base }, the example that the settings came with; set your own address
cli-doctor-base-http = { $base }: passwords can be read on the network that people use; set an https:// address as soon as there is one
cli-doctor-listening-https = { $listen }, with the program's own https
cli-doctor-listening-here = { $listen }, which is this machine alone
cli-doctor-listening-proxy = { $listen }, behind the proxies { $proxies }; see that nobody else reaches it, for it is plain http
cli-doctor-listening-plain = { $listen }, plain http beyond this machine, as XUEFA_PLAIN_HTTP allows: whoever is on the network can read passwords
cli-doctor-serve-refuses = serve will not start: { $why }
cli-doctor-tls = certificate and key belong together; serve reads them again when they change
cli-doctor-fonts-official = { $wanted } is { $used }
cli-doctor-fonts-stand-in = { $used } for { $wanted }
cli-doctor-fonts-and = { $first }, { $second }
cli-doctor-fonts-none = no Chinese fonts in { $folders }; install some (Debian: apt install fonts-noto-cjk) or put them into XUEFA_FONTS, else no PDF is made
cli-doctor-fonts-no-folder = XUEFA_FONTS is { $folder }, and no folder is there that the program may read; papers get the system's faces
cli-doctor-fonts-no-pdf = this program was built without PDF; papers print with the browser
cli-doctor-mail-none = none is set, mail becomes files in { $folder }; set XUEFA_SMTP
cli-doctor-mail-answers = { $server } answers
cli-doctor-mail-login = { $server } answers and takes the login
cli-doctor-mail-wrong = { $server }: { $why }; { $advice }
cli-doctor-mail-setting = { $why }
cli-doctor-mail-taken = taken for { $address }: { $answer }
cli-doctor-mail-not-taken = not taken for { $address }: { $why }; { $advice }
cli-doctor-mail-not-tried = not tried, because the program cannot start with what is at fault above
cli-doctor-mail-authority = its certificate is of no authority that is trusted: if the office has its own, name its file in XUEFA_SMTP_CA
cli-doctor-mail-certificate = its certificate is not of the name in XUEFA_SMTP, or out of date: use the name in the certificate, or have it renewed
cli-doctor-mail-no-login = it does not take the login: see user and password in XUEFA_SMTP (written with %40 for @)
cli-doctor-mail-refused = it refuses this mail: see XUEFA_MAIL_FROM, and whether this server takes mail for that address
cli-doctor-mail-later = it asks to come back later: try again in a few minutes
cli-doctor-mail-no-address = it is no e-mail address
cli-doctor-mail-no-way = see name and port in XUEFA_SMTP, and whether a firewall lets this machine out to them
cli-doctor-database-missing = there is none at { $database }; run xuefa migrate
cli-doctor-database-behind = its tables lack { $n } steps; run xuefa migrate
cli-doctor-database-unreached = { $why }
cli-doctor-database = { $database }, up to date, can be written to
cli-doctor-database-damaged = { $database } is damaged ({ $damage }); stop the program and restore the backup
cli-doctor-database-unusable = { $database } cannot be used: { $why }
cli-doctor-database-open = others on this machine can read { $file }, which holds everybody's data; run chmod 600 on it, or chmod 700 on its folder
cli-doctor-clock = { $now }, zone { $zone }; codes and reminders go by it, so compare it with your own
cli-doctor-clock-behind = it says { $now }, which is before what was last recorded ({ $newest }); set this machine's clock, best by NTP
cli-doctor-log = its oldest entries fit the key; whether all do, says xuefa audit verify
cli-doctor-log-other-key = its oldest entries were sealed with another key than the one in use, or written anew. { cli-audit-other-key }
cli-doctor-looking-failed = it cannot be looked at: { $why }
cli-doctor-outbox-held = all mail is held back, as after a restore; { $n } in wait; the Office releases or drops it on the page of mail
cli-doctor-outbox-stuck = { $n } in wait since { $since }: { $why }; see the line of the mail server, and XUEFA_SMTP; xuefa doctor --mail ADDRESS tries the way
cli-doctor-outbox-untried = not tried once; see whether serve runs
cli-doctor-outbox-answered = the mail server answered { $answer }
cli-doctor-outbox = { $n } in wait, none failed
cli-doctor-outbox-waits = { $n } in wait, and the mail server does not take them; they go out by themselves once it does
cli-doctor-outbox-failed = { $failed } failed, { $n } in wait; the Office sees why on the page of mail
cli-doctor-backup-failed = the last one, { $at }, failed: { $why }
cli-doctor-backup-none = none has been made; { cli-doctor-backup-advice }
cli-doctor-backup-not-yet = none has been made yet; serve makes one each day from { $hour } o'clock
cli-doctor-backup = { $name }, { $at }; whether it opens, say xuefa restore --check
cli-doctor-backup-late = the last one, { $name }, is of { $at }; see whether serve runs
cli-doctor-backup-old = the last one, { $name }, is of { $at }; { cli-doctor-backup-advice }
cli-doctor-backup-advice = set XUEFA_BACKUP_FOLDER to a folder on another disk, or run xuefa backup every day

# audit verify
cli-audit-other-key = If a backup was restored here, its old key is missing, and nothing else need be wrong: put the old secret.key into the data folder, or set the old XUEFA_SECRET (docs/operating.md, Backup). If not, somebody has written the entries anew
cli-audit-fault = fault  { $what }
cli-audit-changed = entry { $id } does not follow from the one before it: it was changed, or one before it was taken away
cli-audit-missing = entry { $id } was taken away
cli-audit-unsealed = entry { $id } was slipped in among sealed ones
cli-audit-values-changed = the values of entry { $id } were changed
cli-audit-cut = the end was cut off or written anew: the trail once reached entry { $id } with another seal
cli-audit-checkpoint-forged = that the trail begins after entry { $id } is not signed with this installation's key
cli-audit-sealed-otherwise = entries { $first } to { $last } were sealed with another key than the one in use, or written anew. { cli-audit-other-key }
cli-audit-whole = Whole: all { $n } sealed entries are as they were written
cli-audit-apart = Apart from the faults, { $n } entries are as they were written
cli-audit-erased = the values of { $n } of them were erased when their time was over, as they should be
cli-audit-begins-after = entries up to { $id } were taken away when their time was over, which is signed
cli-audit-open = { $n } more are so new that they are not sealed yet, which takes seconds while serve runs
cli-audit-heads = { $n ->
    [0] no copy of the trail's end was kept outside the database yet to compare it with
    [1] the trail's end was compared with the daily copy kept outside the database
   *[other] the trail's end was compared with { $n } daily copies kept outside the database
 }
cli-audit-and = { $first }; { $second }
cli-audit-sentence = { $what }.
cli-audit-not-whole = the operation log is not as it was written; faults: { $n }
cli-audit-no-key = the data folder { $folder } has no secret.key, and XUEFA_SECRET is not set: without the key the operation log cannot be checked; see whether XUEFA_DATA is right, or put the old key there

# verify
cli-verify-what = { $file }: { $what }
cli-verify-archive = session archive: { $what }; { $n } parts
cli-verify-final-unread = final report { $number }
cli-verify-final = final report { $number }: { $what }; expected { $expected }, due { $due }, present { $present }, leave { $leave }, stand-in { $standin }, absent { $absent }, exempt { $exempt }, made up { $madeup }; attendance { $attendance }, participation { $participation }
cli-verify-final-number = “{ $number }” is no number of a report
cli-verify-final-basis = what it rests on was changed: its SHA-256 is not the one stated
cli-verify-final-newer = what it rests on cannot be read by this program: use a newer one
cli-verify-final-signature = its signature does not fit: number, time, SHA-256, key or signature was changed
cli-verify-damaged = { $name }: damaged, it cannot be unpacked
cli-verify-twice = { $name }: is there twice
cli-verify-line = { $name }: the line “{ $line }” cannot be read
cli-verify-missing = { $name }: missing
cli-verify-changed = { $name }: changed
cli-verify-added = { $name }: was added, it is not listed in { $list }
cli-verify-signature = { $name }: does not fit { $list }, one of the two was changed
cli-verify-fetch = ask the Office for the file of its final report, whose name is the report's number with .json (核对文件 on the report's page), or for the session's archive (一训一档, .zip), and check that
cli-verify-pdf = a PDF carries no signature to check; { cli-verify-fetch }
cli-verify-neither = it is neither a session archive (.zip) nor a final report's file (.json); if it was one, it is damaged or was altered; { cli-verify-fetch }
cli-verify-final-damaged = it is a final report's file that is damaged or was altered, and cannot be read; { cli-verify-fetch }
cli-verify-zip-damaged = the ZIP file is damaged
cli-verify-no-list = there is no { $list } in it: it is no session archive; { cli-verify-fetch }
cli-verify-list-damaged = { $list } is damaged
cli-verify-impossible = { $file } cannot be checked: { $why }
cli-verify-not-whole = { $file } is not as it was made, and nothing in it is to be relied on; what does not agree: { $n }{ $faults }
cli-verify-proven = It is whole, and signed with the key that was given.
cli-verify-not-checked = It is whole and signed; whose key it is was not checked: give the Office's key with --key for that.
cli-verify-foreign = { $file } is whole, but signed with another key than the one that was given

# backup, restore, backup-key
cli-backup-no-folder = there is no folder { $folder }; make it first, or name a file, like { $folder }.zip
cli-backup-no-database = there is no database at { $database }
cli-backup-done = Wrote { $rows } rows of { $tables } tables and { $files } files to { $path } ({ $size } bytes, not locked: whoever has the file can read it).
cli-backup-done-locked = Wrote { $rows } rows of { $tables } tables and { $files } files to { $path } ({ $size } bytes, locked).
cli-backup-missing = { $n } files that the database speaks of were not in the data folder as they should be; the first is { $first }
cli-backup-exists = { $file } is there already; name another file
cli-backup-no-name = { $file } is no name of a file
cli-backup-two-locks = both XUEFA_BACKUP_RECIPIENT and XUEFA_BACKUP_PASSPHRASE are set; a backup has one of them
cli-backup-no-recipient = XUEFA_BACKUP_RECIPIENT is no recipient: it begins with age1, as xuefa backup-key prints it
cli-backup-passphrase-short = XUEFA_BACKUP_PASSPHRASE is shorter than 12 characters
cli-backup-no-identity = { $file } is no identity as xuefa backup-key writes it (AGE-SECRET-KEY-…)
cli-backup-no-key = there is no { $file }; a key given as XUEFA_SECRET is kept by whoever gave it
cli-backup-by-passphrase = the backup is locked by a passphrase; set XUEFA_BACKUP_PASSPHRASE
cli-backup-by-recipient = the backup is locked for a recipient; name its identity with --identity FILE
cli-backup-not-opened = the backup does not open: the key is another one, or it is damaged
cli-backup-newer = the backup was made by a newer program ({ $program }); restore it with that version
cli-backup-newer-step = the backup was made by a newer program ({ $program }), whose tables had the step { $step }; restore it with that version
cli-backup-lock-damaged = the backup cannot be used: it is damaged where it says how it is locked
cli-backup-foreign = the backup cannot be used: it is no backup of Xuefa
cli-backup-parts-list = the backup cannot be used: its list of parts is not one that Xuefa writes
cli-backup-cut-off = the backup cannot be used: it is damaged or cut off
cli-backup-cut-off-or-foreign = the backup cannot be used: it is damaged or cut off, or no backup of Xuefa
cli-backup-no-archive = the backup cannot be used: it is no archive
cli-backup-no-manifest = the backup cannot be used: it has no manifest
cli-backup-manifest-damaged = the backup cannot be used: its manifest is damaged
cli-backup-manifest-foreign = the backup cannot be used: its manifest is not one that Xuefa writes
cli-backup-part-names = the backup cannot be used: its parts have names that Xuefa does not write
cli-backup-parts-other = the backup cannot be used: its parts are not those that its manifest names
cli-backup-part-damaged = the backup cannot be used: { $name } is damaged
cli-backup-part-other = the backup cannot be used: { $name } is not what its manifest says
cli-backup-part-missing = the backup cannot be used: { $name } is missing
cli-backup-tables = the backup cannot be used: its tables are not those of its version
cli-backup-key-other = { $file } is another key than that of the backup; move it away to have the backup's, or make a backup without key
cli-restore-in-use = the database { $database } is in use; stop the xuefa that serves it first
cli-restore-connections = { $n } other connections use the database; stop every xuefa that serves it first
cli-restore-replace = there is a database already; with --replace the backup takes its place, and what it holds is lost
cli-restore-checked = { $file } is whole: { $what }.
cli-restore-holds = { $rows } rows of { $tables } tables and { $files } files as of { $at }, by version { $program }
cli-restore-holds-key = { $rows } rows of { $tables } tables and { $files } files as of { $at }, by version { $program }, with the program's key
cli-restore-done-held = Restored { $what }. Everybody signs in anew, sign-in links have to be given again, all mail is held until the Office releases or drops it on the page of mail.
cli-restore-done-sent = Restored { $what }. Everybody signs in anew, sign-in links have to be given again, mail is sent.
cli-restore-lost = Without the old key the operation log from before cannot be verified, slips with personal codes have to be printed again, and second factors set up again.
cli-restore-other-secret = XUEFA_SECRET is not the key of the old installation: before the first start set the old one. { cli-restore-lost }
cli-restore-other-key = { $file } is another key than that of the old installation: before the first start put the old secret.key in its place, or set its XUEFA_SECRET. { cli-restore-lost }
cli-restore-no-key = there is no key here yet: before the first start put the secret.key of the old installation into { $folder }, or set its XUEFA_SECRET; otherwise a new key is made. { cli-restore-lost }
cli-key-advice = Set XUEFA_BACKUP_RECIPIENT to the line above. Keep { $file } away from the server: without it no backup opens.
cli-key-exists = { $file } cannot be written, or is there already: { $why }

# routes
cli-routes-line = { $role } = { $what }
cli-routes-anyone = everybody, signed in or not
cli-routes-signed-in = everybody who is signed in
cli-routes-units = leaders and liaisons of any unit, and the Office of Letters and Visits
cli-routes-leader = leaders of any unit, and the Office of Letters and Visits
cli-routes-hq = Office of Letters and Visits
cli-routes-settings = the Office of Letters and Visits, and the system administrator
cli-routes-accounts = the Office of Letters and Visits, and the security administrator
cli-routes-reports = leaders and liaisons of any unit, the Office of Letters and Visits, and inspectors
cli-routes-inspector = inspectors
cli-routes-audit = the audit administrator
cli-routes-kiosk = a tablet that is a kiosk, with its own cookie
cli-routes-demo = a demo, on the machine itself
