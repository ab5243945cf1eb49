"""Readable text on a tenant's colour (WCAG 2.2). Pure; colours are "#rrggbb"."""

DARKEST_LINEAR = 0.04045  # below it sRGB is linear
WHITE = "#ffffff"
READABLE = 4.5  # text on its background
VISIBLE = 3  # a button on its page


def luminance(color: str) -> float:
    """Relative luminance, 0 to 1."""
    red, green, blue = (_linear(int(color[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= DARKEST_LINEAR else ((share + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(color: str) -> str:
    """White or near-black, whichever has the higher contrast."""
    return max((WHITE, "#1c2024"), key=lambda text: contrast(text, color))


def readable(color: str) -> str:
    """The lightest shade, mixed with black, on which white text is readable."""
    shade, share = color, 100
    while contrast(shade, WHITE) < READABLE:
        share -= 1
        shade = _mixed_with_black(color, share)
    return shade


def _mixed_with_black(color: str, percent: int) -> str:
    parts = (int(color[i : i + 2], 16) * percent // 100 for i in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)
