-- The walls of the fifteenth migration: packets and turns are seen by the staff that sees the case;
-- an office and a member see the proof on their own pages, never these rows.
alter table packet_sent enable row level security;
create policy seen on packet_sent using (
  (select app_reach()) = 'all'
  or exists (select 1 from cases c where c.id = packet_sent.case_id)
) with check ((select app_reach()) in ('all', 'contracts'));

alter table review_turn enable row level security;
create policy seen on review_turn using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = review_turn.case_id))
) with check ((select app_reach()) in ('all', 'contracts'));
