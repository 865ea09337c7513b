from ampera.refusal import Refusal, _


class NoSuchCertificate(Refusal):
    code = "certificates.no_such_certificate"
    says = _("There is no such certificate here.")
    mend = _("Check the address or the number, character by character.")
    status = 404
    field = "link"


class NoSuchBatch(Refusal):
    code = "certificates.no_such_batch"
    says = _("There is no such batch.")
    mend = _("Choose a class from the list.")
    status = 404


class NothingToIssue(Refusal):
    code = "certificates.nothing_to_issue"
    says = _("Nobody in this class can get a certificate yet.")
    mend = _("The list says for each person what is missing.")


class AlreadyProposed(Refusal):
    code = "certificates.already_proposed"
    says = _("Certificates of this class have already been proposed.")
    mend = _("Ask another officer to confirm them.")


class AlreadyConfirmed(Refusal):
    code = "certificates.already_confirmed"
    says = _("This batch has already been confirmed.")
    mend = _("Its certificates are in the list.")


class SamePerson(Refusal):
    code = "certificates.same_person"
    says = _("Issuing needs two people, and you proposed these certificates.")
    mend = _("Ask another officer to confirm them.")


class OnlySamples(Refusal):
    code = "certificates.only_samples"
    says = _(
        "These certificates would be samples: the round is simulated, or its exam rests on draft questions."
    )
    mend = _("Use questions that were reviewed and calibrated, in a real round.")


class AlreadyRevoked(Refusal):
    code = "certificates.already_revoked"
    says = _("This certificate has already been revoked.")
    mend = _("Nothing more needs to be done.")


class AlreadySuspended(Refusal):
    code = "certificates.already_suspended"
    says = _("This certificate is suspended.")
    mend = _("Reinstate it, or revoke it.")


class NotSuspended(Refusal):
    code = "certificates.not_suspended"
    says = _("This certificate is not suspended.")
    mend = _("Nothing more needs to be done.")


class NoReason(Refusal):
    code = "certificates.no_reason"
    says = _("Whether a certificate counts is changed for a reason, and none was given.")
    mend = _("Write why.")
    field = "reason"


class NoKeys(Refusal):
    code = "certificates.no_keys"
    says = _("The issuer has no key to sign with.")
    mend = _("Issue a first certificate, which makes the key.")


class NoSuchKey(Refusal):
    code = "certificates.no_such_key"
    says = _("The issuer has no such key.")
    mend = _("`ampera certificate keys list` shows them.")
    status = 404


class AlreadyCompromised(Refusal):
    code = "certificates.already_compromised"
    says = _("This key is marked as compromised already.")
    mend = _("Nothing more needs to be done.")


class SignerFailed(Refusal):
    code = "certificates.signer_failed"
    says = _("The service that signs certificates failed (%(why)s).")
    mend = _(
        "Nothing was changed and nothing is lost. Try again; if it goes on, tell whoever runs the service."
    )
    status = 503


class NoSuchList(Refusal):
    code = "certificates.no_such_list"
    says = _("There is no such status list.")
    mend = _("Use the address that the certificate names.")
    status = 404


class NoSuchTemplate(Refusal):
    code = "certificates.no_such_template"
    says = _("There is no such template of certificates.")
    mend = _("Use one that the list names.")
    status = 404


class NoPdf(Refusal):
    code = "certificates.no_pdf"
    says = _("This server can't make PDFs yet: its PDF part is not installed.")
    mend = _("Save the certificate's file (JSON), or print this page. Operators: install ampera[pdf].")


class LettersMissing(Refusal):
    code = "certificates.letters_missing"
    says = _("The PDF's fonts lack a letter of this name.")
    mend = _("Save the certificate's file (JSON), or print this page: both carry the name as it is.")


class SealFailed(Refusal):
    code = "certificates.seal_failed"
    says = _("The service that signs PDFs failed (%(why)s).")
    mend = _(
        "Try again later, or save the certificate's file (JSON): it carries the city's signature all the same."
    )
    status = 503


class LinkElsewhere(Refusal):
    code = "certificates.link_elsewhere"
    says = _("This link leads to another site, and we don't open those.")
    mend = _("Save the certificate's file there and choose it here.")
    field = "link"


class PageWithdrawn(Refusal):
    code = "certificates.page_withdrawn"
    says = _("Its holder has withdrawn this page.")
    mend = _("Ask the holder for the certificate's file: files can still be checked here.")
    status = 410
    field = "link"


class NameUnchanged(Refusal):
    code = "certificates.name_unchanged"
    says = _("The name on the certificate is the holder's name as we have it.")
    mend = _("Correct the person's name first; then the certificate can be issued anew.")


class NotProposed(Refusal):
    code = "certificates.not_proposed"
    says = _("Nobody has proposed to issue this certificate anew.")
    mend = _("Propose it; another officer confirms.")


class TooMany(Refusal):
    code = "certificates.too_many"
    says = _("That is more than %(most)d certificates.")
    mend = _("Check them in several parts.")
    field = "files"


class UnreadableZip(Refusal):
    code = "certificates.unreadable_zip"
    says = _("The ZIP can't be opened.")
    mend = _("Make it anew, without a password, or choose the files themselves.")
    field = "files"
