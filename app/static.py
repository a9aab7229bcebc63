"""Where static files are kept: under names with their hash, also where one of our scripts imports another."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Rewrites `import … from "./other.js"` to the other's hashed name, so that no two versions are ever mixed."""

    support_js_module_import_aggregation = True
