"""Rules of the family ``repository``."""
