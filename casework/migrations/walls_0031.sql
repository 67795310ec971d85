-- The walls of the thirty-first migration: a restricted case that was opened with a reason is read,
-- for an hour at most, and never changed.

-- What is open to the acting person now, to read: never longer than an hour, whatever a row says.
create or replace function app_emergencies() returns bigint[] language sql stable parallel safe
  security definer set search_path = public as $$
  select coalesce(array_agg(e.case_id), '{{}}')::bigint[] from emergency_access e
  where e.user_id = app_user() and e.closed_at is null and e.closes_at > now()
    and e.since > now() - interval '60 minutes' $$;
-- Of these the ones that are restricted still: once it is lifted, everybody works on the case.
create function app_only_read() returns bigint[] language sql stable parallel safe
  security definer set search_path = public as $$
  select coalesce(array_agg(c.id), '{{}}')::bigint[] from cases c
  where c.restricted and c.id = any (app_emergencies()) $$;
revoke all on function app_only_read() from public;
grant execute on function app_only_read() to {app};

-- Whoever opened a case with a reason neither changes it, nor locks it for a change.
alter policy changed on cases using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts' and contract_id = any ((select app_ids())::bigint[])
      and (not restricted or (select app_restricted())))
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[])
      and (not restricted or member_id <> all ((select app_narrow('hushed'))::bigint[]))
      and (member_id <> all ((select app_narrow('limited'))::bigint[])
           or series_id = any ((select app_narrow('series'))::bigint[])))
  or ((select app_reach()) = 'organizations' and exists (
        select 1 from case_party p
        where p.case_id = cases.id and p.organization_id = any ((select app_ids())::bigint[])))
);
-- Nor does he write its history. Each question is asked once a statement, if at all.
create policy only_read on case_event as restrictive for insert with check (
  (select app_reach()) <> 'contracts' or (select app_restricted())
  or case_id <> all ((select app_only_read())::bigint[])
);

-- What the acting person opened, the newest first: his own words of it stay with compliance.
create function own_openings() returns table (
  id bigint, ref text, ground text, opened_at timestamptz, since timestamptz,
  closes_at timestamptz, closed_at timestamptz, verdict text
) language sql stable security definer set search_path = public as $$
  select e.id, c.ref::text, e.ground::text, e.opened_at, e.since, e.closes_at, e.closed_at,
         e.verdict::text
  from emergency_access e join cases c on c.id = e.case_id
  where e.user_id = app_user() and app_user() <> 0
  order by e.id desc limit 50 $$;
revoke all on function own_openings() from public;
grant execute on function own_openings() to {app};

-- Whoever opened a case closes it early, whatever compliance said of it meanwhile; nothing else of
-- the row is his to change once it is said.
create function close_own_opening(number bigint, at timestamptz) returns void language sql
  security definer set search_path = public as $$
  update emergency_access set closed_at = at
  where id = number and user_id = app_user() and closed_at is null $$;
revoke all on function close_own_opening(bigint, timestamptz) from public;
grant execute on function close_own_opening(bigint, timestamptz) to {app};

-- How much lies in a queue, over the whole house and up to a thousand: it names no case.
create function open_in_queue(of_queue text) returns bigint language sql stable
  security definer set search_path = public as $$
  select count(*) from (
    select 1 from cases c where c.open and c.queue = of_queue limit 1000) piled $$;
revoke all on function open_in_queue(text) from public;
grant execute on function open_in_queue(text) to {app};
