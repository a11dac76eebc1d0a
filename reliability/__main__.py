"""`python -m reliability`: the command line."""

from reliability.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
