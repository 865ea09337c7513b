from ampera.refusal import Refusal, _


class KeyReused(Refusal):
    code = "audit.key_reused"
    says = _("This form was already sent with other answers.")
    mend = _("Open the page again and send it once more.")
