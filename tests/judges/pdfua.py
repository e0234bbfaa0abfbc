"""PDF/UA-1 (ISO 14289-1) as far as structure shows it: tagged, named, in a language."""

import pikepdf
from pikepdf import Array, Dictionary

import xmp

PAINTING = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do"}
STANDARD = {
    "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index",
    "NonStruct", "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl",
    "LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note",
    "Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "RB", "RT", "RP", "Warichu", "WT",
    "WP", "Figure", "Formula", "Form",
}


def findings(path):
    """Findings as (level, rule, place, text)."""
    try:
        pdf = pikepdf.open(path, suppress_warnings=True)
    except pikepdf.PdfError:
        return []  # the PDF/A judge says so already
    with pdf:
        out = list(catalog(pdf)) + list(metadata(pdf))
        tree = pdf.Root.get("/StructTreeRoot")
        if tree is not None:
            out += structure(tree)
        for number, page in enumerate(pdf.pages, 1):
            out += content(page, number)
            out += annotations(page, number)
    return [("error", f"PDFUA {clause}", place, text) for clause, place, text in dict.fromkeys(out)]


def catalog(pdf):
    root = pdf.Root
    if not bool(root.get("/MarkInfo", Dictionary()).get("/Marked", False)):
        yield ("7.1", "catalog", "MarkInfo does not say Marked")
    if not str(root.get("/Lang", "")):
        yield ("7.2", "catalog", "no language")
    if not bool(root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False)):
        yield ("7.1", "catalog", "ViewerPreferences does not ask for the title")
    tree = root.get("/StructTreeRoot")
    if tree is None or "/K" not in tree or "/ParentTree" not in tree:
        yield ("7.1", "catalog", "no structure tree with a parent tree")


def metadata(pdf):
    packet = xmp.packet_of(pdf)
    if packet is None or packet.get(xmp.PDFUA, "part") != "1":
        yield ("5", "XMP", "pdfuaid:part is not 1")
    if packet is None or not packet.get(xmp.DC, "title"):
        yield ("7.1", "XMP", "no title")


def structure(tree):
    """Types, alternative texts, headings in order, table cells in rows."""
    roles = {str(key)[1:]: str(value)[1:] for key, value in tree.get("/RoleMap", {}).items()}
    out, headings = [], []

    def visit(element, parent, depth):
        if isinstance(element, Array):
            for child in element:
                visit(child, parent, depth)
            return
        if not isinstance(element, Dictionary) or "/S" not in element or depth > 200:
            return
        kind = str(element.S)[1:]
        kind = roles.get(kind, kind)
        if kind not in STANDARD:
            out.append(("7.1", kind, "is no standard structure type and mapped to none"))
        if kind in ("Figure", "Formula") and not (
            str(element.get("/Alt", "")) or str(element.get("/ActualText", ""))
        ):
            out.append(("7.3", kind, "has no alternative text"))
        if kind in ("TH", "TD") and parent != "TR":
            out.append(("7.5", kind, f"stands in {parent}, not in a row"))
        if kind == "LI" and parent != "L":
            out.append(("7.6", kind, f"stands in {parent}, not in a list"))
        if kind == "Table" and not has_header(element, roles):
            out.append(("7.5", kind, "has no header cell"))
        if len(kind) == 2 and kind[0] == "H" and kind[1].isdigit():
            headings.append(int(kind[1]))
        visit(element.get("/K", Array()), kind, depth + 1)

    visit(tree.get("/K", Array()), "root", 0)
    for before, level in zip([0] + headings, headings):
        if level > before + 1:
            out.append(("7.4.2", f"H{level}", f"follows H{before}: a level is skipped"))
    return out


def has_header(table, roles):
    """True when a TH stands anywhere in the table."""
    waiting = [table]
    while waiting:
        element = waiting.pop()
        if isinstance(element, Array):
            waiting.extend(element)
        elif isinstance(element, Dictionary):
            kind = str(element.get("/S", "/"))[1:]
            if roles.get(kind, kind) == "TH":
                return True
            if "/K" in element:
                waiting.append(element.K)
    return False


def content(page, number):
    """Everything painted is part of the structure or marked as an artifact."""
    depth = 0
    for command in pikepdf.parse_content_stream(page):
        operator = str(command.operator)
        if operator in ("BDC", "BMC"):
            depth += 1
        elif operator == "EMC":
            depth -= 1
        elif operator in PAINTING and depth == 0:
            yield ("7.1", f"page {number}", f"content painted by {operator} is not tagged")
    if "/StructParents" not in page.obj:
        yield ("7.1", f"page {number}", "no StructParents")


def annotations(page, number):
    notes = page.obj.get("/Annots", Array())
    if len(notes) and str(page.obj.get("/Tabs", "")) != "/S":
        yield ("7.18.3", f"page {number}", "Tabs is not S")
    for note in notes:
        kind = str(note.get("/Subtype", ""))
        if kind == "/Popup":
            continue
        if "/StructParent" not in note:
            yield ("7.18.1", f"page {number}", f"{kind} annotation outside the structure")
        if kind == "/Link" and not str(note.get("/Contents", "")):
            yield ("7.18.5", f"page {number}", "a link without a description")
