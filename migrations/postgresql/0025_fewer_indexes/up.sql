-- Every question about attendance names its session, so the primary key answers it: these two only made each check-in
-- write more pages, one of them far away in a table of many years.
drop index attendance_by_person;
drop index attendance_by_device;
