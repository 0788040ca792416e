"""What stands before every server that Pipit opens to a network: bounds on connections, headers, bodies and addresses."""
