"""`python -m localtender` is the command line."""

from __future__ import annotations

from localtender.cli import main

if __name__ == "__main__":
    main()
