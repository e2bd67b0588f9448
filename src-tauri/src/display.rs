//! Whether there is something to show a window on. Only Linux starts programs without it.

use std::ffi::OsString;
use std::path::Path;

/// Tells whether the system names a display. One that is named may still not answer.
pub(crate) fn is_there() -> bool {
    !cfg!(target_os = "linux") || is_named(|name| std::env::var_os(name), Path::exists)
}

/// Where no display is named, the usual one of Wayland is taken if it is there.
fn is_named(value: impl Fn(&str) -> Option<OsString>, exists: impl Fn(&Path) -> bool) -> bool {
    let set = |name| value(name).filter(|value| !value.is_empty());
    set("DISPLAY").is_some()
        || set("WAYLAND_DISPLAY").is_some()
        || set("XDG_RUNTIME_DIR").is_some_and(|folder| exists(&Path::new(&folder).join("wayland-0")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_both_names_or_the_usual_place_is_a_display() {
        let only = |set: &'static str| move |name: &str| (name == set).then(|| OsString::from("/run/user/1"));
        assert!(is_named(only("DISPLAY"), |_| false));
        assert!(is_named(only("WAYLAND_DISPLAY"), |_| false));
        assert!(is_named(only("XDG_RUNTIME_DIR"), |path| path == Path::new("/run/user/1/wayland-0")));
        assert!(!is_named(only("XDG_RUNTIME_DIR"), |_| false));
        assert!(!is_named(|_| None, |_| true));
        assert!(!is_named(|_| Some(OsString::new()), |_| true));
    }
}
