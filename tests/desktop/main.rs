//! Stories in the real window: the desktop app as it is built, driven through WebDriver as a person would
//! drive it. Few on purpose; what needs no window is proven lower down.
#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "the stories start a display, a driver and the app")]

mod away;
mod screen;
mod screens;
mod stage;
mod two_managers;
mod window;
