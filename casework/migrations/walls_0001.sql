-- The walls of the first migration: who may see which row, what may never change, what must be true.
-- {app} is the application's role. Every statement runs as the owner of the tables.

-- Who is bound to this transaction (casework.db sets these; unset means: nobody, so no rows).
create function app_reach() returns text language sql stable parallel safe
  as $$ select coalesce(current_setting('app.reach', true), 'none') $$;
create function app_ids() returns bigint[] language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.ids', true), ''), '{{}}')::bigint[] $$;
create function app_restricted() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('app.restricted', true), 'no') = 'yes' $$;

grant usage on schema public to {app};
grant select, insert, update, delete on all tables in schema public to {app};
grant usage, select on all sequences in schema public to {app};
alter default privileges in schema public grant select, insert, update, delete on tables to {app};
alter default privileges in schema public grant usage, select on sequences to {app};

-- Append-only history: no right to change it, and a trigger for whoever has the right.
revoke update, delete, truncate on case_event, security_event from {app};
create function history_stays() returns trigger language plpgsql as $$
begin
  raise exception 'The history is append-only: % of % refused.', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end $$;
create trigger history_stays before update or delete on case_event
  for each row execute function history_stays();
create trigger history_stays_whole before truncate on case_event
  for each statement execute function history_stays();
create trigger history_stays before update or delete on security_event
  for each row execute function history_stays();
create trigger history_stays_whole before truncate on security_event
  for each statement execute function history_stays();

-- A determination is frozen the moment it is made.
revoke update, delete, truncate on determination, line_decision from {app};

-- One writer of state: the last event that names a state must name this one, and be counted.
create function state_needs_event() returns trigger language plpgsql security definer
  set search_path = public as $$
declare last_state text; last_seq int;
begin
  select e.to_state into last_state from case_event e
    where e.case_id = new.id and e.seq <= new.event_seq and e.to_state <> ''
    order by e.seq desc limit 1;
  select max(e.seq) into last_seq from case_event e where e.case_id = new.id;
  if last_state is distinct from new.state then
    raise exception 'Case % stands at % and no event says so.', new.ref, new.state
      using errcode = 'integrity_constraint_violation';
  end if;
  if last_seq < new.event_seq then
    raise exception 'Case % counts % events and has %.', new.ref, new.event_seq, last_seq
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create constraint trigger state_needs_event after insert or update of state, event_seq on cases
  deferrable initially deferred for each row execute function state_needs_event();

-- The states of each machine; a test compares this list with the tables of edges.
alter table cases add constraint ck_cases_state check (
  (kind = 'prior_auth' and state in ('received', 'in_review', 'pended', 'in_physician_review',
    'approved', 'partially_approved', 'denied', 'withdrawn', 'dismissed'))
  or (kind = 'appeal' and state in ('received', 'awaiting_consent', 'in_review', 'pended', 'upheld',
    'overturned', 'partially_overturned', 'forwarded', 'effectuated', 'withdrawn', 'dismissed',
    'converted'))
  or (kind = 'grievance' and state in ('received', 'in_investigation', 'pended', 'resolved',
    'withdrawn', 'dismissed', 'converted'))
  or (kind = 'external_review' and state in ('requested', 'in_preliminary_review', 'incomplete',
    'ineligible', 'assigned', 'file_sent', 'hearing_scheduled', 'upheld', 'overturned',
    'partially_overturned', 'effectuated', 'terminated', 'withdrawn'))
);

-- The machine can only say yes (42 CFR 438.210(b)(3); 422.566(d)): an adverse determination on a
-- clinical ground names a clinician, his licence and his attestation.
alter table determination add constraint ck_determination_clinician check (
  outcome in ('approved', 'overturned', 'resolved')
  or ground in ('not_eligible_on_date', 'benefit_exhausted', 'not_covered', 'payment', 'deemed',
    'external', 'grievance')
  or (decided_by_kind = 'user' and decided_by_id is not null and licence_id is not null
      and expertise_attested)
);

-- Whoever decided before in the series does not decide the appeal (42 CFR 438.406(b)(2)(i);
-- 422.590(h)(1); 29 CFR 2560.503-1(h)(3)(ii)).
create function reviewer_is_independent() returns trigger language plpgsql security definer
  set search_path = public as $$
begin
  if new.decided_by_id is not null and exists (
    select 1 from cases c
      join cases earlier on earlier.series_id = c.series_id and earlier.id <> c.id
      join determination d on d.case_id = earlier.id
    where c.id = new.case_id and c.kind = 'appeal' and d.decided_by_id = new.decided_by_id
  ) then
    raise exception 'Whoever took part in the earlier decision may not decide the appeal.'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger reviewer_is_independent before insert on determination
  for each row execute function reviewer_is_independent();

-- Rows by reach. Restricted cases need the right to see them, for staff.
alter table cases enable row level security;
create policy seen on cases for select using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts' and contract_id = any ((select app_ids())::bigint[])
      and (not restricted or (select app_restricted())))
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[]))
  or ((select app_reach()) = 'organizations' and exists (
        select 1 from case_party p
        where p.case_id = cases.id and p.organization_id = any ((select app_ids())::bigint[])))
);
create policy opened on cases for insert with check ((select app_reach()) <> 'none');
create policy changed on cases for update using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts' and contract_id = any ((select app_ids())::bigint[])
      and (not restricted or (select app_restricted())))
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[]))
  or ((select app_reach()) = 'organizations' and exists (
        select 1 from case_party p
        where p.case_id = cases.id and p.organization_id = any ((select app_ids())::bigint[])))
) with check ((select app_reach()) <> 'none');

alter table case_party enable row level security;
create policy seen on case_party using (
  (select app_reach()) in ('all', 'contracts', 'members')
  or ((select app_reach()) = 'organizations' and organization_id = any ((select app_ids())::bigint[]))
) with check ((select app_reach()) <> 'none');

alter table member enable row level security;
create policy seen on member using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'members' and id = any ((select app_ids())::bigint[]))
  or ((select app_reach()) = 'contracts' and exists (
        select 1 from coverage_span s
        where s.member_id = member.id and s.contract_id = any ((select app_ids())::bigint[])))
  or exists (select 1 from cases c where c.member_id = member.id)
) with check ((select app_reach()) = 'all');

alter table coverage_span enable row level security;
create policy seen on coverage_span using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[]))
  or ((select app_reach()) = 'contracts' and contract_id = any ((select app_ids())::bigint[]))
) with check ((select app_reach()) = 'all');

alter table representative enable row level security;
create policy seen on representative using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[]))
  or exists (select 1 from cases c where c.member_id = representative.member_id)
) with check ((select app_reach()) in ('all', 'members', 'contracts'));

-- What a member began to write and has not sent: nobody at the plan sees it.
alter table filing_draft enable row level security;
create policy seen on filing_draft using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[]))
) with check ((select app_reach()) in ('all', 'members'));

alter table contact enable row level security;
create policy seen on contact using (
  (select app_reach()) = 'all'
  or (case_id is null and (select app_reach()) = 'contracts')
  or exists (select 1 from cases c where c.id = contact.case_id)
) with check ((select app_reach()) <> 'none');

do $$
declare child text;
begin
  foreach child in array array[
    'appeal', 'assignment', 'authorization', 'case_document', 'case_event', 'clock', 'clock_mark',
    'delivery', 'determination', 'diagnosis', 'escalation', 'external_review', 'grievance',
    'information_request', 'letter', 'line_decision', 'obligation', 'peer_to_peer', 'presence',
    'prior_auth', 'request_line', 'restriction', 'staff_notice'
  ] loop
    execute format('alter table %I enable row level security', child);
    execute format(
      'create policy seen on %1$I using ((select app_reach()) = ''all'' or exists ('
      'select 1 from cases c where c.id = %1$I.case_id)) '
      'with check ((select app_reach()) <> ''none'')', child);
  end loop;
end $$;

-- Intake must recognise a member whom the sender may not browse: by the exact number, nothing else.
create function directory_member(numbers text[]) returns table (
  id bigint, number text, family_name text, given_name text, birth_date date, restricted boolean,
  zip_code text
) language sql stable security definer set search_path = public as $$
  select m.id, m.number::text, m.family_name::text, m.given_name::text, m.birth_date, m.restricted,
         m.zip_code::text
  from member m where m.number = any (numbers) $$;
create function directory_coverage(of_member bigint) returns table (
  contract_id bigint, starts_on date, ends_on date, product text
) language sql stable security definer set search_path = public as $$
  select s.contract_id, s.starts_on, s.ends_on, s.product::text
  from coverage_span s where s.member_id = of_member order by s.starts_on desc $$;
revoke all on function directory_member(text[]), directory_coverage(bigint) from public;
grant execute on function directory_member(text[]), directory_coverage(bigint) to {app};

-- How a case stands, for whoever knows its number, the member's birth date and ZIP together: no name,
-- no service, nothing of a restricted case. One statement, the same work whatever is wrong.
create function public_case_status(of_ref text, born date, zip text) returns table (
  id bigint, kind text, state text, member_id bigint, contract_version_id bigint, due_at timestamptz
) language sql stable security definer set search_path = public as $$
  select c.id, c.kind::text, c.state::text, c.member_id, c.contract_version_id, k.due_at
  from cases c join member m on m.id = c.member_id
    left join clock k on k.case_id = c.id and k.name = 'decision' and k.satisfied_at is null
      and k.state in ('open', 'missed')
  where c.ref = of_ref and m.birth_date = born and left(m.zip_code, 5) = zip
    and not c.restricted and not m.restricted $$;
revoke all on function public_case_status(text, date, text) from public;
grant execute on function public_case_status(text, date, text) to {app};

insert into time_offset (id, seconds) values (1, 0);
