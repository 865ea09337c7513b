"""A signing service in a process of its own, as somebody with an HSM would run it: `python remote_signer.py PORT TOKEN`.

It keeps its keys in memory. With `wrong` as third argument it signs something else.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from ampera.cores.credentials.keys import Key

PORT, TOKEN, *MOOD = sys.argv[1:]
KEYS: dict[str, Key] = {}


class Keeper(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.send_error(401)
        elif self.path == "/keys":
            key = Key(os.urandom(32))
            KEYS[key.multikey] = key
            self.answer({"publicKeyMultibase": key.multikey})
        else:
            text = asked["message"]
            message = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) + (b"!" if MOOD else b"")
            signature = KEYS[asked["publicKeyMultibase"]].signer("did:x:y").sign(message)
            self.answer({"signature": base64.urlsafe_b64encode(signature).rstrip(b"=").decode()})

    def answer(self, said: dict[str, str]) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None: ...


server = HTTPServer(("127.0.0.1", int(PORT)), Keeper)
print(server.server_port, flush=True)
server.serve_forever()
