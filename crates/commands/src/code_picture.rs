//! Text as a picture that cameras read (a QR code), as the window draws it.

use crate::error::Error;
use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;
use std::fmt::Write;
use ts_rs::TS;

/// A picture of dark squares on light.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CodePicture {
    /// Squares along each side. Four light ones belong around it.
    pub size: usize,
    /// The dark ones, as the path of an SVG.
    pub path: String,
}

/// Draws a text.
///
/// # Errors
/// A text that is too long for any picture.
pub(crate) fn of(text: &str) -> Result<CodePicture, Error> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|error| Error::internal(&format!("a code as a picture: {error}")))?;
    let size = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(size).enumerate() {
        for (x, width) in runs(row) {
            write!(path, "M{x} {y}h{width}v1h-{width}z").map_err(|_| Error::internal("a path"))?;
        }
    }
    Ok(CodePicture { size, path })
}

/// Returns where dark squares begin in a row, and how many stand together.
fn runs(row: &[Color]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (x, _) in row.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        match runs.last_mut() {
            Some((from, width)) if *from + *width == x => *width += 1,
            _ => runs.push((x, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_holds_every_dark_square_once() {
        let text = "otpauth://totp/Network:asha%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Network";
        let drawn = of(text).expect("it fits");
        let code = QrCode::with_error_correction_level(text, EcLevel::M).expect("it fits");
        let squares: usize = drawn
            .path
            .split('h')
            .skip(1)
            .filter_map(|part| part.split('v').next()?.parse::<usize>().ok())
            .sum();
        let dark = code.to_colors().iter().filter(|color| **color == Color::Dark).count();
        assert_eq!((drawn.size, squares), (code.width(), dark));
        assert!(drawn.path.starts_with("M0 0h7v1h-7z"), "the corner by which cameras find it");
        assert!(of(&"x".repeat(8_000)).is_err());
    }
}
