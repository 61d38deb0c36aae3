category-group-leadership = Member of the group leading team
category-enterprise-leadership = Member of an affiliated enterprise's leading team
category-hq-middle = HQ mid-level cadre
category-staff = Staff
unit-kind-group = Group
unit-kind-department = HQ department
unit-kind-enterprise = Affiliated enterprise
unit-kind-branch = Department or branch

paging-first = First page
no-secrets = No petition case material and nothing secret belongs here.

organization-units = Units
organization-units-lead = { $units ->
    [one] { $units } unit
   *[other] { $units } units
}, { $people ->
    [one] { $people } person
   *[other] { $people } people
}
organization-units-order = Units stand in their fixed order and are not ranked. The number of people includes the units below.
organization-units-none = There are no units yet. The Office adds them.
organization-n-people = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
organization-edit = Edit
organization-save = Save
organization-cancel = Cancel
organization-unit-new = Add a unit
organization-unit-edit = Edit unit
organization-unit-added = The unit was added
organization-unit-changed = The unit was changed
organization-parent = Unit above
organization-parent-hint = It cannot be changed later: history is counted by it
organization-parent-missing = Choose the unit above
organization-kind = Kind
organization-kind-wrong = A unit of this kind cannot stand below that unit: choose another kind or another unit above
organization-code = Unit code
organization-code-hint = Letters, digits and hyphens, at most 20; it cannot be changed later. Rosters may name units by it: use the codes that you have, or make them by level, like D01, E01, E01-01
organization-code-wrong = The code must be letters, digits and hyphens, at most 20
organization-code-taken = Another unit has this code: choose another
organization-unit-name = Unit name
organization-unit-name-missing = Enter the unit's name, at most 60 characters
organization-position = Position
organization-position-hint = The place among its siblings, smaller numbers first; left empty, or left as proposed for another unit above, it is the last
organization-position-wrong = The position must be a whole number from 0 to 99999

organization-people = People
organization-search = Name or employee number
organization-unit = Unit
organization-unit-hint = A change of unit holds from today; earlier sessions keep the unit of their day
organization-all-units = All units
organization-with-left = Include people who left
organization-find = Search
organization-show-all = Show everybody
organization-people-not-found = Nobody matches. Try another name, number or unit.
organization-people-none = There is nobody yet. Import a roster, or add people one by one.
organization-person-new = Add a person
organization-person-edit = Edit person
organization-person-added = The person was added
organization-person-changed = The person was changed
organization-account = Account and roles
organization-name = Name
organization-name-missing = Enter the name, at most 60 characters
organization-employee-number = Employee number
organization-employee-number-hint = Rosters identify people by it; it cannot be changed later
organization-employee-number-missing = Enter the employee number, at most 40 characters
organization-employee-number-taken = Somebody else has this employee number: check it
organization-unit-missing = Choose the unit
organization-post = Post
organization-post-optional = Post (optional)
organization-post-too-long = The post may have at most 120 characters
organization-category = Category
organization-category-missing = Choose the category
organization-order-number = Order number
organization-order-number-hint = The place within the unit, smaller numbers first
organization-order-number-wrong = The order number must be a whole number from 0 to 1000000
organization-email = E-mail
organization-email-optional = E-mail (optional)
organization-email-wrong = This is not an e-mail address; it should look like name@example.com
organization-left-on-optional = Left on (optional)
organization-left-on-hint = From this day the person no longer belongs and cannot sign in; study and attendance are kept
organization-left-on-wrong = The day must be today or earlier
organization-has-left = Left
organization-left-since = Left on
organization-memberships = Units over time
organization-memberships-note = Sessions are counted by the unit of their day; a change of unit rewrites nothing.
organization-from = From
organization-until = Until
organization-today = today

import-title = Import a roster
import-lead = Checked first, written afterwards: nobody is changed before you confirm, and people missing from the roster are never deleted.
import-file = Roster file
import-file-hint = XLSX, ODS or CSV (UTF-8, GB18030), at most 10 MB and 200,000 rows
import-file-missing = Choose the roster file
import-file-too-large = The file is larger than 10 MB: split it
import-check = Check
import-template = Download the present roster
import-blank = Download a blank template
import-columns = What a roster looks like
import-columns-text = The headings stand within the first 20 rows: employee number, name and unit (or department) are needed; post, category, order number and e-mail may be there. Titles above and signatures or totals below are ignored; columns that are not there keep their values.
import-columns-units = A unit is its name, its code, or “unit/department”. Where several units have one name, fill in both unit and department, or use the code. Merged unit cells hold for all their rows.
import-columns-people = The category is 集团领导班子成员, 所属企业领导班子成员, 总部职能部门中层干部 or 一般人员, or the code group_leadership, enterprise_leadership, hq_middle or staff.
import-past = Recent imports
import-past-none = No roster has been imported yet.
import-state-received = being checked
import-state-checked = to be confirmed
import-state-refused = unreadable
import-state-wrong = errors, not written
import-state-applied = written
import-state-undone = taken back
import-preview = Roster preview
import-result = Result of the import
import-undone-title = Import taken back
import-applied = Written: { $new } new, { $changed } changed.
import-checked-again = People changed since the last preview, so the roster was checked again and nothing was written. Look again, then confirm.
import-problem-empty = The file is empty. Choose a roster with rows.
import-problem-too-large = Unpacked, the file is too large; it was not read. Save the roster alone as a file.
import-problem-too-many-rows = More than 200,000 rows. Split the file.
import-problem-unreadable = The file cannot be read: it is not XLSX, ODS or CSV, or it is damaged or has a password. Save it as .xlsx and upload it again.
import-problem-old-excel = This is a file of an old Excel (.xls), or one with a password. Save it as .xlsx in Excel or WPS and upload it again.
import-problem-no-header = No headings were found within the first 20 rows. Employee number, name and unit (or department) are needed: add them and upload the file again.
import-problem-no-rows = There is nobody below the headings. Check the file and upload it again.
import-nothing-changed = Nobody was changed.
import-another = Upload another file
import-in-progress = This roster is being worked on.
import-to-progress = See the progress
import-n-rows = Rows
import-verdict-new = New
import-verdict-changed = Changed
import-verdict-unchanged = Unchanged
import-verdict-error = Errors
import-heading-new = { $n } new
import-heading-changed = { $n } changed
import-heading-unchanged = { $n } unchanged
import-heading-error = { $n ->
    [one] { $n } row with errors
   *[other] { $n } rows with errors
}
import-detail-new = Post, category, e-mail
import-detail-changed = Before → after
import-detail-unchanged = Post, category, e-mail
import-detail-error = Errors
import-what-happens = Confirming writes all at once: { $new } new, { $changed } changed. Everything is written or nothing.
import-apply = Confirm and write
import-correct-first = Correct the errors below in the file and upload it again. A roster with errors is not written.
import-missing-stay = People missing from the roster stay as they are; nobody is deleted.
import-no-such-rows = There are no such rows.
import-row = Row
import-colon = :{" "}
import-not-checked-yet = The roster has not been checked yet: wait a little, then confirm
import-unreadable = This roster cannot be read: upload another
import-applied-already = This roster was written already; there is nothing more to confirm
import-has-errors = The roster has errors; nothing was written. Correct the file and upload it again
import-changes-nothing = The roster agrees with the people as they are: there is nothing to write.
import-undone = Taken back on { $at }: { $new } new deleted, { $changed } changed restored.
import-undo-until = This import can be taken back as a whole until { $until }, as long as nobody of it is changed.
import-undo = Take this import back
import-undo-new = { $n ->
    [one] One person whom it added is deleted.
   *[other] { $n } people whom it added are deleted.
}
import-undo-changed = { $n ->
    [one] One person whom it changed gets back the earlier particulars, unit and memberships.
   *[other] { $n } people whom it changed get back the earlier particulars, units and memberships.
}
import-undo-whole = Everything is taken back or nothing. The import stays listed; to use the roster after all, upload it again.
import-undo-button = Take it back
import-undo-back = Back to the import
import-undo-refused = { $n ->
    [one] One person of this import was changed since, so it cannot be taken back; nothing was changed. Correct people one by one, or upload a corrected roster.
   *[other] { $n } people of this import were changed since, so it cannot be taken back; nothing was changed. Correct people one by one, or upload a corrected roster.
}
import-undo-who = Who was changed since
import-undo-more = and { $n } more
import-undo-since = { $name } ({ $number }): { $what }
import-since = { $what }
import-since-changed = particulars changed
import-since-left = has left
import-since-account = has an account
import-since-session = named in a session
import-since-attendance = has attendance
import-since-task = has study tasks
import-since-meeting = in a record of an exchange meeting
import-since-other = other records, such as mail
import-undo-too-late = This import was written more than 7 days ago and can no longer be taken back. Correct people one by one, or upload a corrected roster.
import-undo-not-written = This roster was not written: there is nothing to take back.
import-undone-already = This import was taken back already.
import-undo-not-kept = What stood before this import is not kept any more for everybody, so it cannot be taken back. Correct people one by one, or upload a corrected roster.
roster-column-employee-number = employee number
roster-column-name = name
roster-column-unit = unit
roster-column-branch = department
roster-column-post = post
roster-column-category = category
roster-column-order-number = order number
roster-column-email = e-mail
roster-reason-missing = missing
roster-reason-twice = “{ $value }” stands in row { $detail } already
roster-reason-unknown-unit = there is no unit “{ $value }”; the names stand on the page Units, where a unit can be added
roster-reason-ambiguous-unit = “{ $value }” could be: { $detail }
roster-reason-unknown-category = there is no category “{ $value }”
roster-reason-not-a-number = “{ $value }” is not a whole number from 0 to 1000000
roster-reason-bad-email = “{ $value }” is not an e-mail address
roster-reason-too-long = longer than { $detail } characters
roster-reason-has-left = “{ $value }” left on { $detail }; if they are back, change that on their page first

job-title-roster-check = Checking the roster
job-title-roster-apply = Writing the roster
job-label-roster-check = Checking
job-label-roster-apply = Writing
job-state-waiting = waiting
job-state-running = running
job-state-done = done
job-state-failed = failed
job-counts = { $done } done, { $failed } with errors, { $left } left
job-counts-unknown = Reading the file
job-may-close = This page refreshes itself every 2 seconds. You may close it and come back later from the page you started on.
job-refresh = Refresh now
job-back = Back
job-problem-broken = The system failed, and nothing was changed; the problem was recorded. Try again later.
job-problem-outdated = Things have changed in the meantime; nothing was done. Go back and look.
