-- A written roster can be taken back for some days: when that was done, and with each row that it wrote, as JSON, how the
-- person stood before.
alter table roster_imports add column undone_at timestamp;
alter table roster_import_rows add column stood_before text;
