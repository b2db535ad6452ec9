"""How the suite is run: the command line, the notebooks, publication."""
