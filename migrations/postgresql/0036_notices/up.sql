-- What HQ tells everybody about their data instead of the text that ships, version by version; the newest stands. Both
-- texts empty: the text that ships stands again.
create table notices (
    version bigint primary key,
    text_zh text not null,
    text_en text not null,
    written_by bigint not null references people (id),
    written_at timestamp not null
);
-- Which version somebody was shown last; 0 is the text that ships.
alter table accounts add column notice_version bigint not null default 0;
