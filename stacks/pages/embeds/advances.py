"""How wide text is in DejaVu Sans, whose letters are as wide as Verdana's to a percent, without the font. Pure."""

import unicodedata

EM = 2048  # units of the font
# Read from DejaVuSans.ttf 2.37 with fontTools: Latin letters (to U+017F), digits and signs by their advance.
_BY_ADVANCE = {
    563: "'",
    569: "ijlìíîïĩīĭįıĵĺļ",  # noqa: RUF001
    582: "ł",
    604: "IJÌÍÎÏĨĪĬĮİĴ",
    651: " ,.·‘’",
    690: "/:;\\|¦",
    700: "ŀ",
    721: "fſ",  # noqa: RUF001
    739: "-",
    768: "ľ",
    799: "()[]",
    803: "tţťŧ",
    821: "!¡²³¹",
    842: "rŕŗř",
    942: '"',
    965: "ªº",
    1024: "*_`§¨¯°´¸–",  # noqa: RUF001
    1061: "“”",
    1067: "sśŝşš",
    1075: "zźżž",
    1087: "?¿",
    1126: "cçćĉċč",
    1138: "ĳ",
    1141: "LĹĻĽĿ",
    1151: "Ł",
    1178: "F",
    1186: "kķĸ",
    1208: "Ĳ",
    1212: "vxyýÿŷ",
    1235: "P",
    1239: "Þ",
    1251: "TYÝŢŤŦŶŸ",
    1253: "o«»ðòóôõöøōŏő",
    1255: "aàáâãäåāăą",
    1260: "eèéêëēĕėęě",
    1290: "ß",
    1294: "EÈÉÊËĒĔĖĘĚ",
    1298: "hnuñùúûüĥńņňŋũūŭůűų",
    1300: "SbdgpqþďđĝğġģŚŜŞŠ",
    1303: "$0123456789{}¢£¤¥µ¶",
    1343: "KĶ",
    1401: "AVÀÁÂÃÄÅĀĂĄ",
    1403: "XZŹŻŽ",
    1405: "B",
    1423: "RħŔŖŘ",
    1430: "CÇĆĈĊČ",
    1499: "UÙÚÛÜŨŪŬŮŰŲ",
    1532: "NÑŃŅŇŊ",
    1540: "HĤ",
    1577: "DĎ",
    1587: "GÐĐĜĞĠĢ",
    1597: "&",
    1612: "OQÒÓÔÕÖØŌŎŐ",
    1666: "ŉ",
    1675: "wŵ",
    1716: "#+<=>^~¬±×÷",  # noqa: RUF001
    1767: "M",
    1876: "Ħ",
    1946: "%",
    1985: "¼½¾",
    1995: "mÆ",
    2011: "æ",
    2025: "WŴ",
    2048: "@©®—…",
    2095: "œ",
    2191: "Œ",
}
_ADVANCES = {letter: advance for advance, letters in _BY_ADVANCE.items() for letter in letters}
_WIDE = EM  # Chinese, Japanese, Korean, emoji
_OTHER = 1409  # the average of the font's Arabic; its Cyrillic has 1465, its Greek 1284


def text_width(text: str, size: float) -> float:
    """In pixels at a font size of `size` pixels; other scripts by the average."""
    return sum(_advance(letter) for letter in text) * size / EM


def _advance(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    return _ADVANCES.get(letter, _OTHER)
