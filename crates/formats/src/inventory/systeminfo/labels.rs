//! The labels of systeminfo in languages we have seen, as a help only.
//!
//! The order of the fields finds them in any language (`fields`); labels decide where lines are
//! missing, as after `systeminfo | findstr`. Source: output of systems in these languages.

/// What a field is, as far as its label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    HostName,
    OsName,
    OsVersion,
    InstallDate,
    BootTime,
    Manufacturer,
    Model,
    SystemType,
    Domain,
    Hotfixes,
    NetworkCards,
}

use Meaning as M;

/// Labels in lower case.
const LABELS: &[(&str, Meaning)] = &[
    // English
    ("host name", M::HostName),
    ("os name", M::OsName),
    ("os version", M::OsVersion),
    ("original install date", M::InstallDate),
    ("system boot time", M::BootTime),
    ("system up time", M::BootTime),
    ("system manufacturer", M::Manufacturer),
    ("system model", M::Model),
    ("system type", M::SystemType),
    ("domain", M::Domain),
    ("hotfix(s)", M::Hotfixes),
    ("network card(s)", M::NetworkCards),
    // German
    ("hostname", M::HostName),
    ("betriebssystemname", M::OsName),
    ("betriebssystemversion", M::OsVersion),
    ("ursprüngliches installationsdatum", M::InstallDate),
    ("systemstartzeit", M::BootTime),
    ("systembetriebszeit", M::BootTime),
    ("systemhersteller", M::Manufacturer),
    ("systemmodell", M::Model),
    ("systemtyp", M::SystemType),
    ("domäne", M::Domain),
    ("hotfix(es)", M::Hotfixes),
    ("netzwerkkarte(n)", M::NetworkCards),
    // French
    ("nom de l'hôte", M::HostName),
    ("nom de l’hôte", M::HostName),
    ("nom du système d'exploitation", M::OsName),
    ("nom du système d’exploitation", M::OsName),
    ("version du système", M::OsVersion),
    ("date d'installation originale", M::InstallDate),
    ("heure de démarrage du système", M::BootTime),
    ("fabricant du système", M::Manufacturer),
    ("modèle du système", M::Model),
    ("type du système", M::SystemType),
    ("domaine", M::Domain),
    ("correctif(s)", M::Hotfixes),
    ("carte(s) réseau", M::NetworkCards),
    // Italian
    ("nome host", M::HostName),
    ("nome so", M::OsName),
    ("versione so", M::OsVersion),
    ("data di installazione originale", M::InstallDate),
    ("tempo di avvio sistema", M::BootTime),
    ("produttore sistema", M::Manufacturer),
    ("modello sistema", M::Model),
    ("tipo sistema", M::SystemType),
    ("dominio", M::Domain),
    ("aggiornamenti rapidi", M::Hotfixes),
    ("schede di rete", M::NetworkCards),
    // Spanish
    ("nombre de host", M::HostName),
    ("nombre del sistema operativo", M::OsName),
    ("versión del sistema operativo", M::OsVersion),
    ("fecha de instalación original", M::InstallDate),
    ("tiempo de arranque del sistema", M::BootTime),
    ("fabricante del sistema", M::Manufacturer),
    ("modelo el sistema", M::Model),
    ("tipo de sistema", M::SystemType),
    ("revisión(es)", M::Hotfixes),
    ("tarjeta(s) de red", M::NetworkCards),
    // Dutch
    ("hostnaam", M::HostName),
    ("naam van besturingssysteem", M::OsName),
    ("versie van besturingssysteem", M::OsVersion),
    ("systeemstarttijd", M::BootTime),
    ("systeemtype", M::SystemType),
    ("domein", M::Domain),
    ("hotfix(es) geïnstalleerd", M::Hotfixes),
    // Portuguese
    ("nome do host", M::HostName),
    ("nome do sistema operacional", M::OsName),
    ("versão do sistema operacional", M::OsVersion),
    ("tempo de inicialização do sistema", M::BootTime),
    ("tipo de sistema", M::SystemType),
    ("domínio", M::Domain),
    ("hotfix(es)", M::Hotfixes),
    // Russian
    ("имя узла", M::HostName),
    ("название ос", M::OsName),
    ("версия ос", M::OsVersion),
    ("время загрузки системы", M::BootTime),
    ("тип системы", M::SystemType),
    ("домен", M::Domain),
    ("исправление(я)", M::Hotfixes),
    // Chinese
    ("主机名", M::HostName),
    ("os 名称", M::OsName),
    ("os 版本", M::OsVersion),
    ("系统启动时间", M::BootTime),
    ("系统类型", M::SystemType),
    ("域", M::Domain),
    ("修补程序", M::Hotfixes),
    ("主機名稱", M::HostName),
    ("作業系統名稱", M::OsName),
    ("作業系統版本", M::OsVersion),
    // Japanese
    ("ホスト名", M::HostName),
    ("os 名", M::OsName),
    ("os バージョン", M::OsVersion),
    ("システム起動時間", M::BootTime),
    ("システムの種類", M::SystemType),
    ("ドメイン", M::Domain),
    ("ホットフィックス", M::Hotfixes),
];

/// What a label means, if it is known.
pub(super) fn meaning(label: &str) -> Option<Meaning> {
    let lower = label.trim().to_lowercase();
    LABELS.iter().find(|(known, _)| *known == lower).map(|(_, meaning)| *meaning)
}
