"""Ampera: a city runs a whole public digital-skills programme on it."""

__version__ = "0.1.0"
