"""What a scorer written by hand needs to start candidates: two pipes to the harness, two to each candidate."""

import json
import os

BROKER = os.environ["AVO_BROKER"]


class Broker:
    def __init__(self):
        self.requests = os.open(f"{BROKER}/requests", os.O_WRONLY)
        self.replies = open(f"{BROKER}/replies", encoding="utf-8")

    def ask(self, **request):
        os.write(self.requests, json.dumps(request).encode() + b"\n")

    def reply(self):
        return json.loads(self.replies.readline())

    def prepare(self, session):
        os.mkdir(f"{BROKER}/{session}")
        for name in ("in", "out"):
            os.mkfifo(f"{BROKER}/{session}/{name}")

    def start(self, session, argv, **options):
        """The first reply."""
        self.prepare(session)
        self.ask(start=session, argv=argv, **options)
        return self.reply()

    def talk(self, session, question=""):
        """Gives the candidate all of its input, and takes all of its output."""
        with open(f"{BROKER}/{session}/in", "w", encoding="utf-8") as stdin:
            stdin.write(question)
        with open(f"{BROKER}/{session}/out", encoding="utf-8") as stdout:
            return stdout.read()

    def run(self, session, argv, question="", **options):
        """The candidate's output, and how it ended."""
        started = self.start(session, argv, **options)
        if "started" not in started:
            return "", started
        return self.talk(session, question), self.reply()
