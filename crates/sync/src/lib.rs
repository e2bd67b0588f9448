//! Brings the local store in step with the hub: a pure engine and its driver.
