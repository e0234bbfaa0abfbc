"""The invoice inside a PDF, and whether the PDF announces it as Factur-X 1.0 demands."""

import pikepdf

import xmp

NAME = "factur-x.xml"
LEVEL = "EN 16931"


def extract(path, demanded):
    """The embedded XML, or None, with findings about its container."""
    with pikepdf.open(path) as pdf:
        specs = {str(spec.filename or name): spec for name, spec in pdf.attachments.items()}
        packet = xmp.packet_of(pdf)
        announced = packet is not None and packet.get(xmp.FACTURX, "DocumentFileName") is not None
        if NAME not in specs:
            if demanded or announced:
                return None, [("error", "FACTUR-X", "attachment", f"no {NAME} is embedded")]
            return None, []
        spec = specs[NAME].obj
        out = [("error", "FACTUR-X", NAME, text) for text in container(pdf, spec)]
        out += [("error", "FACTUR-X", "XMP", text) for text in announcement(packet)]
        return bytes(specs[NAME].get_file().read_bytes()), out


def container(pdf, spec):
    """ISO 32000-2 7.11.4 and the Factur-X specification, section 6.2."""
    if str(spec.get("/AFRelationship", "")) not in ("/Data", "/Source", "/Alternative"):
        yield "AFRelationship is neither Data, Source nor Alternative"
    associated = pdf.Root.get("/AF")
    if associated is None or not any(entry.objgen == spec.objgen for entry in associated):
        yield "the catalog's AF array does not name the file"
    for key in ("/F", "/UF"):
        if str(spec.get(key, "")) != NAME:
            yield f"{key} is not {NAME}"
    stream = spec.get("/EF", pikepdf.Dictionary()).get("/F")
    if stream is None:
        yield "there is no embedded file stream"
        return
    if str(stream.get("/Subtype", "")) != "/text/xml":
        yield "the stream's Subtype is not text/xml"
    if "/ModDate" not in stream.get("/Params", pikepdf.Dictionary()):
        yield "the stream's Params have no ModDate"


def announcement(packet):
    """The four properties of the Factur-X extension schema."""
    expected = {"DocumentType": "INVOICE", "DocumentFileName": NAME, "ConformanceLevel": LEVEL}
    for name, value in expected.items():
        found = packet.get(xmp.FACTURX, name) if packet else None
        if found != value:
            yield f"fx:{name} is {found!r}, expected {value!r}"
    if not (packet and packet.get(xmp.FACTURX, "Version")):
        yield "fx:Version is missing"
