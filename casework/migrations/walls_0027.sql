-- The walls of the twenty-seventh migration: a restricted case opens for one person who gave a
-- reason, for that case alone and for four hours of the wall clock; nothing else opens with it.

-- Which restricted cases are open to the acting person now. It runs as the owner: the wall of
-- `cases` asks it, and the wall of the rows asks `cases`.
create function app_emergencies() returns bigint[] language sql stable parallel safe
  security definer set search_path = public as $$
  select coalesce(array_agg(e.case_id), '{{}}')::bigint[] from emergency_access e
  where e.user_id = app_user() and e.closed_at is null and e.closes_at > now() $$;

-- What never opens so: the track of the quality of care (peer review is privileged), what was
-- joined with a case of it, a member who keeps the own contacts apart (45 CFR 164.522(b)), the own
-- case; and substance-use records only in a medical emergency of the member (42 CFR 2.51).
create function emergency_may_open(of_case bigint, why text) returns boolean language sql stable
  security definer set search_path = public as $$
  select not exists (
      select 1 from restriction r
      where r.case_id = of_case and r.lifted_at is null
        and (r.ground in ('quality_of_care', 'joined_with_restricted')
             or (r.ground = 'substance_use' and why <> 'emergency')))
    and not exists (select 1 from grievance g where g.case_id = of_case and g.quality_of_care)
    and not exists (select 1 from quality_review q where q.case_id = of_case)
    and not exists (
      select 1 from cases c join member m on m.id = c.member_id
      where c.id = of_case and m.confidential_since is not null)
    and not exists (
      select 1 from cases c join user_account u on u.member_id = c.member_id
      where c.id = of_case and u.id = app_user()) $$;
revoke all on function app_emergencies(), emergency_may_open(bigint, text) from public;
grant execute on function app_emergencies(), emergency_may_open(bigint, text) to {app};

alter policy seen on cases using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts' and contract_id = any ((select app_ids())::bigint[])
      and (not restricted or (select app_restricted())
           or id = any ((select app_emergencies())::bigint[])))
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[])
      and (not restricted or member_id <> all ((select app_narrow('hushed'))::bigint[]))
      and (member_id <> all ((select app_narrow('limited'))::bigint[])
           or series_id = any ((select app_narrow('series'))::bigint[])))
  or ((select app_reach()) = 'organizations' and exists (
        select 1 from case_party p
        where p.case_id = cases.id and p.organization_id = any ((select app_ids())::bigint[])))
);
alter policy changed on cases using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts' and contract_id = any ((select app_ids())::bigint[])
      and (not restricted or (select app_restricted())
           or id = any ((select app_emergencies())::bigint[])))
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[])
      and (not restricted or member_id <> all ((select app_narrow('hushed'))::bigint[]))
      and (member_id <> all ((select app_narrow('limited'))::bigint[])
           or series_id = any ((select app_narrow('series'))::bigint[])))
  or ((select app_reach()) = 'organizations' and exists (
        select 1 from case_party p
        where p.case_id = cases.id and p.organization_id = any ((select app_ids())::bigint[])))
);

-- Everybody opens for himself, for four hours at most; compliance alone says what it thinks of it.
alter table emergency_access enable row level security;
create policy seen on emergency_access for select using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = emergency_access.case_id))
);
create policy opened on emergency_access for insert with check (
  (select app_reach()) = 'contracts' and (select app_user()) <> 0
  and user_id = (select app_user()) and closed_at is null and verdict = ''
  and closes_at <= now() + interval '4 hours 5 minutes'
  and emergency_may_open(case_id, ground)
);
create policy reviewed on emergency_access for update using (
  (select app_reach()) = 'all' or user_id = (select app_user())
) with check (
  (select app_reach()) = 'all' or (user_id = (select app_user()) and verdict = '')
);
revoke update, delete, truncate on emergency_access from {app};
grant update (closed_at, verdict, review_ct, reviewed_at, reviewed_by_id, reviewed_by)
  on emergency_access to {app};
-- Which restriction stood when, and who lifted it, is history.
revoke update, delete, truncate on restriction from {app};
grant update (lifted_at, lifted_by) on restriction to {app};

-- Whoever opens a case raises the alarm about it in the same breath, and no other one.
create policy raised on alarm for insert with check (
  code = 'access_unreviewed' and owner_role = 'compliance' and ended_at is null and exists (
    select 1 from emergency_access e
    where e.case_id = alarm.case_id and e.user_id = (select app_user()) and e.verdict = ''
      and alarm.key = 'access/' || e.id)
);
