-- The walls of the fourteenth migration: a case that was joined with an earlier one has a state of
-- its own; which case goes on as which, and who stands in a party's place, is seen by whoever sees
-- the case.
alter table cases drop constraint ck_cases_state;
alter table cases add constraint ck_cases_state check (
  (kind = 'prior_auth' and state in ('received', 'in_review', 'pended', 'in_physician_review',
    'approved', 'partially_approved', 'denied', 'withdrawn', 'dismissed'))
  or (kind = 'appeal' and state in ('received', 'awaiting_consent', 'in_review', 'pended', 'upheld',
    'overturned', 'partially_overturned', 'forwarded', 'effectuated', 'withdrawn', 'dismissed',
    'converted', 'merged'))
  or (kind = 'grievance' and state in ('received', 'in_investigation', 'pended', 'resolved',
    'withdrawn', 'dismissed', 'converted', 'merged'))
  or (kind = 'external_review' and state in ('requested', 'in_preliminary_review', 'incomplete',
    'ineligible', 'assigned', 'file_sent', 'hearing_scheduled', 'upheld', 'overturned',
    'partially_overturned', 'effectuated', 'terminated', 'withdrawn'))
);

alter table case_link enable row level security;
create policy seen on case_link using (
  (select app_reach()) = 'all'
  or exists (select 1 from cases c where c.id = case_link.case_id)
) with check ((select app_reach()) <> 'none');

alter table substitute enable row level security;
create policy seen on substitute using (
  (select app_reach()) = 'all'
  or exists (select 1 from cases c where c.id = substitute.case_id)
) with check ((select app_reach()) <> 'none');
