"""Check digits of routing identifiers and what Chorus Pro demands, which no schematron looks at."""

import re

from rules import CII, NS, text_of

AGREEMENT = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement/"
LEITWEG = re.compile(r"[0-9]{2,12}(-[0-9A-Z]{1,30})?-[0-9]{2}")


def leitweg_problem(value):
    """ISO 7064 MOD 97-10 with letters as 10 to 35 (KoSIT, Leitweg-ID format specification)."""
    if not LEITWEG.fullmatch(value):
        return f"{value!r} does not have the form of a Leitweg-ID"
    expanded = "".join(str(int(c, 36)) for c in value.replace("-", ""))
    return None if int(expanded) % 97 == 1 else f"{value!r} has wrong check digits"


def luhn(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def siret_problem(value):
    """14 digits with a Luhn check; La Poste (356000000) counts plain digits by fives (INSEE)."""
    if not re.fullmatch("[0-9]{14}", value):
        return f"{value!r} is not a SIRET of 14 digits"
    la_poste = value.startswith("356000000") and sum(map(int, value)) % 5 == 0
    return None if luhn(value) or la_poste else f"{value!r} has a wrong check digit"


def fields(root):
    """Number, buyer reference, order, buyer's legal id and electronic address, with schemes."""
    if root.tag == CII:
        buyer = AGREEMENT + "ram:BuyerTradeParty/"
        paths = (
            "rsm:ExchangedDocument/ram:ID",
            AGREEMENT + "ram:BuyerReference",
            AGREEMENT + "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",
            buyer + "ram:SpecifiedLegalOrganization/ram:ID",
            buyer + "ram:URIUniversalCommunication/ram:URIID",
        )
    else:
        buyer = "cac:AccountingCustomerParty/cac:Party/"
        paths = (
            "cbc:ID",
            "cbc:BuyerReference",
            "cac:OrderReference/cbc:ID",
            buyer + "cac:PartyLegalEntity/cbc:CompanyID",
            buyer + "cbc:EndpointID",
        )
    texts = [text_of(root, path) for path in paths]
    legal, endpoint = (root.find(path, NS) for path in paths[3:])
    scheme = lambda element: "" if element is None else element.get("schemeID") or ""
    return texts, scheme(legal), scheme(endpoint)


def findings(root, profile, chorus):
    (invoice, reference, order, legal, address), legal_scheme, scheme = fields(root)
    out = []

    def note(rule, term, problem):
        if problem:
            out.append(("error", rule, term, problem))

    if scheme == "0204":
        note("LEITWEG", "BT-49", leitweg_problem(address))
    if profile == "xrechnung":
        note("LEITWEG", "BT-10", leitweg_problem(reference))
    if chorus or legal_scheme == "0009":
        note("SIRET", "BT-47", siret_problem(legal))
        taken = re.fullmatch(r"[A-Za-z0-9 +_/-]{1,20}", invoice)
        note("CHORUS", "BT-1", None if taken else f"Chorus Pro refuses the number {invoice!r}")
        note("CHORUS", "BT-10", "longer than 100 characters" if len(reference) > 100 else None)
        note("CHORUS", "BT-13", "longer than 50 characters" if len(order) > 50 else None)
    return out
