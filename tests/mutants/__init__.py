"""Mutation tests: small changes to the code and the SQL, each of which some test must notice (`make mutants`)."""
