"""Signing in by a certified OpenID Connect provider, as a browser would go through it.

    oidc.py HERDBOOK DATA SCRATCH       PROVIDER_MODULES holds the provider's modules
"""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

HERE = Path(__file__).parent
SECRET = "a secret between the two of them"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Browser:
    """Cookies by host and port, and one request at a time; redirects are followed by hand."""

    def __init__(self):
        self.cookies = {}

    def ask(self, url, form=None):
        place = urlsplit(url)
        jar = self.cookies.setdefault(place.netloc, {})
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())}
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = http.client.HTTPConnection(place.netloc, timeout=20)
        path = place.path + (f"?{place.query}" if place.query else "")
        line.request("GET" if form is None else "POST", path, body, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                pair, *rest = value.split(";")
                key, _, kept = pair.partition("=")
                gone = not kept or any("1970" in one or "Max-Age=0" in one for one in rest)
                jar.pop(key, None) if gone else jar.__setitem__(key, kept)
        to = answer.getheader("Location")
        return answer.status, text, urljoin(url, to) if to else None

    def follow(self, url, until=None):
        """Goes where redirects lead; stops before an address that begins with `until`."""
        for _ in range(20):
            if until and url.startswith(until):
                return url, None, None
            status, text, to = self.ask(url)
            if not to:
                return url, status, text
            url = to
        raise AssertionError("redirects without end")


class Stage:
    def __init__(self, herdbook, data, scratch):
        self.herdbook, self.data, self.scratch = herdbook, data, Path(scratch)
        self.site = f"http://127.0.0.1:{free_port()}"
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.people = self.scratch / "people.json"
        self.running = []

    def start(self, *command, ready):
        log = open(self.scratch / "oidc.log", "a+")
        process = subprocess.Popen(command, stdout=log, stderr=log)
        self.running.append(process)
        for _ in range(150):
            try:
                with socket.create_connection(("127.0.0.1", ready), 1):
                    return process
            except OSError:
                assert process.poll() is None, f"{command[0]} has ended"
                time.sleep(0.2)
        raise AssertionError(f"{command[0]} does not listen")

    def provider(self):
        program, back = str(HERE / "provider.mjs"), f"{self.site}/sign-in/provider/return"
        command = ("node", program, str(self.port), back, str(self.people))
        return self.start(*command, ready=self.port)

    def serve(self, create):
        config = self.scratch / f"oidc-{create}.toml"
        config.write_text(
            f'[oidc]\nissuer = "{self.issuer}"\nname = "Campus"\nclient_id = "herdbook"\n'
            f'secret = "{SECRET}"\ncreate = {str(create).lower()}\n'
            '[oidc.roles]\nhb-finance = "finance"\nhb-admin = "admin"\n'
        )
        port = urlsplit(self.site).port
        command = (self.herdbook, "serve", "--config", str(config), "--data-dir", self.data)
        return self.start(*command, "--listen", f"127.0.0.1:{port}", ready=port)

    def says(self, **people):
        self.people.write_text(json.dumps(people))

    def to_return(self, browser, person, next_page="/account"):
        """From the button to the address with which the provider sends the browser back."""
        back = f"{self.site}/sign-in/provider/return"
        _, page, _ = browser.ask(f"{self.site}/sign-in?next={next_page}")
        link = re.search(r'href="(/sign-in/provider\?[^"]+)"', page)
        assert link and "Sign in with Campus" in page, "no button"
        url, status, page = browser.follow(self.site + unescape(link[1]), back)
        while page is not None:
            assert status == 200 and "/interaction/" in url, (url, status, page)
            prompt = re.search(r'name="prompt" value="(\w+)"', page)[1]
            action = re.search(r'action="([^"]+)"', page)[1]
            form = {"prompt": prompt}
            if prompt == "login":
                form |= {"login": person, "password": "any"}
            _, text, to = browser.ask(urljoin(url, unescape(action)), form)
            assert to, text
            url, status, page = browser.follow(to, back)
        return url

    def sign_in(self, person):
        browser = Browser()
        status, text, to = browser.ask(self.to_return(browser, person))
        return browser, status, text, to


def check(what, fine, seen=""):
    print(("ok    " if fine else "FAILED"), what)
    assert fine, seen


def known_people(stage):
    person = {"name": "Ada", "email": "ada@campus.example", "email_verified": True}
    stage.says(ada=person | {"groups": ["choir", "hb-finance"]})
    browser, status, text, to = stage.sign_in("ada")
    check("whoever has a role is let in", (status, to) == (303, f"{stage.site}/account"), text)
    _, page, _ = browser.ask(f"{stage.site}/account")
    check("the account is made from the claims", "ada@campus.example" in page, page)
    status, _, _ = browser.ask(f"{stage.site}/invoices")
    check("the role opens invoices", status == 200)
    status, _, _ = browser.ask(f"{stage.site}/settings/users")
    check("and not the users", status == 403)
    stage.says(ada=person | {"groups": ["hb-admin"]})
    other, status, text, to = stage.sign_in("ada")
    status, _, _ = other.ask(f"{stage.site}/settings/users")
    check("another role counts at the next sign-in", status == 200, text)
    _, _, to = browser.ask(f"{stage.site}/invoices")
    check("and ends the session before", to and "/sign-in" in to)
    stage.says(ada=person | {"groups": ["choir"]})
    _, status, text, _ = stage.sign_in("ada")
    check("no role, no session", status == 403 and "gives you no role" in text, text)
    stage.says(ada=person | {"groups": ["hb-admin"]})


def forged(stage):
    browser = Browser()
    back = stage.to_return(browser, "ada")
    status, text, _ = Browser().ask(back)
    check("another browser is refused", status == 401 and "another browser" in text, text)
    status, text, _ = browser.ask(back)
    check("and has used the answer up", status == 401 and "another browser" in text, text)
    browser = Browser()
    back = stage.to_return(browser, "ada")
    status, _, _ = browser.ask(re.sub("state=[^&]*", "state=made-up", back))
    check("a made-up state is refused", status == 401)
    browser = Browser()
    back = stage.to_return(browser, "ada")
    status, text, _ = browser.ask(re.sub("code=[^&]*", "code=made-up", back))
    check("a made-up code is refused", status == 401 and "could not be trusted" in text, text)
    browser = Browser()
    back = stage.to_return(browser, "ada")
    status, text, _ = browser.ask(re.sub("iss=[^&]*", "iss=https%3A%2F%2Fe.example", back))
    check("another issuer is refused", status == 401 and "could not be trusted" in text, text)
    browser = Browser()
    back = stage.to_return(browser, "ada", "//elsewhere.example")
    _, _, to = browser.ask(back)
    check("nobody is led elsewhere afterwards", to == f"{stage.site}/", to)


def main(herdbook, data, scratch):
    stage = Stage(herdbook, data, scratch)
    stage.says()
    try:
        provider, server = stage.provider(), stage.serve(create=True)
        known_people(stage)
        forged(stage)
        server.terminate()
        server.wait(30)
        server = stage.serve(create=False)
        stage.says(eve={"email": "eve@campus.example", "groups": ["hb-admin"]})
        _, status, text, _ = stage.sign_in("eve")
        check("a stranger gets no account", status == 403 and "No account here" in text, text)
        provider.terminate()
        provider.wait(30)
        server.terminate()
        server.wait(30)
        stage.serve(create=False)
        status, text, _ = Browser().ask(f"{stage.site}/sign-in/provider")
        down = status == 503 and "does not answer at present" in text
        check("a provider that is down is said to be", down, text)
        status, _, _ = Browser().ask(f"{stage.site}/sign-in")
        check("and the other ways stay open", status == 200)
    finally:
        for process in stage.running:
            process.terminate()


main(*sys.argv[1:])
