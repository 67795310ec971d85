-- The walls of the fourth migration: how a letter leaves. {app} is the application's role.

-- Staff and members may change the standing needs of a member whom they see; nobody else's row.
alter policy seen on member
  with check ((select app_reach()) in ('all', 'members', 'contracts'));

-- What every later letter to a member heeds, change by change: seen by the member and by
-- the staff who see the member, by no office.
alter table standing_need enable row level security;
create policy seen on standing_need using (
  (select app_reach()) = 'all'
  or ((select app_reach()) in ('contracts', 'members')
      and exists (select 1 from member m where m.id = standing_need.member_id))
) with check ((select app_reach()) in ('all', 'members', 'contracts'));
revoke update, delete, truncate on standing_need from {app};
create trigger history_stays before update or delete on standing_need
  for each row execute function history_stays();
create trigger history_stays_whole before truncate on standing_need
  for each statement execute function history_stays();
