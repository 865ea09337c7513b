"""Pure cores: arrays, dataclasses and bytes in, frozen results out. No Django, no I/O, no clock, no dice."""
