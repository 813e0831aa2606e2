//! What the title of an update says of itself.

use jiff::civil::Date;
use model::windows::{Label, WindowsProduct, parse_label};

/// The month in a title such as "2019-03 Cumulative Update for Windows Server 2016 for x64-based
/// Systems (KB4489882)" or "2019-03 Security Monthly Quality Rollup for Windows 7 …"; `None` if it
/// is not the operating system's own cumulative update. ".NET" has cumulative updates of its own,
/// and a "Security Only" update contains nothing before it.
pub(crate) fn cumulative_month(title: &str, product: &WindowsProduct) -> Option<(i16, i8)> {
    let folded = title.to_lowercase();
    let cumulative = folded.contains("cumulative update for windows")
        || folded.contains("cumulative update preview for windows")
        || folded.contains("cumulative update for microsoft server")
        || (folded.contains("monthly quality rollup") && folded.contains("windows"));
    if !cumulative || folded.contains(".net") || folded.contains("security only") {
        return None;
    }
    // A title names its product; one that names another product family is not for this host.
    if !folded.contains(&product.family.name().to_lowercase()) && product.family.has_releases() {
        return None;
    }
    let named = folded.find("windows ").and_then(|at| match parse_label(folded.get(at..)?) {
        Label::Windows(named) => named.release,
        _ => None,
    });
    if named.is_some() && product.release.is_some() && named != product.release {
        return None;
    }
    let (year, rest) = folded.trim_start().split_at_checked(4)?;
    let month = rest.strip_prefix('-')?.get(..2)?;
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    Date::new(year, month, 1).ok().map(|d| (d.year(), d.month()))
}
