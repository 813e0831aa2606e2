//! Built-in knowledge (stub until the tables land).

use jiff::civil::Date;
use model::fact::FactSink;
use model::windows::{WindowsFamily, WindowsProduct};

/// Why a built-in table is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BuiltinError(String);

/// Emits facts.
pub fn facts(_sink: &mut dyn FactSink) -> Result<(), BuiltinError> {
    Ok(())
}

/// A horizon.
#[derive(Debug)]
pub struct Horizon {
    /// Product.
    pub product: WindowsProduct,
    /// Highest KB.
    pub kb: u32,
    /// Day.
    pub day: Date,
}

/// Horizons.
pub fn horizons() -> Result<Vec<Horizon>, BuiltinError> {
    Ok(Vec::new())
}

/// Optional components.
#[derive(Debug)]
pub struct OptionalComponents;

impl OptionalComponents {
    /// Loads.
    pub fn load() -> Result<Self, BuiltinError> {
        Ok(Self)
    }

    /// Whether optional.
    pub fn is_optional(&self, component: &str, _family: WindowsFamily) -> bool {
        let c = component.to_lowercase();
        c.contains(".net") || c.contains("internet explorer") || c.contains("office")
    }
}
