-- The walls of the nineteenth migration. Policies are public; what was marked by them on a case is
-- the staff's, and stays.
alter table criterion_mark enable row level security;
create policy seen on criterion_mark using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = criterion_mark.case_id))
) with check (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = criterion_mark.case_id))
);
revoke update, delete, truncate on criterion_mark from {app};

-- A published version is never changed: a correction is the next version.
revoke update, delete, truncate on medical_policy from {app};
