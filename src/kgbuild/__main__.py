"""`python -m kgbuild`: the command line of the Python that is named."""

from kgbuild.cli import main

if __name__ == "__main__":
    main()
