"""What the officers' half of admissions says no to: nominations, motions, calls, seats."""

from ampera.refusal import Refusal, _


class NotTheTime(Refusal):
    code = "admissions.not_the_time"
    says = _("This can't be done now. The state of the round: %(state)s.")
    mend = _("Open the round's page to see what comes next.")


class NotYet(Refusal):
    code = "admissions.not_yet"
    says = _("The locked plan says %(at)s for this.")
    mend = _("Come back after that. The plan is locked, so the time can't be moved.")


class NoSuchMotion(Refusal):
    code = "admissions.no_such_motion"
    says = _("There is no such proposal.")
    mend = _("Open the round's page to see what comes next.")
    status = 404


class MotionSamePerson(Refusal):
    code = "admissions.motion_same_person"
    says = _("This needs two people, and you proposed it.")
    mend = _("Ask another officer to confirm.")


class MotionClosed(Refusal):
    code = "admissions.motion_closed"
    says = _("This proposal is confirmed, taken back or replaced by a newer one.")
    mend = _("Open the round's page to see what comes next.")


class BadList(Refusal):
    """A CSV that can't be read at all."""

    code = "admissions.bad_list"
    says = _("The list can't be read: the column %(column)s is missing.")
    mend = _("Write the columns nik, name, birth_date, kelurahan, class in the first row; phone is optional.")
    field = "file"


class EmptyList(Refusal):
    code = "admissions.empty_list"
    says = _("The list names nobody.")
    mend = _("Write one person a row, below the row with the columns' names.")
    field = "file"


class LetterMissing(Refusal):
    code = "admissions.letter_missing"
    says = _("A nomination needs the agency and the number of its assignment letter.")
    mend = _("Write both as they stand in the letter.")
    field = "letter"


class ShortRow(Refusal):
    code = "admissions.short_row"
    says = _("The row has %(found)d cells, the first row names %(wanted)d columns.")
    mend = _("Give every row as many cells; leave a cell empty rather than out.")


class DateUnreadable(Refusal):
    code = "admissions.date_unreadable"
    says = _("“%(text)s” is no date.")
    mend = _("Write 1985-07-31 or 31-07-1985.")


class PlaceUnknown(Refusal):
    code = "admissions.place_unknown"
    says = _("There is no kelurahan “%(text)s”.")
    mend = _("Write its code, such as 16.71.01.1001, or its name if only one kelurahan has it.")


class PhoneUnreadable(Refusal):
    code = "admissions.phone_unreadable"
    says = _("“%(text)s” is no mobile number.")
    mend = _("Write it as 0812… or +62812…, or leave it empty.")


class NotNominated(Refusal):
    code = "admissions.not_nominated"
    says = _("“%(text)s” is not a class for nominated people in this round.")
    mend = _("Copy the class's code from the list of classes.")


class TwiceInList(Refusal):
    code = "admissions.twice_in_list"
    says = _("This NIK stands in row %(row)d already.")
    mend = _("Name each person once.")


class BirthDateDiffers(Refusal):
    code = "admissions.birth_date_differs"
    says = _("This NIK is registered with another birth date.")
    mend = _("Compare both with the KTP; a registration is corrected at the counter.")


class NomineeApplied(Refusal):
    code = "admissions.nominee_applied"
    says = _("This person takes part in the draw of this round.")
    mend = _("Let them withdraw that application first, or leave them out of the list.")


class AlreadySeated(Refusal):
    code = "admissions.already_seated"
    says = _("This person has a seat in this round already.")
    mend = _("One seat a person and round: give that one back first.")


class ClassFull(Refusal):
    code = "admissions.class_full"
    says = _("All seats in %(klass)s are taken.")
    mend = _("Choose another class.")


class NotDrawn(Refusal):
    code = "admissions.not_drawn"
    says = _("This round is not drawn yet.")
    mend = _("Come back after the draw.")


class NoSuchCall(Refusal):
    code = "admissions.no_such_call"
    says = _("There is no such call.")
    mend = _("Open your page to see where you stand.")
    status = 404


class CallLapsed(Refusal):
    code = "admissions.call_lapsed"
    says = _("The time for this seat ran out on %(until)s.")
    mend = _("It goes to the next person. Open your page to see what you can still do.")


class CallDeclined(Refusal):
    code = "admissions.call_declined"
    says = _("You have given this seat up.")
    mend = _("It goes to the next person.")


class CallTaken(Refusal):
    code = "admissions.call_taken"
    says = _("You have taken this seat.")
    mend = _("If you can't come, give it back on your page, so that somebody else can have it.")


class WaveOpen(Refusal):
    code = "admissions.wave_open"
    says = _("%(count)d people still have time to answer, until %(until)s.")
    mend = _("Call the next wave after that.")


class WavesOver(Refusal):
    code = "admissions.waves_over"
    says = _("The calls of this round have ended.")
    mend = _("Seats still empty are open to verified people who had not applied.")


class WavesNotOver(Refusal):
    code = "admissions.waves_not_over"
    says = _("The calls of this round are still going on.")
    mend = _("Seats that stay empty open to others afterwards.")


class ReasonMissing(Refusal):
    code = "admissions.reason_missing"
    says = _("No reason was given.")
    mend = _("Write why; it is kept with the decision.")
    field = "because"


def stated(because: str) -> str:
    """A reason as it is kept: one line of at most 200 characters. Raises ReasonMissing."""
    tidy = " ".join(because.split())[:200]
    if not tidy:
        raise ReasonMissing()
    return tidy


class NoSuchSeat(Refusal):
    code = "admissions.no_such_seat"
    says = _("There is no such seat.")
    mend = _("Open the list of seats and choose one.")
    status = 404


class SeatGone(Refusal):
    code = "admissions.seat_gone"
    says = _("This seat was given back already.")
    mend = _("Open your page to see where you stand.")


class HasApplied(Refusal):
    code = "admissions.has_applied"
    says = _("Seats that stay empty are for people who had not applied in this round.")
    mend = _("The next round is open to everybody again.")


class IdentityNotSeen(Refusal):
    code = "admissions.identity_not_seen"
    says = _("Nobody has seen this person's KTP yet.")
    mend = _("Show it at the kelurahan, then come back.")


class ClassBegun(Refusal):
    code = "admissions.class_begun"
    says = _("The classes of this round have begun.")
    mend = _("Choose a class of the next round.")


class LiveLevelTooHigh(Refusal):
    code = "admissions.live_level_too_high"
    says = _("This class is above the level that your test shows.")
    mend = _("Take the short test first, or choose a class at the level dasar.")


class NothingToCorrect(Refusal):
    code = "admissions.nothing_to_correct"
    says = _("The draw was made with exactly these facts already.")
    mend = _("Choose the groups as they should have been.")
    field = "groups"


class NoSuchCorrection(Refusal):
    code = "admissions.no_such_correction"
    says = _("There is no such correction.")
    mend = _("Open the list of corrections and choose one.")
    status = 404


class CorrectionSamePerson(Refusal):
    code = "admissions.correction_same_person"
    says = _("A correction needs two people, and you proposed it.")
    mend = _("Ask another officer to confirm.")


class CorrectionConfirmed(Refusal):
    code = "admissions.correction_confirmed"
    says = _("This correction is confirmed already.")
    mend = _("The seats that it added stand beside it.")


class NoShowOpen(Refusal):
    code = "admissions.no_show_open"
    says = _("This person may object until %(until)s; until then the seat stays theirs.")
    mend = _("It is released by itself after that, unless they object.")


class NoShowOver(Refusal):
    code = "admissions.no_show_over"
    says = _("Nothing waits for an objection here.")
    mend = _("Open your page to see what happened to the seat.")


class PinMadeByYou(Refusal):
    code = "admissions.pin_made_by_you"
    says = _("You made this PIN anew yourself, so it can't be you who gives the seat up with it.")
    mend = _("Ask another officer or volunteer to type it, with the person before them.")
    field = "secret"
