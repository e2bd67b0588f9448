//! Renders the mark to every size. Tauri's command line draws the pictures; this program puts the drawing that
//! is made for 16 px into the places where systems show 16 px, gives the macOS icon the margin that its
//! neighbours have, and drops what only telephones want.

use crate::house::House;
use crate::{steps, ui};
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// The pictures that are committed, beside the two packed ones.
const KEPT: [&str; 5] = ["32x32.png", "64x64.png", "128x128.png", "128x128@2x.png", "icon.png"];
/// The drawing's own square, and the wider one that leaves a tenth free on each side.
const SQUARE: &str = "viewBox=\"0 0 32 32\"";
const WITH_MARGIN: &str = "viewBox=\"-3.9 -3.9 39.8 39.8\"";
/// The two parts of an .icns file that hold 16 px: colours and mask.
const SMALL_PARTS: [&[u8]; 2] = [b"is32", b"s8mk"];

/// Renders everything anew.
pub(crate) fn icons(house: &House) -> Result<()> {
    let place = house.target.join("icons");
    let [large, small, apple] = ["large", "small", "apple"].map(|name| place.join(name));
    std::fs::create_dir_all(&place).context("make a folder for the pictures")?;
    let drawing = crate::files::read(&house.at("icons/icon.svg"))?;
    ensure!(drawing.contains(SQUARE), "icons/icon.svg is not drawn on 32 by 32 any more");
    let with_margin = place.join("apple.svg");
    std::fs::write(&with_margin, drawing.replacen(SQUARE, WITH_MARGIN, 1))
        .context("write the drawing with a margin")?;
    draw(house, &house.at("icons/icon.svg"), &large, &[])?;
    draw(house, &house.at("icons/icon-16.svg"), &small, &[])?;
    draw(house, &house.at("icons/icon-16.svg"), &place.join("tiny"), &["--png", "16"])?;
    draw(house, &with_margin, &apple, &[])?;
    for name in KEPT {
        std::fs::copy(large.join(name), house.at("icons").join(name))
            .with_context(|| format!("keep {name}"))?;
    }
    std::fs::copy(place.join("tiny/16x16.png"), house.at("icons/16x16.png")).context("keep 16x16.png")?;
    keep(house, "icon.ico", &with_small_ico(&bytes(&large, "icon.ico")?, &bytes(&small, "icon.ico")?)?)?;
    keep(house, "icon.icns", &with_small_icns(&bytes(&apple, "icon.icns")?, &bytes(&small, "icon.icns")?)?)?;
    println!("    icons/: {} pictures", KEPT.len() + 3);
    Ok(())
}

fn draw(house: &House, drawing: &Path, folder: &Path, more: &[&str]) -> Result<()> {
    let mut command = ui::tauri(house, &["icon"])?;
    command.arg(drawing).arg("-o").arg(folder).args(more);
    steps::quietly(&format!("draw {}", folder.display()), &mut command)
}

fn bytes(folder: &Path, name: &str) -> Result<Vec<u8>> {
    std::fs::read(folder.join(name)).with_context(|| format!("read {name}"))
}

fn keep(house: &House, name: &str, bytes: &[u8]) -> Result<()> {
    std::fs::write(house.at("icons").join(name), bytes).with_context(|| format!("keep {name}"))
}

/// Returns the first .ico with its 16 px picture taken from the second.
fn with_small_ico(large: &[u8], small: &[u8]) -> Result<Vec<u8>> {
    let mut pictures = ico_pictures(large)?;
    let tiny = ico_pictures(small)?.into_iter().find(|(about, _)| about.first() == Some(&16));
    let tiny = tiny.context("the small .ico holds a picture of 16 px")?;
    let place = pictures.iter_mut().find(|(about, _)| about.first() == Some(&16));
    *place.context("the large .ico holds a picture of 16 px")? = tiny;
    let count = u16::try_from(pictures.len()).context("an .ico holds a few pictures")?;
    let mut file = [&[0, 0, 1, 0], &count.to_le_bytes()[..]].concat();
    let mut at = 6 + 16 * pictures.len();
    for (about, picture) in &pictures {
        file.extend(about);
        file.extend(u32::try_from(picture.len())?.to_le_bytes());
        file.extend(u32::try_from(at)?.to_le_bytes());
        at += picture.len();
    }
    file.extend(pictures.into_iter().flat_map(|(_, picture)| picture));
    Ok(file)
}

/// Returns the pictures of an .ico with the eight bytes that describe each.
fn ico_pictures(file: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let count = usize::from(u16::from_le_bytes(part(file, 4, 2)?.try_into()?));
    let mut pictures = Vec::new();
    for index in 0..count {
        let entry = part(file, 6 + 16 * index, 16)?;
        let length = u32::from_le_bytes(part(entry, 8, 4)?.try_into()?);
        let at = u32::from_le_bytes(part(entry, 12, 4)?.try_into()?);
        let picture = part(file, usize::try_from(at)?, usize::try_from(length)?)?;
        pictures.push((part(entry, 0, 8)?.to_vec(), picture.to_vec()));
    }
    Ok(pictures)
}

/// Returns the first .icns with its 16 px parts taken from the second.
fn with_small_icns(large: &[u8], small: &[u8]) -> Result<Vec<u8>> {
    let is_small = |kind: &[u8]| SMALL_PARTS.contains(&kind);
    let mut parts: Vec<(Vec<u8>, Vec<u8>)> =
        icns_parts(large)?.into_iter().filter(|(kind, _)| !is_small(kind)).collect();
    let tiny: Vec<(Vec<u8>, Vec<u8>)> =
        icns_parts(small)?.into_iter().filter(|(kind, _)| is_small(kind)).collect();
    ensure!(tiny.len() == SMALL_PARTS.len(), "the small .icns holds a picture of 16 px");
    parts.extend(tiny);
    parts.sort();
    let mut body = Vec::new();
    for (kind, picture) in parts {
        body.extend(kind);
        body.extend(u32::try_from(picture.len() + 8)?.to_be_bytes());
        body.extend(picture);
    }
    let length = u32::try_from(body.len() + 8)?.to_be_bytes();
    Ok([&b"icns"[..], &length[..], &body].concat())
}

fn icns_parts(file: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    ensure!(file.starts_with(b"icns"), "not an .icns file");
    let mut parts = Vec::new();
    let mut at = 8;
    while at < file.len() {
        let length = usize::try_from(u32::from_be_bytes(part(file, at + 4, 4)?.try_into()?))?;
        ensure!(length >= 8, "a part of an .icns file is too short");
        parts.push((part(file, at, 4)?.to_vec(), part(file, at + 8, length - 8)?.to_vec()));
        at += length;
    }
    Ok(parts)
}

fn part(file: &[u8], at: usize, length: usize) -> Result<&[u8]> {
    file.get(at..at + length).context("the file of pictures ends too soon")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ico(pictures: &[(u8, &[u8])]) -> Vec<u8> {
        let mut file = vec![0, 0, 1, 0, u8::try_from(pictures.len()).unwrap(), 0];
        let mut at = 6 + 16 * pictures.len();
        for (size, picture) in pictures {
            file.extend([*size, *size, 0, 0, 0, 0, 32, 0]);
            file.extend(u32::try_from(picture.len()).unwrap().to_le_bytes());
            file.extend(u32::try_from(at).unwrap().to_le_bytes());
            at += picture.len();
        }
        file.extend(pictures.iter().flat_map(|(_, picture)| picture.to_vec()));
        file
    }

    #[test]
    fn the_small_drawing_takes_the_small_place() {
        let large = ico(&[(16, b"shrunk"), (32, b"large")]);
        let small = ico(&[(16, b"drawn for 16"), (32, b"other")]);
        let packed = with_small_ico(&large, &small).unwrap();
        let pictures: Vec<Vec<u8>> =
            ico_pictures(&packed).unwrap().into_iter().map(|(_, picture)| picture).collect();
        assert_eq!(pictures, [b"drawn for 16".to_vec(), b"large".to_vec()]);
    }

    #[test]
    fn a_file_that_ends_too_soon_is_refused() {
        let whole = ico(&[(16, b"shrunk")]);
        assert!(with_small_ico(&whole[..20], &whole).is_err());
    }
}
