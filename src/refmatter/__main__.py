"""`python -m refmatter` is the command `refmatter`."""

import sys

from refmatter.commands import main

sys.exit(main())
