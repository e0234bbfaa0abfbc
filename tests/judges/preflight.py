"""Apache PDFBox Preflight as a second opinion, one Java process for all files.

Preflight knows PDF/A-1b only. What PDF/A-3 allows and PDF/A-1 forbids is left out, code by code;
all its other findings (fonts, syntax, actions, annotations) count.
"""

import os
import shutil
import subprocess
import tempfile

from lxml import etree

JARS = (
    "preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io",
    "javax.activation", "jaxb-api",
)
FOLDER = "/usr/share/java"

# Allowed by ISO 19005-3 though not by 19005-1: embedded files, JPEG 2000 and object streams,
# optional content, transparency, output intent of another part, PDF 1.7 annotation flags, fonts
# without CIDSet. 7.2 compares Info with XMP, which part 3 no longer asks for. An ICC profile of
# version 4 is allowed too, yet our writer embeds version 2, which older viewers know: 2.1.6 counts.
ALLOWED = {
    "1.2.9", "1.2.10", "1.2.12", "1.4", "1.4.7", "1.4.8", "1.4.10", "2.1.3", "2.1.7", "3.1.11",
    "5.2.2", "5.3.1", "7.2",
}
ALLOWED_PREFIXES = ("2.2", "4.1", "7.11")

# Its XMP reader knows neither the PDF/UA nor the Factur-X schema, described or not.
METADATA = "7.3"


def missing():
    out = [] if shutil.which("java") else ["missing: java"]
    paths = [os.path.join(FOLDER, f"{jar}.jar") for jar in JARS]
    return out + [f"missing: {path}" for path in paths if not os.path.exists(path)]


def findings(paths):
    """Findings by path."""
    if missing():
        return {path: [("error", "PREFLIGHT", "setup", "; ".join(missing()))] for path in paths}
    with tempfile.TemporaryDirectory() as folder:
        # The report names files without their folders, so each gets a name of its own.
        links = {f"{number}.pdf": path for number, path in enumerate(paths)}
        for name, path in links.items():
            os.symlink(os.path.abspath(path), os.path.join(folder, name))
        listing = os.path.join(folder, "list.txt")
        with open(listing, "w", encoding="utf-8") as file:
            file.writelines(os.path.join(folder, name) + "\n" for name in links)
        classpath = ":".join(os.path.join(FOLDER, f"{jar}.jar") for jar in JARS)
        main = "org.apache.pdfbox.preflight.Validator_A1b"
        command = ["java", "-cp", classpath, main, "xml", "group", listing]
        run = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
        report = listing + ".preflight.xml"
        if not os.path.exists(report):
            text = (run.stderr or run.stdout)[-300:]
            return {path: [("error", "PREFLIGHT", "run", text)] for path in paths}
        root = etree.parse(report).getroot()
    out = {path: [("error", "PREFLIGHT", "run", "no report on this file")] for path in paths}
    for entry in root.iter("preflight"):
        out[links[os.path.basename(entry.get("name"))]] = list(faults(entry))
    return out


def faults(entry):
    for error in entry.iter("error"):
        code, text = error.findtext("code") or "", error.findtext("details") or ""
        if code not in ALLOWED and not code.startswith(ALLOWED_PREFIXES):
            level = "warning" if code == METADATA else "error"
            yield (level, f"PREFLIGHT {code}", f"page {error.findtext('page') or '-'}", text)
