use super::sample::encode;
use super::*;

fn round(text: &str, encoding: &str) {
    let bytes = encode(text, encoding);
    let decoded = decode(&bytes);
    assert_eq!(decoded.content, text, "{encoding} taken for {}", decoded.encoding);
}

#[test]
fn console_pages_of_many_languages_are_told_apart() {
    let samples = [
        (
            "Nom de l'hôte: PC\r\nMémoire physique totale: 2\u{a0}047 Mo\r\nFuseau horaire\u{a0}: x\r\nRépertoire système: C:\\\r\n",
            ["CP850", "windows-1252"].as_slice(),
        ),
        (
            "Gesamter physischer Speicher\r\nUrsprüngliches Installationsdatum\r\nDomäne: x\r\nStartgerät\r\nGröße\r\n",
            &["CP850", "CP437", "windows-1252"],
        ),
        (
            "Versión del sistema operativo\r\nConfiguración\r\nTamaño máximo\r\nDirección: Sí\r\n",
            &["CP850", "CP437", "windows-1252"],
        ),
        (
            "Versão do sistema operacional\r\nConfiguração\r\nMemória física disponível\r\nLocalização do arquivo de paginação\r\n",
            &["CP850", "windows-1252"],
        ),
        (
            "Värdnamn: x\r\nOperativsystemets namn\r\nUrsprungligt installationsdatum\r\nMaximal storlek på växlingsfil\r\nTillgängligt fysiskt minne\r\n",
            &["CP850", "windows-1252"],
        ),
        (
            "Nazwa systemu operacyjnego\r\nWersja systemu\r\nUrządzenie rozruchowe\r\nŁączna pamięć fizyczna\r\nDostępna pamięć\r\nZainstalowano poprawkę\r\n",
            &["CP852", "windows-1250"],
        ),
        (
            "Název hostitele\r\nVýrobce operačního systému\r\nDoba spuštění systému\r\nÚplná fyzická paměť\r\nUmístění stránkovacího souboru\r\n",
            &["CP852", "windows-1250"],
        ),
        (
            "Имя узла: x\r\nНазвание ОС: x\r\nВремя загрузки системы\r\nЧисло установленных исправлений - 5.\r\n",
            &["ibm866", "windows-1251"],
        ),
        (
            "Όνομα κεντρικού υπολογιστή\r\nΈκδοση λειτουργικού συστήματος\r\nΧρόνος εκκίνησης συστήματος\r\n",
            &["CP737", "windows-1253"],
        ),
        (
            "Ana Bilgisayar Adı\r\nİşletim Sistemi Sürümü\r\nSistem Önyükleme Süresi\r\nToplam Fiziksel Bellek Boyutu: değişti\r\nSistem Yerel Ayarı: tr;Türkçe\r\n",
            &["CP857", "windows-1254"],
        ),
        (
            "主机名: x\r\nOS 名称: x\r\n系统启动时间: x\r\n安装了 5 个修补程序。\r\n物理内存总量\r\n",
            &["gbk"],
        ),
        (
            "主機名稱: x\r\n作業系統名稱: x\r\n系統開機時間: x\r\n已安裝 5 個 Hotfix。\r\n實體記憶體總計\r\n",
            &["big5"],
        ),
        (
            "ホスト名: x\r\nOS 名: x\r\nシステム起動時間: x\r\n5 個の修正プログラムがインストールされています。\r\n物理メモリの合計\r\n",
            &["shift_jis"],
        ),
        (
            "호스트 이름: x\r\nOS 이름: x\r\n시스템 부트 시간: x\r\n5개의 핫픽스가 설치되었습니다.\r\n총 실제 메모리\r\n",
            &["euc-kr"],
        ),
    ];
    for (text, encodings) in samples {
        for encoding in encodings.iter().chain(&["UTF-8"]) {
            round(text, encoding);
        }
        // With the blanks that output has, as little ASCII as Chinese holds is enough.
        let padded = text.replace(": ", ":               ");
        round(&padded, "UTF-16LE");
        round(&padded, "UTF-16BE");
    }
}

#[test]
fn marks_and_mixtures_of_wide_and_narrow_text_are_read() {
    let plain =
        "Host Name:   WARD-7\r\nOS Name: Windows with a line that is long enough to be told\r\n";
    let wide = encode(plain, "UTF-16LE");
    let mut marked = b"\xff\xfe".to_vec();
    marked.extend(&wide);
    assert_eq!(decode(&marked).content, plain);
    let mut appended = plain.as_bytes().to_vec();
    appended.extend(&wide);
    assert_eq!(decode(&appended).content, format!("{plain}{plain}"));
    let mut behind = marked.clone();
    behind.extend(plain.as_bytes());
    assert_eq!(decode(&behind).content, format!("{plain}{plain}"));
    let mut twice = marked.clone();
    twice.extend(&marked);
    assert_eq!(decode(&twice).content, format!("{plain}{plain}"));
    let mut sentence = b"Please wait while WMIC is being installed.".to_vec();
    sentence.extend(&wide);
    assert_eq!(
        decode(&sentence).content,
        format!("Please wait while WMIC is being installed.{plain}")
    );
}

#[test]
fn stray_bytes_do_not_stop_reading() {
    assert_eq!(decode(b"a\xef\xbb\xbfb").content, "ab");
    assert_eq!(decode(b"Host Name:\0\0 WARD-7").content, "Host Name:   WARD-7");
    assert_eq!(decode(b"").content, "");
    assert!(
        decode(
            "größer und größer und länger, schöner \u{e9}t\u{e9}"
                .as_bytes()
                .split_last()
                .unwrap()
                .1
        )
        .content
        .contains("größer")
    );
    for bytes in [&b"\xff"[..], b"\xfe\xff\x00", b"\xff\xfe", b"\x80\x81\x82", b"\0", b"\0\0\0"] {
        let _ = decode(bytes);
    }
}

#[test]
fn every_mixture_comes_to_an_end() {
    let narrow = "a line of narrow text that is long enough to be told apart\n";
    let pieces: [&[u8]; 8] = [
        narrow.as_bytes(),
        b"\0",
        b"\x04",
        b"\xff\xfe",
        b"\xfe\xff",
        b"a\0b\0",
        b"\0a\0b",
        b"\xe9",
    ];
    for code in 0..8_usize.pow(4) {
        let mut bytes = Vec::new();
        for digit in 0..4 {
            bytes.extend_from_slice(pieces[code / 8_usize.pow(digit) % 8]);
        }
        let _ = decode(&bytes);
        let _ = wide::decode(&bytes);
    }
    // Much of it takes no more than its length.
    let many = [narrow.as_bytes(), b"\x04\0\xff\xfe\0"].concat().repeat(3000);
    let _ = wide::decode(&many);
}

#[test]
fn the_outline_shows_ascii_in_any_encoding() {
    for encoding in ["UTF-8", "UTF-16LE", "UTF-16BE"] {
        let bytes = encode("HotFixID上x", encoding);
        let outline = outline(&bytes, 100);
        assert!(holds(&outline, b"hotfixid"), "{encoding}");
    }
}
