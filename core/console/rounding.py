"""Rounding half away from zero, as Excel does. Pure."""

from decimal import ROUND_HALF_UP, Decimal

DIGITS = 12  # significant ones: beyond them are errors of binary fractions, which must not decide a half


def half_up(value: float, places: int = 0) -> float:
    """Rounds to `places` decimals, halves away from zero: 81.25 → 81.3, 2.5 → 3. (Python's `round` goes to even.)"""
    exact = Decimal(f"{value:.{DIGITS}g}")
    return float(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
