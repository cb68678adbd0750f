"""The two ways in which an evaluation ends without a score that are nobody's mistake in the task."""

# EX_TEMPFAIL: try again later.
SANDBOX_EXIT_CODE = 75


class CandidateFailure(Exception):
    """The candidate did something wrong. The first line says what, for the agent; the rest is a traceback or what it printed."""


class SandboxFailure(Exception):
    """The sandbox could not start a candidate: that says nothing about the candidate, and the scorer ends with status 75."""
