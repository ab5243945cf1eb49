"""Limits of request bodies, in bytes; a route names another with `max_body` (`core/web/routes.py`)."""

# Django's own limit for forms is lower (DATA_UPLOAD_MAX_MEMORY_SIZE) and answers with a page.
LARGEST_BODY = 1024 * 1024
# Tenants' own limits are lower and answer with a sentence.
WITH_A_FILE = 32 * 1024 * 1024
