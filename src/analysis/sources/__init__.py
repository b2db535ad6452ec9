"""What comes in: files and their contracts, read into tidy tables and a list of problems."""
