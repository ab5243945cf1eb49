"""Those who wait, as the desk shows them."""
