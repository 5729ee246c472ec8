"""The currencies of ISO 4217, and how many decimals each is counted in."""

from typing import Annotated, Final

from pydantic import AfterValidator, WithJsonSchema

_CURRENT: Final = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
    CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP
    GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR
    KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
    MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
    SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
    USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
"""List One, without metals, test codes and units of account without a minor unit."""

_WITHDRAWN: Final = """
    ADP AFA ALK ANG AOK AON AOR ARA ARP ARY ATS AYM AZM BAD BEC BEF BEL BGJ BGK BGL BGN BOP BRB BRC
    BRE BRN BRR BUK BYB BYR CHC CSD CSJ CSK CUC CYP DDM DEM ECS ECV EEK ESA ESB ESP FIM FRF GEK GHC
    GHP GNE GNS GQE GRD GWE GWP HRD HRK IDP IEP ILP ILR ISJ ITL LAJ LSM LTL LTT LUC LUF LUL LVL LVR
    MAF MGF MLF MRO MTL MTP MVQ MXP MZE MZM NIC NLG PEH PEI PES PLZ PTE RHD ROK ROL RUR SDD SDP
    SIT SKK SLL SRG STD SUR TJR TMM TPE TRL UAK UGS UGW USS UYN UYP VEB VEF VNC XEU XFO XFU YDD YUD
    YUM YUN ZAL ZMK ZRN ZRZ ZWC ZWD ZWL ZWN ZWR
"""
"""List Three: kept so that old history loads, when a country changes its money."""

_OTHER_MINOR_UNITS: Final = {
    0: """
        BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
        ADP BEF BYB BYR ESP GRD ITL LUF MGF PTE TPE TRL
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""Everything else has 2. List One gives them; List Three does not, so the codes of the second
line are counted as they were when last in use (as in OpenJDK's currency table)."""

_MINOR_UNITS: Final[dict[str, int]] = dict.fromkeys((_CURRENT + _WITHDRAWN).split(), 2) | {
    code: decimals for decimals, codes in _OTHER_MINOR_UNITS.items() for code in codes.split()
}

WITHDRAWN: Final = frozenset(_WITHDRAWN.split()) - frozenset(_CURRENT.split())


def _known(code: str) -> str:
    if code not in _MINOR_UNITS:
        raise ValueError(
            f"{code!r} is not a currency of ISO 4217; "
            "give its three upper-case letters, such as EUR"
        )
    return code


Currency = Annotated[
    str,
    AfterValidator(_known),
    WithJsonSchema(
        {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 alphabetic code"}
    ),
]


def minor_units(code: Currency) -> int:
    """Return how many decimals an amount in this currency is paid and shown with, 0 to 4.

    Raises:
        ValueError: no such currency.
    """
    return _MINOR_UNITS[_known(code)]
