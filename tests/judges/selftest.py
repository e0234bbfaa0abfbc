"""The judge judged: accepted files are spoilt one fault at a time, and each must be rejected."""

import os
import re

import pikepdf


def text(pattern, replacement):
    """A mutation of XML text; None where the pattern does not occur."""

    def mutate(raw):
        spoilt, count = re.subn(pattern, replacement, raw.decode("utf-8"), count=1, flags=re.S)
        return spoilt.encode("utf-8") if count else None

    return mutate


def cent_more(pattern):
    """Raises the first amount that the pattern captures by a cent."""

    def mutate(raw):
        document = raw.decode("utf-8")
        found = re.search(pattern, document, re.S)
        if found is None:
            return None
        cents = int(found.group(1).replace(".", "")) + 1
        amount = f"{cents // 100}.{cents % 100:02d}"
        return (document[: found.start(1)] + amount + document[found.end(1) :]).encode("utf-8")

    return mutate


XML_FAULTS = {
    "line sum a cent off": cent_more(
        r"<(?:cbc:LineExtensionAmount|ram:LineTotalAmount)[^>]*>([0-9.]+)<"
    ),
    "tax a cent off": cent_more(r"<cac:TaxSubtotal>.*?<cbc:TaxAmount[^>]*>([0-9.]+)<"),
    "tax a cent off in CII": cent_more(r"<ram:CalculatedAmount>([0-9.]+)<"),
    "amount due a cent off": cent_more(
        r"<(?:cbc:PayableAmount|ram:DuePayableAmount)[^>]*>([0-9.]+)<"
    ),
    "no buyer reference in an XRechnung": text(
        r"(xrechnung_3\.0.*?)<cbc:BuyerReference>[^<]*</cbc:BuyerReference>", r"\1"
    ),
    "Leitweg-ID with swapped digits": text(r"01-MASTODONTEST-37", "01-MASTODONTEST-73"),
    "SIRET with swapped digits": text(r"73282932000074", "73282932000047"),
    "no invoice number": text(r"<(cbc|ram):ID>RE-[^<]*</\1:ID>", ""),
    "unknown tax category": text(r"(<cbc:ID>|<ram:CategoryCode>)(S|AE|E|O)<", r"\1Q<"),
    "unknown currency": text(r"(DocumentCurrencyCode|InvoiceCurrencyCode)>[A-Z]{3}<", r"\1>EUX<"),
    "unknown element": text(r"(<cbc:IssueDate>|<ram:TypeCode>)", r"<cbc:Nothing/>\1"),
    "no seller contact in an XRechnung": text(
        r"(xrechnung_3\.0.*?)<cac:Contact>.*?</cac:Contact>", r"\1"
    ),
    "percentage without base on Peppol": text(
        r"(billing:3\.0.*?)<cbc:MultiplierFactorNumeric>([^<]*)</cbc:MultiplierFactorNumeric>(.*?)"
        r"<cbc:BaseAmount[^<]*</cbc:BaseAmount>",
        r"\1<cbc:MultiplierFactorNumeric>\2</cbc:MultiplierFactorNumeric>\3",
    ),
    "not well formed": text(r"</(\w+:\w+)>\s*$", ""),
    "an entity": text(r"\?>", '?><!DOCTYPE x [<!ENTITY a "b">]>'),
    "no profile": text(r"urn:cen\.eu:en16931:2017", "urn:example:none"),
}


def rdf_broken(pdf):
    raw = bytes(pdf.Root.Metadata.read_bytes())
    pdf.Root.Metadata = pdf.make_stream(raw.replace(b"</rdf:RDF>", b"</rdf:RDX>"))
    pdf.Root.Metadata.Type, pdf.Root.Metadata.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML


def without(*path):
    def spoil(pdf):
        owner = pdf.Root
        for key in path[:-1]:
            owner = owner[key]
        del owner[path[-1]]

    return spoil


def font_removed(pdf):
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and "/FontName" in item:
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if key in item:
                    del item[key]
            return


def scripted(pdf):
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    pdf.Root.OpenAction = pdf.make_indirect(script)


def untagged_text(pdf):
    page = pdf.pages[0]
    page.contents_add(b"q 10 10 20 20 re f Q", prepend=False)


PDF_FAULTS = {
    "broken XMP": rdf_broken,
    "no output intent": without("/OutputIntents"),
    "no language": without("/Lang"),
    "no structure": without("/StructTreeRoot"),
    "no title shown": without("/ViewerPreferences"),
    "a font not embedded": font_removed,
    "a script": scripted,
    "untagged content": untagged_text,
}


def hybrid_fault(pdf):
    """The announcement stays, the invoice goes."""
    for name in list(pdf.attachments):
        del pdf.attachments[name]


def spoilt_name(fault, path, folder):
    return os.path.join(folder, f"{re.sub('[^a-z]+', '-', fault.lower())}-{os.path.basename(path)}")


def spoil_xml(path, folder):
    with open(path, "rb") as file:
        raw = file.read()
    for fault, mutate in XML_FAULTS.items():
        spoilt = mutate(raw)
        if spoilt is not None and spoilt != raw:
            name = spoilt_name(fault, path, folder)
            with open(name, "wb") as file:
                file.write(spoilt)
            yield fault, name


def spoil_pdf(path, folder):
    with pikepdf.open(path) as pdf:
        hybrid = bool(len(pdf.attachments))
    faults = dict(PDF_FAULTS, **({"invoice removed": hybrid_fault} if hybrid else {}))
    for fault, spoil in faults.items():
        name = spoilt_name(fault, path, folder)
        with pikepdf.open(path) as pdf:
            spoil(pdf)
            # Saved as it is: pikepdf would mend the XMP on the way.
            pdf.save(name, deterministic_id=True, fix_metadata_version=False)
        yield fault, name


def run(paths, folder, judge, switches):
    """Exit status 0 when every spoilt file is rejected and every fault was tried."""
    accepted = judge([(switches(), path) for path in paths])
    refused = [verdict for verdict in accepted if verdict.errors()]
    spoilt, tried = [], set()
    for path in paths:
        with open(path, "rb") as file:
            spoil = spoil_pdf if file.read(5) == b"%PDF-" else spoil_xml
        spoilt += list(spoil(path, folder))
    verdicts = judge([(switches(preflight=False), name) for _, name in spoilt])
    overlooked = []
    for (fault, name), verdict in zip(spoilt, verdicts):
        tried.add(fault)
        if not verdict.errors():
            overlooked.append(f"overlooked: {fault} in {os.path.basename(name)}")
    kinds = {os.path.splitext(path)[1] for path in paths}
    expected = set(XML_FAULTS if ".xml" in kinds else ())
    expected |= set(PDF_FAULTS if ".pdf" in kinds else ())
    untried = [f"untried: {fault}" for fault in sorted(expected - tried)]
    problems = [verdict.show() for verdict in refused] + overlooked + untried
    print("\n".join(problems) or f"PASS {len(spoilt)} spoilt files rejected")
    return 1 if problems else 0
