"""``python -m dara_lint`` is ``dara-lint``."""

import sys

if not sys.flags.safe_path:
    del sys.path[:1]  # the current folder, which is a stranger's as often as not: no ``yaml.py`` of theirs is imported

from dara_lint.cli import main

sys.exit(main())
