import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.settings")  # for the modules that are commands
