-- What reports over more than one session add up: a confirmed session's people by unit and category. Of a session and
-- those that make up for it, each person counts once (`attendance::queries::counts_once`).
create table session_totals (
    session_id bigint not null references sessions (id),
    unit_id bigint not null references units (id),
    category text not null check (category in ('group_leadership', 'enterprise_leadership', 'hq_middle', 'staff')),
    n_roster bigint not null,
    n_present bigint not null,
    n_leave bigint not null,
    n_stand_in bigint not null,
    n_absent bigint not null,
    n_exempt bigint not null,
    n_late bigint not null,
    n_left_early bigint not null,
    n_by_session bigint not null,
    n_by_meeting bigint not null,
    n_by_study bigint not null,
    n_otherwise bigint not null,
    primary key (session_id, unit_id, category)
);
-- Those of the sessions that were confirmed before.
insert into session_totals
select r.session_id, r.unit_id, r.category, count(*),
    count(case when a.state = 'present' then 1 end),
    count(case when a.state = 'leave' then 1 end),
    count(case when a.state = 'stand_in' then 1 end),
    count(case when a.state = 'absent' then 1 end),
    count(case when a.state = 'exempt' then 1 end),
    count(case when a.late then 1 end),
    count(case when a.left_early then 1 end),
    count(case when a.state in ('leave', 'stand_in', 'absent') and a.make_up = 'done' and a.make_up_kind = 'session' then 1 end),
    count(case when a.state in ('leave', 'stand_in', 'absent') and a.make_up = 'done' and a.make_up_kind = 'exchange_meeting' then 1 end),
    count(case when a.state in ('leave', 'stand_in', 'absent') and a.make_up = 'done' and a.make_up_kind = 'accepted_study' then 1 end),
    count(case when a.state in ('leave', 'stand_in', 'absent') and a.make_up = 'done' and a.make_up_kind is null then 1 end)
from roster r
join sessions s on s.id = r.session_id
left join attendance a on a.session_id = r.session_id and a.person_id = r.person_id
where s.state in ('confirmed', 'archived')
    and (s.make_up_of is null
        or (not exists (select 1 from roster m where m.session_id = s.make_up_of and m.person_id = r.person_id)
            or exists (select 1 from attendance m
                where m.session_id = s.make_up_of and m.person_id = r.person_id and m.state = 'exempt'))
        and not exists (select 1 from attendance o join sessions t on t.id = o.session_id
            where t.make_up_of = s.make_up_of and t.state in ('confirmed', 'archived')
                and o.person_id = r.person_id and o.state <> 'exempt'
                and ((o.state = 'present' or o.make_up = 'done') and not (a.state = 'present' or a.make_up = 'done')
                    or (t.starts_at < s.starts_at or t.starts_at = s.starts_at and t.id < s.id)
                        and ((o.state = 'present' or o.make_up = 'done')
                            or not (a.state = 'present' or a.make_up = 'done')))))
group by r.session_id, r.unit_id, r.category;
