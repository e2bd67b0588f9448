//! The messages between a desk and the hub, with their limits and codes.
