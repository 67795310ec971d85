-- The walls of the seventeenth migration: holds, refusals and the rows of a batch are seen and
-- written by the staff that sees the case; an office and a member see none of them.
alter table case_hold enable row level security;
create policy seen on case_hold using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = case_hold.case_id))
) with check ((select app_reach()) in ('all', 'contracts'));

alter table work_refusal enable row level security;
create policy seen on work_refusal using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = work_refusal.case_id))
) with check ((select app_reach()) in ('all', 'contracts'));

alter table work_batch_row enable row level security;
create policy seen on work_batch_row using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = work_batch_row.case_id))
) with check ((select app_reach()) in ('all', 'contracts'));
