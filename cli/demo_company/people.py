"""The people of the demo: three managers of ours, and whom they speak with at the clients."""

from typing import Final

from cli.demo_company.story import Chapter, id_of, on
from domain.commands import register_party, revise_party
from domain.party import ContactField, Side

EXECUTIVE: Final = id_of("party", "executive")
MANAGER: Final = id_of("party", "manager")
KEY_MANAGER: Final = id_of("party", "key-manager")

HARBOUR_BUYER: Final = id_of("party", "harbour-buyer")
HARBOUR_ENGINEER: Final = id_of("party", "harbour-engineer")
MILL_DIRECTOR: Final = id_of("party", "mill-director")
GROCER_BUYER: Final = id_of("party", "grocer-buyer")
STUDIO_OWNER: Final = id_of("party", "studio-owner")
TRADER: Final = id_of("party", "trader")

OURS: Final = Chapter(
    "our-people",
    [
        on(
            "2025-05-01",
            register_party,
            EXECUTIVE,
            side=Side.OURS,
            name="Elena Ruiz",
            email="elena.ruiz@example.com",
            phone="+1 202 555 0143",
        ),
        on(
            "2025-05-01",
            register_party,
            MANAGER,
            side=Side.OURS,
            name="Jonas Weber",
            email="jonas.weber@example.com",
        ),
        on(
            "2025-05-01",
            register_party,
            KEY_MANAGER,
            side=Side.OURS,
            name="Priya Nair",
            email="priya.nair@example.com",
        ),
        on("2026-01-12", revise_party, MANAGER, phone="+1 202 555 0178"),
    ],
)

THEIRS: Final = Chapter(
    "their-people",
    [
        on(
            "2025-05-06",
            register_party,
            HARBOUR_BUYER,
            side=Side.THEIRS,
            name="Katrin Albers",
            email="k.albers@nordhafen.example",
        ),
        on(
            "2025-05-20",
            register_party,
            HARBOUR_ENGINEER,
            side=Side.THEIRS,
            name="Mehmet Aydin",
            email="m.aydin@nordhafen.example",
            phone="+1 202 555 0110",
        ),
        on(
            "2025-06-03",
            register_party,
            MILL_DIRECTOR,
            side=Side.THEIRS,
            name="Rosario Vidal",
            email="direccion@segura.example",
        ),
        on(
            "2025-06-17",
            register_party,
            GROCER_BUYER,
            side=Side.THEIRS,
            name="Dana Whitfield",
            email="dana@threelakes.example",
            phone="+1 202 555 0166",
        ),
        on(
            "2025-09-02",
            register_party,
            STUDIO_OWNER,
            side=Side.THEIRS,
            name="Claire Morel",
            email="claire@lumen.example",
        ),
        on(
            "2025-10-08",
            register_party,
            TRADER,
            side=Side.THEIRS,
            name="Haruka Mori",
            email="mori@shokai.example",
        ),
        on(
            "2026-04-01",
            revise_party,
            GROCER_BUYER,
            name="Dana Reyes",
            withdraw=[ContactField.PHONE],
            reason="wrote to us under her new name; the old number is dead",
        ),
    ],
)
