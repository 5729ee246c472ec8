"""The countries as exports write them: by their names in English and Spanish, or by their code."""

from functools import cache
from typing import Final

from importers.heading import folded_heading

_NAMES: Final = """
    AD Andorra
    AE United Arab Emirates|Emiratos Árabes Unidos|UAE|EAU
    AF Afghanistan|Afganistán
    AG Antigua & Barbuda|Antigua y Barbuda
    AI Anguilla|Anguila
    AL Albania
    AM Armenia
    AO Angola
    AQ Antarctica|Antártida
    AR Argentina
    AS American Samoa|Samoa Americana
    AT Austria|Österreich
    AU Australia
    AW Aruba
    AX Åland Islands|Islas Aland
    AZ Azerbaijan|Azerbaiyán
    BA Bosnia & Herzegovina|Bosnia y Herzegovina|Bosnia and Herzegovina
    BB Barbados
    BD Bangladesh|Bangladés
    BE Belgium|Bélgica
    BF Burkina Faso
    BG Bulgaria
    BH Bahrain|Baréin
    BI Burundi
    BJ Benin|Benín
    BL St. Barthélemy|San Bartolomé
    BM Bermuda|Bermudas
    BN Brunei|Brunéi
    BO Bolivia
    BQ Caribbean Netherlands|Caribe neerlandés
    BR Brazil|Brasil
    BS Bahamas
    BT Bhutan|Bután
    BV Bouvet Island|Isla Bouvet
    BW Botswana|Botsuana
    BY Belarus|Bielorrusia
    BZ Belize|Belice
    CA Canada|Canadá
    CC Cocos (Keeling) Islands|Islas Cocos
    CD Congo - Kinshasa|República Democrática del Congo|DR Congo
    CF Central African Republic|República Centroafricana
    CG Congo - Brazzaville|Congo
    CH Switzerland|Suiza|Schweiz
    CI Côte d'Ivoire|Ivory Coast
    CK Cook Islands|Islas Cook
    CL Chile
    CM Cameroon|Camerún
    CN China|People's Republic of China
    CO Colombia
    CR Costa Rica
    CU Cuba
    CV Cape Verde|Cabo Verde
    CW Curaçao|Curazao
    CX Christmas Island|Isla de Navidad
    CY Cyprus|Chipre
    CZ Czechia|Chequia|Czech Republic|República Checa
    DE Germany|Alemania|Deutschland
    DJ Djibouti|Yibuti
    DK Denmark|Dinamarca
    DM Dominica
    DO Dominican Republic|República Dominicana
    DZ Algeria|Argelia
    EC Ecuador
    EE Estonia
    EG Egypt|Egipto
    EH Western Sahara|Sáhara Occidental
    ER Eritrea
    ES Spain|España
    ET Ethiopia|Etiopía
    FI Finland|Finlandia
    FJ Fiji|Fiyi
    FK Falkland Islands|Islas Malvinas
    FM Micronesia
    FO Faroe Islands|Islas Feroe
    FR France|Francia
    GA Gabon|Gabón
    GB United Kingdom|Reino Unido|UK|Great Britain|Gran Bretaña
    GD Grenada|Granada
    GE Georgia
    GF French Guiana|Guayana Francesa
    GG Guernsey|Guernesey
    GH Ghana
    GI Gibraltar
    GL Greenland|Groenlandia
    GM Gambia
    GN Guinea
    GP Guadeloupe|Guadalupe
    GQ Equatorial Guinea|Guinea Ecuatorial
    GR Greece|Grecia
    GS South Georgia & South Sandwich Islands|Islas Georgia del Sur y Sandwich del Sur
    GT Guatemala
    GU Guam
    GW Guinea-Bissau|Guinea-Bisáu
    GY Guyana
    HK Hong Kong SAR China|RAE de Hong Kong (China)|Hong Kong
    HM Heard & McDonald Islands|Islas Heard y McDonald
    HN Honduras
    HR Croatia|Croacia
    HT Haiti|Haití
    HU Hungary|Hungría
    ID Indonesia
    IE Ireland|Irlanda|Republic of Ireland
    IL Israel
    IM Isle of Man|Isla de Man
    IN India
    IO British Indian Ocean Territory|Territorio Británico del Océano Índico
    IQ Iraq|Irak
    IR Iran|Irán|Islamic Republic of Iran
    IS Iceland|Islandia
    IT Italy|Italia
    JE Jersey
    JM Jamaica
    JO Jordan|Jordania
    JP Japan|Japón
    KE Kenya|Kenia
    KG Kyrgyzstan|Kirguistán
    KH Cambodia|Camboya
    KI Kiribati
    KM Comoros|Comoras
    KN St. Kitts & Nevis|San Cristóbal y Nieves
    KP North Korea|Corea del Norte
    KR South Korea|Corea del Sur|Korea, Republic of|Republic of Korea|Corea
    KW Kuwait
    KY Cayman Islands|Islas Caimán
    KZ Kazakhstan|Kazajistán
    LA Laos
    LB Lebanon|Líbano
    LC St. Lucia|Santa Lucía
    LI Liechtenstein
    LK Sri Lanka
    LR Liberia
    LS Lesotho|Lesoto
    LT Lithuania|Lituania
    LU Luxembourg|Luxemburgo
    LV Latvia|Letonia
    LY Libya|Libia
    MA Morocco|Marruecos
    MC Monaco|Mónaco
    MD Moldova|Moldavia
    ME Montenegro
    MF St. Martin|San Martín
    MG Madagascar
    MH Marshall Islands|Islas Marshall
    MK North Macedonia|Macedonia del Norte|Macedonia
    ML Mali
    MM Myanmar (Burma)|Myanmar (Birmania)|Burma|Birmania
    MN Mongolia
    MO Macao SAR China|RAE de Macao (China)|Macao|Macau
    MP Northern Mariana Islands|Islas Marianas del Norte
    MQ Martinique|Martinica
    MR Mauritania
    MS Montserrat
    MT Malta
    MU Mauritius|Mauricio
    MV Maldives|Maldivas
    MW Malawi|Malaui
    MX Mexico|México|Méjico
    MY Malaysia|Malasia
    MZ Mozambique
    NA Namibia
    NC New Caledonia|Nueva Caledonia
    NE Niger|Níger
    NF Norfolk Island|Isla Norfolk
    NG Nigeria
    NI Nicaragua
    NL Netherlands|Países Bajos|Holland|The Netherlands|Holanda
    NO Norway|Noruega
    NP Nepal
    NR Nauru
    NU Niue
    NZ New Zealand|Nueva Zelanda
    OM Oman|Omán
    PA Panama|Panamá
    PE Peru|Perú
    PF French Polynesia|Polinesia Francesa
    PG Papua New Guinea|Papúa Nueva Guinea
    PH Philippines|Filipinas
    PK Pakistan|Pakistán
    PL Poland|Polonia
    PM St. Pierre & Miquelon|San Pedro y Miquelón
    PN Pitcairn Islands|Islas Pitcairn
    PR Puerto Rico
    PS Palestinian Territories|Territorios Palestinos|Palestine|Palestina
    PT Portugal
    PW Palau|Palaos
    PY Paraguay
    QA Qatar|Catar
    RE Réunion|Reunión
    RO Romania|Rumanía
    RS Serbia
    RU Russia|Rusia|Russian Federation|Federación Rusa
    RW Rwanda|Ruanda
    SA Saudi Arabia|Arabia Saudí|Arabia Saudita
    SB Solomon Islands|Islas Salomón
    SC Seychelles
    SD Sudan|Sudán
    SE Sweden|Suecia
    SG Singapore|Singapur
    SH St. Helena|Santa Elena
    SI Slovenia|Eslovenia
    SJ Svalbard & Jan Mayen|Svalbard y Jan Mayen
    SK Slovakia|Eslovaquia
    SL Sierra Leone|Sierra Leona
    SM San Marino
    SN Senegal
    SO Somalia
    SR Suriname|Surinam
    SS South Sudan|Sudán del Sur
    ST São Tomé & Príncipe|Santo Tomé y Príncipe
    SV El Salvador
    SX Sint Maarten
    SY Syria|Siria
    SZ Eswatini|Esuatini
    TC Turks & Caicos Islands|Islas Turcas y Caicos
    TD Chad
    TF French Southern Territories|Territorios Australes Franceses
    TG Togo
    TH Thailand|Tailandia
    TJ Tajikistan|Tayikistán
    TK Tokelau
    TL Timor-Leste
    TM Turkmenistan|Turkmenistán
    TN Tunisia|Túnez
    TO Tonga
    TR Türkiye|Turquía|Turkey
    TT Trinidad & Tobago|Trinidad y Tobago
    TV Tuvalu
    TW Taiwan|Taiwán
    TZ Tanzania
    UA Ukraine|Ucrania
    UG Uganda
    UM U.S. Outlying Islands|Islas menores alejadas de EE. UU.
    US United States|Estados Unidos|USA|United States of America|EEUU
    UY Uruguay
    UZ Uzbekistan|Uzbekistán
    VA Vatican City|Ciudad del Vaticano
    VC St. Vincent & Grenadines|San Vicente y las Granadinas
    VE Venezuela
    VG British Virgin Islands|Islas Vírgenes Británicas
    VI U.S. Virgin Islands|Islas Vírgenes de EE. UU.
    VN Vietnam|Viet Nam
    VU Vanuatu
    WF Wallis & Futuna|Wallis y Futuna
    WS Samoa
    YE Yemen
    YT Mayotte
    ZA South Africa|Sudáfrica
    ZM Zambia
    ZW Zimbabwe|Zimbabue
"""
"""The names are those of Unicode CLDR 48 (Unicode License V3), and some that people use."""


def country_code(text: str) -> str | None:
    """Return the code of ISO 3166-1; None for what is no country, or none that is known here."""
    return _codes().get(folded_heading(text))


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for line in _NAMES.split("\n"):
        code, _, names = line.strip().partition(" ")
        for name in (code, *names.split("|")):
            if name:
                codes.setdefault(folded_heading(name), code)
    return codes
