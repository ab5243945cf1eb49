"""Generated history of the demo: a month of a tea shop's service, produced by the product's own actions at frozen
times."""
