-- The walls of the twelfth migration: issues go with their case, corrective actions with it for the
-- staff alone; the peer review of the quality of care is seen only by those of the staff who may see
-- restricted cases.
alter table grievance_issue enable row level security;
create policy seen on grievance_issue using (
  (select app_reach()) = 'all'
  or exists (select 1 from cases c where c.id = grievance_issue.case_id)
) with check ((select app_reach()) <> 'none');

alter table corrective_action enable row level security;
create policy seen on corrective_action using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = corrective_action.case_id))
) with check ((select app_reach()) in ('all', 'contracts'));

alter table quality_review enable row level security;
create policy seen on quality_review using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts' and (select app_restricted())
      and exists (select 1 from cases c where c.id = quality_review.case_id))
) with check ((select app_reach()) in ('all', 'contracts'));
