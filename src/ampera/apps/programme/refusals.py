from ampera.refusal import Refusal, _


class NoSuchRound(Refusal):
    code = "programme.no_such_round"
    says = _("There is no such round.")
    mend = _("Choose one from the list of rounds.")
    status = 404


class NoSuchClass(Refusal):
    code = "programme.no_such_class"
    says = _("There is no such class.")
    mend = _("Choose one from the list of classes.")
    status = 404


class NoSuchPlace(Refusal):
    code = "programme.no_such_place"
    says = _("There is no place with the code %(code)s.")
    mend = _("Choose a kecamatan or kelurahan from the list.")
    status = 404


class IllegalMove(Refusal):
    code = "programme.illegal_move"
    says = _("The round can't do that now. Its state: %(state)s.")
    mend = _("Open the round's page to see what comes next.")


class NoReason(Refusal):
    code = "programme.no_reason"
    says = _("An abandoned round is published with its reason, and none was given.")
    mend = _("Write why the round is abandoned.")
    field = "because"


class PlanIsLocked(Refusal):
    code = "programme.plan_is_locked"
    says = _("The plan of round %(number)s is locked, so this programme file can't change it.")
    mend = _("Give the file a new round number, and leave what was agreed and reserved as it is.")


class NotProposed(Refusal):
    code = "programme.not_proposed"
    says = _("No lock of this plan has been proposed.")
    mend = _("Ask an officer to propose it, then compare the hash with theirs.")


class SamePerson(Refusal):
    code = "programme.same_person"
    says = _("A lock needs two people, and you proposed this one.")
    mend = _("Ask somebody outside the office to confirm it.")


class HashDiffers(Refusal):
    code = "programme.hash_differs"
    says = _("What you confirm is not what was proposed: the hashes differ.")
    mend = _("Compare the hash with the officer's, character by character, and start again.")
    field = "start"


class PlanChanged(Refusal):
    code = "programme.plan_changed"
    says = _("The plan has changed since its lock was proposed.")
    mend = _("Ask the officer to propose the lock again.")


class BeaconTooEarly(Refusal):
    code = "programme.beacon_too_early"
    says = _(
        "Round %(round)s of drand is published before the draw at %(draw_at)s, so it could be known at the freeze."
    )
    mend = _("Name the first round that is published at the draw's moment or after it.")  # fmt: skip


class UnknownDay(Refusal):
    code = "programme.unknown_day"
    says = _("“%(day)s” is no day of the week.")
    mend = _("Choose at least one day from the list.")
    field = "days"


class EndsBeforeStart(Refusal):
    code = "programme.ends_before_start"
    says = _("The class would end before it starts.")
    mend = _("Correct one of the two hours.")
    field = "ends_at"


class RoomTaken(Refusal):
    code = "programme.room_taken"
    says = _("Class %(code)s is in that room at that hour.")
    mend = _("Choose another room, day or hour.")
    field = "room"


class StampRefused(Refusal):
    code = "programme.stamp_refused"
    says = _("There is no time stamp from outside yet: %(reason)s.")
    mend = _("It is asked for again every hour; look at AMPERA_TSA_URL and AMPERA_TSA_CERTIFICATE.")
