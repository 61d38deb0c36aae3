-- How people can be recorded at a venue.
alter table venues add column by_phone boolean not null default true;
alter table venues add column by_kiosk boolean not null default false;
alter table venues add column by_paper boolean not null default true;

-- Three more ways in, and a digest of the device a person checked in with.
alter table attendance drop constraint attendance_method_check;
alter table attendance add constraint attendance_method_check
    check (method in ('code', 'kiosk', 'door', 'roll_call', 'paper', 'unit_word', 'request', 'correction', 'confirmation'));
alter table attendance add column device text;
create index attendance_by_device on attendance (session_id, device);
