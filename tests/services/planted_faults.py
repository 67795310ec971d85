"""What breaks behind the back of the product, in SQL, and what undoes it: one of each kind."""

KEPT = "create table kept as select * from {0} where {1}; delete from {0} where {1}"
BACK = "insert into {0} overriding system value select * from kept; drop table kept"
MARK = "case_id = :case and step = '{0}'"
# Code, the case it is planted on ("" for the house), what plants it, what undoes it.
PLANTED = {
    "a step deleted": (
        "mark_missing",
        "new",
        KEPT.format("clock_mark", MARK.format(75)),
        BACK.format("clock_mark"),
    ),
    "the last step deleted": (
        "mark_missing",
        "new",
        KEPT.format("clock_mark", MARK.format(100)),
        BACK.format("clock_mark"),
    ),
    "a step moved by a second": (
        "mark_missing",
        "new",
        f"update clock_mark set fire_at = fire_at + interval '1 second' where {MARK.format(100)}",
        f"update clock_mark set fire_at = fire_at - interval '1 second' where {MARK.format(100)}",
    ),
    "a step switched off": (
        "mark_missing",
        "new",
        f"update clock_mark set state = 'done' where {MARK.format(100)}",
        f"update clock_mark set state = 'pending' where {MARK.format(100)}",
    ),
    "a step of no ladder": (
        "mark_stray",
        "new",
        (
            "insert into clock_mark (case_id, clock, step, generation, fire_at, state, reason,"
            " attempts) select case_id, clock, step, 9, fire_at, 'pending', '', 0 from clock_mark"
            f" where {MARK.format(100)}"
        ),
        "delete from clock_mark where case_id = :case and generation = 9",
    ),
    "a step that failed": (
        "mark_failed",
        "new",
        f"update clock_mark set state = 'failed', reason = 'KeyError' where {MARK.format(75)}",
        f"update clock_mark set state = 'pending', reason = '' where {MARK.format(75)}",
    ),
    "an escalation deleted": (
        "effect_missing",
        "late",
        KEPT.format("escalation", "case_id = :case"),
        BACK.format("escalation"),
    ),
    "something owed past its time": (
        "obligation_overdue",
        "new",
        (
            "insert into obligation (case_id, kind, clock, says, citation, cause_seq, owner_role,"
            " due_at, raised_at, done_by) values (:case, 'planted', '', 'Tell the member.', '', 1,"
            " 'nurse', '2000-01-02', '2000-01-01', '')"
        ),
        "update obligation set done_at = now(), done_by = 'Nora' where kind = 'planted'",
    ),
    "a corrective action past its day": (
        "correction_overdue",
        "new",
        (
            "insert into corrective_action (case_id, what_ct, owner_id, due_at, opened_at,"
            " opened_by, moves, done_by, proof_ct) select :case, '', id, '2000-01-02',"
            " '2000-01-01', '', 0, '', '' from user_account where kind = 'staff' limit 1"
        ),
        "delete from corrective_action where case_id = :case",
    ),
    "a packet that no body acknowledged": (
        "packet_unproved",
        "new",
        (
            "with asked as (insert into case_file_request (case_id, scope, asked_for, channel,"
            " asked_at, asked_by, cause_seq, state, due_at, due_lines, pages_done, pages_total,"
            " says, sha256, size, pages, language, contents, withheld, cleared_by) values (:case,"
            " 'packet', 'body', 'plan', '2000-01-01', '', 1, 'sent', '2000-01-02', '[]', 0, 0, '',"
            " '', 0, 0, 'en', '[]', '[]', '') returning id) insert into packet_sent (case_id,"
            " request_id, addressee, number, channel, external_key, state, first_page, pages, size,"
            " sha256, items, intended_at, handed_at, proof, proved_by, problem, chased_at) select"
            " :case, id, 'A body', 1, 'folder', 'packet-0-0', 'handed', 1, 1, 1, '', '[]',"
            " '2000-01-01', '2000-01-01', '', '', '', '2000-01-02' from asked"
        ),
        (
            "delete from packet_sent where case_id = :case; delete from case_file_request where"
            " case_id = :case"
        ),
    ),
    "a due moved": (
        "clock_differs",
        "new",
        "update clock set due_at = due_at + interval '1 day' where case_id = :case",
        "update clock set due_at = due_at - interval '1 day' where case_id = :case",
    ),
    "a clock given to the member": (
        "clock_differs",
        "new",
        "update clock set owner = 'member' where case_id = :case",
        "update clock set owner = 'plan' where case_id = :case",
    ),
    "a ladder laid to rest": (
        "no_obligation",
        "new",
        (
            "update clock_mark set state = 'skipped', reason = 'x', settled_at = fire_at"
            " where case_id = :case"
        ),
        (
            "update clock_mark set state = 'pending', reason = '', settled_at = null"
            " where case_id = :case"
        ),
    ),
    "an open case hidden": (
        "openness_wrong",
        "new",
        "update cases set open = false where id = :case",
        "update cases set open = true where id = :case",
    ),
    "a done case shown": (
        "openness_wrong",
        "closed",
        "update cases set open = true where id = :case",
        "update cases set open = false where id = :case",
    ),
    "a question without end": (
        "pended_without_timer",
        "pended",
        "update information_request set answered_at = asked_at where case_id = :case",
        "update information_request set answered_at = null where case_id = :case",
    ),
    "a question too old": (
        "question_overdue",
        "pended",
        "update information_request set due_at = due_at - interval '30 days' where case_id = :case",
        "update information_request set due_at = due_at + interval '30 days' where case_id = :case",
    ),
    "a talk forgotten": (
        "talk_overdue",
        "nurse's",
        (
            "insert into peer_to_peer (case_id, slot_at, offered_at, attempts, outcome)"
            " select id, received_at - interval '3 days', received_at, 0, '' from cases"
            " where id = :case"
        ),
        "delete from peer_to_peer where case_id = :case",
    ),
    "a task on a closed case": (
        "task_on_closed",
        "closed",
        (
            "insert into information_request (case_id, wanted_ct, from_whom, asked_at, due_at)"
            " select id, '', 'provider', received_at, received_at from cases where id = :case"
        ),
        "delete from information_request where case_id = :case",
    ),
    "a nurse who left": (
        "work_of_leavers",
        "nurse's",
        (
            "update user_account set left_on = '2027-02-26' where id ="
            " (select assignee_id from cases where id = :case)"
        ),
        "update user_account set left_on = null where left_on = '2027-02-26'",
    ),
    "a manager who left": (
        "line_to_leaver",
        "",
        (
            "update user_account set active = false where id in (select manager_id"
            " from reporting_line)"
        ),
        "update user_account set active = true where id in (select manager_id from reporting_line)",
    ),
    "a letter refused": (
        "letter_stuck",
        "nurse's",
        (
            "update letter set state = 'refused' where id ="
            " (select min(id) from letter where case_id = :case)"
        ),
        "update letter set state = 'due' where case_id = :case",
    ),
    "a letter nobody makes": (
        "letter_orphaned",
        "nurse's",
        (
            "update outbox set state = 'done' where id ="
            " (select min(id) from outbox where case_id = :case)"
        ),
        "update outbox set state = 'waiting' where case_id = :case",
    ),
    "a letter too late": (
        "letter_late",
        "nurse's",
        (
            "update letter set owed_at = owed_at - interval '2 hours' where id ="
            " (select min(id) from letter where case_id = :case)"
        ),
        (
            "update letter set owed_at = owed_at + interval '2 hours' where id ="
            " (select min(id) from letter where case_id = :case)"
        ),
    ),
    "a letter gone": (
        "letter_lost",
        "nurse's",
        (
            "update letter set cause_seq = 9000 where id ="
            " (select min(id) from letter where case_id = :case and recipient = 'member')"
        ),
        "update letter set cause_seq = 1 where case_id = :case and cause_seq = 9000",
    ),
    "a letter with two copies of one way": (
        "letter_doubled",
        "nurse's",
        (
            "insert into delivery (case_id, letter_id, channel, external_key, counts, state,"
            " intended_at, proof) select l.case_id, l.id, 'mail', 'planted' || n, true,"
            " 'confirmed', l.owed_at, '' from letter l, generate_series(1, 2) n where l.id ="
            " (select min(id) from letter where case_id = :case)"
        ),
        "delete from delivery where external_key like 'planted%'",
    ),
    "a letter told twice": (
        "letter_doubled",
        "late",
        (
            "insert into case_event select case_id, n, 'letter_sent', '', '', '', occurred_at,"
            " recorded_at, 'system', 0, '', '', '', '', '', '', '', null, '', null,"
            " '{\"letter\"\\:7}', '', prev_hash, hash, mac from case_event,"
            " generate_series(9001, 9002) n where case_id = :case and seq = 1"
        ),
        (
            "alter table case_event disable trigger history_stays;"
            " delete from case_event where case_id = :case and seq > 9000;"
            " alter table case_event enable trigger history_stays"
        ),
    ),
    "a letter without a proof": (
        "letter_unproved",
        "nurse's",
        (
            "update letter set state = 'sent' where id ="
            " (select min(id) from letter where case_id = :case)"
        ),
        "update letter set state = 'due' where case_id = :case",
    ),
    "a letter that came back to nobody": (
        "return_unattended",
        "nurse's",
        (
            "insert into delivery (case_id, letter_id, channel, external_key, counts, state,"
            " intended_at, confirmed_at, proof) select case_id, id, 'print', 'planted', true,"
            " 'returned', owed_at, owed_at, '' from letter where id ="
            " (select min(id) from letter where case_id = :case)"
        ),
        "delete from delivery where external_key = 'planted'",
    ),
    "a letter that nobody releases": (
        "held_unattended",
        "nurse's",
        (
            "update letter set state = 'held' where id ="
            " (select min(id) from letter where case_id = :case)"
        ),
        "update letter set state = 'due' where case_id = :case",
    ),
    "a copy in doubt": (
        "delivery_in_doubt",
        "nurse's",
        (
            "insert into delivery (case_id, letter_id, channel, external_key, counts, state,"
            " intended_at, proof) select case_id, id, 'mail', 'planted', true, 'in_doubt',"
            " owed_at - interval '2 days', '' from letter where id ="
            " (select min(id) from letter where case_id = :case)"
        ),
        "delete from delivery where external_key = 'planted'",
    ),
    "a copy without a proof of mailing": (
        "mailing_unproved",
        "nurse's",
        (
            "insert into print_batch (contract_id, name, state, why, files, sha256, opened_at,"
            " written_at, problem) select contract_id, 'planted', 'mailed', 'ready', 1, '',"
            " received_at, received_at, '' from cases where id = :case;"
            "insert into delivery (case_id, letter_id, channel, external_key, counts, state,"
            " intended_at, proof, batch_id, chased_at) select case_id, id, 'print', 'planted',"
            " false, 'confirmed', owed_at, '', (select id from print_batch where name = 'planted'),"
            " owed_at from letter where id = (select min(id) from letter where case_id = :case)"
        ),
        (
            "delete from delivery where external_key = 'planted';"
            "delete from print_batch where name = 'planted'"
        ),
    ),
    "a letter to no address": (
        "letter_without_a_way",
        "nurse's",
        (
            "update letter set state = 'deposited' where id ="
            " (select min(id) from letter where case_id = :case);"
            "insert into delivery (case_id, letter_id, channel, external_key, counts, state,"
            " intended_at, proof) select case_id, id, 'print', 'planted', true, 'refused',"
            " owed_at, '' from letter where id ="
            " (select min(id) from letter where case_id = :case)"
        ),
        (
            "delete from delivery where external_key = 'planted';"
            "update letter set state = 'due' where case_id = :case"
        ),
    ),
    "a batch that nobody answered": (
        "batch_wrong",
        "",
        (
            "insert into print_batch (contract_id, name, state, why, files, sha256, opened_at,"
            " written_at, problem) select contract_id, 'planted', 'written', 'ready', 1, '',"
            " received_at, received_at - interval '9 days', '' from cases limit 1"
        ),
        "delete from print_batch where name = 'planted'",
    ),
    "work parked": (
        "outbox_parked",
        "nurse's",
        (
            "update outbox set state = 'parked', attempts = 5 where id ="
            " (select min(id) from outbox where case_id = :case)"
        ),
        "update outbox set state = 'waiting', attempts = 0 where case_id = :case",
    ),
    "work of no case parked": (
        "outbox_parked",
        "",
        (
            "insert into outbox (topic, dedupe_key, state, attempts, next_at, created_at,"
            " lease_token, error) select 'mail', 'planted', 'parked', 5, created_at, created_at,"
            " '', '' from outbox limit 1"
        ),
        "delete from outbox where dedupe_key = 'planted'",
    ),
    "work nobody takes": (
        "outbox_stale",
        "",
        (
            "update outbox set next_at = next_at - interval '1 hour' where id ="
            " (select min(id) from outbox where state = 'waiting')"
        ),
        (
            "update outbox set next_at = next_at + interval '1 hour' where id ="
            " (select min(id) from outbox where state = 'waiting')"
        ),
    ),
    "a loop that stands": (
        "loop_stopped",
        "",
        (
            "update heartbeat set at = at - interval '1 hour' where name = 'sweep';"
            " update check_round set started_at = started_at - interval '1 hour'"
        ),
        (
            "update heartbeat set at = at + interval '1 hour' where name = 'sweep';"
            " update check_round set started_at = started_at + interval '1 hour'"
        ),
    ),
}
