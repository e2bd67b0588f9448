//! Whether there is something to show a window on. Only Linux starts programs without it.

/// Tells whether the system names a display. One that is named may still not answer.
pub(crate) fn is_there() -> bool {
    !cfg!(target_os = "linux")
        || is_named(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn is_named(set: impl Fn(&str) -> bool) -> bool {
    set("DISPLAY") || set("WAYLAND_DISPLAY")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_both_names_is_a_display() {
        assert!(is_named(|name| name == "DISPLAY"));
        assert!(is_named(|name| name == "WAYLAND_DISPLAY"));
        assert!(!is_named(|_| false));
    }
}
