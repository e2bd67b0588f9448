//! People, devices, clocks and nets for tests.
