"""Every expected "no" about accounts, persons and identity."""

from ampera.refusal import Refusal, _


class PhoneShape(Refusal):
    code = "people.phone_shape"
    says = _("This is not an Indonesian mobile number.")
    mend = _("Write a mobile number that begins with 08, such as 0812 3456 7890.")
    field = "phone"


class NikShape(Refusal):
    code = "people.nik_shape"
    says = _("A NIK has 16 digits.")
    mend = _("Copy all 16 digits from the KTP, the family card or the child's card.")
    field = "nik"


class NikDistrict(NikShape):
    code = "people.nik_district"
    says = _("The first six digits of this NIK name no district.")
    mend = _("Compare the first six digits with the card.")


class NikDate(NikShape):
    code = "people.nik_date"
    says = _("Digits 7 to 12 of this NIK are not a date.")
    mend = _("Compare them with the card: day, month and year of birth; for women the day is 40 more.")


class NikTaken(Refusal):
    code = "people.nik_taken"
    says = _("This NIK is already registered.")
    mend = _(
        "If it is yours, register all the same and show your KTP at the kelurahan: the holder of the KTP wins."
    )
    field = "nik"


class NikAlreadyYours(Refusal):
    code = "people.nik_already_yours"
    says = _("This NIK is already registered under your phone number.")
    mend = _("Open that person from your list and correct it there.")
    field = "nik"


class NikDiffers(Refusal):
    code = "people.nik_differs"
    says = _("The NIK on the card is not the one that was registered.")
    mend = _("Look whether this is the right person. If the registered NIK is mistyped, correct it first.")
    field = "nik"


class NikHeld(Refusal):
    code = "people.nik_held"
    says = _("Somebody else has already shown a KTP with this NIK.")
    mend = _("Send the case to an officer, who compares both.")


class BirthDateImpossible(Refusal):
    code = "people.birth_date_impossible"
    says = _("This birth date can't be right.")
    mend = _("Write it as on the card: day, month, year.")
    field = "birth_date"


class TooYoung(Refusal):
    code = "people.too_young"
    says = _("The programme is for people aged %(least)d or older.")
    mend = _(
        "Compare the birth date with the card. The exercises on true and false messages are open at any age."
    )
    field = "birth_date"


class GuardianNeeded(Refusal):
    code = "people.guardian_needed"
    says = _("Under 18, a parent or guardian is needed.")
    mend = _("Write the name of the parent or guardian and how they are related.")
    field = "guardian_name"


class GuardianNotSeen(Refusal):
    code = "people.guardian_not_seen"
    says = _("This person is under 18 and the guardian was not seen.")
    mend = _("See the guardian's KTP, or the school's letter, and mark it.")
    field = "guardian_seen"


class NameMissing(Refusal):
    code = "people.name_missing"
    says = _("The name is missing.")
    mend = _("Write the name as on the card. One name is enough.")
    field = "name"


class UnknownPlace(Refusal):
    code = "people.unknown_place"
    says = _("There is no such kelurahan.")
    mend = _("Choose the kelurahan from the list.")
    field = "kelurahan"


class Erased(Refusal):
    code = "people.erased"
    says = _("This person's data have been deleted.")
    mend = _("Register anew if they want to take part again.")
    status = 410


class RoleAlreadyHeld(Refusal):
    code = "people.role_already_held"
    says = _("This number already has this role, under another name or place.")
    mend = _("End the role first, then give it anew.")


class RolesApart(Refusal):
    code = "people.roles_apart"
    says = _("Who confirms must not be who proposes: one number can't be both officer and inspector.")
    mend = _("Give the role to somebody outside the office.")


class OwnRole(Refusal):
    code = "people.own_role"
    says = _("You can't end your own role.")
    mend = _("Ask another officer.")


class LecturerWithoutPartner(Refusal):
    code = "people.lecturer_without_partner"
    says = _("A lecturer belongs to a partner.")
    mend = _("Choose the partner.")
    field = "partner"


class NoPhone(Refusal):
    code = "people.no_phone"
    says = _("No phone belongs to this person, so no code can be sent.")
    mend = _("Use the PIN on the receipt, or go to the kelurahan with the KTP.")


class TooManyCodes(Refusal):
    code = "people.too_many_codes"
    says = _("This number has had its codes for now.")
    mend = _("Look for the newest message, or wait a minute and ask again.")
    status = 429


class NoSuchPair(Refusal):
    code = "people.no_such_pair"
    says = _("There is no such pair of registrations.")
    mend = _("Open the list of pairs again.")
    status = 404


class PairJudged(Refusal):
    code = "people.pair_judged"
    says = _("This pair was judged meanwhile.")
    mend = _("Read on its page what was decided.")


class PairChanged(Refusal):
    code = "people.pair_changed"
    says = _(
        "One of the two has changed since: erased, joined with another, or displaced by whoever showed the KTP."
    )
    mend = _("Search again: what is alike now is listed anew.")


class PairSameOfficer(Refusal):
    code = "people.pair_same_officer"
    says = _("You proposed to join these two yourself, so you can't decide about it alone.")
    mend = _("Ask another officer.")


class PairReasonMissing(Refusal):
    code = "people.pair_reason_missing"
    says = _("A reason is needed, of at most %(most)d characters.")
    mend = _("Write in one sentence what you compared. The citizen reads it.")
    field = "because"


class PairReasonTells(Refusal):
    code = "people.pair_reason_tells"
    says = _("The reason holds a long number, such as a NIK or a phone number.")
    mend = _("Leave the number out: the reason is kept for good.")
    field = "because"


class PairNotJoined(Refusal):
    code = "people.pair_not_joined"
    says = _("These registrations are not joined, or no objection waits for an answer.")
    mend = _("Look at the page again.")


class PairObjected(Refusal):
    code = "people.pair_objected"
    says = _("Your objection is here already.")
    mend = _("Its answer will stand on this page.")


class PairObjectionEmpty(Refusal):
    code = "people.pair_objection_empty"
    says = _("An objection needs a few words, at most %(most)d characters.")
    mend = _("Write why these are not one.")
    field = "text"


class WrongCode(Refusal):
    code = "people.wrong_code"
    says = _("This is not the code from the newest message, or its time is over. Nothing has changed.")
    mend = _("Compare the digits. After five wrong tries or 15 minutes, ask for a new code.")
    field = "secret"


class WrongPin(Refusal):
    code = "people.wrong_pin"
    says = _("This is not the PIN on the receipt. Nothing has changed.")
    mend = _(
        "Compare the digits. After ten wrong tries the PIN has to be made anew at the counter, where the KTP is shown."
    )
    field = "secret"
