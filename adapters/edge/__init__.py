"""What stands before every server that Pipit opens to a network.

That is, bounds on connections, headers, bodies and addresses.
"""
