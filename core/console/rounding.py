"""Rounding as people and Excel do it. Pure."""

from decimal import ROUND_HALF_UP, Decimal

DIGITS = 12  # that matter: what the last bits of a division say is no half missed


def half_up(value: float, places: int = 0) -> float:
    """To so many decimal places, a half away from zero: 81.25 is 81.3, and 2.5 is 3. Python's `round` goes to even."""
    exact = Decimal(f"{value:.{DIGITS}g}")
    return float(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
