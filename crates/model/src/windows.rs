//! Windows products, as hosts print them and as Microsoft's advisories label them.

mod build;
mod label;
mod product;

pub use build::{BuildError, WindowsBuild};
pub use label::{Label, parse_label};
pub use product::{Architecture, Edition, WindowsFamily, WindowsProduct};
