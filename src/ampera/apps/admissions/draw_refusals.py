"""What the freeze, the beacon and the draw say no to."""

from ampera.refusal import Refusal, _


class ObjectionsOpen(Refusal):
    code = "admissions.objections_open"
    says = _("%(count)d objections have no answer yet.")
    mend = _("Answer each of them, then freeze the list.")


class ClaimsUnchecked(Refusal):
    code = "admissions.claims_unchecked"
    says = _("%(count)d documents for reserved seats have not been looked at.")
    mend = _("Accept or refuse each of them, then freeze the list.")


class ObjectionPeriod(Refusal):
    code = "admissions.objection_period"
    says = _("Objections can be made until %(until)s; the list can't be frozen before.")
    mend = _("Come back after that.")


class FreezeTooLate(Refusal):
    code = "admissions.freeze_too_late"
    says = _("The draw is at %(draw_at)s, and the list must be frozen at least 24 hours before.")
    mend = _("This round can't be drawn any more: abandon it, publish why, and plan a new one.")


class FreezeNotProposed(Refusal):
    code = "admissions.freeze_not_proposed"
    says = _("Nobody has proposed to freeze the list.")
    mend = _("Propose it, and ask a second officer to confirm.")


class SmallCellsUndecided(Refusal):
    code = "admissions.small_cells_undecided"
    says = _("%(count)d groups in a class have fewer than five people, and nothing is decided about them.")
    mend = _("Choose what is done, and say why; both are kept with the freeze.")
    field = "choice"


class ListChanged(Refusal):
    code = "admissions.list_changed"
    says = _("The list has changed since it was proposed.")
    mend = _("Propose it as it is now; another officer then confirms it.")


class NotFrozen(Refusal):
    code = "admissions.not_frozen"
    says = _("The list of this round is not frozen.")
    mend = _("Freeze it first, at least 24 hours before the draw.")


class DrawTooEarly(Refusal):
    code = "admissions.draw_too_early"
    says = _("The draw is at %(draw_at)s, not before.")
    mend = _("Come back at that time. The plan is locked, so the time can't be moved.")


class AlreadyDrawn(Refusal):
    code = "admissions.already_drawn"
    says = _("This round is drawn. A draw can't be repeated.")
    mend = _("Open the draw's page to see the outcome.")


class BeaconAgreed(Refusal):
    code = "admissions.beacon_agreed"
    says = _("Two officers have entered the same value: the draw is made with that one.")
    mend = _("A round is drawn once. If the draw stopped, start it again on the page of the draw.")


class BeaconDiffers(Refusal):
    code = "admissions.beacon_differs"
    says = _("This is not what the other officer entered.")
    mend = _("Compare both with the source. Whoever was wrong enters it anew.")
    field = "value"


class BeaconNotEntered(Refusal):
    code = "admissions.beacon_not_entered"
    says = _("Two officers have to enter the value that the draw waits for, each alone.")
    mend = _("Enter it; then ask another officer to enter it as well.")


class DiceUnreadable(Refusal):
    """facts: count of dice promised."""

    code = "admissions.dice_unreadable"
    says = _("The plan promises %(count)d throws, each a number from 1 to 6. This is something else.")
    mend = _("Compare with the dice as they lie, and write all of them in the order thrown.")
    field = "value"


class SignatureUnreadable(Refusal):
    """facts: round of drand's quicknet."""

    code = "admissions.signature_unreadable"
    says = _(
        "The signature of round %(round)s has 96 characters, digits and letters from a to f. This is something else."
    )
    mend = _("Copy the whole signature, not the randomness beside it.")  # fmt: skip
    field = "value"


class SignatureForeign(Refusal):
    """facts: round of drand's quicknet."""

    code = "admissions.signature_foreign"
    says = _("This is not the signature of round %(round)s of drand's quicknet, which the locked plan names.")
    mend = _("Copy the signature of that round. The value of another one can't be drawn with.")
    field = "value"


class NumbersUnreadable(Refusal):
    """facts: count of sources."""

    code = "admissions.numbers_unreadable"
    says = _("The plan names %(count)d sources. Write one line for each, whole numbers with spaces between.")
    mend = _("Compare with what was published, in the order in which the plan names the sources.")
    field = "value"


class DrawUnderWay(Refusal):
    code = "admissions.draw_under_way"
    says = _("The draw is under way.")
    mend = _("Wait until it is done.")


class WitnessUnknown(Refusal):
    code = "admissions.witness_unknown"
    says = _("The locked plan names other witnesses.")
    mend = _("Choose from those whom the plan names.")
    field = "witnesses"


class TooFewWitnesses(Refusal):
    code = "admissions.too_few_witnesses"
    says = _("At least %(least)d of the named witnesses must be present.")
    mend = _("Follow the plan's rule for this case; it is on the draw's page.")
    field = "witnesses"
