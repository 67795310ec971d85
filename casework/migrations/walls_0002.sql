-- The walls of the second migration: an alarm is seen by whoever sees its case; one of the whole
-- house by every member of the staff. {app} has its rights by default privileges already.
alter table alarm enable row level security;
create policy seen on alarm using (
  (select app_reach()) = 'all'
  or (case_id is null and (select app_reach()) = 'contracts')
  or exists (select 1 from cases c where c.id = alarm.case_id)
) with check ((select app_reach()) = 'all');

-- What a contract said stays as it was said: a case bears the version of its receipt for ever.
revoke update, delete, truncate on contract_version from {app};
create trigger history_stays before update or delete on contract_version
  for each row execute function history_stays();
create trigger history_stays_whole before truncate on contract_version
  for each statement execute function history_stays();
