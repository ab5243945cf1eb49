"""`python -m kefu.serving`, as `bin/serve` runs it."""

import sys

from kefu.serving.serving import main

sys.exit(main(sys.argv[1:]))
