-- The walls of the tenth migration: who names whom to speak for him, and who may write the ways in.

-- The acting account, where somebody is signed in; 0 for the system, clients and strangers.
create function app_user() returns bigint language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.user', true), ''), '0')::bigint $$;

alter table appointment enable row level security;
create policy seen on appointment using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[]))
  or ((select app_reach()) = 'contracts' and exists (
        select 1 from coverage_span s
        where s.member_id = appointment.member_id
          and s.contract_id = any ((select app_ids())::bigint[])))
) with check (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[]))
  or ((select app_reach()) = 'contracts' and exists (
        select 1 from coverage_span s
        where s.member_id = appointment.member_id
          and s.contract_id = any ((select app_ids())::bigint[])))
);
alter table form_signature enable row level security;
create policy seen on form_signature using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[]))
  or ((select app_reach()) = 'contracts' and exists (
        select 1 from coverage_span s
        where s.member_id = form_signature.member_id
          and s.contract_id = any ((select app_ids())::bigint[])))
) with check (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[])
      and user_id = (select app_user()))
);
-- What was signed stays signed.
revoke update, delete, truncate on form_signature from {app};

-- A form is written for a member within reach, and for no other.
alter policy seen on representative with check (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[]))
  or ((select app_reach()) = 'contracts' and exists (
        select 1 from coverage_span s
        where s.member_id = representative.member_id
          and s.contract_id = any ((select app_ids())::bigint[])))
);
-- Staff set the household of a member of their contracts.
alter policy seen on coverage_span with check (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts' and contract_id = any ((select app_ids())::bigint[]))
);

-- What stands behind a link of an account; a form that was ended stands behind nothing.
drop function link_behind(bigint, bigint);
create function link_behind(of_form bigint, of_member bigint) returns table (
  form_starts date, form_ends date, form_series bigint, form_looks boolean,
  apart_since timestamptz, hidden boolean, form_private boolean
) language sql stable security definer set search_path = public as $$
  select r.starts_on, r.ends_on, r.series_id, r.looks_only, m.confidential_since, m.restricted,
         r.sees_private
  from member m left join representative r
    on r.id = of_form and r.member_id = m.id and r.ended_at is null
  where m.id = of_member $$;
revoke all on function link_behind(bigint, bigint) from public;
grant execute on function link_behind(bigint, bigint) to {app};

-- Requests of people who want in: anybody may write one down, as a request and no more; what they
-- say, and the links that answer them, are read and changed by the house alone.
alter table way_in enable row level security;
create policy seen on way_in for select using ((select app_reach()) = 'all');
create policy asked on way_in for insert with check (
  (select app_reach()) = 'all'
  or (stage = 'asked' and token_sha256 is null and (
       (purpose in ('register', 'password') and member_id is null and user_id is null
        and representative_id is null and appointment_id is null)
       or (purpose = 'spouse' and member_id is null and user_id = (select app_user()))
       or (purpose not in ('register', 'password', 'spouse')
           and exists (select 1 from member m where m.id = way_in.member_id))))
);
create policy answered on way_in for update using ((select app_reach()) = 'all');
create policy forgotten on way_in for delete using ((select app_reach()) = 'all');

-- Which members an account opens is read before anybody is known; a link is made by the house, and
-- ended by whoever holds the account, by who sees the member, or by the house.
alter table account_member enable row level security;
create policy seen on account_member for select using (true);
create policy made on account_member for insert with check ((select app_reach()) = 'all');
create policy ended on account_member for update using (
  (select app_reach()) = 'all' or user_id = (select app_user())
  or exists (select 1 from member m where m.id = account_member.member_id)
) with check (
  (select app_reach()) = 'all' or (ended_at is not null and (
    user_id = (select app_user())
    or exists (select 1 from member m where m.id = account_member.member_id)))
);
create policy forgotten on account_member for delete using ((select app_reach()) = 'all');

-- A passkey is its owner's.
alter table passkey enable row level security;
create policy own on passkey using (
  (select app_reach()) = 'all' or ((select app_user()) <> 0 and user_id = (select app_user()))
) with check (
  (select app_reach()) = 'all' or ((select app_user()) <> 0 and user_id = (select app_user()))
);
