"""Static files under hashed names when they have been collected, under plain names before (tests, first start)."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    manifest_strict = False
