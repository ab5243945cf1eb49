"""The demo's past: a month of a tea shop's service, lived through the product's own actions under a set clock."""
