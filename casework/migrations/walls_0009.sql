-- The walls of the ninth migration: an account that opens more members than its own sees less of
-- them. `app.hushed`: members whose confidential cases do not exist for it; `app.limited`: members
-- for whom its form covers only the series in `app.series`. Unset means nothing is narrowed.
create function app_narrow(name text) returns bigint[] language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.' || name, true), ''), '{{}}')::bigint[] $$;

drop policy seen on cases;
create policy seen on cases for select using (
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
drop policy changed on cases;
create policy changed on cases for update using (
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
) with check ((select app_reach()) <> 'none');

-- What stands behind a link of an account, before anybody is signed in: the days of the form and
-- what it covers; since when the member keeps apart from the own house. No name, no number.
create function link_behind(of_form bigint, of_member bigint) returns table (
  form_starts date, form_ends date, form_series bigint, form_looks boolean,
  apart_since timestamptz, hidden boolean
) language sql stable security definer set search_path = public as $$
  select r.starts_on, r.ends_on, r.series_id, r.looks_only, m.confidential_since, m.restricted
  from member m left join representative r on r.id = of_form and r.member_id = m.id
  where m.id = of_member $$;
revoke all on function link_behind(bigint, bigint) from public;
grant execute on function link_behind(bigint, bigint) to {app};

-- Staff see the forms of a member of their contracts, before there is a case: to help the holder to
-- sign in. (The read filter of the house says the same.)
alter policy seen on representative using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[]))
  or ((select app_reach()) = 'contracts' and exists (
        select 1 from coverage_span s
        where s.member_id = representative.member_id
          and s.contract_id = any ((select app_ids())::bigint[])))
  or exists (select 1 from cases c where c.member_id = representative.member_id)
);
