"""``python -m dara_lint`` is ``dara-lint``."""

import sys

from dara_lint.cli import main

sys.exit(main())
