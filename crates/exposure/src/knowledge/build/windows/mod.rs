//! Microsoft's rows, compiled per product: which flaws, and for each the alternatives that fix it.
//!
//! Rules, each from how Microsoft publishes:
//! - All KBs listed for one flaw, product and component are **alternatives**: any one fixes it.
//!   (In the data of June 2026, 45,811 of 46,072 groups with more than one KB list KBs that are not
//!   linked by supersedence.)
//! - A row without a KB beside rows with one says nothing new; alone it means "no fix is known".
//! - Components that come in versions of their own (.NET, Internet Explorer on old systems) are
//!   separate groups, because a host may hold one, several or none of them.
//! - A security-only update contains nothing before it, whatever a feed says it supersedes; nor is
//!   one of a later month taken as a fix on the word of a republished list alone (the wes-ng
//!   definitions name those of April 2017 for MS17-010, which Microsoft's KB4023262 denies), nor any
//!   update where the publisher says that none exists (they name KB4012598 for Windows XP SP1).

mod draft;
mod groups;
mod updates;
mod words;

pub(super) use draft::{Origin, Windows};
