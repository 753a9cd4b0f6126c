"""What is somebody else's: another service's observations, and text that would move a cursor."""

import http.server
import threading

from workplace import COOKIE_MANNERS, Workplace, service_file

PAGE = b"<p>Hello"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.send_header("Set-Cookie", "visitor=1; Max-Age=60")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *words):
        pass


class Foreign(Workplace):
    def serve(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}/"

    def seen(self, file):
        """Entries that the verdicts of a service rest on."""
        judged = self.judge(file, "--standard", COOKIE_MANNERS, "--trail",
                            self.folder / ".garant" / "trail")
        return {origin["entry"] for item in judged["items"] for proof in item["proofs"]
                for reason in proof["reasons"] for origin in reason["origins"]
                if origin["world"] == "observed"}

    def test_observations_of_another_service_prove_nothing(self):
        self.write("garant.yaml", service_file())
        self.write("other.yaml", service_file().replace("dog-licences", "cat-licences"))
        self.call("probe", "--url", self.serve(), status=0)
        self.assertTrue(self.seen("garant.yaml"))
        self.assertEqual(set(), self.seen("other.yaml"))

    def test_what_others_wrote_does_not_move_the_cursor(self):
        self.write("garant.yaml", service_file(rest='"x\\e[2J\\u009b2J\\u202e": 1\n'))
        said = self.call("check", status=2).stderr
        self.assertIn("garant.yaml", said)
        for treacherous in ("\x1b", "\u009b", "\u202e"):
            self.assertNotIn(treacherous, said)

    def test_no_report_takes_the_place_of_a_device(self):
        self.write("garant.yaml", service_file())
        said = self.call("check", "--output", "/dev/null", status=3).stderr
        self.assertIn("/dev/null", said)
