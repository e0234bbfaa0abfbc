"""A mail server that writes each message into a file of a folder, in the order they come.

    server.py PORT FOLDER [CERTIFICATE KEY USER PASSWORD]

With a certificate it takes nothing before STARTTLS and a password. Prints "Keeping mail" when it is
ready.
"""

import os
import ssl
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Keep:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        path = os.path.join(self.folder, f"{self.count}.eml")
        with open(path + ".part", "wb") as file:
            file.write(f"X-Envelope-To: {','.join(envelope.rcpt_tos)}\r\n".encode())
            file.write(envelope.original_content)
        # Whoever waits for the file sees it whole.
        os.rename(path + ".part", path)
        return "250 kept"


def main(port, folder, certificate=None, key=None, user=None, password=None):
    options = {}
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)

        def known(server, session, envelope, mechanism, data):
            right = LoginPassword(user.encode(), password.encode())
            return AuthResult(success=data == right)

        options = {
            "tls_context": context,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": known,
        }
    controller = Controller(Keep(folder), hostname="127.0.0.1", port=int(port), **options)
    controller.start()
    print("Keeping mail on", port, flush=True)
    threading.Event().wait()


main(*sys.argv[1:])
