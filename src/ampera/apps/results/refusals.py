from ampera.refusal import Refusal, _


class NotTeaching(Refusal):
    code = "results.not_teaching"
    says = _("The sample is drawn while the round is teaching; it is now in the state %(state)s.")
    mend = _("Open the round's page to see what comes next.")


class AlreadySampled(Refusal):
    code = "results.already_sampled"
    says = _("The sample of this round was drawn already, and a sample is drawn once.")
    mend = _("Look at it on the page of results.")


class NotSampled(Refusal):
    code = "results.not_sampled"
    says = _("No sample was drawn for this round yet.")
    mend = _("Draw the sample first.")


class NotAsked(Refusal):
    code = "results.not_asked"
    says = _("The closing test is for people drawn by lot, and this person was not drawn.")
    mend = _("There is nothing to do. The drills are open to everybody.")


class NoConsent(Refusal):
    code = "results.no_consent"
    says = _("The closing test is research, and you have not agreed to take part in research.")
    mend = _("If you want to take part, agree on your page under consents. Your seat does not depend on it.")


class EndlineClosed(Refusal):
    code = "results.endline_closed"
    says = _("The closing test is open from %(first)s to %(last)s.")
    mend = _("Come back in that time.")


class EndlineStillOpen(Refusal):
    code = "results.endline_still_open"
    says = _("The closing test is open until %(last)s: nobody looks at results before.")
    mend = _("Come back the day after.")


class AlreadyReported(Refusal):
    code = "results.already_reported"
    says = _("The results of this round were written already, and they are written once.")
    mend = _("Look at the report.")


class NotReported(Refusal):
    code = "results.not_reported"
    says = _("The results of this round are not there yet.")
    mend = _("They are published after the closing test.")
    status = 404


class AnalysisMissing(Refusal):
    code = "results.analysis_missing"
    says = _("Estimating the effect needs NumPy, which is not installed.")
    mend = _("Install the extra: pip install 'ampera[analysis]'. Then try again.")
    status = 503


class DrawDiffers(Refusal):
    code = "results.draw_differs"
    says = _("The list of the draw and its public bundle name different applicants.")
    mend = _("Check the bundle with “ampera draw verify” before results are written.")
