//! Xuefa 学法: training sessions on the rule of law, who came, and the study that follows.
//!
//! The modules stand in import order: each uses only those above it, and `tests/architecture.rs` sees to that.
//! A feature's folder holds `model.rs` (types and pure rules), `queries.rs` (all its SQL) and a file for each verb; where
//! one of the first two grew long, it is a folder of that name whose `mod.rs` gives out the same names.
//!
//! # Walkthroughs
//!
//! *Plan a session.* `web/training/form` (`fill`, `read`) makes a `training::plan::Plan` → `plan::check` finds what is wrong with it
//! → the verbs of `training` write it by `training::queries::plans` → `Session`. A further field is the last column of the table, of
//! `store/schema.rs` and of `Session`, with `#[serde(default)]`, since final reports keep a session as JSON. It is shown by
//! `templates/training/{form,check}.hbs`, `parts/session-facts.hbs`, and by the session's notice (通知) twice:
//! `templates/training/notice.hbs` and `reports/paper/notice.rs`; its mail is the kind `SessionNotice` of `reminders`.
//!
//! *Check-in.* A screen shows the code that `attendance::codes` derives from key, session, venue and time (how often it
//! changes is HQ's: `settings::Settings`, read through `web::foot`). `GET /c/{code}`
//! judges it on arrival, lets the browser keep that (a signed cookie, no row) and changes nothing; signing in comes back
//! to it. `POST /c/{code}` → `web::attendance` (who, which, when) → `attendance::check_in` inside one write → one query
//! finds venue, session, roster row and state → a pure rule admits or refuses → one row, unique per person and session →
//! `audit::record` → redirect to the result.
//!
//! *Kiosk.* A clerk opens one (`attendance::kiosk::open`); a tablet takes it up by a link used once and from then on holds
//! a cookie that `web/visit.rs` reads on `/kiosk…` alone. `templates/static/kiosk.js` stores each check-in before it says so and sends
//! it to `/kiosk/sync` → `attendance::kiosk::sync` takes each key once, judges it by both clocks, and records it in the one row.
//!
//! *Close and follow up.* `attendance::close` ends check-in → HQ reconciles on the roll → `attendance::confirm` turns the
//! undecided into absent → `/sessions/{id}/follow-up` lists those not there → `assignments::follow_up` makes
//! one task per person and reading for exactly them; run again, it adds nothing.
//!
//! *Self-test.* `readings::questions::of` has what ships and what HQ wrote, without what is retired. `GET
//! /readings/{id}/self-test` names a try in its address, by which `assignments::self_test::drawn` always draws the same of
//! them → `POST` judges the answers inside one write and keeps, of a try that passed, that it did → redirect to the
//! explanations, with the answers in the address and nowhere else.
//!
//! *Call.* HQ fills in `/calls/new` → `assignments::calls::send` plans it and counts the burden → confirmed, it makes one task
//! for each unit and form and queues a letter to those who answer → the unit's page `/units/{id}/calls/{call}` leads to its
//! forms, whose verbs end in `calls::hand_in`; `pass_on` gives the readings to people by `assignments::assign` → `decide`
//! accepts or returns → `progress` counts it for `/calls/{id}`.
//!
//! *Meeting.* `/units/{id}/meetings/new` lists the unit's people as present → `assignments::exchange::begin` keeps the
//! record, hands in the unit's task that it answers, and `assignments::make_up::settle` says by what stands now who has
//! made up for the session: present in a submitted record, or with accepted study (`assignments::reflections`).
//!
//! *Evidence.* `POST /files/{of}/{id}` asks first whether the viewer may → `files::receive` looks into the content within
//! bounds, stores it by its hash → `assignments::evidence::add`. What is taken and how large is in `files::kind`.
//!
//! *Privacy notice* (个人信息处理规则). `web/admission.rs` leads whoever has not read the notice that stands to `/welcome` before their next page, never a
//! check-in nor a screen → the text that ships, or HQ's newest version of it (`accounts::notice`), as Markdown → one press notes which.
//!
//! *Retention.* Each hour `personal::forget_old` calls the verb of each feature that keeps something for a time, each in a
//! write of its own; then files that nothing uses are swept. The audit trail goes beside it, by `web::background`, which asks
//! `audit::prune` for what is older than the setting, never younger than `audit::LEAST_KEPT`. `docs/personal-data.md` says of every column what it is for and
//! until when, and `personal::anonymise` takes a leaver's name out of all of them.
//!
//! *Report.* The address is narrowed to the viewer's reach → `reports::session_attendance` computes one plain struct →
//! page, print and files lay that struct out and compute nothing; `web::download::note` says of each file who took it.
//! What is mostly tables is said once as `reports::Tables`, from which page, PDF, workbook and CSV are laid out.
//! A line of the list is `session_attendance::PersonLine`. Its columns are `person_columns` and `person_row` of
//! `reports/paper/session.rs`, for every format; the page has their heads in `templates/parts/attendance-paper.hbs`,
//! where the row for signatures spans them all, and their cells in `templates/parts/report-person.hbs`. Late is what a
//! person said: no rule makes it of a time.
//!
//! *Period.* What changes a confirmed session writes its totals by unit and category anew (`attendance::totals`) → the address
//! is narrowed to the viewer's reach → `reports::period` adds the totals up in SQL → page, workbook (`reports::book`) and CSV
//! lay that out, and each figure leads to its people.
//!
//! *Final report.* `POST /sessions/{id}/report/final` → `reports::finals::make` keeps the `reports::basis` of a confirmed
//! session as JSON under the year's next number → the page behind the number computes the same struct from it for whoever
//! is within reach, and `finals::differences` holds it against the rows of today; `finals::count_corrected` tells other pages
//! that records have moved on.
//!
//! *Long list.* The people behind a figure are a file at once up to `people_list::AT_ONCE` rows; more are asked for by POST →
//! a job → `people_list::run` writes them unit by unit into a workbook, which its asker finds for a week; what came to
//! nothing says why on the job's page and is tried again there. Its columns are `COLUMNS` and `row_of` in
//! `people_list/run.rs`; the roster as a workbook is `organization::roster_template`.
//!
//! *Paper.* A report's struct → `reports::paper` says it in words → `reports::pdf` has typst lay them out (data, never source; the
//! machine's faces), `reports::docx` writes the same for Word; `web/papers.rs` serves both where the page is.
//!
//! *Archive.* `POST /sessions/{id}/archive` queues a job → `reports::archive::run` gathers everything in one read, prints, packs,
//! signs the digests, keeps the ZIP among the files and archives the session; `xuefa verify` checks it anywhere. What of it
//! cannot be made is listed on the job's page with what to do, and no archive is kept without it.
//!
//! *Study hours.* The rows of a year's sessions and tasks → `study_hours::model` says what each brings, once →
//! `study_hours::record` for one person, `study_hours::outlook` for everybody of a unit: one rule, page, paper and file.
//!
//! *Reminder.* Each tick, unless nothing has happened (`Watch`), `reminders::plan` asks each kind's questions (`collect`), some
//! people at a time, notes in the ledger what is new (unique per person, kind, subject and occurrence) and queues one mail a
//! person and day in the same write; `mail::deliver` claims a row by a conditional update, `reminders::check` looks again
//! whether it still stands, the outcome is recorded. A further kind: `Kind`, `Rule::default_of`, `collect::of_rule`, and the
//! lists that no `match` guards, `check::Standing::of` and `web::reminders`.
//!
//! *Audit.* A verb calls `audit::record` in its own write → every few seconds `audit::seal` chains what is new in the order of
//! the ids, each link made with the key outside the database → once a day the head goes to a file → `audit::verify` finds
//! what was changed, taken away or cut off; `audit::prune` leaves a signed checkpoint. A refusal has no change to stand with:
//! `web::refusals` notes it in a write of its own, the same once an hour.
//!
//! *Backup.* `backup::write` takes a `store::Snapshot`, writes its rows and the files they speak of into one archive with a
//! manifest and a seal → `backup::restore` reads all of it before it changes anything, makes a `store::Rebuild` beside the
//! old database, ends logins and links and holds mail, and switches in one step.
//!
//! *Roster.* An upload is stored and checked by a job → the preview says new, changed, unchanged, errors by row
//! and column → confirming runs a second job, whose one write applies all rows or none and keeps with each how its person
//! stood before → until one of them is changed, and for seven days at the most, `organization::undo_import` takes all of it
//! back in one write.

// Moments, the organisation's zone, the only caller of the system clock.
pub mod clock;

// What can go wrong, in kinds that a page can be made of.
pub mod error;

// Enums that are text in the database, in forms and in pages.
pub mod choices;

// Every setting of the program.
pub mod config;

// The key outside the database, and tokens derived from it.
pub mod secret;

// The languages, and dates written out.
pub mod i18n;

// The Handlebars registry and its helpers.
pub mod templates;

// The database: reading, writing, migrating; the only place that branches by engine.
pub mod store;

// The address of every page.
pub mod links;

// Who is asking and what they may do.
pub mod access;

// Who did what and when.
pub mod audit;

// What HQ edits.
pub mod settings;

// Long work: claimed, in progress, done.
pub mod jobs;

// The outbox, and the mailer that empties it.
pub mod mail;

// Scans and other files, kept by their content.
pub mod files;

// Units, people, and the roster that brings them in.
pub mod organization;

// Signing in, passwords, invitations, roles.
pub mod accounts;

// Complaints, suggestions and requests about one's own data, each answered by HQ.
pub mod feedback;

// Laws and texts, approved by name, marked read.
pub mod readings;

// Sessions: plan, audience, publish, move, cancel.
pub mod training;

// Who came: check-in, roll call, correction, close, confirm.
pub mod attendance;

// What someone was given to do, and the unit's board.
pub mod assignments;

// Study hours: what counts, what a year asks for, who needs help to reach it.
pub mod study_hours;

// What falls due, and telling each person once.
pub mod reminders;

// Figures for page, paper and file.
pub mod reports;

// Everything in one file, checked, locked, and put back.
pub mod backup;

// What is stored of a person: given out as one file, made anonymous, taken away when its time is over.
pub mod personal;

// HTTP: every route with its permission, handlers, pages.
pub mod web;

// The commands.
pub mod cli;
