from ampera.refusal import Refusal, _


class NoSuchMeeting(Refusal):
    code = "classes.no_such_meeting"
    says = _("There is no such meeting.")
    mend = _("Choose one from the list of meetings.")
    status = 404


class NoSeatHere(Refusal):
    code = "classes.no_seat_here"
    says = _("This person has no seat in this class.")
    mend = _("Choose the class in which they have a seat.")
    field = "person"


class CodeWrong(Refusal):
    code = "classes.code_wrong"
    says = _("This is not the code that is shown now.")
    mend = _("The code changes every half minute. Read the newest one in the room and type it again.")
    field = "code"


class TooManyTries(Refusal):
    code = "classes.too_many_tries"
    says = _("There were too many wrong codes for this meeting.")
    mend = _("Ask the trainer to mark you present by hand.")
    field = "code"


class NotDuringTheMeeting(Refusal):
    code = "classes.not_during_the_meeting"
    says = _("Attendance by code is open only while the class meets.")
    mend = _("If you were there, ask the trainer to mark you present by hand.")
    field = "code"


class NotYetMet(Refusal):
    code = "classes.not_yet_met"
    says = _("Meeting %(number)s has not begun.")
    mend = _("Mark attendance once it has.")


class NothingMoved(Refusal):
    code = "classes.nothing_moved"
    says = _("Everybody has already been told where and when this class meets.")
    mend = _("Change the room, day or hour first.")


class FileRefused(Refusal):
    code = "classes.file_refused"
    says = _("Nothing was stored, because the file has mistakes (%(errors)d).")
    mend = _("Correct the rows listed below and send the whole file again.")
    field = "csv"
