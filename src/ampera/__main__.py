import sys

from ampera.cli.main import main

sys.exit(main())
