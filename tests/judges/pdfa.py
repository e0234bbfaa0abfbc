"""PDF/A-3 (ISO 19005-3) as far as structure shows it. Not a certified validator, and never called
one: it covers what our writer and the steps after it could get wrong."""

import re

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

import xmp

FORBIDDEN_ACTIONS = {
    "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState",
    "/Rendition", "/Trans", "/GoTo3DView", "/JavaScript",
}
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def findings(path, raw):
    """Findings as (level, rule, place, text)."""
    out = list(syntax(raw))
    try:
        pdf = pikepdf.open(path, suppress_warnings=True)
    except pikepdf.PdfError as error:
        return [("error", "PDF", "file", str(error))]
    with pdf:
        out += trailer(pdf)
        out += metadata(pdf)
        intent, problems = output_intent(pdf)
        out += problems
        out += objects(pdf)
        for number, page in enumerate(pdf.pages, 1):
            out += annotations(page, number)
            out += colours(page, number, intent)
    return [("error", f"PDFA {clause}", place, text) for clause, place, text in dict.fromkeys(out)]


def syntax(raw):
    """6.1.2 and 6.1.3: what stands before and after the objects."""
    header = re.match(rb"%PDF-1\.[0-7]\r?\n%([^\r\n]*)", raw)
    if header is None:
        yield ("6.1.2", "header", "no %PDF-1.n line with a comment below it")
    elif len([byte for byte in header.group(1)[:4] if byte > 127]) < 4:
        yield ("6.1.2", "header", "the second line needs four bytes above 127")
    if not re.search(rb"%%EOF(\r\n|\r|\n)?$", raw):
        yield ("6.1.3", "trailer", "something follows the last %%EOF")


def trailer(pdf):
    if "/ID" not in pdf.trailer:
        yield ("6.1.3", "trailer", "no ID")
    if pdf.is_encrypted:
        yield ("6.1.3", "trailer", "the file is encrypted")
    for key in ("/AA", "/Requirements"):
        if key in pdf.Root:
            yield ("6.5", "catalog", f"{key} is forbidden")
    names = pdf.Root.get("/Names", Dictionary())
    if "/JavaScript" in names or "/AlternatePresentations" in names:
        yield ("6.5", "catalog", "scripts and presentations are forbidden")
    for warning in pdf.get_warnings():
        yield ("6.1", "file", str(warning)[-200:])


def metadata(pdf):
    """6.6: the XMP packet."""
    packet = xmp.packet_of(pdf)
    if packet is None:
        return [("6.6.2.1", "catalog", "no XMP metadata")]
    out = [("6.6.2.1", "XMP", text) for text in packet.problems]
    if packet.get(xmp.PDFA, "part") != "3":
        out.append(("6.6.4", "XMP", f"pdfaid:part is {packet.get(xmp.PDFA, 'part')!r}"))
    if packet.get(xmp.PDFA, "conformance") not in ("A", "U", "B"):
        out.append(("6.6.4", "XMP", "pdfaid:conformance is neither A, U nor B"))
    if "/Filter" in pdf.Root.Metadata:
        out.append(("6.6.2.1", "XMP", "the metadata stream should stay readable: no filter"))
    out += [("6.6.2.3", "XMP", f"{name} has no description") for name in packet.undescribed()]
    return out


def output_intent(pdf):
    """6.2.3: the colour space of the output intent, and what is wrong with it."""
    for intent in pdf.Root.get("/OutputIntents", Array()):
        if str(intent.get("/S", "")) != "/GTS_PDFA1":
            continue
        profile = intent.get("/DestOutputProfile")
        if profile is None:
            return None, [("6.2.3", "output intent", "no ICC profile")]
        icc = bytes(profile.read_bytes())
        space = icc[16:20].strip().decode("ascii", "replace") if len(icc) >= 128 else ""
        channels = {"RGB": 3, "CMYK": 4, "GRAY": 1}.get(space)
        if icc[36:40] != b"acsp" or channels is None or icc[8] > 4:
            return None, [("6.2.3", "output intent", "no ICC profile of version 2 or 4")]
        if profile.get("/N") != channels:
            return space, [("6.2.3", "output intent", "N does not fit the profile")]
        return space, []
    return None, [("6.2.3", "output intent", "none for PDF/A")]


def objects(pdf):
    """Every object: filters, actions, fonts, embedded files."""
    associated = {spec.objgen for spec in pdf.Root.get("/AF", Array())}
    for item in pdf.objects:
        if isinstance(item, Stream):
            yield from stream(item)
        if not isinstance(item, (Dictionary, Stream)):
            continue
        place = f"object {item.objgen[0]}"
        for action in (item, item.get("/A"), item.get("/OpenAction")):
            kind = str(action.get("/S", "")) if isinstance(action, Dictionary) else ""
            if kind in FORBIDDEN_ACTIONS:
                yield ("6.5.1", place, f"action {kind}")
        if item.get("/Type") == Name.Font:
            yield from font(item, place)
        if "/EF" in item:
            yield from embedded(item, associated, place)


def stream(item):
    place = f"object {item.objgen[0]}"
    for key in ("/F", "/FFilter", "/FDecodeParms"):
        if key in item:
            yield ("6.1.7.1", place, f"{key} in a stream")
    filters = item.get("/Filter", Array())
    for name in [filters] if isinstance(filters, Name) else list(filters):
        if str(name) in ("/LZWDecode", "/Crypt"):
            yield ("6.1.7.2", place, f"filter {name}")
    if item.get("/Subtype") == Name.Image:
        if "/Alternates" in item or "/OPI" in item or bool(item.get("/Interpolate", False)):
            yield ("6.2.8", place, "an image with alternates, OPI or interpolation")


def font(item, place):
    """6.2.11: embedded, and readable as text."""
    kind, name = str(item.get("/Subtype", "")), str(item.get("/BaseFont", ""))
    if kind in ("/CIDFontType0", "/CIDFontType2", "/Type3"):
        return
    owner = item.DescendantFonts[0] if kind == "/Type0" else item
    descriptor = owner.get("/FontDescriptor", Dictionary())
    if not any(key in descriptor for key in FONT_FILES):
        yield ("6.2.11.4", place, f"font {name} is not embedded")
    if "/ToUnicode" not in item:
        yield ("6.2.11.7", place, f"font {name} has no ToUnicode")
    if kind == "/Type0" and str(owner.get("/Subtype", "")) == "/CIDFontType2":
        if "/CIDToGIDMap" not in owner:
            yield ("6.2.11.3.2", place, f"font {name} has no CIDToGIDMap")


def embedded(spec, associated, place):
    """6.8: embedded files."""
    if "/F" not in spec or "/UF" not in spec:
        yield ("6.8", place, "an embedded file without F and UF")
    if "/AFRelationship" not in spec or spec.objgen not in associated:
        yield ("6.8", place, "an embedded file that is associated with nothing")
    content = spec.EF.get("/F")
    if content is None or "/" not in str(content.get("/Subtype", ""))[1:]:
        yield ("6.8", place, "an embedded file without a media type")


def annotations(page, number):
    """6.3: visible, printable, with an appearance."""
    if "/AA" in page.obj:
        yield ("6.5.2", f"page {number}", "AA is forbidden")
    for note in page.obj.get("/Annots", Array()):
        kind, flags = str(note.get("/Subtype", "")), int(note.get("/F", 0))
        if kind == "/Popup":
            continue
        if not flags & 4 or flags & (1 | 2 | 32 | 256):
            yield ("6.3.2", f"page {number}", f"{kind} annotation with flags {flags}")
        if kind != "/Link" and "/AP" not in note:
            yield ("6.3.3", f"page {number}", f"{kind} annotation without an appearance")


def colours(page, number, intent):
    """6.2.4.3: device colours must be those of the output intent."""
    spaces = {"rg": "RGB", "RG": "RGB", "k": "CMYK", "K": "CMYK"}
    for command in pikepdf.parse_content_stream(page):
        space = spaces.get(str(command.operator))
        if space and space != intent:
            yield ("6.2.4.3", f"page {number}", f"{space} colours without such an output intent")
