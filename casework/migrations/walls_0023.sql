-- The walls of migration 0023. Who changed which account, who let which work be tried again
-- is history: rows are decided, never removed.
revoke delete, truncate on account_change, job_retry from {app};
create function account_change_stays() returns trigger language plpgsql as $$
begin
  if old.state not in ('waiting', 'planned') or (
    new.user_id, new.kind, new.wanted, new.reason, new.effective_on, new.second_needed,
    new.asked_by_id, new.asked_at
  ) is distinct from (
    old.user_id, old.kind, old.wanted, old.reason, old.effective_on, old.second_needed,
    old.asked_by_id, old.asked_at
  ) then
    raise exception 'Change % of an account stays as it was asked for.', old.id
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger account_change_stays before update on account_change
  for each row execute function account_change_stays();

-- An administrator lets somebody choose a password: only as a change that is written down.
create policy invited on way_in for insert with check (
  purpose = 'staff' and stage = 'asked' and token_sha256 is null and member_id is null
  and representative_id is null and appointment_id is null
  and exists (
    select 1 from account_change a
    where a.user_id = way_in.user_id and a.kind in ('add', 'invite') and a.state = 'done'
      and (select app_user()) in (a.asked_by_id, a.decided_by_id)
  )
);
