"""Static files under hashed names, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Imports are rewritten in our own modules only: a JSDoc `import()` in other people's files would break it."""

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("kefu/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
