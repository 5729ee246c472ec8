"""How Tamiko came to a manager: at the second attempt, and with a better brief."""

from datetime import date
from typing import Final

from cli.demo_company.people import EXECUTIVE, MANAGER, TRADER
from cli.demo_company.story import Chapter, id_of, on
from cli.demo_company.tamiko import SCANNERS, SOFTWARE, TAMIKO
from domain.channel import Channel
from domain.check_in import CheckInContent, Purpose
from domain.commands import (
    accept_hand_over,
    cancel_hand_over,
    complete_hand_over,
    hold_check_in,
    identify_stakeholder,
    initiate_hand_over,
    make_commitment,
    resubmit_hand_over,
    return_hand_over,
    start_relationship,
)
from domain.commitment import CommitmentTerms, CommittedBy
from domain.hand_over import HandOverBrief, HandOverTerms, OpenCommitment
from domain.stakeholder import BuyingRole, StakeholderDetails

LINE: Final = id_of("relationship", "tamiko")
MANUALS: Final = id_of("commitment", "tamiko manuals")
TOO_EARLY: Final = id_of("hand-over", "tamiko scanners")
HAND_OVER: Final = id_of("hand-over", "tamiko software")
INTRODUCTION: Final = id_of("check-in", "tamiko introduction")

_THIN: Final = HandOverBrief(notes=("They buy scanners for the warehouse in Chiba",))
_FULL: Final = HandOverBrief(
    notes=(
        "They buy scanners for the warehouse in Chiba and resell some",
        "Quotations are decided upon in the first week of a quarter",
    ),
    desired_outcomes=("Half the picking errors of 2025",),
    risks=("Their distributor sells a cheaper scanner",),
    open_commitments=(OpenCommitment(relationship_id=LINE, commitment_id=MANUALS),),
)

STORY: Final = Chapter(
    "tamiko-hand-over",
    [
        on("2025-10-08", start_relationship, TAMIKO, LINE, scope=None),
        on(
            "2025-10-08",
            identify_stakeholder,
            TAMIKO,
            LINE,
            party_id=TRADER,
            details=StakeholderDetails(
                job_title="Head of Trade", buying_role=BuyingRole.DECISION_MAKER
            ),
        ),
        on(
            "2025-12-01",
            initiate_hand_over,
            TAMIKO,
            TOO_EARLY,
            terms=HandOverTerms(
                deal_id=SCANNERS, from_party_id=EXECUTIVE, to_party_id=MANAGER, brief=_THIN
            ),
        ),
        on(
            "2026-01-15",
            cancel_hand_over,
            TAMIKO,
            TOO_EARLY,
            reason="the software comes first; they would not change faces in the middle of it",
        ),
        on(
            "2026-03-09",
            make_commitment,
            TAMIKO,
            LINE,
            commitment_id=MANUALS,
            terms=CommitmentTerms(
                by=CommittedBy.US,
                text="Manuals of the software in Japanese",
                due_on=date(2026, 12, 18),
                owner_party_id=EXECUTIVE,
            ),
        ),
        on(
            "2026-04-06",
            initiate_hand_over,
            TAMIKO,
            HAND_OVER,
            terms=HandOverTerms(
                deal_id=SOFTWARE,
                from_party_id=EXECUTIVE,
                to_party_id=MANAGER,
                due_on=date(2026, 5, 29),
                brief=_THIN,
            ),
        ),
        on(
            "2026-04-09",
            return_hand_over,
            TAMIKO,
            HAND_OVER,
            gaps=("what they want to reach", "what we still owe them"),
            reason="nobody could meet them with that alone",
        ),
        on("2026-04-20", resubmit_hand_over, TAMIKO, HAND_OVER, brief=_FULL),
        on("2026-04-22", accept_hand_over, TAMIKO, HAND_OVER),
        on(
            "2026-05-20",
            hold_check_in,
            TAMIKO,
            LINE,
            check_in_id=INTRODUCTION,
            content=CheckInContent(
                channel=Channel.VIDEO,
                purpose=Purpose.INTRODUCTION,
                participants=(TRADER,),
                internal_participants=(EXECUTIVE, MANAGER),
                duration_min=45,
                topics=("picking errors", "manuals"),
                sentiment=1,
            ),
        ),
        on(
            "2026-05-21",
            complete_hand_over,
            TAMIKO,
            HAND_OVER,
            relationship_id=LINE,
            check_in_id=INTRODUCTION,
        ),
    ],
)
