//! Faults that are planted on purpose: the simulator must find each, or it proves nothing.

use crate::histories::play;
use crate::kind::CHEAPEST;
use crate::plan::Bug;
use linchpin_testkit::device::DeviceBug;
use linchpin_testkit::hub_memory::HubBug;

/// How many histories each fault may take to be found.
const BUDGET: u64 = 400;

fn found(bug: Bug) {
    let found = (0..BUDGET)
        .find_map(|n| Some((n, play(2_000_000 + n, Some(bug), CHEAPEST).faults.into_iter().next()?)));
    let first = found.as_ref().map(|(n, _)| n);
    eprintln!("simulate: {bug:?} found by history {found:?}");
    assert!(first.is_some(), "{bug:?} was not found in {BUDGET} histories");
}

macro_rules! planted {
    ($($name:ident: $bug:expr;)+) => {$(
        #[test]
        fn $name() {
            found($bug);
        }
    )+};
}

planted! {
    a_cursor_that_moves_before_its_rows_is_found: Bug::Device(DeviceBug::CursorBeforeRows);
    change_ids_used_twice_after_a_restore_are_found: Bug::IdsUsedTwice;
    a_push_counted_as_sent_without_its_answer_is_found: Bug::Device(DeviceBug::LostAnswerIsSent);
    changes_forgotten_at_a_start_are_found: Bug::Device(DeviceBug::ForgetsWaiting);
    saved_said_too_early_is_found: Bug::Device(DeviceBug::SavedTooEarly);
    an_early_update_thrown_away_on_arrival_is_found: Bug::Device(DeviceBug::DropsEarlyText);
    a_restored_hub_that_is_not_followed_is_found: Bug::Device(DeviceBug::IgnoresEpoch);
    a_hub_that_forgets_what_it_took_is_found: Bug::Hub(HubBug::NoMemory);
    a_hub_that_answers_before_it_commits_is_found: Bug::Hub(HubBug::AnswersBeforeCommit);
    a_merge_by_order_of_arrival_is_found: Bug::Hub(HubBug::LastArrivalWins);
    an_early_update_thrown_away_by_the_hub_is_found: Bug::Hub(HubBug::DropsEarlyText);
    a_page_that_claims_too_much_is_found: Bug::Hub(HubBug::SkipsEntries);
    a_hub_restored_in_silence_is_found: Bug::Hub(HubBug::SilentRestore);
    a_hub_restored_twice_in_one_epoch_is_found: Bug::Hub(HubBug::SameEpochAgain);
    dropped_words_that_nobody_keeps_are_found: Bug::Hub(HubBug::NothingRecovered);
    changes_known_by_their_time_are_found: Bug::Hub(HubBug::SameTimeIsSame);
    half_of_a_push_acknowledged_as_all_is_found: Bug::Hub(HubBug::HalfAPush);
    deletions_lost_in_compaction_are_found: Bug::Hub(HubBug::CompactionRevives);
    a_value_dropped_under_a_deletion_is_found: Bug::Hub(HubBug::DropsUnderDeletion);
    lowered_stamps_that_are_all_alike_are_found: Bug::Hub(HubBug::LowersAlike);
    a_fill_that_reaches_too_far_is_found: Bug::Hub(HubBug::FillReachesTooFar);
    a_sum_that_only_grows_is_found: Bug::Hub(HubBug::SumOnlyGrows);
    a_page_taken_for_the_last_is_found: Bug::Device(DeviceBug::PageIsTheEnd);
    one_client_id_in_every_copy_is_found: Bug::Device(DeviceBug::SameClient);
    what_stays_where_a_part_was_taken_away_is_found: Bug::Device(DeviceBug::GoneStays);
    a_refused_change_that_blocks_is_found: Bug::Device(DeviceBug::RefusedBlocks);
    rights_as_they_were_at_the_hello_are_found: Bug::Hub(HubBug::RightsOfHello);
    a_change_that_slips_past_a_part_taken_away_is_found: Bug::Hub(HubBug::RightsOfBefore);
    a_fold_that_drops_deletions_is_found: Bug::Device(DeviceBug::FoldsWithoutDeletions);
}
