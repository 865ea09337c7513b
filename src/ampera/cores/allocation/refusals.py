"""What allocation says no to. A problem's errors come all at once, each with its file, place and remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ampera.refusal import Refusal, _

LONGEST = 300  # characters of what is wrong that one line shows


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a problem or an answers file. where: "row 7" (the header is row 1) or "key horizon"."""

    file: str
    where: str
    says: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.where}" if self.where else self.file
        says = " ".join(self.says.split())  # what is quoted may hold line ends, or be a whole file
        return f"{place}: {says if len(says) <= LONGEST else says[:LONGEST] + ' …'} {self.mend}"


class _Faulty(Refusal):
    """A refusal that carries every fault."""

    code = "allocation.faulty"

    faults: tuple[Fault, ...]

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(count=len(self.faults), first=str(self.faults[0]))


class BadProblem(_Faulty):
    code = "allocation.bad_problem"
    says = _("The draw's files have %(count)d errors. The first: %(first)s")
    mend = _("Correct them and try again; nothing was written.")


class BadAnswers(_Faulty):
    code = "allocation.bad_answers"
    says = _("The answers to the calls have %(count)d errors. The first: %(first)s")
    mend = _("Correct them and try again.")


class BeaconMissing(Refusal):
    code = "allocation.beacon_missing"
    says = _("The rule names a %(kind)s beacon, but its value is not there yet.")
    mend = _('Put the published value into beacon.toml as value = "…"; it can\'t be made up or fetched here.')


class BadBeacon(Refusal):
    code = "allocation.bad_beacon"
    says = _("This is not a value of the %(kind)s beacon that the rule names: %(reason)s.")
    mend = _("Copy the value as it was published.")


class BlsMissing(Refusal):
    code = "allocation.bls_missing"
    says = _("The signature of the drand round can't be checked here.")
    mend = _("Install %(extra)s, which brings the arithmetic.")


class UnknownReceipt(Refusal):
    code = "allocation.unknown_receipt"
    says = _("The receipt %(receipt)s is not in this draw.")
    mend = _("Check the characters on the receipt, and that it belongs to this round.")


class ReservesHere(Refusal):
    code = "allocation.reserves_here"
    says = _("The large-market formula doesn't hold with reserves, caps or several blocks in a class.")
    mend = _("Replay the lottery instead.")


class BadVariant(Refusal):
    code = "allocation.bad_variant"
    says = _("%(variant)s can't be tried: %(reason)s.")
    mend = _(
        "Write k=1.5, precedence=open-first, precedence=reserves-first, tiers=off or GROUP=30%%, joined by +."
    )
