//! Picture files: gray and colour pixels as matrices, 0 for black to 255 for full brightness.
//!
//! PNG, JPEG, PNM and BMP are read, told apart by their content, and written, as the file's ending says. Pixels of sixteen
//! bits keep their precision as fractions; transparency is left out.

use crate::error::{Error, Result};
use crate::linalg::{Matrix, memory};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, ImageError, ImageFormat, ImageReader, RgbImage};
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

/// What a picture file holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Pixels {
    /// Brightness, h×w.
    Gray(Matrix),
    /// Red, green and blue, each h×w.
    Colour(Box<[Matrix; 3]>),
}

/// Reads a picture.
///
/// Errors: [`Error::Io`] when the file cannot be read, is no picture, or is a broken one.
pub fn read_picture(path: impl AsRef<Path>) -> Result<Pixels> {
    let path = path.as_ref();
    let io = |e: std::io::Error| failed("read", path, e.to_string(), None);
    let reader = ImageReader::new(BufReader::new(File::open(path).map_err(io)?));
    let reader = reader.with_guessed_format().map_err(io)?;
    if reader.format().is_none() {
        let message = "it is not a picture in PNG, JPEG, PNM or BMP".to_string();
        return Err(failed("read", path, message, Some("load reads tables of numbers")));
    }
    let picture = reader.decode().map_err(|e| failed("read", path, reason(&e), None))?;
    let (w, h) = (picture.width() as usize, picture.height() as usize);
    let sixteen = picture.color().bytes_per_pixel() / picture.color().channel_count() > 1;
    let is_gray = !picture.color().has_color();
    memory::entries::<f64>(w, if is_gray { h } else { 3 * h })?;
    let step = if sixteen { 65535.0 / 255.0 } else { 1.0 };
    let channel = |samples: &dyn Fn(usize) -> f64| Matrix::from_fn(h, w, |i, j| samples(i * w + j));
    Ok(match (is_gray, sixteen) {
        (true, false) => {
            let raw = picture.into_luma8().into_raw();
            Pixels::Gray(channel(&|p| f64::from(raw[p])))
        }
        (true, true) => {
            let raw = picture.into_luma16().into_raw();
            Pixels::Gray(channel(&|p| f64::from(raw[p]) / step))
        }
        (false, false) => {
            let raw = picture.into_rgb8().into_raw();
            Pixels::Colour(Box::new([0, 1, 2].map(|c| channel(&|p| f64::from(raw[3 * p + c])))))
        }
        (false, true) => {
            let raw = picture.into_rgb16().into_raw();
            let of = |c: usize| channel(&|p| f64::from(raw[3 * p + c]) / step);
            Pixels::Colour(Box::new([of(0), of(1), of(2)]))
        }
    })
}

/// Writes a picture of eight bits; numbers are rounded, and clipped to 0..255.
///
/// `quality` is JPEG's, 1 to 100. Errors: [`Error::Io`] for an ending that is not known, or when the file cannot be
/// written; [`Error::Argument`] for an empty picture or one that is too large for its format.
pub fn write_picture(path: impl AsRef<Path>, pixels: &Pixels, quality: u8) -> Result<()> {
    let path = path.as_ref();
    let (h, w) = match pixels {
        Pixels::Gray(a) => (a.rows(), a.cols()),
        Pixels::Colour(channels) => (channels[0].rows(), channels[0].cols()),
    };
    let sides = (u32::try_from(w), u32::try_from(h));
    let (Ok(width @ 1..), Ok(height @ 1..)) = sides else {
        let message = format!("a picture has at least one pixel; this is {h}×{w}");
        return Err(Error::argument("A", message));
    };
    let format = ImageFormat::from_path(path).ok().filter(|f| f.writing_enabled());
    let Some(format) = format else {
        let message = "its ending does not say which kind of picture to write".to_string();
        return Err(failed(
            "write",
            path,
            message,
            Some("end it in .png, .jpg, .pgm, .ppm or .bmp"),
        ));
    };
    let byte = |x: f64| x.clamp(0.0, 255.0).round() as u8;
    let places = || (0..h).flat_map(|i| (0..w).map(move |j| (i, j)));
    let picture = match pixels {
        Pixels::Gray(a) => {
            let bytes = places().map(|p| byte(a[p])).collect();
            GrayImage::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8)
        }
        Pixels::Colour(channels) => {
            let bytes = places().flat_map(|p| [0, 1, 2].map(|c| byte(channels[c][p]))).collect();
            RgbImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8)
        }
    };
    let picture = picture.expect("as many bytes as pixels");
    let io = |e: std::io::Error| failed("write", path, e.to_string(), None);
    let mut file = BufWriter::new(File::create(path).map_err(io)?);
    let written = match format {
        ImageFormat::Jpeg => {
            let encoder = JpegEncoder::new_with_quality(&mut file, quality);
            picture.write_with_encoder(encoder)
        }
        _ => {
            // Encoders want to seek; a picture fits in memory.
            let mut bytes = std::io::Cursor::new(Vec::new());
            let encoded = picture.write_to(&mut bytes, format);
            encoded.and_then(|()| Ok(file.write_all(bytes.get_ref())?))
        }
    };
    written.map_err(|e| failed("write", path, reason(&e), None))?;
    file.flush().map_err(io)
}

/// Why, in one line.
fn reason(error: &ImageError) -> String {
    match error {
        ImageError::Decoding(e) => format!("the picture is broken: {e}"),
        ImageError::Limits(e) => format!("the picture is too large: {e}"),
        other => other.to_string(),
    }
}

fn failed(action: &'static str, path: &Path, message: String, hint: Option<&str>) -> Error {
    let (path, hint) = (path.display().to_string(), hint.map(String::from));
    Error::Io { action, path, message, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let gray = Pixels::Gray(Matrix::from_fn(3, 5, |i, j| (17 * i + 40 * j) as f64));
        let ramp = |c: usize| Matrix::from_fn(4, 2, |i, j| (60 * i + 7 * j + c) as f64);
        let colour = Pixels::Colour(Box::new([ramp(0), ramp(20), ramp(40)]));
        for (name, pixels) in [
            ("a.png", &gray),
            ("a.pgm", &gray),
            ("a.bmp", &colour),
            ("b.png", &colour),
            ("b.ppm", &colour),
        ] {
            let path = directory.path().join(name);
            write_picture(&path, pixels, 90).unwrap();
            assert_eq!(&read_picture(&path).unwrap(), pixels, "{name}");
        }
        let path = directory.path().join("c.jpg");
        write_picture(&path, &gray, 95).unwrap();
        let Pixels::Gray(back) = read_picture(&path).unwrap() else { panic!("gray") };
        assert_eq!((back.rows(), back.cols()), (3, 5));
        // Out of range is clipped, and what lies between is rounded.
        let path = directory.path().join("d.png");
        let odd = Matrix::from_rows(&[&[-3.0, 0.4, 0.6, 255.0, 300.0, f64::NAN]]);
        write_picture(&path, &Pixels::Gray(odd), 90).unwrap();
        let clipped = Matrix::from_rows(&[&[0.0, 0.0, 1.0, 255.0, 255.0, 0.0]]);
        assert_eq!(read_picture(&path).unwrap(), Pixels::Gray(clipped));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("table.png");
        std::fs::write(&path, "1,2\n3,4\n").unwrap();
        let error = read_picture(&path).unwrap_err().to_string();
        assert!(error.contains("not a picture in PNG, JPEG, PNM or BMP"), "{error}");
        let whole = directory.path().join("whole.png");
        write_picture(&whole, &Pixels::Gray(Matrix::filled(50, 50, 7.0).unwrap()), 90).unwrap();
        let bytes = std::fs::read(&whole).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let error = read_picture(&path).unwrap_err().to_string();
        assert!(error.contains("table.png"), "{error}");
        assert!(read_picture(directory.path().join("none.png")).is_err());
        let pixel = Pixels::Gray(Matrix::zeros(1, 1));
        for name in ["a", "a.xyz", "a.gif"] {
            let error = write_picture(directory.path().join(name), &pixel, 90).unwrap_err();
            assert!(error.to_string().contains("ending"), "{error}");
        }
        let empty = Pixels::Gray(Matrix::zeros(0, 4));
        assert!(write_picture(directory.path().join("e.png"), &empty, 90).is_err());
        assert!(write_picture(directory.path().join("no/such/e.png"), &pixel, 90).is_err());
    }
}
