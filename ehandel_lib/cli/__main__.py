"""`python -m ehandel_lib.cli`, for where the command `ehandel` is not on the path."""

from ehandel_lib.cli import main

if __name__ == "__main__":
    main()
