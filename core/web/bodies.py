"""How many bytes the body of a request may have; beside each address stands what it takes (`core/web/routes.py`)."""

# Django itself reads forms of less (DATA_UPLOAD_MAX_MEMORY_SIZE), and says so on a page.
LARGEST_BODY = 1024 * 1024
# Companies allow less, and their refusals are kinder.
WITH_A_FILE = 32 * 1024 * 1024
