#!/usr/bin/env python3
"""Judges e-invoices and invoice PDFs by the official rules, many files in one process.

usage: judge.py [SWITCH...] FILE...     SWITCHes hold for the files after them
       judge.py --self-test FILE...     accepted files, spoilt in many ways, must all be rejected
       judge.py --ready                 says whether everything needed is installed

An XML file is judged by schema, the CEN EN 16931 rules, the rules of the profile it declares
(XRechnung, Peppol as far as KoSIT carries them, Factur-X), and exact arithmetic. A PDF is judged
by its PDF/A-3 and PDF/UA-1 structure and by PDFBox Preflight; an embedded invoice like any other.

  --expect NAME     xrechnung, peppol, en16931 or any (default any)
  --chorus          demand what Chorus Pro does (default: where the buyer is named by a SIRET)
  --hybrid          a PDF without an embedded invoice is rejected
  --no-preflight    leave PDFBox out
  --warnings        print warnings of accepted files too

One line a file, PASS or FAIL; findings follow indented. Exit status 0 when all pass, 1 when one
fails, 2 when the judge cannot run.
"""

import dataclasses
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)


@dataclasses.dataclass
class Switches:
    """What is demanded of the files that follow."""

    expect: str = "any"
    chorus: bool = False
    hybrid: bool = False
    preflight: bool = True


@dataclasses.dataclass
class Verdict:
    """One file with its findings: (level, rule, place, text)."""

    path: str
    profile: str = "none"
    findings: list = dataclasses.field(default_factory=list)

    def errors(self):
        return [f for f in self.findings if f[0] == "error"]

    def show(self, warnings=False):
        errors = self.errors()
        others = [f for f in self.findings if f[0] == "warning"]
        word = "FAIL" if errors else "PASS"
        counts = f"errors={len(errors)} warnings={len(others)}"
        line = f"{word} {self.path} profile={self.profile} {counts}"
        rows = errors + (others if warnings else [])
        return "\n".join([line] + [f"  {l} {r} {p}: {t}"[:400] for l, r, p, t in rows])


def parse(arguments):
    """Pairs of switches and file, in order."""
    switches, jobs, warnings = Switches(), [], False
    words = iter(arguments)
    for word in words:
        if word == "--expect":
            switches = dataclasses.replace(switches, expect=next(words, "any"))
        elif word in ("--chorus", "--hybrid"):
            switches = dataclasses.replace(switches, **{word[2:]: True})
        elif word == "--no-preflight":
            switches = dataclasses.replace(switches, preflight=False)
        elif word == "--warnings":
            warnings = True
        elif word.startswith("--"):
            raise SystemExit(f"unknown switch {word}\n{__doc__}")
        else:
            jobs.append((switches, word))
    return jobs, warnings


def judge_file(path, switches, rules):
    """The verdict on one file, Preflight aside."""
    import arithmetic
    import hybrid
    import pdfa
    import pdfua
    import routing

    verdict = Verdict(path)
    with open(path, "rb") as file:
        raw = file.read()
    if raw[:5] == b"%PDF-":
        verdict.findings += pdfa.findings(path, raw) + pdfua.findings(path)
        embedded, findings = hybrid.extract(path, switches.hybrid)
        verdict.findings += findings
        if embedded is None:
            return verdict
        raw = embedded
    root, findings = rules.parse(raw)
    verdict.findings += findings
    if root is None:
        return verdict
    verdict.profile = rules.profile(root)
    if switches.expect not in ("any", verdict.profile):
        text = f"the document declares {verdict.profile}, {switches.expect} was expected"
        verdict.findings.append(("error", "EXPECT", "BT-24", text))
    verdict.findings += rules.findings(root, raw, verdict.profile)
    verdict.findings += arithmetic.findings(root)
    verdict.findings += routing.findings(root, verdict.profile, switches.chorus)
    return verdict


def judge(jobs):
    """The verdicts on all files, in order. One Java process serves every PDF."""
    import preflight
    from rules import Rules

    rules = Rules()
    verdicts = []
    for switches, path in jobs:
        try:
            verdicts.append(judge_file(path, switches, rules))
        except Exception as error:  # a judge that stumbles over a file has not accepted it
            text = f"{type(error).__name__}: {error}"
            verdicts.append(Verdict(path, findings=[("error", "JUDGE", path, text)]))
    pdfs = [p for (s, p) in jobs if s.preflight and open(p, "rb").read(5) == b"%PDF-"]
    by_path = preflight.findings(pdfs) if pdfs else {}
    for verdict in verdicts:
        verdict.findings += by_path.get(verdict.path, [])
    return verdicts


def main(arguments):
    if arguments == ["--ready"]:
        import preflight
        from rules import Rules

        missing = Rules().missing() + preflight.missing()
        print("\n".join(missing) or "judges ready")
        return 2 if missing else 0
    if arguments[:1] == ["--self-test"]:
        import selftest

        with tempfile.TemporaryDirectory() as folder:
            return selftest.run(arguments[1:], folder, judge, Switches)
    jobs, warnings = parse(arguments)
    if not jobs:
        print(__doc__)
        return 2
    verdicts = judge(jobs)
    for verdict in verdicts:
        print(verdict.show(warnings))
    return 1 if any(v.errors() for v in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
