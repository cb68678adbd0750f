"""The part of the Python AVO's package that scorers import, so that they run as they are."""
