//! What the machines of the story say of themselves: `systeminfo` of Windows 7.

/// The update that closes MS17-010 on Windows 7.
const FIX: &str = "KB4012212";
/// One of before.
const BEFORE: &str = "KB3212646";

/// Whether a machine of the story has the fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patched {
    /// It has.
    Yes,
    /// It has one of before, and is open.
    No,
}

/// The file of one machine: its name, and what is in it. What was sent before is no news, so it says in which telling it was made.
pub(super) fn file(machine: &str, patched: Patched, telling: &str) -> (String, String) {
    let update = match patched {
        Patched::Yes => FIX,
        Patched::No => BEFORE,
    };
    let content = format!(
        "\r\nHost Name:                 {machine}\r\n\
         OS Name:                   Microsoft Windows 7 Professional\r\n\
         OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
         Registered Organization:   {telling}\r\n\
         System Type:               x64-based PC\r\n\
         Hotfix(s):                 1 Hotfix(s) Installed.\r\n\
         {space}[01]: {update}\r\n",
        space = " ".repeat(27),
    );
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    (format!("{}.txt", machine.chars().map(safe).collect::<String>()), content)
}
