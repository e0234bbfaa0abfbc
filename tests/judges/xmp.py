"""The XMP packet of a PDF: parsed once, asked by the PDF judges."""

import re

from lxml import etree

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PDFA = "http://www.aiim.org/pdfa/ns/id/"
PDFUA = "http://www.aiim.org/pdfua/ns/id/"
DC = "http://purl.org/dc/elements/1.1/"
BASIC = "http://ns.adobe.com/xap/1.0/"
MEDIA = "http://ns.adobe.com/xap/1.0/mm/"
PDF = "http://ns.adobe.com/pdf/1.3/"
EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
PROPERTY = "{http://www.aiim.org/pdfa/ns/property#}"
FACTURX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"

# Schemas whose properties need no description (ISO 19005-3, 6.6.2.3.1, by XMP 2005).
PREDEFINED = {PDFA, DC, BASIC, MEDIA, PDF, EXTENSION, BASIC + "rights/", BASIC + "t/pg/"}


class Packet:
    """Properties by namespace and name, and the described extension schemas."""

    def __init__(self, raw):
        self.problems = []
        self.properties, self.described = {}, {}
        header = re.search(rb"<\?xpacket begin=.*?\?>", raw, re.S)
        if header is None or b"<?xpacket end=" not in raw:
            self.problems.append("the XMP packet has no header or no trailer")
        elif re.search(rb"\b(bytes|encoding)\s*=", header.group(0)):
            self.problems.append("the XMP header has an attribute that PDF/A forbids")
        body = re.sub(rb"<\?xpacket.*?\?>", b"", raw, flags=re.S).strip()
        try:
            tree = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError as error:
            self.problems.append(f"the XMP is not well formed: {error}")
            return
        for rdf in tree.iter(RDF + "RDF"):
            for description in rdf.findall(RDF + "Description"):
                self.read(description)
        for schemas in tree.iter("{%s}schemas" % EXTENSION):
            self.describe(schemas)

    def read(self, description):
        for name, value in description.attrib.items():
            self.add(etree.QName(name), value)
        for element in description.iterchildren(tag=etree.Element):
            items = [item.text or "" for item in element.iter(RDF + "li")]
            self.add(etree.QName(element), items[0] if items else (element.text or "").strip())

    def add(self, name, value):
        if name.namespace and name.namespace != RDF.strip("{}"):
            self.properties[(name.namespace, name.localname)] = value

    def describe(self, schemas):
        for schema in schemas.iter(f"{RDF}li"):
            uri = schema.findtext(f".//{SCHEMA}namespaceURI")
            if uri is None:
                continue
            missing = [n for n in ("schema", "prefix") if not schema.findtext(f".//{SCHEMA}{n}")]
            for entry in schema.findall(f".//{SCHEMA}property/{RDF}Seq/{RDF}li"):
                fields = ("name", "valueType", "category", "description")
                found = {n: entry.findtext(f".//{PROPERTY}{n}") for n in fields}
                found = {n: v or entry.get(PROPERTY + n) for n, v in found.items()}
                missing += [f"property {n}" for n, v in found.items() if not v]
                self.described.setdefault(uri, set()).add(found["name"])
            if missing:
                self.problems.append(f"the extension schema {uri} lacks {', '.join(missing)}")

    def get(self, namespace, name):
        return self.properties.get((namespace, name))

    def undescribed(self):
        """Properties of neither a predefined nor a described schema."""
        for (namespace, name) in self.properties:
            if namespace not in PREDEFINED and name not in self.described.get(namespace, set()):
                yield f"{{{namespace}}}{name}"


def packet_of(pdf):
    """The packet of an open PDF, or None."""
    stream = pdf.Root.get("/Metadata")
    return Packet(bytes(stream.read_bytes())) if stream is not None else None
