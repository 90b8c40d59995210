"""`python -m refmatter` is the command `refmatter`."""

import sys

from refmatter.cli import main

sys.exit(main())
