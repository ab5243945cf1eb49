"""Icons of the launcher on 24 × 24 pixels: the `d` of one path, filled with the colour of its text."""

from collections.abc import Mapping

from channels_app.models import Icon

# A speech bubble with three dots.
SPEECH = (
    "M4 3h16a3 3 0 0 1 3 3v9a3 3 0 0 1-3 3h-8l-5.4 4.1A1 1 0 0 1 5 21.3V18H4a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3zm3.5 6"
    "a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM12 9a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zm4.5 0"
    "a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z"
)
# Two ear pads under a band, the microphone before the mouth.
HEADSET = (
    "M12 1a9 9 0 0 0-9 9v6a3 3 0 0 0 3 3h2v-8H5v-1a7 7 0 0 1 14 0v1h-3v8h3a2 2 0 0 1-2 2h-5v2h5a4 4 0 0 0 4-4v-9"
    "a9 9 0 0 0-9-9z"
)
QUESTION = (
    "M12 2a6 6 0 0 0-6 6h3a3 3 0 1 1 4.2 2.75C11.4 11.6 10.5 12.9 10.5 15h3c0-.9.3-1.3 1-1.6A6 6 0 0 0 12 2z"
    "M12 18a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"
)
DRAWINGS: Mapping[str, str] = {Icon.CHAT: SPEECH, Icon.HEADSET: HEADSET, Icon.QUESTION: QUESTION}
