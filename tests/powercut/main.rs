//! Power cuts: what the stores' calls have said is saved is there whatever a cut leaves of the disk. The real
//! stores work on a disk that is recorded; images of it are built for moments drawn from a seed and opened by the
//! product's own code. On the same disk every single write fails, and nothing is lost. `LINCHPIN_SEED` builds one
//! image again, `LINCHPIN_LONG` builds many more.
#![cfg(unix)]
#![expect(clippy::indexing_slicing, reason = "a workload that cannot go on ends there")]

mod client;
mod cuts;
mod faults;
mod faults_hub;
mod hub;
mod judge;
mod judge_hub;
mod workload;
