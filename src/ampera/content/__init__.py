"""Content of a programme, as data with provenance and licence, and the readers that check it."""
