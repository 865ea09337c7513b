from ampera.refusal import Refusal, _


class NothingFresh(Refusal):
    code = "drills.nothing_fresh"
    says = _("There are no messages to practise on today: the last ones have passed their review day.")
    mend = _("Come back in a few days, when the office has checked new ones.")
    status = 404


class NotInThisSession(Refusal):
    code = "drills.not_in_this_session"
    says = _("That message does not belong to this exercise.")
    mend = _("Go back to the exercise and go on with the message shown.")
    status = 404


class AlreadyJudged(Refusal):
    code = "drills.already_judged"
    says = _("Your first answer to this message counts.")
    mend = _("Go on to the next message.")


class Unfinished(Refusal):
    code = "drills.unfinished"
    says = _("This exercise still has messages without an answer.")
    mend = _("Answer them first; then you see how you did.")
