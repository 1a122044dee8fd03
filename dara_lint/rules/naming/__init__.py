"""Rules of the family ``naming``."""
