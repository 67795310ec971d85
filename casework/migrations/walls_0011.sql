-- The walls of the eleventh migration. {app} is the application's role. A claim is seen by the office
-- that billed it and by staff of its contract, and written by the import alone; a consent by its
-- office, its member and staff; a draft of an office by that office.
alter table claim_reference enable row level security;
create policy seen on claim_reference using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts' and contract_id = any ((select app_ids())::bigint[]))
  or ((select app_reach()) = 'organizations'
      and organization_id = any ((select app_ids())::bigint[]))
) with check ((select app_reach()) = 'all');
revoke delete, truncate on claim_reference from {app};

alter table consent enable row level security;
create policy seen on consent using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts' and contract_id = any ((select app_ids())::bigint[]))
  or ((select app_reach()) = 'members' and member_id = any ((select app_ids())::bigint[]))
  or ((select app_reach()) = 'organizations'
      and organization_id = any ((select app_ids())::bigint[]))
) with check (
  (select app_reach()) in ('all', 'contracts', 'members')
  or ((select app_reach()) = 'organizations'
      and organization_id = any ((select app_ids())::bigint[]))
);
revoke update, delete, truncate on consent from {app};

alter table office_draft enable row level security;
create policy seen on office_draft using (
  (select app_reach()) = 'organizations' and organization_id = any ((select app_ids())::bigint[])
) with check (
  (select app_reach()) = 'organizations' and organization_id = any ((select app_ids())::bigint[])
);

-- A provider's dispute about its own payment and its complaint about the plan are no matter of the
-- member: they stand in no list of hers, and use up no right of hers.
create policy of_an_office on cases as restrictive using (
  (select app_reach()) <> 'members'
  or not (about = 'dispute' or (kind = 'grievance' and filed_by in ('provider', 'physician')))
) with check (true);

-- An appeal names a request; a dispute about payment may name a claim that never had one.
alter table appeal add constraint ck_appeal_names_something
  check (about_case_id is not null or (dispute_about = 'payment' and claim <> ''));
