"""Tests of the report formats, around one shared report."""
