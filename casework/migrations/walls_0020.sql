-- The walls of the twentieth migration: no machine says no. Whatever path a row takes (a command, raw
-- SQL, the owner of the tables), an adverse result on a clinical ground names a clinician of the plan
-- who held the licence on that local day in that State (42 CFR 438.210(b)(3); 422.566(d)); one on an
-- administrative ground names a person of the plan; a rule and a timer only approve.

-- Whether this person of the plan held a licence that decides such a case on that day: of a kind that
-- the contract accepts, unrestricted, in a State that it names, or else in its own.
create function clinician_on(of_case bigint, person bigint, at timestamptz, by_licence bigint)
  returns boolean language sql stable security definer set search_path = public as $$
  select exists (
    select 1 from cases c
      join contract_version v on v.id = c.contract_version_id
      join licence l on l.user_id = person
      join user_account u on u.id = l.user_id and u.kind = 'staff'
      cross join lateral (
        select (at at time zone coalesce(v.terms->>'time_zone', 'UTC'))::date as day) as local
    where c.id = of_case
      and (by_licence is null or l.id = by_licence)
      and l.starts_on <= local.day and (l.ends_on is null or l.ends_on >= local.day)
      and not l.restricted
      and coalesce(nullif(v.workflow->'adverse_licences', '[]'), '["MD", "DO"]') ? l.kind
      and coalesce(nullif(v.workflow->'licence_states', '[]'),
            jsonb_build_array(coalesce(nullif(v.terms->>'state', ''), l.state))) ? l.state
  ) $$;
revoke all on function clinician_on(bigint, bigint, timestamptz, bigint) from public;

create function denial_needs_clinician() returns trigger language plpgsql security definer
  set search_path = public as $$
declare administrative boolean := new.ground in ('not_eligible_on_date', 'benefit_exhausted',
  'not_covered', 'payment', 'deemed', 'grievance');
begin
  if new.outcome in ('approved', 'overturned', 'resolved') then
    return new;
  end if;
  if new.decided_by_kind = 'body' and new.ground = 'external' and exists (
      select 1 from cases c where c.id = new.case_id and c.kind = 'external_review') then
    return new;
  end if;
  if new.decided_by_kind <> 'user' or not exists (
      select 1 from user_account u where u.id = new.decided_by_id and u.kind = 'staff') then
    raise exception 'No machine says no: a determination % names the person of the plan who made it.',
      new.outcome using errcode = 'integrity_constraint_violation';
  end if;
  if not administrative and (new.licence_id is null or not new.expertise_attested
      or not clinician_on(new.case_id, new.decided_by_id, new.decided_at, new.licence_id)) then
    raise exception 'A determination % on a clinical ground needs a clinician with a licence valid on'
      ' that day in that State.', new.outcome using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger denial_needs_clinician after insert or update on determination
  for each row execute function denial_needs_clinician();

-- A line fits its determination: an approval holds no refused line, and a rule gives all that was
-- asked for, or nothing.
create function line_fits_decision() returns trigger language plpgsql security definer
  set search_path = public as $$
declare made record;
begin
  select d.case_id, d.outcome, d.decided_by_kind into made
    from determination d where d.id = new.determination_id;
  if made.case_id is distinct from new.case_id then
    raise exception 'Line % belongs to another case than its determination.', new.number
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.result = 'denied' and made.outcome in ('approved', 'overturned') then
    raise exception 'A determination % holds no refused line.', made.outcome
      using errcode = 'integrity_constraint_violation';
  end if;
  if made.decided_by_kind = 'system' and (new.result <> 'approved' or exists (
      select 1 from request_line r
      where r.case_id = new.case_id and r.number = new.number and r.units > new.units)) then
    raise exception 'No machine says no: a rule approves line % as it was asked for, or not at all.',
      new.number using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger line_fits_decision before insert or update on line_decision
  for each row execute function line_fits_decision();

-- The history: whoever denies, upholds, reduces or ends is a person; who reduces or ends care that
-- was authorized holds the licence.
create function denial_needs_person() returns trigger language plpgsql security definer
  set search_path = public as $$
begin
  if new.actor_kind <> 'user' or new.actor_id = 0 then
    raise exception 'No machine says no: “%” is written by a person.', new.event
      using errcode = 'integrity_constraint_violation';
  end if;
  if new.event in ('authorization_reduced', 'authorization_terminated')
      and not clinician_on(new.case_id, new.actor_id, new.occurred_at, null) then
    raise exception 'Authorized care is cut by a clinician with a licence valid on that day in that'
      ' State.' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger denial_needs_person before insert on case_event for each row
  when (new.event in ('denied', 'partially_approved', 'upheld', 'partially_overturned',
    'authorization_reduced', 'authorization_terminated'))
  execute function denial_needs_person();

-- A state that refuses something rests on a determination made by that very event.
create function denial_needs_determination() returns trigger language plpgsql security definer
  set search_path = public as $$
begin
  if not exists (select 1 from determination d
      where d.case_id = new.case_id and d.event_seq = new.seq
        and d.outcome not in ('approved', 'overturned', 'resolved')) then
    raise exception 'Event % of the case says “%” and no determination does.', new.seq, new.event
      using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
create constraint trigger denial_needs_determination after insert on case_event
  deferrable initially deferred for each row
  when (new.event in ('denied', 'partially_approved', 'upheld', 'partially_overturned'))
  execute function denial_needs_determination();

-- A version of a rule is written once; another person than the one who proposed it releases it.
alter table approval_rule_version add constraint ck_approval_rule_version_four_eyes check (
  state in ('proposed', 'refused')
  or (state = 'released' and decided_by_id is not null and decided_by_id <> proposed_by_id)
);
create function proposal_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.rule_id, new.version, new.conditions, new.effective_from, new.reason,
        new.proposed_at, new.proposed_by_id) is distinct from
      (old.rule_id, old.version, old.conditions, old.effective_from, old.reason,
        old.proposed_at, old.proposed_by_id)
      or (old.state <> 'proposed' and (new.state, new.decided_by_id, new.decided_at)
        is distinct from (old.state, old.decided_by_id, old.decided_at)) then
    raise exception 'A version of an approval rule is never changed: propose the next one.'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger proposal_stays before update or delete on approval_rule_version
  for each row execute function proposal_stays();

-- What the list said on a day it says for ever: a row is ended, never changed or removed.
create function list_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.contract_id, new.code, new.required, new.auto_approve_units, new.policy,
        new.effective_from, new.change_id) is distinct from
      (old.contract_id, old.code, old.required, old.auto_approve_units, old.policy,
        old.effective_from, old.change_id)
      or (new.effective_to is distinct from old.effective_to
        and (old.ended_by_id is not null or new.ended_by_id is null)) then
    raise exception 'A row of the list is ended by a change, never changed or removed.'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger list_stays before update or delete on pa_rule
  for each row execute function list_stays();

-- Which cases a rule would have approved: seen by the staff that sees the case.
alter table approval_study_case enable row level security;
create policy seen on approval_study_case using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = approval_study_case.case_id))
) with check ((select app_reach()) = 'all');
