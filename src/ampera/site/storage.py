"""Static files under hashed names when they have been collected, under plain names before (tests, first start)."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Nothing has been collected as long as there is no manifest: the finders serve the file as it is named."""
        return super().stored_name(name) if self.hashed_files else name
