"""A seeded city that lives a whole round through the real verbs. Everything it makes is marked SIMULASI."""
