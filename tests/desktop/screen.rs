//! Pictures of a virtual display: Xvfb keeps what it shows in a file in the form of xwd, which is read here.
//! The form: 32-bit numbers, big-endian, then colours of 12 bytes each, then the rows (X11, XWDFile.h, version 7).

use anyhow::{Context, Result, ensure};
use image::{Rgb, RgbImage};
use std::path::Path;

/// Places of the numbers that matter here.
const SIZE: usize = 0;
const VERSION: usize = 1;
const WIDTH: usize = 4;
const HEIGHT: usize = 5;
const BITS: usize = 11;
const ROW_BYTES: usize = 12;
const COLOURS: usize = 19;

/// Saves what the display shows as a PNG.
pub(crate) fn save(screen: &Path, picture: &Path) -> Result<()> {
    let bytes = std::fs::read(screen).context("read the display")?;
    let image = read(&bytes)?;
    image.save(picture).with_context(|| format!("keep the picture {}", picture.display()))
}

fn read(bytes: &[u8]) -> Result<RgbImage> {
    let number = |at: usize| -> Result<usize> {
        let four = bytes.get(4 * at..4 * at + 4).context("the display's file is too short")?;
        Ok(usize::try_from(u32::from_be_bytes(four.try_into()?))?)
    };
    ensure!(number(VERSION)? == 7 && number(BITS)? == 32, "the display's file has another form");
    let (width, height, row) = (number(WIDTH)?, number(HEIGHT)?, number(ROW_BYTES)?);
    let from = number(SIZE)? + 12 * number(COLOURS)?;
    let mut image = RgbImage::new(u32::try_from(width)?, u32::try_from(height)?);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let at = from + usize::try_from(y)? * row + usize::try_from(x)? * 4;
        let [blue, green, red, ..] = bytes.get(at..at + 4).context("the display's file is cut off")? else {
            continue;
        };
        *pixel = Rgb([*red, *green, *blue]);
    }
    Ok(image)
}

#[test]
fn a_display_of_two_pixels_is_read() {
    let mut numbers = [0u32; 25];
    (numbers[SIZE], numbers[VERSION], numbers[WIDTH], numbers[HEIGHT]) = (100, 7, 2, 1);
    (numbers[BITS], numbers[ROW_BYTES], numbers[COLOURS]) = (32, 8, 1);
    let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
    bytes.extend([0; 12]);
    bytes.extend([1, 2, 3, 0, 4, 5, 6, 0]);
    let image = read(&bytes).unwrap();
    assert_eq!((image.get_pixel(0, 0).0, image.get_pixel(1, 0).0), ([3, 2, 1], [6, 5, 4]));
    assert!(read(&bytes[..bytes.len() - 1]).is_err());
}
