//! The console code pages that have no web encoding.
//!
//! Source of every table: the mapping files of the Unicode consortium,
//! `MAPPINGS/VENDORS/MICSFT/PC/CP437.TXT` and its neighbours. Each string holds the characters of
//! bytes 0x80 to 0xFF in order; bytes below are ASCII. U+FFFD stands where a page defines nothing.

/// United States; also the console of many English systems.
pub(super) const CP437: &str = "\
    ÇüéâäàåçêëèïîìÄÅ\
    ÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«»\
    ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
    ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩\
    ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Greek.
pub(super) const CP737: &str = "\
    ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠ\
    ΡΣΤΥΦΧΨΩαβγδεζηθ\
    ικλμνξοπρσςτυφχψ\
    ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
    ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    ωάέήϊίόύϋώΆΈΉΊΌΎ\
    Ώ±≥≤ΪΫ÷≈°∙·√ⁿ²■\u{a0}";

/// Baltic.
pub(super) const CP775: &str = "\
    ĆüéāäģåćłēŖŗīŹÄÅ\
    ÉæÆōöĢ¢ŚśÖÜø£Ø×¤\
    ĀĪóŻżź”¦©®¬½¼Ł«»\
    ░▒▓│┤ĄČĘĖ╣║╗╝ĮŠ┐\
    └┴┬├─┼ŲŪ╚╔╩╦╠═╬Ž\
    ąčęėįšųūž┘┌█▄▌▐▀\
    ÓßŌŃõÕµńĶķĻļņĒŅ’\
    \u{ad}±“¾¶§÷„°∙·¹³²■\u{a0}";

/// Western Europe: the console of German, French, Spanish, Italian, Dutch, Nordic and Portuguese systems.
pub(super) const CP850: &str = "\
    ÇüéâäàåçêëèïîìÄÅ\
    ÉæÆôöòûùÿÖÜø£Ø×ƒ\
    áíóúñÑªº¿®¬½¼¡«»\
    ░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
    ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
    ÓßÔÒõÕµþÞÚÛÙýÝ¯´\
    \u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Central Europe: Polish, Czech, Slovak, Hungarian, Croatian, Romanian.
pub(super) const CP852: &str = "\
    ÇüéâäůćçłëŐőîŹÄĆ\
    ÉĹĺôöĽľŚśÖÜŤťŁ×č\
    áíóúĄąŽžĘę¬źČş«»\
    ░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
    └┴┬├─┼Ăă╚╔╩╦╠═╬¤\
    đĐĎËďŇÍÎě┘┌█▄ŢŮ▀\
    ÓßÔŃńňŠšŔÚŕŰýÝţ´\
    \u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";

/// Turkish.
pub(super) const CP857: &str = "\
    ÇüéâäàåçêëèïîıÄÅ\
    ÉæÆôöòûùİÖÜø£ØŞş\
    áíóúñÑĞğ¿®¬½¼¡«»\
    ░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
    ºªÊËÈ\u{fffd}ÍÎÏ┘┌█▄¦Ì▀\
    ÓßÔÒõÕµ\u{fffd}×ÚÛÙìÿ¯´\
    \u{ad}±\u{fffd}¾¶§÷¸°¨·¹³²■\u{a0}";

/// Hebrew.
pub(super) const CP862: &str = "\
    אבגדהוזחטיךכלםמן\
    נסעףפץצקרשת¢£¥₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«»\
    ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
    ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩\
    ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The 128 characters of a page as an array.
pub(super) fn table(page: &str) -> [char; 128] {
    let mut table = ['\u{fffd}'; 128];
    for (slot, c) in table.iter_mut().zip(page.chars()) {
        *slot = c;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_whole() {
        for page in [CP437, CP737, CP775, CP850, CP852, CP857, CP862] {
            assert_eq!(page.chars().count(), 128, "{page}");
        }
        assert_eq!(table(CP850)[0x82 - 0x80], 'é');
        assert_eq!(table(CP852)[0x88 - 0x80], 'ł');
        assert_eq!(table(CP437)[0xFF - 0x80], '\u{a0}');
    }
}
