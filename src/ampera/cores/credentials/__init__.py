"""Certificates in the open standards: Open Badges 3.0 on W3C VC 2.0, signed eddsa-rdfc-2022, revocable.

faults       why a document is not accepted: a value with a code, not a crash
document     bytes to JSON and back, strictly
contexts     the JSON-LD contexts that we ship, by SHA-256; nothing is ever fetched
canonical    RDF dataset canonicalisation (by pyld), refusing whatever it would leave unsigned
proof        sign and check one eddsa-rdfc-2022 proof
keys         Ed25519 keys: Multikey, did:key, did:web documents, sealing at rest
form         what a certificate says
schema       the Open Badges 3.0 JSON Schema, against which every issue is held
template     the quick way to the same bytes: canonicalise once, substitute per person
blank        a template published and signed: everything but the person
carrier      a whole certificate in the digits of a QR code
attachment   the certificate attached to a PDF
opening      from whatever carries a certificate to its JSON
issuers      which key a signature must fit
reading      read a certificate of our form back, to show it
status       Bitstring Status List 1.0
datamodel    what the VC Data Model asks of anybody's credential
jwt          the same certificate as a VC-JWT signed ES256, for software that reads no other
exchange     anybody's credentials and presentations signed and checked, as the VC-API asks
verdict      what a certificate is worth, as of when, and what was checked
"""
