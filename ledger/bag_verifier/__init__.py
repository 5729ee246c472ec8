"""What is put into every bag for its reader: a verifier in one file, and a page about it."""
