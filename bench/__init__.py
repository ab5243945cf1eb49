"""What kefu costs, printed by `bin/bench`."""
