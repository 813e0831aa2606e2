"""A relay for the tests, on aiosmtpd: it takes, refuses, delays and bounces by who the mail is to.

Says `ready PORT` once it listens, then a JSON object a line for each mail that it took ("mail") and for each report that
a relay would send back ("bounce"). With a certificate it offers STARTTLS and asks for a password.
"""

import asyncio
import base64
import json
import ssl
import sys
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.message import Message
from email.parser import BytesHeaderParser

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

DELAYED = set()


def say(**what):
    print(json.dumps(what), flush=True)


def report(sender, recipient, content, action, status):
    """A report of delivery as RFC 3464 has it, with the headers of the mail."""
    whole = MIMEMultipart("report", report_type="delivery-status")
    whole["From"] = "MAILER-DAEMON@relay.example"
    whole["To"] = sender
    whole["Subject"] = "Delivery Status Notification"
    whole.attach(MIMEText("This mail went astray."))
    of_message, of_recipient = Message(), Message()
    of_message["Reporting-MTA"] = "dns; relay.example"
    of_recipient["Final-Recipient"] = "rfc822; " + recipient
    of_recipient["Action"] = action
    of_recipient["Status"] = status
    statuses = Message()
    statuses["Content-Type"] = "message/delivery-status"
    statuses.set_payload([of_message, of_recipient])
    whole.attach(statuses)
    whole.attach(MIMEMessage(BytesHeaderParser().parsebytes(content)))
    return whole.as_bytes()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "nobody":
            return "550 5.1.1 <%s>: no such user here" % address
        if name == "full":
            return "452 4.2.2 mailbox full"
        if name == "policy":
            return "550 5.7.1 relaying denied"
        if name == "later" and address not in DELAYED:
            DELAYED.add(address)
            return "451 4.7.1 greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        sender, recipient = envelope.mail_from, envelope.rcpt_tos[0]
        say(kind="mail", sender=sender, to=envelope.rcpt_tos, data=envelope.content.decode("utf-8"))
        for name, action, status in (("gone", "failed", "5.1.1"), ("slow", "delayed", "4.4.1")):
            if recipient.startswith(name + "@"):
                data = report(sender, recipient, envelope.content, action, status)
                say(kind="bounce", data=base64.b64encode(data).decode())
        return "250 2.0.0 queued"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ward", b"hush")
    return AuthResult(success=good, handled=False) if not good else AuthResult(success=True)


async def main():
    more = {}
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        more = dict(tls_context=context, require_starttls=True, auth_required=True, authenticator=authenticate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), hostname="relay.example", **more), "127.0.0.1", 0)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
