"""The hash of each formula that was ever released, by KPI and version (`formula_source.py`)."""

from collections.abc import Mapping, Sequence
from typing import Final

RELEASED: Final[Mapping[tuple[str, int], Sequence[str]]] = {
    ("revenue", 1): ("ab2320ef3cab2331065e433f9993e27a5818de688c7fc5117ad414f2e1593cbf",),
    ("orders", 1): ("a66b05d129e667a8a151eb2ef60760483fa5ed72f42b670ecb5cb82eb0a68be6",),
    ("average-order-value", 1): (
        "a85ca4570341fcd233a151d8dee181cd2fbd9a6ae60c185312943e092677d5a6",
    ),
    ("customer-lifetime-value", 1): (
        "15ba252f76a77ad5b19a720cc907afe7386d2c49452ed7c567a4ddbfc2ee03c4",
    ),
    ("deal-revenue", 1): ("12bffa1993523904180be6728489024c34aee8e82a29ad8323a2a21da25f0165",),
    ("cross-sells", 1): ("b5fe6c60a2fc901a9fed072e8c6dd9b0a77aaddc430b709eca132c3da8c8a0fe",),
    ("cross-sell-amount", 1): ("d6fe1aad2d9a8e342d4bb6e35eae7c69bde95ad8311ded76a1ce91655539b3a5",),
    ("upsells", 1): ("0b604090725d62f11715f5753002628ea171ff7e32d25351ffda5fcbd8a56556",),
    ("upsell-amount", 1): ("00d7d12ff94c5d2e8028d2a67eb46da2a2492925b5554620d54757b13ad6e59b",),
    ("net-promoter-score", 1): (
        "f3ddfb9d34024760248fc9eaaddd893fbec280ac19145f8dda198449260143d2",
    ),
    ("customer-satisfaction", 1): (
        "96016168bf56ab295b1fc68f1f7d2c80f154ce53b91bdf7d732a090624f1f93b",
    ),
    ("mean-satisfaction", 1): ("e9140fbd376865b069fff970a297fe129318c4062b7478e33845eb06fdf5c354",),
    ("net-revenue-retention", 1): (
        "cb16c4e2f5b133ec7629a95f48fa79320977219b9bbf9867fc2147b36afc3f16",
    ),
    ("gross-revenue-retention", 1): (
        "964af0ea0ac108d4fa5f6aa65db65b2fa9c9748d1c521596f96bfa3a57de6019",
    ),
    ("logo-churn", 1): ("0dd6d257e7cbf0c9d4d0f45949afe7805bec7b48b1c9f4a942a85a52b0f52f70",),
    ("cadence-adherence", 1): ("77e4c0dc3870e824f0f7a3369f5ae82f0644038828e40c2b8a94f757c420a4d8",),
    ("check-in-quality", 1): ("2ce034096e67198e815fe6f2e29ed5200c926ca3c1567148f7021033061feb87",),
    ("decision-maker-coverage", 1): (
        "e6b95582e02315664f0d05d780c9ccc14f2e76bb53508946e4045bf76ee947d8",
    ),
    ("commitments-kept-by-us", 1): (
        "3fead0236002ad87632727b1e635214a0a40ee71fef1fc4677d3138e89e05cb0",
    ),
    ("commitments-kept-by-them", 1): (
        "aa72d7b65f25cf65d961586997cec7b3f092fff4172701355cb5be2ecfa4ac18",
    ),
    ("goal-attainment-rate", 1): (
        "ae46fe0fcc5bb500cebd7ce5886552b2b283a907ac283d6de6265fc213204b93",
    ),
    ("mean-goal-progress", 1): (
        "6dc5fed084a07201e87aed9613a4dcf82af26bb005b5e585a93fbe9864c78dbe",
    ),
    ("fit", 1): ("b43f840a38d2849de48eb44d575777901e0ea36dcf1075d97edc738688132700",),
    ("profile-completeness", 1): (
        "feca7240232feb0bd664e4838e9fd00f558c8f384fc0a05f73ffef86071ce94e",
    ),
    ("key-account-share", 1): ("0e7ba7cdcc3090a70be97ecb1d52b4f7d2af0c054020390ffe2efcee6e406688",),
    ("portfolio-load", 1): ("d9330434c3da9a40364dc3e38a94d5ca5dd7c129edb09ee4b2c2c07b6c0cc093",),
    ("revenue-concentration", 1): (
        "9becd460fd27fb3df0252e0bdb4a3f418f8348d78b28dcb097d2043be35a4664",
    ),
    ("top-1-revenue-share", 1): (
        "eddfb5286f0d5c05f3be8b5582a3d321fa4be0ece4314196345035b4b41d8bb3",
    ),
    ("top-5-revenue-share", 1): (
        "92428781425137845bcbb7664e9104d383d03b9319dfdf94a65ee4352899e5c8",
    ),
    ("top-10-revenue-share", 1): (
        "a3315f7d40a841dd61fd897b1160d8afd113da28f442fee8e04e6653accbbc1f",
    ),
    ("health", 1): ("503ec4be1824c5938581a80ce646e596cd73fa6be066e19a0d66544156c81b77",),
}
