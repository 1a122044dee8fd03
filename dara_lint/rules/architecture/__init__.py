"""Rules of the family ``architecture``."""
