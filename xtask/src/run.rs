//! The product with a small sample network, in one command: a hub in a folder of its own, two people on it, one
//! sample call, and the window of one of them. A second run takes seconds. Without a display the stories are
//! told in the real window on a virtual one. Nothing here touches a person's own data or keychain.

mod network;
mod open;

use crate::house::House;
use crate::{setup, steps, ui};
use anyhow::{Context, Result, ensure};
use network::Network;

/// Opens the app as one of the two people of the sample network.
pub(crate) fn run(house: &House, name: &str) -> Result<()> {
    let person = network::person(name)?;
    setup::ready_to_run(house, has_display())?;
    ui::build(house)?;
    // Where the stories are told, programs and tests are built at once: apart, half of all libraries would be built twice.
    let words: &[&str] =
        if has_display() { &["build", "--workspace"] } else { &["build", "--workspace", "--all-targets"] };
    steps::loudly("build the programs", &mut house.cargo(words))?;
    if !has_display() {
        return without_a_display(house);
    }
    let network = Network::at(house);
    let mine = open::take(house, person.name)?;
    let hub = network.start(house)?;
    network.people(house)?;
    println!("\nOpening Linchpin as {}. Close the window to end.", person.full_name);
    let status = network.app(house, person).status().context("open the app")?;
    drop(mine);
    if let Some(hub) = hub {
        open::wait_for_the_others(house, person.name)?;
        hub.stop();
    }
    ensure!(status.success(), "the app ended with {status}");
    Ok(())
}

fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Does the main job by itself on the real app in a virtual display.
fn without_a_display(house: &House) -> Result<()> {
    println!("\nThere is no display here, so the main job is done by itself in a virtual one.");
    let words = ["test", "--workspace", "--test", "desktop"];
    steps::loudly("two managers answer one consultation, in the real window", &mut house.cargo(&words))?;
    println!("\nThe pictures lie in {}", house.target.join("debug").join("pictures").display());
    Ok(())
}
