"""Every expected "no" to somebody who applies, objects or answers.

Application
"""

from ampera.refusal import Refusal, _


class NoSuchApplication(Refusal):
    code = "admissions.no_such_application"
    says = _("There is no such application.")
    mend = _("Open it from your page.")
    status = 404


class NotOpen(Refusal):
    code = "admissions.not_open"
    says = _("Registration is not open now, so nothing was changed.")
    mend = _("Your page says when it opens or what comes next.")


class HasSeat(Refusal):
    code = "admissions.has_seat"
    says = _("This person already has a seat in this round.")
    mend = _("One seat a person: look at the class on their page.")


class Withdrawn(Refusal):
    code = "admissions.withdrawn"
    says = _("This application was withdrawn.")
    mend = _("Until registration closes you can take it up again from your page.")


class NotForThisAudience(Refusal):
    code = "admissions.not_for_this_audience"
    says = _("This audience can't apply here.")
    mend = _("Choose from the list. Civil servants are named by their agency.")
    field = "audience"


class UnknownGroup(Refusal):
    code = "admissions.unknown_group"
    says = _("No seats are reserved for that group by a document in this round.")
    mend = _("Choose from the groups shown.")
    field = "audience"


class EvidenceMissing(Refusal):
    code = "admissions.evidence_missing"
    says = _("The number of the document is missing or too long.")
    mend = _("Copy the document's number, at most %(most)d characters, or leave the group out.")


class BaselineNotFinished(Refusal):
    code = "admissions.baseline_not_finished"
    says = _("The test is not finished yet.")
    mend = _("Finish the test; then the levels that you can choose are shown.")
    field = "level"


class LevelTooHigh(Refusal):
    code = "admissions.level_too_high"
    says = _("That level is above the one that the test shows.")
    mend = _("Choose the measured level or one below it.")
    field = "level"


class NoClassAtLevel(Refusal):
    code = "admissions.no_class_at_level"
    says = _("There is no class at that level in this round.")
    mend = _("Choose another level.")
    field = "level"


class LevelMissing(Refusal):
    code = "admissions.level_missing"
    says = _("No level has been chosen yet.")
    mend = _("Choose a level first.")
    field = "level"


class UnknownWish(Refusal):
    code = "admissions.unknown_wish"
    says = _("A day or place is missing or not on the list.")
    mend = _("Choose at least one day and one place.")
    field = "days"


class RankingEmpty(Refusal):
    code = "admissions.ranking_empty"
    says = _("Your list has no class in it.")
    mend = _("Keep at least one class.")
    field = "order"


class RankingTooLong(Refusal):
    code = "admissions.ranking_too_long"
    says = _("A list holds at most %(most)d classes.")
    mend = _("Remove one before you add another.")
    field = "order"


class NotYourLevel(Refusal):
    code = "admissions.not_your_level"
    says = _("A class in the list is not of the chosen level, or is in it twice.")
    mend = _("Choose from the classes shown.")
    field = "order"


class Incomplete(Refusal):
    code = "admissions.incomplete"
    says = _("Something is still missing, so it was not sent.")
    mend = _("Your page shows the next step.")


class ReceiptShape(Refusal):
    code = "admissions.receipt_shape"
    says = _("%(receipt)s is not a receipt number.")
    mend = _("It has two groups of four characters, such as P7K4-M2XQ. Compare each one.")
    field = "receipt"


class NoSuchClaim(Refusal):
    code = "admissions.no_such_claim"
    says = _("This application names no document for that group.")
    mend = _("Open the list of documents again.")
    status = 404


class ClaimReasonMissing(Refusal):
    code = "admissions.claim_reason_missing"
    says = _("A document is refused with a reason, and none was given.")
    mend = _("Write in one sentence why it doesn't count.")
    field = "because"


class ClaimsAreFrozen(Refusal):
    code = "admissions.claims_are_frozen"
    says = _("The list is frozen, so documents can't be checked any more.")
    mend = _("An error proved later gets an extra seat by the same rule.")


class ObjectionsClosed(Refusal):
    code = "admissions.objections_closed"
    says = _("Objections are taken from the provisional list until its last day, not now.")
    mend = _("The round's page names the days.")


class ObjectionEmpty(Refusal):
    code = "admissions.objection_empty"
    says = _("An objection needs a few words, at most %(most)d characters.")
    mend = _("Write what is wrong and what would be right.")
    field = "text"


class NoSuchObjection(Refusal):
    code = "admissions.no_such_objection"
    says = _("There is no such objection.")
    mend = _("Open the list of objections again.")
    status = 404


class AlreadyAnswered(Refusal):
    code = "admissions.already_answered"
    says = _("This objection already has an answer.")
    mend = _("Read it there; an answer isn't changed.")


class AnswerMissing(Refusal):
    code = "admissions.answer_missing"
    says = _("The answer is empty.")
    mend = _("Write what was found and what follows.")
    field = "answer"


class NobodyToShareWith(Refusal):
    code = "admissions.nobody_to_share_with"
    says = _("Nobody else under this phone number applies in this round.")
    mend = _("Register the others of the household first, then answer this again.")
    field = "shared"
