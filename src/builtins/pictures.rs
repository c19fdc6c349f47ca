//! Pictures: files of pixels, and three matrices as one value in colour.

use super::argument::Count;
use super::entry::builtins;
use super::figures::without_axes;
use crate::value::{Array, Blame, Fault, Object, Result, Value};
use matfac::io::{Pixels, read_picture, write_picture};
use matfac::plot::{Axes, Colour, Figure, Mark, Picture};
use std::any::Any;
use std::sync::Arc;

builtins! { "pictures";
    /// Read a picture: gray pixels as a matrix h×w of 0 to 255, colour as a picture with fields red, green and blue.
    ///
    /// PNG, JPEG, PNM and BMP are told apart by their content. With three outputs the channels come by themselves, for a
    /// gray picture three times the same.
    ///
    /// >>> file = [tempname() ".png"];
    /// >>> imwrite([0 128; 255 64], file)
    /// >>> A = imread(file)
    /// A = 2×2
    ///      0   128
    ///    255    64
    /// >>> delete(file)
    ///
    /// See also: imwrite, imshow, gray, rgb
    fn imread(cx, /** The file. */ file: String) -> [A, green, blue] { read(&cx.host.locate(&file), cx.nargout) }

    /// Write a picture: a matrix in gray, a colour picture in colour; numbers are rounded, and clipped to 0..255.
    ///
    /// When nothing is larger than 1, 1 is white, as for imshow. The file's ending says the format: .png, .jpg, .pgm, .ppm
    /// or .bmp.
    ///
    /// >>> file = [tempname() ".png"];
    /// >>> imwrite(rgb([255 0], [0 0], [0 255]), file)
    /// >>> p = imread(file); p.red
    /// ans = 1×2
    ///    255     0
    /// >>> delete(file)
    ///
    /// See also: imread, rgb, saveas
    fn imwrite(cx,
        /** A matrix of brightness, or a colour picture. */ A: Value,
        /** The file. */ file: String,
        /** Quality of a JPEG, 1 to 100. */ quality: Count = 90,
    ) { write(A, &file, quality.0) }

    /// Three matrices as a picture in colour, with fields red, green and blue.
    ///
    /// >>> p = rgb([255 0], [0 0], [0 255])
    /// p = colour picture, 1×2 pixels
    ///
    /// See also: imread, imshow, gray
    fn rgb(cx,
        /** Red, h×w, 0 to 255. */ red: Arc<Array>,
        /** Green, of the same size. */ green: Arc<Array>,
        /** Blue, of the same size. */ blue: Arc<Array>,
    ) -> [p] { joined([red, green, blue]) }
}

/// Red, green and blue of h×w pixels.
#[derive(Debug)]
pub struct ColourPicture {
    channels: [Arc<Array>; 3],
}

impl ColourPicture {
    /// What is drawn.
    pub fn marks(&self) -> Picture {
        let [red, green, blue] = &self.channels;
        let (rows, cols) = (red.data.rows(), red.data.cols());
        let byte = |a: &Array, i: usize, j: usize| a.data[(i, j)].clamp(0.0, 255.0).round() as u8;
        let places = (0..rows).flat_map(|i| (0..cols).map(move |j| (i, j)));
        let pixels = places
            .map(|(i, j)| Colour::new(byte(red, i, j), byte(green, i, j), byte(blue, i, j)))
            .collect();
        Picture { rows, cols, pixels }
    }
}

impl Object for ColourPicture {
    fn class(&self) -> &'static str {
        "colour picture"
    }

    fn summary(&self) -> String {
        let (h, w) = self.shape();
        format!("colour picture, {h}×{w} pixels")
    }

    fn fields(&self) -> &'static [&'static str] {
        &["red", "green", "blue"]
    }

    fn field(&self, name: &str) -> Option<Result<Value>> {
        let is_named = |field: &&str| *field == name || field[..1] == *name;
        let place = self.fields().iter().position(is_named)?;
        Some(Ok(Value::Matrix(self.channels[place].clone())))
    }

    fn shape(&self) -> (usize, usize) {
        (self.channels[0].data.rows(), self.channels[0].data.cols())
    }

    fn plot(&self) -> Option<Result<Figure>> {
        let mut axes = Axes::default();
        without_axes(&mut axes, Mark::Picture(self.marks()));
        Some(Ok(Figure::of(axes)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn read(path: &str, nargout: usize) -> Result<Vec<Value>> {
    Ok(match read_picture(path)? {
        Pixels::Gray(a) => {
            let gray = Value::from(a);
            vec![gray; nargout.max(1)]
        }
        Pixels::Colour(channels) if nargout > 1 => channels.map(Value::from).into(),
        Pixels::Colour(channels) => {
            let channels = channels.map(|a| Arc::new(Array::from(a)));
            vec![Value::object(ColourPicture { channels })]
        }
    })
}

fn joined(channels: [Arc<Array>; 3]) -> Result<Value> {
    let shapes = [0, 1, 2].map(|c| channels[c].data.shape());
    if let Some(other) = shapes.iter().position(|shape| *shape != shapes[0]) {
        let message = format!(
            "the channels of a picture have one size, and these are {} and {}",
            shapes[0], shapes[other]
        );
        return Err(Fault::new(message).blame(Blame::Positional(other)));
    }
    Ok(Value::object(ColourPicture { channels }))
}

fn write(a: Value, file: &str, quality: usize) -> Result<()> {
    let Ok(quality @ 1..=100) = u8::try_from(quality) else {
        let message = format!("quality lies between 1 and 100; it is {quality}");
        return Err(Fault::new(message).blame(Blame::Keyword("quality".into())));
    };
    let pixels = match a.as_object::<ColourPicture>() {
        Some(picture) => {
            let [red, green, blue] = &picture.channels;
            Pixels::Colour(Box::new([red.data.clone(), green.data.clone(), blue.data.clone()]))
        }
        None => {
            let a = super::operand::real("imwrite", a)?;
            let is_unit = a.data.as_slice().iter().all(|&x| x <= 1.0);
            Pixels::Gray(if is_unit { a.data.map(|x| 255.0 * x) } else { a.data.clone() })
        }
    };
    Ok(write_picture(file, &pixels, quality)?)
}
