//! Products of the time with their real numbers, oldest first: name, version, publisher.

/// The versions of a product.
pub(super) type Ladder = &'static [(&'static str, &'static str)];

/// A product: its publisher and its versions.
pub(super) const REAL: [(&str, Ladder); 36] = [
    (
        "Oracle Corporation",
        &[
            ("Java 7 Update 51", "7.0.510"),
            ("Java 7 Update 80", "7.0.800"),
            ("Java 8 Update 45", "8.0.450"),
            ("Java 8 Update 66", "8.0.660.18"),
            ("Java 8 Update 91", "8.0.910.15"),
            ("Java 8 Update 111", "8.0.1110.14"),
            ("Java 8 Update 121", "8.0.1210.13"),
            ("Java 8 Update 131", "8.0.1310.11"),
        ],
    ),
    (
        "Adobe Systems Incorporated",
        &[
            ("Adobe Reader X (10.1.4)", "10.1.4"),
            ("Adobe Reader XI", "11.0.00"),
            ("Adobe Reader XI (11.0.10)", "11.0.10"),
            ("Adobe Reader XI (11.0.19)", "11.0.19"),
            ("Adobe Acrobat Reader DC", "15.020.20039"),
            ("Adobe Acrobat Reader DC", "15.023.20070"),
            ("Adobe Acrobat Reader DC", "17.009.20044"),
        ],
    ),
    (
        "Adobe Systems Incorporated",
        &[
            ("Adobe Flash Player 11 ActiveX", "11.7.700.169"),
            ("Adobe Flash Player 18 ActiveX", "18.0.0.232"),
            ("Adobe Flash Player 20 ActiveX", "20.0.0.306"),
            ("Adobe Flash Player 23 ActiveX", "23.0.0.207"),
            ("Adobe Flash Player 24 ActiveX", "24.0.0.221"),
            ("Adobe Flash Player 25 ActiveX", "25.0.0.171"),
        ],
    ),
    (
        "Adobe Systems Incorporated",
        &[
            ("Adobe Flash Player 20 NPAPI", "20.0.0.306"),
            ("Adobe Flash Player 24 NPAPI", "24.0.0.194"),
            ("Adobe Flash Player 25 NPAPI", "25.0.0.148"),
        ],
    ),
    (
        "Adobe Systems Inc.",
        &[
            ("Adobe Shockwave Player 12.1", "12.1.7.157"),
            ("Adobe Shockwave Player 12.2", "12.2.8.198"),
        ],
    ),
    (
        "Google Inc.",
        &[
            ("Google Chrome", "49.0.2623.112"),
            ("Google Chrome", "54.0.2840.99"),
            ("Google Chrome", "56.0.2924.87"),
            ("Google Chrome", "57.0.2987.133"),
            ("Google Chrome", "58.0.3029.110"),
        ],
    ),
    (
        "Mozilla",
        &[
            ("Mozilla Firefox 38.8.0 ESR (x86 en-GB)", "38.8.0"),
            ("Mozilla Firefox 45.9.0 ESR (x86 en-GB)", "45.9.0"),
            ("Mozilla Firefox 52.0.2 ESR (x86 en-GB)", "52.0.2"),
            ("Mozilla Firefox 52.1.1 ESR (x86 en-GB)", "52.1.1"),
            ("Mozilla Firefox 53.0.2 (x86 en-GB)", "53.0.2"),
        ],
    ),
    (
        "Microsoft Corporation",
        &[
            ("Microsoft Silverlight", "5.1.30514.0"),
            ("Microsoft Silverlight", "5.1.41212.0"),
            ("Microsoft Silverlight", "5.1.50901.0"),
            ("Microsoft Silverlight", "5.1.50906.0"),
        ],
    ),
    (
        "Microsoft Corporation",
        &[
            ("Microsoft .NET Framework 4.5.1", "4.5.50938"),
            ("Microsoft .NET Framework 4.5.2", "4.5.51209"),
            ("Microsoft .NET Framework 4.6.1", "4.6.01055"),
            ("Microsoft .NET Framework 4.6.2", "4.6.01590"),
        ],
    ),
    ("Microsoft Corporation", &[("Microsoft .NET Framework 4 Client Profile", "4.0.30319")]),
    ("Microsoft Corporation", &[("Microsoft Office Professional Plus 2010", "14.0.7015.1000")]),
    ("Microsoft Corporation", &[("Microsoft Office Standard 2010", "14.0.7015.1000")]),
    ("Microsoft Corporation", &[("Microsoft Office Professional Plus 2013", "15.0.4569.1506")]),
    ("Microsoft Corporation", &[("Microsoft Office Enterprise 2007", "12.0.6612.1000")]),
    ("Microsoft Corporation", &[("Microsoft Office Proof (English) 2010", "14.0.7015.1000")]),
    (
        "Microsoft Corporation",
        &[
            ("Microsoft Visual C++ 2005 Redistributable", "8.0.56336"),
            ("Microsoft Visual C++ 2005 Redistributable", "8.0.61001"),
        ],
    ),
    (
        "Microsoft Corporation",
        &[
            ("Microsoft Visual C++ 2008 Redistributable - x86 9.0.21022", "9.0.21022"),
            ("Microsoft Visual C++ 2008 Redistributable - x86 9.0.30729.4148", "9.0.30729.4148"),
            ("Microsoft Visual C++ 2008 Redistributable - x86 9.0.30729.6161", "9.0.30729.6161"),
        ],
    ),
    (
        "Microsoft Corporation",
        &[
            ("Microsoft Visual C++ 2010  x86 Redistributable - 10.0.30319", "10.0.30319"),
            ("Microsoft Visual C++ 2010  x86 Redistributable - 10.0.40219", "10.0.40219"),
        ],
    ),
    (
        "Microsoft Corporation",
        &[("Microsoft Visual C++ 2012 Redistributable (x86) - 11.0.61030", "11.0.61030.0")],
    ),
    (
        "Microsoft Corporation",
        &[("Microsoft Visual C++ 2013 Redistributable (x86) - 12.0.21005", "12.0.21005.1")],
    ),
    (
        "Microsoft Corporation",
        &[
            ("Microsoft Visual C++ 2015 Redistributable (x86) - 14.0.23026", "14.0.23026.0"),
            ("Microsoft Visual C++ 2015 Redistributable (x86) - 14.0.24215", "14.0.24215.1"),
        ],
    ),
    ("Microsoft Corporation", &[("MSXML 4.0 SP3 Parser", "4.30.2100.0")]),
    ("Microsoft Corporation", &[("Microsoft Lync 2010", "4.0.7577.4109")]),
    (
        "Microsoft Corporation",
        &[
            ("Skype(TM) 7.18", "7.18.112"),
            ("Skype(TM) 7.33", "7.33.104"),
            ("Skype(TM) 7.36", "7.36.101"),
        ],
    ),
    ("Microsoft Corporation", &[("Configuration Manager Client", "5.00.8325.1000")]),
    (
        "Microsoft Corporation",
        &[
            ("System Center Endpoint Protection", "4.7.209.0"),
            ("System Center Endpoint Protection", "4.10.209.0"),
        ],
    ),
    (
        "Igor Pavlov",
        &[
            ("7-Zip 9.20", "9.20.00.0"),
            ("7-Zip 15.14 (x64)", "15.14"),
            ("7-Zip 16.02 (x64)", "16.02"),
            ("7-Zip 16.04 (x64)", "16.04"),
        ],
    ),
    (
        "VideoLAN",
        &[
            ("VLC media player", "2.1.5"),
            ("VLC media player", "2.2.1"),
            ("VLC media player", "2.2.4"),
            ("VLC media player", "2.2.5.1"),
        ],
    ),
    (
        "The Document Foundation",
        &[
            ("LibreOffice 4.4.7.2", "4.4.7.2"),
            ("LibreOffice 5.1.6.2", "5.1.6.2"),
            ("LibreOffice 5.2.6.2", "5.2.6.2"),
            ("LibreOffice 5.3.2.2", "5.3.2.2"),
        ],
    ),
    ("Notepad++ Team", &[("Notepad++", "6.8.3"), ("Notepad++", "6.9.2"), ("Notepad++", "7.3.3")]),
    (
        "Simon Tatham",
        &[
            ("PuTTY release 0.63", "0.63"),
            ("PuTTY release 0.67", "0.67.0.0"),
            ("PuTTY release 0.68 (64-bit)", "0.68.0.0"),
        ],
    ),
    (
        "OpenSSL Win32 Installer Team",
        &[
            ("OpenSSL 1.0.1e (32-bit)", "1.0.1e"),
            ("OpenSSL 1.0.2h (32-bit)", "1.0.2h"),
            ("OpenSSL 1.0.2k (32-bit)", "1.0.2k"),
        ],
    ),
    (
        "Foxit Software Inc.",
        &[
            ("Foxit Reader", "7.3.4.311"),
            ("Foxit Reader", "8.1.1.1115"),
            ("Foxit Reader", "8.3.0.14878"),
        ],
    ),
    (
        "Citrix Systems Inc.",
        &[
            ("Citrix Receiver", "14.1.200.13"),
            ("Citrix Receiver 4.4", "14.4.0.8014"),
            ("Citrix Receiver 4.7", "14.7.0.13011"),
        ],
    ),
    (
        "VMware Inc.",
        &[
            ("VMware Tools", "9.4.15.2827462"),
            ("VMware Tools", "10.0.9.3917699"),
            ("VMware Tools", "10.1.5.5055683"),
        ],
    ),
    ("Apple Inc.", &[("QuickTime 7", "7.76.80.95"), ("QuickTime 7", "7.79.80.95")]),
];
