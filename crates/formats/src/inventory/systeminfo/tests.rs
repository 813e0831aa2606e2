use std::fmt::Write as _;

use model::evidence::Completeness;

use super::*;
use crate::text::sample::encode;

/// Labels and words of one language; the hosts are invented.
struct Language {
    tag: &'static str,
    encodings: &'static [&'static str],
    /// Host name to system type, in the order of the output.
    labels: [&'static str; 14],
    processors: (&'static str, &'static str),
    bios: &'static str,
    domain: &'static str,
    logon: &'static str,
    hotfixes: (&'static str, &'static str),
    network: (&'static str, &'static str),
    version: &'static str,
    dates: (&'static str, &'static str),
    expected_boot: &'static str,
}

impl Language {
    fn print(&self) -> String {
        let values = [
            "WARD-7",
            "Microsoft Windows 10 Pro",
            self.version,
            "Microsoft Corporation",
            "-",
            "Multiprocessor Free",
            "Site",
            "",
            "00330-80000-00000-AA123",
            self.dates.0,
            self.dates.1,
            "Example Inc.",
            "Model 3",
            "x64-based PC",
        ];
        let width = self.labels.iter().map(|l| l.chars().count()).max().unwrap().max(22) + 2;
        let mut out = String::from("\r\n");
        let mut line = |label: &str, value: &str| {
            let gap = width - label.chars().count() - 1;
            write!(out, "{label}:{}{value}\r\n", " ".repeat(gap)).unwrap();
        };
        for (label, value) in self.labels.iter().zip(values) {
            line(label, value);
        }
        let indent = " ".repeat(width);
        line(self.processors.0, self.processors.1);
        write!(
            out,
            "{indent}[01]: Intel64 Family 6 Model 78 Stepping 3 GenuineIntel ~2496 Mhz\r\n"
        )
        .unwrap();
        let mut line = |label: &str, value: &str| {
            write!(out, "{label}:{}{value}\r\n", " ".repeat(20)).unwrap();
        };
        line(self.bios, "Example 1.2");
        line("A", self.tag);
        line("B", "(UTC+01:00) x");
        line("C", "C:\\pagefile.sys");
        line(self.domain, "site.example");
        line(self.logon, "\\\\DC-1");
        line(self.hotfixes.0, self.hotfixes.1);
        write!(out, "{indent}[01]: KB5034763\r\n{indent}[02]: KB5034468\r\n").unwrap();
        let mut line = |label: &str, value: &str| {
            write!(out, "{label}:{}{value}\r\n", " ".repeat(20)).unwrap();
        };
        line(self.network.0, self.network.1);
        write!(
            out,
            "{indent}[01]: Adapter\r\n{indent}      x: y\r\n{indent}      [01]: 192.0.2.7\r\n"
        )
        .unwrap();
        out
    }
}

const LANGUAGES: [Language; 7] = [
    Language {
        tag: "nl;Nederlands (Nederland)",
        encodings: &["CP850", "windows-1252", "UTF-8"],
        labels: [
            "Hostnaam",
            "Naam van besturingssysteem",
            "Versie van besturingssysteem",
            "Fabrikant van besturingssysteem",
            "Configuratie van besturingssysteem",
            "Buildtype van besturingssysteem",
            "Geregistreerde eigenaar",
            "Geregistreerde organisatie",
            "Product-id",
            "Oorspronkelijke installatiedatum",
            "Tijd van opstarten van systeem",
            "Systeemfabrikant",
            "Systeemmodel",
            "Systeemtype",
        ],
        processors: ("Processor(s)", "1 processor(s) geïnstalleerd."),
        bios: "BIOS-versie",
        domain: "Domein",
        logon: "Aanmeldingsserver",
        hotfixes: ("Hotfix(es)", "2 hotfix(es) geïnstalleerd."),
        network: ("Netwerkkaart(en)", "1 NIC's geïnstalleerd."),
        version: "10.0.19045 N.v.t. Build 19045",
        dates: ("4-3-2022, 08:00:00", "5-3-2024, 09:01:02"),
        expected_boot: "2024-03-05T09:01:02",
    },
    Language {
        tag: "ru;Русский (Россия)",
        encodings: &["ibm866", "windows-1251", "UTF-16LE"],
        labels: [
            "Имя узла",
            "Название ОС",
            "Версия ОС",
            "Изготовитель ОС",
            "Параметры ОС",
            "Сборка ОС",
            "Зарегистрированный владелец",
            "Зарегистрированная организация",
            "Код продукта",
            "Дата установки",
            "Время загрузки системы",
            "Изготовитель системы",
            "Модель системы",
            "Тип системы",
        ],
        processors: ("Процессор(ы)", "Число процессоров - 1."),
        bios: "Версия BIOS",
        domain: "Домен",
        logon: "Сервер входа в сеть",
        hotfixes: ("Исправление(я)", "Число установленных исправлений - 2."),
        network: ("Сетевые адаптеры", "Число сетевых адаптеров - 1."),
        version: "10.0.19045 Н/Д построение 19045",
        dates: ("04.03.2022, 08:00:00", "05.03.2024, 9:01:02"),
        expected_boot: "2024-03-05T09:01:02",
    },
    Language {
        tag: "zh-cn;中文(中国)",
        encodings: &["gbk", "UTF-8", "UTF-16LE"],
        labels: [
            "主机名",
            "OS 名称",
            "OS 版本",
            "OS 制造商",
            "OS 配置",
            "OS 构建类型",
            "注册的所有人",
            "注册的组织",
            "产品 ID",
            "初始安装日期",
            "系统启动时间",
            "系统制造商",
            "系统型号",
            "系统类型",
        ],
        processors: ("处理器", "安装了 1 个处理器。"),
        bios: "BIOS 版本",
        domain: "域",
        logon: "登录服务器",
        hotfixes: ("修补程序", "安装了 2 个修补程序。"),
        network: ("网卡", "安装了 1 个 NIC。"),
        version: "10.0.19045 暂缺 Build 19045",
        dates: ("2022/3/4, 8:00:00", "2024/3/5, 9:01:02"),
        expected_boot: "2024-03-05T09:01:02",
    },
    Language {
        tag: "ja;日本語 (日本)",
        encodings: &["shift_jis", "UTF-8"],
        labels: [
            "ホスト名",
            "OS 名",
            "OS バージョン",
            "OS 製造元",
            "OS 構成",
            "OS ビルドの種類",
            "登録されている所有者",
            "登録されている組織",
            "プロダクト ID",
            "最初のインストール日付",
            "システム起動時間",
            "システム製造元",
            "システム モデル",
            "システムの種類",
        ],
        processors: ("プロセッサ", "1 プロセッサインストール済みです。"),
        bios: "BIOS バージョン",
        domain: "ドメイン",
        logon: "ログオン サーバー",
        hotfixes: ("ホットフィックス", "2 ホットフィックスがインストールされています。"),
        network: ("ネットワーク カード", "1 NIC(s) インストール済みです。"),
        version: "10.0.19045 N/A ビルド 19045",
        dates: ("2022/03/04, 8:00:00", "2024/03/05, 9:01:02"),
        expected_boot: "2024-03-05T09:01:02",
    },
    Language {
        tag: "pl;Polski (Polska)",
        encodings: &["CP852", "windows-1250"],
        labels: [
            "Nazwa hosta",
            "Nazwa systemu operacyjnego",
            "Wersja systemu operacyjnego",
            "Producent systemu operacyjnego",
            "Konfiguracja systemu operacyjnego",
            "Typ kompilacji systemu operacyjnego",
            "Zarejestrowany właściciel",
            "Zarejestrowana organizacja",
            "Identyfikator produktu",
            "Data oryginalnej instalacji",
            "Czas rozruchu systemu",
            "Producent systemu",
            "Model systemu",
            "Typ systemu",
        ],
        processors: ("Procesor(y)", "Liczba zainstalowanych procesorów: 1."),
        bios: "Wersja systemu BIOS",
        domain: "Domena",
        logon: "Serwer logowania",
        hotfixes: ("Poprawki", "Liczba zainstalowanych poprawek: 2."),
        network: ("Karty sieciowe", "Liczba zainstalowanych kart sieciowych: 1."),
        version: "10.0.19045 Brak kompilacja 19045",
        dates: ("04.03.2022, 08:00:00", "05.03.2024, 09:01:02"),
        expected_boot: "2024-03-05T09:01:02",
    },
    Language {
        tag: "pt-br;Português (Brasil)",
        encodings: &["CP850", "windows-1252"],
        labels: [
            "Nome do host",
            "Nome do sistema operacional",
            "Versão do sistema operacional",
            "Fabricante do sistema operacional",
            "Configuração do SO",
            "Tipo de compilação do sistema operacional",
            "Proprietário registrado",
            "Organização registrada",
            "Identificação do produto",
            "Data da instalação original",
            "Tempo de Inicialização do Sistema",
            "Fabricante do sistema",
            "Modelo do sistema",
            "Tipo de sistema",
        ],
        processors: ("Processador(es)", "1 processador(es) instalado(s)."),
        bios: "Versão do BIOS",
        domain: "Domínio",
        logon: "Servidor de Logon",
        hotfixes: ("Hotfix(es)", "2 hotfix(es) instalado(s)."),
        network: ("Placa(s) de Rede", "1 NIC(s) instalado(s)."),
        version: "10.0.19045 N/A compilação 19045",
        dates: ("04/03/2022, 08:00:00", "05/03/2024, 09:01:02"),
        expected_boot: "2024-03-05T09:01:02",
    },
    Language {
        tag: "sv;Svenska (Sverige)",
        encodings: &["CP850", "windows-1252"],
        labels: [
            "Värddatornamn",
            "Operativsystemets namn",
            "Operativsystemets version",
            "Operativsystemets tillverkare",
            "Operativsystemets konfiguration",
            "Operativsystemets versionstyp",
            "Registrerad ägare",
            "Registrerad organisation",
            "Produkt-ID",
            "Ursprungligt installationsdatum",
            "Datorn startades",
            "Datortillverkare",
            "Datormodell",
            "Datortyp",
        ],
        processors: ("Processor(er)", "1 processor(er) installerade."),
        bios: "BIOS-version",
        domain: "Domän",
        logon: "Inloggningsserver",
        hotfixes: ("Snabbkorrigeringar", "2 snabbkorrigeringar installerade."),
        network: ("Nätverkskort", "1 nätverkskort installerade."),
        version: "10.0.19045 Saknas version 19045",
        dates: ("2022-03-04, 08:00:00", "2024-03-05, 09:01:02"),
        expected_boot: "2024-03-05T09:01:02",
    },
];

fn read_bytes(bytes: &[u8]) -> Reading {
    let input = Input { bytes, file_name: None };
    assert!(sniff(&input), "{}", decode(bytes).content);
    read(&input).unwrap()
}

fn product(evidence: &Evidence) -> String {
    match &evidence.os.as_ref().unwrap().platform {
        Platform::Windows { product, build } => format!("{product} {}", build.unwrap()),
        other => format!("{other:?}"),
    }
}

#[test]
fn every_language_is_read_by_its_layout() {
    for language in &LANGUAGES {
        let text = language.print();
        for encoding in language.encodings {
            let reading = read_bytes(&encode(&text, encoding));
            let at = format!("{} in {encoding}", language.tag);
            assert_eq!(reading.warnings, [], "{at}");
            let [evidence] = reading.evidence.as_slice() else { panic!("{at}") };
            assert_eq!(evidence.host.names, ["WARD-7", "WARD-7.site.example"], "{at}");
            assert_eq!(evidence.host.addresses, ["192.0.2.7"], "{at}");
            assert_eq!(evidence.host.model.as_deref(), Some("Model 3"), "{at}");
            assert_eq!(product(evidence), "Windows 10 version 22H2 x64 10.0.19045", "{at}");
            let boot = evidence.last_boot.as_ref().unwrap();
            assert_eq!((boot.earliest, boot.latest), (boot.latest, boot.earliest), "{at}");
            assert_eq!(boot.earliest.to_string(), language.expected_boot, "{at}");
            let list = &evidence.updates[0];
            let raws: Vec<_> = list.entries.iter().map(|e| e.raw.as_str()).collect();
            assert_eq!(raws, ["KB5034763", "KB5034468"], "{at}");
            assert_eq!(list.completeness, Completeness::Complete, "{at}");
        }
    }
}

#[test]
fn a_cut_at_any_place_costs_what_is_behind_it() {
    let text = LANGUAGES[0].print();
    for (end, _) in text.char_indices() {
        let bytes = &text.as_bytes()[..end];
        let Ok(reading) = read(&Input { bytes, file_name: None }) else { continue };
        for list in &reading.evidence[0].updates {
            let whole = list.entries.len() == 2 && list.entries.iter().all(|e| e.kb.is_some());
            assert!(whole || list.completeness != Completeness::Complete, "{}", &text[..end]);
            for entry in list.entries.iter().filter_map(|e| e.kb) {
                assert!([5_034_763, 5_034_468].contains(&entry.number()), "{entry}");
            }
        }
    }
}

#[test]
fn outputs_behind_one_another_are_hosts_of_their_own() {
    let text =
        format!("{}{}", LANGUAGES[0].print(), LANGUAGES[6].print().replace("WARD-7", "WARD-8"));
    let reading = read_bytes(text.as_bytes());
    let names: Vec<_> =
        reading.evidence.iter().filter_map(|e| e.host.names.first().cloned()).collect();
    assert_eq!(names, ["WARD-7", "WARD-8"]);
    assert!(reading.evidence.iter().all(|e| e.updates[0].entries.len() == 2));
}

#[test]
fn chosen_lines_are_read_by_their_labels() {
    let text = "Host Name:                 WARD-7\nOS Name:                   Microsoft Windows Server 2016 Standard\nOS Version:                10.0.14393 N/A Build 14393\nSystem Boot Time:          5/13/2024, 9:02:31 PM\nSystem Type:               x64-based PC\n";
    let reading = read_bytes(text.as_bytes());
    assert_eq!(product(&reading.evidence[0]), "Windows Server 2016 10.0.14393");
    assert_eq!(
        reading.evidence[0].last_boot.as_ref().unwrap().earliest.to_string(),
        "2024-05-13T21:02:31"
    );
    assert_eq!(reading.evidence[0].updates, []);
    assert_eq!(reading.warnings.len(), 1);
}

#[test]
fn a_list_that_is_not_visible_is_no_empty_list() {
    let text = LANGUAGES[0].print();
    let hidden: String = text
        .lines()
        .filter(|line| !line.contains("KB50"))
        .map(|line| {
            if line.starts_with("Hotfix") {
                "Hotfix(es):   N.v.t.\n".to_owned()
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    let reading = read_bytes(hidden.as_bytes());
    assert_eq!(reading.evidence[0].updates, []);
    assert!(reading.warnings[0].message.contains("N.v.t."));
}

#[test]
fn fewer_than_declared_is_truncated() {
    let text = LANGUAGES[0].print().replace("2 hotfix(es)", "5 hotfix(es)");
    let list = &read_bytes(text.as_bytes()).evidence[0].updates[0];
    assert_eq!(list.completeness, Completeness::Truncated { declared: Some(5), listed: 2 });
    let gap =
        LANGUAGES[0].print().replace("2 hotfix(es)", "hotfixes").replace("[02]: KB", "[07]: KB");
    let list = &read_bytes(gap.as_bytes()).evidence[0].updates[0];
    assert_eq!(list.completeness, Completeness::Truncated { declared: None, listed: 2 });
}

#[test]
fn the_csv_form_has_a_row_a_host() {
    let header = "\"Host Name\",\"OS Name\",\"OS Version\",\"OS Manufacturer\",\"OS Configuration\",\"OS Build Type\",\"Registered Owner\",\"Registered Organization\",\"Product ID\",\"Original Install Date\",\"System Boot Time\",\"System Manufacturer\",\"System Model\",\"System Type\",\"Processor(s)\",\"BIOS Version\",\"Windows Directory\",\"System Directory\",\"Boot Device\",\"System Locale\",\"Input Locale\",\"Time Zone\",\"Total Physical Memory\",\"Available Physical Memory\",\"Virtual Memory: Max Size\",\"Virtual Memory: Available\",\"Virtual Memory: In Use\",\"Page File Location(s)\",\"Domain\",\"Logon Server\",\"Hotfix(s)\",\"Network Card(s)\",\"Hyper-V Requirements\"\r\n";
    let row = |name: &str| {
        format!(
            "\"{name}\",\"Microsoft Windows 10 Pro\",\"10.0.19045 N/A Build 19045\",\"Microsoft Corporation\",\"Standalone Workstation\",\"Multiprocessor Free\",\"User\",\"\",\"00330\",\"10/22/2021, 5:43:46 PM\",\"10/22/2021, 9:07:40 AM\",\"Example Inc.\",\"Model 3\",\"x64-based PC\",\"1 Processor(s) Installed.,[01]: Intel64 Family 6 Model 158\",\"Example v4.0, 12/17/2019\",\"C:\\Windows\",\"C:\\Windows\\system32\",\"\\Device\\HarddiskVolume1\",\"en-us;English (United States)\",\"en-us;English (United States)\",\"(UTC-08:00) Pacific Time (US & Canada)\",\"2,047 MB\",\"1,000 MB\",\"3,199 MB\",\"2,190 MB\",\"1,009 MB\",\"C:\\pagefile.sys\",\"WORKGROUP\",\"\\\\{name}\",\"3 Hotfix(s) Installed.,[01]: KB5034763,[02]: KB5034468,[03]: KB5034467\",\"1 NIC(s) Installed.,[01]: Adapter,      Connection Name: Ethernet,      IP address(es),      [01]: 192.0.2.7,      [02]: fe80::1\",\"A hypervisor has been detected.\"\r\n"
        )
    };
    let reading = read_bytes(format!("\r\n{header}{}{}", row("WARD-7"), row("WARD-8")).as_bytes());
    assert_eq!(reading.evidence.len(), 2);
    let second = &reading.evidence[1];
    assert_eq!(second.host.names, ["WARD-8"]);
    assert_eq!(second.host.addresses, ["192.0.2.7", "fe80::1"]);
    assert_eq!(second.updates[0].entries.len(), 3);
    assert_eq!(second.updates[0].completeness, Completeness::Complete);
    assert_eq!(second.last_boot.as_ref().unwrap().earliest.to_string(), "2021-10-22T09:07:40");
    assert_eq!(second.updates[0].place, Place::Line(4));
}

#[test]
fn the_table_form_is_read_too() {
    let cells = [
        ("Host Name", "WARD-7"),
        ("OS Name", "Microsoft Windows 10 Pro"),
        ("OS Version", "10.0.19045 N/A Build 19045"),
        ("OS Manufacturer", "Microsoft Corporation"),
        ("OS Configuration", "x"),
        ("OS Build Type", "x"),
        ("Registered Owner", "x"),
        ("Registered Organization", ""),
        ("Product ID", "x"),
        ("Original Install Date", "10/22/2021, 5:43:46 PM"),
        ("System Boot Time", "10/22/2021, 9:07:40 AM"),
        ("System Manufacturer", "Example"),
        ("System Model", "Model 3"),
        ("System Type", "x64-based PC"),
        ("Processor(s)", "1 Processor(s) Installed., [01]: Intel64"),
        ("BIOS Version", "x"),
        ("Hotfix(s)", "2 Hotfix(s) Installed., [01]: KB5034763, [02]: KB5034468"),
    ];
    let pad = |text: &str, width: usize| format!("{text:width$}");
    let widths: Vec<usize> = cells.iter().map(|(a, b)| a.len().max(b.len())).collect();
    let line = |pick: &dyn Fn(usize) -> String| {
        (0..cells.len()).map(|i| pad(&pick(i), widths[i])).collect::<Vec<_>>().join(" ")
    };
    let text = format!(
        "\r\n{}\r\n{}\r\n{}\r\n",
        line(&|i| cells[i].0.to_owned()),
        line(&|i| "=".repeat(widths[i])),
        line(&|i| cells[i].1.to_owned())
    );
    let reading = read_bytes(text.as_bytes());
    assert_eq!(reading.evidence[0].host.names, ["WARD-7"]);
    assert_eq!(reading.evidence[0].updates[0].entries.len(), 2);
}
