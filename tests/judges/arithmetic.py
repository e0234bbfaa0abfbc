"""Every amount of an invoice to the cent. The official rules tolerate a tax that is 1.00 wrong."""

import dataclasses
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from rules import CII, NS, text_of

CENT = Decimal("0.01")
TRADE = "rsm:SupplyChainTradeTransaction"
SETTLEMENT = TRADE + "/ram:ApplicableHeaderTradeSettlement"


def rounded(value):
    return value.quantize(CENT, ROUND_HALF_UP)


def number(text):
    try:
        return Decimal(text) if text else Decimal(0)
    except InvalidOperation:
        return Decimal("NaN")


@dataclasses.dataclass
class Part:
    """A sum with its tax group: an allowance (negative), a charge, or a line."""

    amount: Decimal
    group: tuple


def group_of(category, rate):
    return (category, number(rate).normalize() if rate else Decimal(0))


def ubl(root):
    """Lines, document allowances and charges, tax groups and totals of a UBL document."""
    lines, problems = [], []
    for line in root.xpath("cac:InvoiceLine|cac:CreditNoteLine", namespaces=NS):
        quantity = text_of(line, "cbc:InvoicedQuantity") or text_of(line, "cbc:CreditedQuantity")
        parts = signed(line.findall("cac:AllowanceCharge", NS), "cbc:ChargeIndicator", "cbc:Amount")
        net = number(text_of(line, "cbc:LineExtensionAmount"))
        price = text_of(line, "cac:Price/cbc:PriceAmount")
        base = text_of(line, "cac:Price/cbc:BaseQuantity")
        problems += line_problem(text_of(line, "cbc:ID"), quantity, price, base, parts, net)
        lines.append(Part(net, ubl_group(line, "cac:Item/cac:ClassifiedTaxCategory/cbc:")))
    others = []
    for part in root.findall("cac:AllowanceCharge", NS):
        amount = signed([part], "cbc:ChargeIndicator", "cbc:Amount")[0]
        others.append(Part(amount, ubl_group(part, "cac:TaxCategory/cbc:")))
    groups = []
    for sub in root.xpath("cac:TaxTotal/cac:TaxSubtotal", namespaces=NS):
        basis, tax = text_of(sub, "cbc:TaxableAmount"), text_of(sub, "cbc:TaxAmount")
        groups.append((ubl_group(sub, "cac:TaxCategory/cbc:"), number(basis), number(tax)))
    total = "cac:LegalMonetaryTotal/cbc:"
    stated = {
        "BT-106": number(text_of(root, total + "LineExtensionAmount")),
        "BT-107": number(text_of(root, total + "AllowanceTotalAmount")),
        "BT-108": number(text_of(root, total + "ChargeTotalAmount")),
        "BT-109": number(text_of(root, total + "TaxExclusiveAmount")),
        "BT-110": number(text_of(root, "cac:TaxTotal/cbc:TaxAmount")),
        "BT-112": number(text_of(root, total + "TaxInclusiveAmount")),
        "BT-113": number(text_of(root, total + "PrepaidAmount")),
        "BT-114": number(text_of(root, total + "PayableRoundingAmount")),
        "BT-115": number(text_of(root, total + "PayableAmount")),
    }
    return lines, others, groups, stated, problems


def cii(root):
    """The same of a CII document."""
    lines, problems = [], []
    for line in root.findall(f"{TRADE}/ram:IncludedSupplyChainTradeLineItem", NS):
        settled = "ram:SpecifiedLineTradeSettlement/"
        price = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:"
        parts = signed(
            line.findall(settled + "ram:SpecifiedTradeAllowanceCharge", NS),
            "ram:ChargeIndicator/udt:Indicator",
            "ram:ActualAmount",
        )
        summation = "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
        net = number(text_of(line, settled + summation))
        problems += line_problem(
            text_of(line, "ram:AssociatedDocumentLineDocument/ram:LineID"),
            text_of(line, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"),
            text_of(line, price + "ChargeAmount"),
            text_of(line, price + "BasisQuantity"),
            parts,
            net,
        )
        lines.append(Part(net, cii_group(line, settled + "ram:ApplicableTradeTax/ram:")))
    others = []
    for part in root.findall(f"{SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge", NS):
        amount = signed([part], "ram:ChargeIndicator/udt:Indicator", "ram:ActualAmount")[0]
        others.append(Part(amount, cii_group(part, "ram:CategoryTradeTax/ram:")))
    groups = []
    for sub in root.findall(f"{SETTLEMENT}/ram:ApplicableTradeTax", NS):
        basis, tax = text_of(sub, "ram:BasisAmount"), text_of(sub, "ram:CalculatedAmount")
        groups.append((cii_group(sub, "ram:"), number(basis), number(tax)))
    total = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:"
    names = {
        "BT-106": "LineTotalAmount", "BT-107": "AllowanceTotalAmount",
        "BT-108": "ChargeTotalAmount", "BT-109": "TaxBasisTotalAmount",
        "BT-110": "TaxTotalAmount", "BT-112": "GrandTotalAmount",
        "BT-113": "TotalPrepaidAmount", "BT-114": "RoundingAmount", "BT-115": "DuePayableAmount",
    }
    stated = {term: number(text_of(root, total + name)) for term, name in names.items()}
    return lines, others, groups, stated, problems


def ubl_group(element, path):
    return group_of(text_of(element, path + "ID"), text_of(element, path + "Percent"))


def cii_group(element, path):
    return group_of(
        text_of(element, path + "CategoryCode"), text_of(element, path + "RateApplicablePercent")
    )


def signed(parts, indicator, amount):
    """Charges as they are, allowances negative."""
    signs = [1 if text_of(part, indicator) == "true" else -1 for part in parts]
    return [sign * number(text_of(part, amount)) for sign, part in zip(signs, parts)]


def line_problem(name, quantity, price, base, parts, net):
    product = number(quantity) * number(price) / (number(base) or Decimal(1))
    expected = rounded(product) + sum(parts, Decimal(0))
    if expected == net:
        return []
    return [("error", "EXACT-BT-131", f"line {name}", f"{net} stated, {expected} computed")]


def waterfall(lines, others, groups, stated):
    """The totals as they follow from lines, allowances, charges and tax."""
    net = sum((line.amount for line in lines), Decimal(0))
    allowances = -sum((part.amount for part in others if part.amount < 0), Decimal(0))
    charges = sum((part.amount for part in others if part.amount > 0), Decimal(0))
    tax = sum((amount for _, _, amount in groups), Decimal(0))
    gross = net - allowances + charges + tax
    due = gross - stated["BT-113"] + stated["BT-114"]
    return {
        "BT-106": net, "BT-107": allowances, "BT-108": charges, "BT-109": gross - tax,
        "BT-110": tax, "BT-112": gross, "BT-115": due,
    }


def findings(root):
    """Every amount that does not follow from the ones before it."""
    lines, others, groups, stated, out = cii(root) if root.tag == CII else ubl(root)
    bases = {}
    for part in lines + others:
        bases[part.group] = bases.get(part.group, Decimal(0)) + part.amount
    keys = [key for key, _, _ in groups]
    for key, basis, tax in groups:
        place = f"{key[0]} {key[1]} %"
        if keys.count(key) > 1:
            out.append(("error", "EXACT-BG-23", place, "the group stands there twice"))
        if bases.get(key) != basis:
            text = f"{basis} stated, {bases.get(key)} computed"
            out.append(("error", "EXACT-BT-116", place, text))
        expected = rounded(basis * key[1] / 100)
        if expected != tax:
            out.append(("error", "EXACT-BT-117", place, f"{tax} stated, {expected} computed"))
    for key in bases.keys() - set(keys):
        out.append(("error", "EXACT-BG-23", f"{key[0]} {key[1]} %", "the group is missing"))
    for term, expected in waterfall(lines, others, groups, stated).items():
        if stated[term] != expected:
            text = f"{stated[term]} stated, {expected} computed"
            out.append(("error", f"EXACT-{term}", term, text))
    return out
