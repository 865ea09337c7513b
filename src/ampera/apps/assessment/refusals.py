"""Every expected "no" about items, sittings and exams."""

from ampera.refusal import Refusal, _


class ItemInUse(Refusal):
    code = "assessment.item_in_use"
    says = _("Item %(item)s has been used in a test; its words, key and difficulty can't change any more.")
    mend = _("Give the changed item a new code.")


class FormInUse(Refusal):
    code = "assessment.form_in_use"
    says = _("Form %(form)s has been used; it can't change any more.")
    mend = _("Give the changed form a new code.")


class NoSuchForm(Refusal):
    code = "assessment.no_such_form"
    says = _("There is no test for this yet.")
    mend = _("Ask the programme office to load its item bank.")
    status = 404


class NoSuchSitting(Refusal):
    code = "assessment.no_such_sitting"
    says = _("There is no such test.")
    mend = _("Go to your own page and open the test from there.")
    status = 404


class NoSuchItem(Refusal):
    code = "assessment.no_such_item"
    says = _("This test has no such question.")
    mend = _("Open the test again and go on from there.")
    status = 404


class NotAnOption(Refusal):
    code = "assessment.not_an_option"
    says = _("That is no answer to this question.")
    mend = _("Choose one of the answers shown.")
    field = "option"


class AnswerGiven(Refusal):
    code = "assessment.answer_given"
    says = _("You have answered this question already, and an answer can't be changed.")
    mend = _("Go on with the next question; your first answer is kept.")


class SittingClosed(Refusal):
    code = "assessment.sitting_closed"
    says = _("This test is finished and takes no more answers.")
    mend = _("Look at your result instead.")


class Unanswered(Refusal):
    code = "assessment.unanswered"
    says = _("%(count)d questions have no answer yet.")
    mend = _("Answer them, or finish and let them count as not right.")


class NothingAnswered(Refusal):
    code = "assessment.nothing_answered"
    says = _("You have not answered a single question yet.")
    mend = _("Answer at least one question, or come back later.")


class NotFinished(Refusal):
    code = "assessment.not_finished"
    says = _("This test is not finished yet.")
    mend = _("Finish it to see the result.")


class NoSuchSession(Refusal):
    code = "assessment.no_such_session"
    says = _("There is no such exam session.")
    mend = _("Go to the list of sessions and open it from there.")
    status = 404


class SessionExists(Refusal):
    code = "assessment.session_exists"
    says = _("This class already has an exam at that time, in another room or with another form.")
    mend = _("Choose another time.")
    field = "time"


class SessionInThePast(Refusal):
    code = "assessment.session_in_the_past"
    says = _("That time has passed.")
    mend = _("Choose a time that is still to come.")
    field = "time"


class RoomMissing(Refusal):
    code = "assessment.room_missing"
    says = _("An exam needs a room.")
    mend = _("Write the room as it stands at its door.")
    field = "room"


class WrongForm(Refusal):
    code = "assessment.wrong_form"
    says = _("This form does not examine the level of the class.")
    mend = _("Choose an exam form of the level of the class.")
    field = "form"


class SessionNotOpen(Refusal):
    code = "assessment.session_not_open"
    says = _("This exam is not open.")
    mend = _("Wait in the room until the invigilator starts it.")


class SessionClosed(Refusal):
    code = "assessment.session_closed"
    says = _("This exam is over.")
    mend = _("Ask the programme office for the date of another one.")


class NotPresent(Refusal):
    code = "assessment.not_present"
    says = _("The invigilator has not marked you present.")
    mend = _("Show your KTP or school card to the invigilator in the room, then try again.")


class AlreadyPassed(Refusal):
    code = "assessment.already_passed"
    says = _("You have passed this exam already.")
    mend = _("There is nothing more to do for it.")


class NoRetakeLeft(Refusal):
    code = "assessment.no_retake_left"
    says = _("You have taken this exam %(taken)d times, which is as often as this round allows.")
    mend = _("Ask the programme office about the next round.")


class NothingReported(Refusal):
    code = "assessment.nothing_reported"
    says = _("The report is empty.")
    mend = _("Write in a sentence what happened.")
    field = "what"
